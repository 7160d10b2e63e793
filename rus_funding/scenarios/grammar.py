"""The keys of a scenario file, described once as data: what is checked, completed in editors and documented.

A section is a tuple of `Key`s; `SECTIONS` holds them by name. A kind says what a value must be:

=========  =====================================================================
kind       a value is
=========  =====================================================================
text       a string
id         a string of ``a-z``, ``0-9``, ``_``, ``-``
ids        a list of ids
number     a finite number
integer    a whole number
flag       true or false
table      the name of an input table
column     the name of a column of the section's table
where      ``{ column = value or [values] }``: the rows meant
cells      ``{ column = value }``
rows       a list of ``{ column = value }``
cell       a value of any column
cell-list  a list of such values
texts      a list of strings
groups     a list of lists of ids, or ``{ name = [ids] }``
figures    ``{ figure = number }``
section    a table with the keys of the section of that name
sections   a list of such tables
=========  =====================================================================
"""

from __future__ import annotations

import dataclasses

from rus_funding.model.model import OBJECTIVES, Policy

OPERATIONS = ("set", "multiply", "add")
EACH = ("fund", "project", "actor")
METHODS = ("latin-hypercube", "sobol")
SHARES = ("municipality_floor", "min_share")  # keys of the policy that are 0 to 1
CHOSEN = {"keep": ("baseline",), "share_base": ("funded", "available")}  # and those that are one of some words
POLICY = {field.name: str(field.type) for field in dataclasses.fields(Policy)}

# distribution → (required arguments, optional arguments)
DISTRIBUTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "triangular": (("low", "mode", "high"), ()),
    "uniform": (("low", "high"), ()),
    "lognormal": (("sigma",), ("median",)),
    "normal": (("mean", "sd"), ("low", "high")),
    "dirichlet": ((), ("concentration",)),
}


@dataclasses.dataclass(frozen=True)
class Key:
    """One key: what its value must be and what it says."""

    name: str
    kind: str
    description: str
    required: bool = False
    choices: tuple[str, ...] = ()
    section: str = ""


_WHERE = Key("where", "where", "which rows: column = value, or a list of values; several columns must all hold")
_TABLE = Key("table", "table", "the table whose rows change")

SECTIONS: dict[str, tuple[Key, ...]] = {
    "scenario": (
        Key("title", "text", "what the scenario is, for readers of reports"),
        Key("question", "text", "the question that it answers"),
        Key("extends", "id", "another scenario file, by name: its changes come first"),
        Key("change", "sections", "changes of the input tables, in order", section="change"),
        Key("require", "ids", "projects that must be carried out in full: x = 1"),
        Key("exclude", "ids", "projects that must not be funded: x = 0"),
        Key("objective", "sections", "the objectives in order, in place of the model's", section="objective"),
        Key("policy", "section", "keys of the model's policy, in place of the model's", section="policy"),
        Key("sweep", "section", "one scenario per combination of values", section="sweep"),
        Key("stress", "section", "one scenario per fund, project or actor that is lost", section="stress"),
        Key("sample", "section", "scenarios drawn from distributions", section="sample"),
        Key("expect", "section", "key figures that must come out, for tests", section="expect"),
    ),
    "change": (
        dataclasses.replace(_TABLE, required=True),
        _WHERE,
        Key("set", "cells", "column = new value"),
        Key("multiply", "cells", "column = factor"),
        Key("add", "cells", "column = term, which may be negative"),
        Key("insert", "rows", "new rows; columns left out are blank"),
        Key("drop", "flag", "true removes the rows"),
        Key("cascade", "flag", "true removes the rows of other tables that name a dropped id as well"),
    ),
    "objective": (
        Key("name", "text", "the objective", required=True, choices=OBJECTIVES),
        Key("tolerance", "number", "share of its optimum that later objectives may give up, 0 to 1"),
    ),
    "policy": (
        Key("collaboration_weight", "number", "points for one new tie between strangers"),
        Key("municipality_floor", "number", "share of its even part that each municipality gets at least, 0 to 1"),
        Key("min_partners", "integer", "fewest distinct actors of a project"),
        Key("min_share", "number", "least share of every project that states none, 0 to 1; 1: whole or not at all"),
        Key(
            "keep",
            "text",
            "keep the payers of the baseline's plan, as far as objectives ahead of it do not gain",
            choices=CHOSEN["keep"],
        ),
        Key("min_grant", "integer", "kr: what a fund that states no least sum pays a project at least, if anything"),
        Key("share_base", "text", "what floors, caps and largest shares are shares of", choices=CHOSEN["share_base"]),
    ),
    "sweep": (Key("name", "text", "template of the scenarios' names, with {axis} for each axis"),),
    "axis": (
        _TABLE,
        _WHERE,
        Key("set", "column", "the column that takes each value"),
        Key("multiply", "column", "the column that is multiplied by each value"),
        Key("add", "column", "the column that each value is added to"),
        Key("policy", "text", "the key of the policy that takes each value", choices=tuple(POLICY)),
        Key("values", "cell-list", "the values, one scenario each", required=True),
        Key("labels", "texts", "what stands for each value in the scenario's name"),
    ),
    "stress": (
        Key("each", "text", "what is lost, one at a time", required=True, choices=EACH),
        Key("multiply", "number", "what is left of a fund's money: 0 (lost) to 1; funds only"),
        Key("only", "ids", "these alone; [] for none but the combinations"),
        Key("together", "groups", "combinations that are lost together"),
    ),
    "sample": (
        Key("size", "integer", "number of scenarios", required=True),
        Key("seed", "integer", "where the draws come from; the same seed gives the same draws", required=True),
        Key("method", "text", "how the draws are spread", choices=METHODS),
    ),
    "parameter": (
        dataclasses.replace(_TABLE, required=True),
        _WHERE,
        Key("set", "column", "the column that takes the draw"),
        Key("multiply", "column", "the column that is multiplied by the draw"),
        Key("add", "column", "the column that the draw is added to"),
        Key("distribution", "text", "the distribution of the draws", required=True, choices=tuple(DISTRIBUTIONS)),
        Key("low", "number", "least value (triangular, uniform, normal)"),
        Key("mode", "number", "likeliest value (triangular)"),
        Key("high", "number", "largest value (triangular, uniform, normal)"),
        Key("median", "number", "median (lognormal), 1 if left out"),
        Key("sigma", "number", "standard deviation of the logarithm (lognormal)"),
        Key("mean", "number", "mean before truncation (normal)"),
        Key("sd", "number", "standard deviation before truncation (normal)"),
        Key(
            "concentration",
            "number",
            "how close to the present values (dirichlet); left out: any division is as likely",
        ),
        Key("per", "text", 'what shares a draw: "row" (each its own), "all", or a column: rows alike there share one'),
    ),
    "expect": (
        Key("status", "text", "status of the result"),
        Key("value", "number", "value of the kronor plan, points"),
        Key("bound", "number", "upper bound of the value, points"),
        Key("funded", "number", "kronor funded"),
        Key("cofinancing", "number", "co-financing rate"),
        Key("leverage", "number", "kronor funded per krona of the region"),
        Key("largest_fund_share", "number", "share of the fund that pays most"),
        Key("herfindahl_funds", "number", "Herfindahl index of the funds"),
        Key("herfindahl_areas", "number", "Herfindahl index of the areas"),
        Key("hoover", "number", "Hoover index over the municipalities"),
        Key("projects_funded", "integer", "projects funded in full"),
        Key("projects_partly", "integer", "projects funded in part"),
        Key("projects_not", "integer", "projects not funded"),
        Key("unused", "number", "kronor of the budgets not used"),
        Key("money_granted", "number", "kronor that rest on granted money"),
        Key("money_applied", "number", "kronor that rest on money applied for"),
        Key("money_planned", "number", "kronor that rest on planned money"),
        Key("tolerance", "figures", "how far off a figure may be; 0 for whole numbers, else 0.000001 of the figure"),
    ),
}

# sections whose other keys are free names of tables with the keys of another section
FREE: dict[str, str] = {"sweep": "axis", "sample": "parameter", "expect": "expect"}
