"""Closed years: which they are, and what is booked and paid in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rus_funding.errors import Problem
    from rus_funding.model.validation.context import Context

MODEL_FILE = "model.toml"


def last_year(context: Context) -> Iterator[Problem]:
    """The last closed year is one of the model's."""
    model = context.model
    if model.closed_through is not None and model.closed_through not in model.years:
        yield context.at("closed_year_unknown", MODEL_FILE, year=model.closed_through, years=list(model.years))


def paid_back(context: Context) -> Iterator[Problem]:
    """No fund gets more back of a year than it has paid."""
    rows = context.model["claims"]
    net: dict[tuple[str, str, int], int] = {}
    last: dict[tuple[str, str, int], int] = {}
    cells = zip(*(rows[name].tolist() for name in ("project", "fund", "year", "kind", "amount")), strict=True)
    for i, (project, fund, year, kind, amount) in enumerate(cells):
        place = project, fund, year
        net[place] = net.get(place, 0) + (-amount if kind == "recovery" else amount)
        last[place] = i
    for place in sorted(net):
        if net[place] < 0:
            project, fund, year = place
            yield context.at(
                "claims_paid_back", "claims", last[place], "amount",
                project=project, fund=fund, year=year, short=-net[place],
            )  # fmt: skip


def unused(context: Context) -> Iterator[Problem]:
    """What is booked or paid of years that are not closed says nothing yet."""
    through = context.model.closed_through
    for table in ("booked", "claims"):
        years = context.model[table]["year"]
        later = np.flatnonzero(years > (through or 0))
        if later.size:
            code = "nothing_closed" if through is None else "after_closed"
            yield context.at(code, table, later[0], "year", count=int(later.size), through=through)


def preliminary(context: Context) -> Iterator[Problem]:
    """A figure that is not final can still move, and with it what is closed."""
    rows, through = context.model["booked"], context.model.closed_through or 0
    open_ = np.flatnonzero(~rows["final"].astype(bool) & (rows["year"] <= through))
    if open_.size:
        kronor = int(rows["amount"][open_].sum())
        yield context.at("booked_preliminary", "booked", open_[0], "final", count=int(open_.size), amount=kronor)


ERRORS = (last_year, paid_back)
WARNINGS = (unused, preliminary)
