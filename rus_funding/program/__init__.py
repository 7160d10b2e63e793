"""The linear program, written once: a rule is a function, its docstring its formula.

In comes a portfolio (`rus_funding.model.portfolio`); out come labelled rows and columns (`formulation`), compiled to
arrays in which a scenario only pours new numbers (`linear`). No solver is called here, and nothing is rounded.
"""
