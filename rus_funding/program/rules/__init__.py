"""The rules as rows of the linear program: a rule is a function, its docstring its formula; a file a kind.

=========  ==================================================================================
file       rules of docs/model.md
=========  ==================================================================================
`money`    who pays, of what money: financing, budgets, authorisations
`rates`    how much of a project a fund may pay: rates, caps, group rates
`shares`   what areas, funds, municipalities, actors and perspectives get of all
`choices`  what is promised, must go together, or is worth its while only at some scale
`ties`     what is counted in points beyond projects: new ties, area targets, extremes
=========  ==================================================================================

Symbols (docs/model.md has the whole table): x_p funded share of project p; z_p binary, p is funded; y_pftk kronor that
fund f pays to cost class k of p in year t; u_ft kronor carried to the next year; K and K_a kronor funded in all and in
area a; R kronor by municipality in all; n_ij tie of actors i and j; o_a points beyond the target of a. Money is in
kronor, shares are 0..1.

A rule's function reads the structure (`Portfolio`) and returns blocks whose coefficients are functions of the numbers
(`Amounts`). Nothing here knows pulp or highspy.
"""
