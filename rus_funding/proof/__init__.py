"""The checker of a plan: exact, and written without a line of the code that found the plan.

Everything here reads the model's *document* (`rus_funding.model.model.document`), counts in integers and
`fractions.Fraction`, and imports nothing but the standard library.

==========================  ========================================================================================
room                        what it knows
==========================  ========================================================================================
`reading`                   tables of a document, exact numbers
`costs`                     what each project costs, by cost class and year, and which funds may pay it
`parts`, `tables`, `case`   `Case`: everything the rules need, exact
`ledger`                    `Ledger`: the payments of a plan, summed along every margin
`audit`, `legal`, `policy`  `audit`: the rules of the model, one function each; `breach`: what breaks one
`order`                     `draw_order_breaches`: no later fund where an earlier one could pay
`worth`                     `value`: what a plan is worth; what every objective comes to
`rows`, `kept`, `labels`    the rows of the linear program, and how multipliers price them
`multipliers`, `bound`      `bound`: what no plan can be better than, in any objective
`tree`                      `worst`: the bound of a search tree's leaves, which cover every choice
`standing`                  `check`: the one standing of a plan, from its payments and its proofs
`record`, `derived`         a released plan's bytes, and every number in it that follows from others
`verdict`, `stated`         `verify`: is a released plan what it says? And are its optima what is proven?
`finding`, `report`         what is found, and how people are told
==========================  ========================================================================================
"""
