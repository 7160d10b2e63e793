"""`[sample]`: the draws of every scenario at once, and how one scenario's draws are poured into a model.

The draws are a matrix (scenarios × draws) that depends on the seed, the size, and for each draw on its parameter's name
and its rows' label. So scenario i is the same in every process, whatever the order of the model's rows, and a draw does
not change when another parameter joins the sample. Draws have six decimals.
"""

from __future__ import annotations

import dataclasses
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rus_funding.errors import InvalidInput
from rus_funding.kronor import Refused
from rus_funding.model.schema import TABLES
from rus_funding.scenarios import cells
from rus_funding.scenarios.design import DISTRIBUTIONS, MOST_SOBOL, Floats, divided, uniform_columns
from rus_funding.scenarios.draft import Draft, Positions, same_signs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rus_funding.model.model import FundingModel
    from rus_funding.model.rows import Rows
    from rus_funding.scenarios.parts import Parameter, Sample

Ints = NDArray[np.int64]
MOST_DRAWS = 10_000_000
# What `changes` writes after a column that is drawn, and the draw that leaves it as it is.
SIGNS: dict[str, tuple[str, float | None]] = {"multiply": (" ×", 1.0), "add": (" +", 0.0), "set": ("", None)}


@dataclasses.dataclass(frozen=True)
class Draws:
    """One parameter in a model: the rows it alters, which of its draws each row takes, and the draws of all scenarios.

    `labels` name the draws; `millionths` is scenarios × draws, int64.
    """

    parameter: Parameter
    at: Positions
    group: Ints
    labels: tuple[str, ...]
    millionths: Ints

    def values(self, scenario: int) -> dict[str, float]:
        """The draws of one scenario by label ("" where all rows share one)."""
        return dict(zip(self.labels, (self.millionths[scenario] / cells.GRID).tolist(), strict=True))


def drawn(draft: Draft, sample: Sample) -> list[Draws]:
    """Every parameter's draws for the model as the draft has it. Raises `InvalidInput`, also for draws out of range."""
    pairs = [(parameter, _plan(draft, parameter)) for parameter in sample.parameters]
    total = sum(len(labels) for _, (_, _, labels) in pairs)
    if total * sample.size > MOST_DRAWS:
        what, remedy = "scenario.family.draws", "scenario.family.share-draws"
        size: dict[str, Any] = {"size": sample.size, "draws": total, "product": total * sample.size, "most": MOST_DRAWS}
        raise InvalidInput([sample.spot.problem("scenario_sample_size", what, remedy, **size)])
    if sample.method == "sobol" and total > MOST_SOBOL:
        what, remedy = "scenario.family.sobol", "scenario.family.hypercube"
        raise InvalidInput([sample.spot.problem("scenario_sobol", what, remedy, draws=total, most=MOST_SOBOL)])
    names = [f"{parameter.name}\n{label}" for parameter, plan in pairs for label in plan[2]]
    columns = uniform_columns(names, sample.size, sample.seed, sample.method)
    out = []
    for parameter, (at, group, labels) in pairs:
        current = draft.rows(parameter.table)[parameter.column][at]
        matrix = _millionths(parameter, islice(columns, len(labels)), current)
        draws = Draws(parameter, at, group, labels, np.ascontiguousarray(matrix.T))
        _check(draft, draws)
        out.append(draws)
    return out


def given_draws(draws: Draws, values: Mapping[tuple[str, str, str], float]) -> Draws | None:
    """One scenario in which a parameter's draws are these, by (table, label, column and sign; "" for every label).

    Rows whose draw is not given are left out; None where none is.
    """
    parameter = draws.parameter
    table, column = parameter.table, parameter.column + SIGNS[parameter.operation][0]
    found = [values.get((table, label, column), values.get((table, "", column))) for label in draws.labels]
    kept = np.array([value is not None for value in found])[draws.group]
    if not kept.any():
        return None
    row = np.array([[round((value or 0.0) * cells.GRID) for value in found]], np.int64)
    return Draws(parameter, draws.at[kept], draws.group[kept], draws.labels, row)


def _plan(draft: Draft, parameter: Parameter) -> tuple[Positions, Ints, tuple[str, ...]]:
    """Rows of the parameter, which draw each takes, and the draws' labels, sorted: no row order matters."""
    at = draft.find(parameter.table, parameter.where)
    if at.size == 0:
        raise draft.nothing(parameter.table, parameter.where, parameter.spot)
    rows, key = draft.rows(parameter.table), TABLES[parameter.table].key
    if parameter.per == "all":
        names = [""] * at.size
    else:
        columns = key if parameter.per == "row" else (parameter.per,)
        names = [
            "/".join(map(str, parts)) for parts in zip(*(rows[name][at].tolist() for name in columns), strict=True)
        ]
    labels = sorted(set(names))
    place = {label: i for i, label in enumerate(labels)}
    group = np.array([place[name] for name in names], np.int64)
    if parameter.distribution == "dirichlet":  # its draws are the rows' own, in the order of the labels
        order = np.argsort(group, kind="stable")
        at, group = at[order], group[order]
    return at, group, tuple(labels)


def _millionths(parameter: Parameter, columns: Iterator[Floats], current: NDArray[Any]) -> Ints:
    """Draws × scenarios in millionths; those of kronor and other whole numbers that are set or added are whole."""
    arguments = dict(parameter.arguments)
    column = TABLES[parameter.table][parameter.column]
    whole = column.type in cells.WHOLE and parameter.operation != "multiply"
    if parameter.distribution == "dirichlet":
        if not current.sum() > 0:
            what, remedy = "scenario.family.no-sum", "scenario.family.choose-rows"
            raise InvalidInput([parameter.spot.problem("scenario_dirichlet", what, remedy)])
        unit = 1 if whole else cells.GRID
        uniform = np.stack(list(columns), axis=1)
        parts = divided(uniform, current.astype(np.float64), arguments.get("concentration"), unit)
        return parts.T * (cells.GRID // unit)
    distribution = DISTRIBUTIONS[parameter.distribution]
    grid = 1 if whole else cells.GRID
    out = []
    for column_of_draws in columns:
        with np.errstate(over="ignore", invalid="ignore"):  # what overflows is refused below
            draws = np.floor(distribution(column_of_draws, **arguments) * grid + 0.5)
        if not (np.abs(draws) < 2.0**62 / (cells.GRID // grid)).all():
            what, remedy = "scenario.family.large-draw", "scenario.family.narrower"
            raise InvalidInput([parameter.spot.problem("scenario_draw", what, remedy)])
        out.append(draws.astype(np.int64) * (cells.GRID // grid))
    return np.stack(out)


def _result(draws: Draws, values: NDArray[Any], millionths: Ints) -> NDArray[Any]:
    """What stands in the rows for these draws (one per label). Raises `Refused`."""
    column, each = TABLES[draws.parameter.table][draws.parameter.column], millionths[draws.group]
    if draws.parameter.operation != "set":
        return cells.computed(column, draws.parameter.operation, values, each)
    new = each // cells.GRID if column.type in cells.WHOLE else each / cells.GRID
    return cells.in_range(column, new.astype(values.dtype))


def _check(draft: Draft, draws: Draws) -> None:
    """The smallest and the largest draws keep the column in its range: said before anything is solved."""
    values = draft.rows(draws.parameter.table)[draws.parameter.column][draws.at]
    try:
        for extreme in (draws.millionths.min(axis=0), draws.millionths.max(axis=0)):
            _result(draws, values, extreme)
    except Refused as error:
        raise InvalidInput([draws.parameter.spot.refusal(error)]) from None


def poured(model: FundingModel, draws: list[Draws], scenario: int) -> tuple[FundingModel, bool]:
    """`model` with the draws of one scenario, and whether no amount turned into or from zero. Raises `InvalidInput`."""
    tables: dict[str, Rows] = {}
    kept = True
    for each in draws:
        parameter = each.parameter
        rows = tables.get(parameter.table) or model[parameter.table]
        old = rows[parameter.column]
        try:
            values = _result(each, old[each.at], each.millionths[scenario])
        except Refused as error:
            raise InvalidInput([parameter.spot.refusal(error)]) from None
        new = old.copy()
        new[each.at] = values
        kept = kept and same_signs(old, new)
        tables[parameter.table] = rows.replace(**{parameter.column: new})
    return model.replace(tables={**model.tables, **tables}), kept
