"""The second opinion on a plan: exact, and written without a line of the code that found the plan.

Everything here reads the model's *document* (`rus_funding.model.document`), counts in integers and
`fractions.Fraction`, and imports nothing but the standard library.

========================  ==========================================================================
room                      what it knows
========================  ==========================================================================
`reading`                 tables of a document, exact numbers
`costs`                   what each project costs, by cost class and year, and which funds may pay it
`case`                    `Case`: everything the rules need, exact
`ledger`                  `Ledger`: the payments of a plan, summed along every margin
`audit`, `policy`         `audit`: the rules of the model, one function each
`order`                   `draw_order_breaches`: no later fund where an earlier one could pay
`worth`                   `value`: what a plan is worth
`rows`, `bound`           `bound`: what no plan can be worth more than
========================  ==========================================================================
"""
