"""From an outcome to the rows of a run. Runs in the worker, so that the one writer only has to write."""

from __future__ import annotations

import json
import math
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.engine.budget_status import least_carried
from rus_funding.engine.figures import marked
from rus_funding.engine.key_figures import Sums, departures, key_figures
from rus_funding.proof.derived import packed
from rus_funding.proof.rows import UNTOLD, of_rules
from rus_funding.proof.standing import UNKNOWN
from rus_funding.runs.content import Record, Row, numbered, scenario_digest, seal
from rus_funding.runs.schema import RESULTS, result_columns
from rus_funding.runs.standing import upward
from rus_funding.words.causes import explained

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rus_funding.engine.plan import Outcome
    from rus_funding.model.amounts import Floats
    from rus_funding.program.linear import Label
    from rus_funding.scenarios import Prepared


LARGEST_PROOFS = 64_000_000  # bytes, unpacked


def solved(
    position: int, prepared: Prepared, outcome: Outcome, sums: Sums, seconds: float, *, swedish: str = ""
) -> Record:
    """The record of a scenario that was solved, whatever came out; `swedish` is the outcome's message in Swedish."""
    tables: dict[str, list[Row]] = {"changes": changes(prepared)}
    if outcome.planned:
        tables |= {
            "objectives": [(name, _real(optimum)) for name, optimum in outcome.objectives],
            "payments": [(p.project, p.fund, p.year, p.category_class, p.kronor) for p in outcome.payments],
            "projects": projects(outcome),
            "causes": causes(outcome),
            "areas": areas(sums),
            "perspectives": perspectives(sums),
            "funds": funds(sums),
            "municipalities": municipalities(sums),
            "actors": actors(sums),
            "rules": rules(outcome),
        }
    if outcome.standing.name != UNKNOWN:
        tables["certificates"] = [certificate(outcome)]
    figures: dict[str, Any] = dict(key_figures(sums))
    figures |= {"standing": outcome.standing.name, "gap": upward(outcome.standing.gap), "explanation_sv": swedish}
    figures["iterations"] = outcome.iterations
    return _record(position, prepared, outcome.status, outcome.message, figures, tables, seconds)


def unsolved(
    position: int,
    prepared: Prepared,
    status: str,
    explanation: str,
    seconds: float,
    *,
    attempts: int = 1,
    with_changes: bool = True,
    swedish: str = "",
) -> Record:
    """The record of a scenario without an outcome: its model is invalid, or its worker crashed or hung."""
    tables = {"changes": changes(prepared)} if with_changes else {}
    figures = {"standing": UNKNOWN, "explanation_sv": swedish}
    return _record(position, prepared, status, explanation, figures, tables, seconds, attempts)


def _record(
    position: int,
    prepared: Prepared,
    status: str,
    explanation: str,
    figures: dict[str, Any],
    tables: dict[str, list[Row]],
    seconds: float,
    attempts: int = 1,
) -> Record:
    scenario, expected = prepared.scenario, prepared.expected
    figures |= {"status": status}
    wrong = departures(figures, expected.figures, expected.tolerances) if expected is not None else []
    figures |= {
        "file": scenario.id,
        "title": scenario.title,
        "question": scenario.question,
        "explanation": explanation,
        "explanation_sv": figures.get("explanation_sv") or explained(explanation, "sv"),
        "departures": " ".join(wrong),
        "attempts": attempts,
        "seconds": float(seconds),
        "position": position,
        "scenario": prepared.name,
    }
    row = tuple(_cell(column, figures.get(column)) for column in result_columns("scenarios"))
    whole = {table: numbered(position, prepared.name, rows) for table, rows in tables.items()}
    row = (*row[:-2], scenario_digest(row, tables), "")
    whole["scenarios"] = [(*row[:-1], seal(row))]
    return Record(position, prepared.name, whole)


def changes(prepared: Prepared) -> list[Row]:
    """What the scenario changed."""
    return [
        (table, key, column, _plain(before), _plain(after)) for table, key, column, before, after in prepared.changes()
    ]


def projects(outcome: Outcome) -> list[Row]:
    """Every project, by id."""
    fates = dict.fromkeys(outcome.scaled_down, "scaled_down") | dict.fromkeys(outcome.left_out, "left_out")
    return [
        (
            *(r.project, float(r.share), r.cost, r.kronor, _real(r.points)),
            *(r.status, r.reason, r.given_up, fates.get(r.project, "")),
        )
        for r in outcome.projects
    ]


def causes(outcome: Outcome) -> list[Row]:
    """The rules of each project's cause, by project; one row without a rule where none alone is the reason."""
    return [
        (project, rule[0] if rule else "", "/".join(rule[1:]), float(cause.share), int(cause.settles))
        for project, cause in sorted((outcome.causes or {}).items())
        for rule in cause.rules or ((),)
    ]


def areas(sums: Sums) -> list[Row]:
    """Every area, by id."""
    kronor = sums.by_area
    whole = apportioned(kronor, sums.funded)
    share = kronor / kronor.sum() if kronor.sum() > 0 else np.full(kronor.size, np.nan)
    return _columns(sums.amounts.index.areas.ids, whole, share, sums.points + 0.0, sums.amounts.area("target"))


def perspectives(sums: Sums) -> list[Row]:
    """Every perspective, by id."""
    index = sums.amounts.index
    found = marked(sums.outcome.model, dict(zip(index.projects.ids, sums.by_project.tolist(), strict=True)))
    whole = sums.funded
    return [
        (name, found[name][0], found[name][0] / whole if whole else None, found[name][1])
        for name in index.perspectives.ids
    ]


def apportioned(parts: Floats, total: int) -> list[int]:
    """Parts of a whole number of kronor as whole kronor that add up to it: largest remainder, the first id at ties.

    >>> apportioned(np.array([1.5, 2.5, 1.0]), 5)
    [2, 2, 1]
    """
    shown = np.round(parts, 6)  # shares have no more decimals, so that float noise decides no krona
    whole = np.floor(shown).astype(np.int64)
    largest = np.argsort(np.round(whole - shown, 6), kind="stable")
    whole[largest[: max(0, total - int(whole.sum()))]] += 1
    found: list[int] = whole.tolist()
    return found


def municipalities(sums: Sums) -> list[Row]:
    """Every municipality, by id."""
    kronor, people = sums.by_municipality, sums.amounts.population
    whole = np.floor(kronor + 0.5).astype(np.int64)
    each = np.divide(kronor, people, out=np.full(kronor.size, np.nan), where=people > 0)
    return _columns(sums.amounts.index.municipalities.ids, whole.tolist(), each)


def funds(sums: Sums) -> list[Row]:
    """Every fund and year; what is carried is the least that must be, see `least_carried`."""
    index, outcome = sums.amounts.index, sums.outcome
    shown = priced(outcome)
    prices = {rule.label[1:]: rule.price for rule in outcome.rules if rule.label[0] == "budget"}
    known = shown and bool(outcome.certificate and not outcome.certificate.choices)
    rows: list[Row] = []
    budget, used, carry = sums.amounts.budget.tolist(), sums.by_fund.tolist(), sums.amounts.carry.tolist()
    rests = sums.resting
    for f, fund in enumerate(index.funds.ids):
        moved = least_carried(budget[f], used[f], carry[f])
        for t, year in enumerate(index.years.ids):
            price = _real(prices.get((fund, str(year)), 0.0)) if known else None
            unused = budget[f][t] + (moved[t - 1] if t else 0) - used[f][t] - moved[t]
            rows.append((fund, year, budget[f][t], used[f][t], moved[t], unused, *rests[fund, year], price))
    return rows


def actors(sums: Sums) -> list[Row]:
    """Every actor, by id."""
    index = sums.amounts.index
    count = len(index.actors)
    project, actor = index.takes_part
    shares = np.bincount(actor, sums.share[project], count)
    led = np.zeros(count, np.int64)
    np.add.at(led, index.lead, sums.by_project)
    paid = np.zeros(count, np.int64)
    financier = index.fund_column("financier").tolist()
    for f, kronor in enumerate(sums.by_fund.sum(axis=1).tolist()):
        if financier[f]:
            paid[index.actors.position[financier[f]]] += kronor
    one, other, pair, where = index.ties
    met = np.bincount(pair, sums.share[where] > 0, one.size) > 0
    new = met & (index.link_of_tie < 0)
    counts = [
        (np.bincount(one[which], minlength=count) + np.bincount(other[which], minlength=count)).tolist()
        for which in (met, new)
    ]
    return _columns(index.actors.ids, shares, led.tolist(), paid.tolist(), *counts)


def priced(outcome: Outcome) -> bool:
    """Whether the prices of the rules are those of a leaf of the proof of the value. Others are not kept."""
    leaves = [
        leaf.duals
        for proof in (outcome.certificate.proofs if outcome.certificate is not None else ())
        if proof.objective == "value"
        for leaf in proof.tree.leaves
        if not leaf.empty
    ]
    prices = {rule.label: rule.price for rule in outcome.rules}
    unchosen = {result.project for result in outcome.projects if not result.share} - set(outcome.left_out)
    return any(_follow(prices, of_rules(duals, unchosen)) for duals in leaves)


def _follow(prices: Mapping[Label, float], duals: Mapping[Label, float]) -> bool:
    near = all(abs(price - duals.get(label, 0.0)) <= 1e-9 * max(1.0, abs(price)) for label, price in prices.items())
    told = (label for label, dual in duals.items() if abs(dual) > 1e-9 and label[0] not in {*UNTOLD, "kept"})
    return near and all(label in prices for label in told)


def rules(outcome: Outcome) -> list[Row]:
    """The rules that bind, the dearest first."""
    if not priced(outcome):
        return []
    return [
        (rule.label[0], "/".join(rule.label[1:]), _real(rule.limit), _real(rule.slack), _real(rule.price))
        for rule in outcome.rules
    ]


def certificate(outcome: Outcome) -> Row:
    """The proof of a standing, exact numbers as p/q."""
    proofs = outcome.certificate.proofs if outcome.certificate is not None else ()
    checked, gap = outcome.checked, outcome.standing.gap
    exact = (None, None) if checked is None else (str(checked.value), str(checked.bound))
    content = _json(packed(proofs))
    if len(content) > LARGEST_PROOFS:
        raise ValueError(f"the proofs take {len(content)} bytes, more than {LARGEST_PROOFS}: they cannot be kept")
    return (
        *(outcome.standing.name, *exact, None if gap is None else str(gap)),
        *(len(content), zlib.compress(content, 1)),
    )


def unzipped(size: int, content: bytes) -> bytes:
    """What `certificate` has packed: as many bytes as it says, and no more than there may be.

    Raises `ValueError` for anything else, before more than that is unpacked.

    >>> unzipped(3, zlib.compress(b"abc"))
    b'abc'
    """
    if not 0 <= size <= LARGEST_PROOFS:
        raise ValueError(f"{size} bytes of proofs")
    inflating = zlib.decompressobj()
    try:
        found = inflating.decompress(content, size + 1)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if len(found) != size or not inflating.eof or inflating.unused_data:
        raise ValueError(f"the proofs are not the {size} bytes that they are said to be")
    return found


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _columns(*columns: Any) -> list[Row]:
    """Columns to rows; floats of arrays that are not finite become None."""
    plain: list[Sequence[Any]] = []
    for column in columns:
        if isinstance(column, np.ndarray):
            values = (column + 0.0).tolist()
            plain.append([value if math.isfinite(value) else None for value in values])
        else:
            plain.append(column)
    return list(zip(*plain, strict=True))


_REAL = {column.name for column in RESULTS["scenarios"].columns if column.type == "REAL"}


def _cell(column: str, value: Any) -> Any:
    return _real(value) if column in _REAL and value is not None else value


def _real(value: float) -> float | None:
    """A float as SQLite gives it back: no -0.0, and only what is finite."""
    value = float(value) + 0.0
    return value if math.isfinite(value) else None


def _plain(value: Any) -> Any:
    """A cell that SQLite keeps as it is: flags as 0 and 1."""
    if isinstance(value, (bool, np.bool_)):
        return int(value)
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, float):
        return _real(value)
    return value
