"""`[sample]`: the draws of every scenario at once, and how one scenario's draws are poured into a model.

The draws are a matrix (scenarios × draws) that depends on the seed, the size, and for each draw on its parameter's name
and its rows' label. So scenario i is the same in every process, whatever the order of the model's rows, and a
draw does not change when another parameter joins the sample.

A Latin hypercube is made here, of the raw bits of PCG64, because those are the stream that numpy promises not to
change; Sobol points are scipy's, shifted by such bits. Draws have six decimals.
"""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rus_funding.errors import InvalidInput
from rus_funding.kronor import Refused
from rus_funding.scenario import cells
from rus_funding.scenario.draft import Draft, Positions, same_signs
from rus_funding.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rus_funding.model import FundingModel, Rows
    from rus_funding.scenario.parts import Parameter, Sample

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MOST_DRAWS = 10_000_000
MOST_SOBOL = 21_201


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
    plans = [_plan(draft, parameter) for parameter in sample.parameters]
    total = sum(len(labels) for _, _, labels in plans)
    if total * sample.size > MOST_DRAWS:
        what = f"{sample.size} scenarios of {total} draws are {total * sample.size} draws, more than {MOST_DRAWS}."
        remedy = 'Let rows share draws (per = "project"), or make the sample smaller.'
        raise InvalidInput([sample.spot.problem("scenario_sample_size", what, remedy)])
    if sample.method == "sobol" and total > MOST_SOBOL:
        what = f"{total} draws are more than Sobol points have dimensions ({MOST_SOBOL})."
        raise InvalidInput([sample.spot.problem("scenario_sobol", what, 'Use method = "latin-hypercube".')])
    points = _sobol(sample, total) if sample.method == "sobol" else None
    out, start = [], 0
    for parameter, (at, group, labels) in zip(sample.parameters, plans, strict=True):
        uniform = np.empty((sample.size, len(labels)))
        for d, label in enumerate(labels):
            bits = _bits(sample.seed, f"{parameter.name}\n{label}", 2 * sample.size)
            uniform[:, d] = _stratified(bits) if points is None else _shifted(points[:, start + d], bits)
        start += len(labels)
        current = draft.rows(parameter.table)[parameter.column][at]
        draws = Draws(parameter, at, group, labels, _millionths(parameter, uniform, current))
        _check(draft, draws)
        out.append(draws)
    return out


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


def _bits(seed: int, label: str, count: int) -> NDArray[np.uint64]:
    """`count` raw 64-bit numbers that depend on the seed and the label alone."""
    words = np.frombuffer(hashlib.sha256(label.encode()).digest(), "<u4").tolist()
    raw: NDArray[np.uint64] = np.random.PCG64(np.random.SeedSequence([seed, *words])).random_raw(count)
    return raw


def _unit(bits: NDArray[np.uint64]) -> Floats:
    """Numbers in 0..1, both ends excluded."""
    return ((bits >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


def _stratified(bits: NDArray[np.uint64]) -> Floats:
    """Latin hypercube in one dimension: one number in each n-th of 0..1, in random order."""
    count = bits.size // 2
    order = np.empty(count, np.float64)
    order[np.argsort(bits[:count], kind="stable")] = np.arange(count)
    return (order + _unit(bits[count:])) / count


def _shifted(points: Floats, bits: NDArray[np.uint64]) -> Floats:
    """The points moved around the circle 0..1 by a random length."""
    return np.clip((points + _unit(bits[:1])) % 1.0, 2.0**-53, 1.0 - 2.0**-53)


def _sobol(sample: Sample, dimensions: int) -> Floats:
    from scipy.stats import qmc  # half a second: only where it is asked for

    exponent = max(0, sample.size - 1).bit_length()
    points: Floats = qmc.Sobol(dimensions, scramble=False).random_base2(exponent)[: sample.size]
    return points


# --- distributions: uniform numbers → draws ---------------------------------------------------------------------


def _uniform(u: Floats, low: float, high: float) -> Floats:
    return low + u * (high - low)


def _triangular(u: Floats, low: float, mode: float, high: float) -> Floats:
    """The inverse of the triangular distribution function."""
    width = high - low
    rising = low + np.sqrt(u * width * (mode - low))
    falling = high - np.sqrt((1.0 - u) * width * (high - mode))
    return np.where(u * width < mode - low, rising, falling)


def _lognormal(u: Floats, sigma: float, median: float = 1.0) -> Floats:
    """median · exp(sigma · z), z standard normal: half of the draws lie below the median."""
    from scipy.special import ndtri

    return median * np.exp(sigma * np.asarray(ndtri(u)))


def _normal(u: Floats, mean: float, sd: float, low: float = -np.inf, high: float = np.inf) -> Floats:
    """Normal, cut off at low and high (and scaled up between them)."""
    from scipy.special import ndtr, ndtri

    bottom, top = ndtr((low - mean) / sd), ndtr((high - mean) / sd)
    return np.clip(mean + sd * np.asarray(ndtri(bottom + u * (top - bottom))), low, high)


_DISTRIBUTIONS: Mapping[str, Callable[..., Floats]] = {
    "uniform": _uniform,
    "triangular": _triangular,
    "lognormal": _lognormal,
    "normal": _normal,
}


def _millionths(parameter: Parameter, uniform: Floats, current: NDArray[Any]) -> Ints:
    """Draws in millionths; those of kronor and other whole numbers that are set or added are whole."""
    arguments = dict(parameter.arguments)
    column = TABLES[parameter.table][parameter.column]
    whole = column.type in cells.WHOLE and parameter.operation != "multiply"
    if parameter.distribution == "dirichlet":
        return _dirichlet(parameter, uniform, current.astype(np.float64), arguments, whole=whole)
    draws = _DISTRIBUTIONS[parameter.distribution](uniform, **arguments)
    if not (np.abs(draws) < 2**62 / cells.GRID).all():
        what = "A draw is too large for any amount."
        raise InvalidInput([parameter.spot.problem("scenario_draw", what, "Choose a narrower distribution.")])
    if whole:
        return np.floor(draws + 0.5).astype(np.int64) * cells.GRID
    return np.floor(draws * cells.GRID + 0.5).astype(np.int64)


def _dirichlet(
    parameter: Parameter, uniform: Floats, current: Floats, arguments: Mapping[str, float], *, whole: bool
) -> Ints:
    """The sum of the current values divided anew: gamma draws, normalised, rounded so that the sum is kept.

    Alphas are 1 (every division as likely), or concentration · current share (the mean is the current division; a row
    of 0 stays 0).
    """
    from scipy.special import gammaincinv

    total = current.sum()
    if not total > 0:
        what = "The values to divide anew sum to 0 or are blank."
        raise InvalidInput([parameter.spot.problem("scenario_dirichlet", what, "Choose rows with values by where.")])
    share = current / total
    concentration = arguments.get("concentration")
    alpha = np.ones(current.size) if concentration is None else concentration * share
    gamma = np.zeros_like(uniform)
    some = alpha > 0
    gamma[:, some] = gammaincinv(alpha[some], uniform[:, some])
    sums = gamma.sum(axis=1, keepdims=True)
    parts = np.where(sums > 0, gamma / np.where(sums > 0, sums, 1.0), share)
    unit = 1 if whole else cells.GRID
    rounded = np.floor(np.cumsum(parts, axis=1) * (total * unit) + 0.5).astype(np.int64)
    rounded[:, -1] = int(np.floor(total * unit + 0.5))
    out: Ints = np.diff(rounded, axis=1, prepend=0) * (cells.GRID // unit)
    return out


# --- pouring ----------------------------------------------------------------------------------------------------


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
        problem = draws.parameter.spot.problem(f"scenario_{error.code}", error.what, error.remedy)
        raise InvalidInput([problem]) from None


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
            raise InvalidInput([parameter.spot.problem(f"scenario_{error.code}", error.what, error.remedy)]) from None
        new = old.copy()
        new[each.at] = values
        kept = kept and same_signs(old, new)
        tables[parameter.table] = rows.replace(**{parameter.column: new})
    return model.replace(tables={**model.tables, **tables}), kept
