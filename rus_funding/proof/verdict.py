"""`verify`: is a released plan what it says? Everything that can be worked out again is, and compared."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from rus_funding.proof.audit import audit
from rus_funding.proof.case import Case
from rus_funding.proof.derived import FORMAT, RULES, VERSION, Claims, Working, derive, fraction
from rus_funding.proof.order import draw_order_binds, draw_order_breaches
from rus_funding.proof.reading import UnreadableError, exact
from rus_funding.proof.record import parse, read, serialise, sha256
from rus_funding.proof.worth import figure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rus_funding.proof.breach import Breach

ENTRIES = (
    *("format", "version", "rules", "status", "scenario", "released", "inputs", "versions", "options", "model_sha256"),
    *("objectives", "totals", "projects", "payments", "certificate", "model", "sha256"),
)
MOST = {"funded", "balance", "reach"}  # objectives that are maximised
CLOSE = Fraction(1, 10**6)  # relative; how near a float of a solver must be to what is proven


class Finding(NamedTuple):
    """Something that is not as it should be: a stable `code`, where in the file, and a sentence.

    The sentence as data, for those who say it in other words: the `breach` it tells, or what it says (`text`, a stable
    id) of which `fields`.
    """

    code: str
    place: str
    sentence: str
    text: str = ""
    fields: Mapping[str, str] | None = None
    breach: Breach | None = None


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What `verify` found. `figures` are worked out here, not read: value, bound, gap, kronor, counts."""

    path: str
    findings: tuple[Finding, ...]
    figures: Mapping[str, Any]

    @property
    def verified(self) -> bool:
        """Nothing was found wrong."""
        return not self.findings


def verify(path: Path | str) -> Verdict:
    """Check a released plan: its bytes, its digests, every rule, every number, and its certificate.

    Raises `UnreadableError` for what is no released plan at all (or one of another version).
    """
    path = Path(path)
    data = read(path)
    record = parse(data)
    _known_form(record)
    found: list[Finding] = []
    figures: dict[str, Any] = {}
    try:
        found += _form(data, record)
        working = Working(Case.of(record["model"]), Claims.of(record))
        derived = derive(working)
        figures = _figures(record, derived)
        found += _content(working, record, derived)
    except UnreadableError as error:
        found.append(Finding("unreadable", "", str(error)))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError, RecursionError) as error:
        what = f"The file is not built like a released plan ({type(error).__name__}: {error})."
        found.append(Finding("unreadable", "", what))
    return Verdict(str(path), tuple(found), figures)


def _known_form(record: Mapping[str, Any]) -> None:
    if record.get("format") != FORMAT:
        raise UnreadableError(f"the file is JSON, but its format is not {FORMAT!r}")
    for entry, ours in (("version", VERSION), ("rules", RULES)):
        if record.get(entry) != ours or type(record[entry]) is not type(ours):
            raise UnreadableError(
                f"the plan has {entry} {record.get(entry)!r}, and this program checks {ours}: use the rus-funding"
                " that the plan names under versions"
            )
    missing = [entry for entry in ENTRIES if entry not in record]
    if missing:
        raise UnreadableError(f"the released plan has no {missing[0]!r}")


def _content(working: Working, record: Mapping[str, Any], derived: Mapping[str, Any]) -> Iterator[Finding]:
    """The rules, the order of the funds, the numbers, the certificate."""
    case, ledger = working.case, working.ledger
    breaches = audit(case, ledger, {entry["project"]: fraction(entry["share"]) for entry in record["projects"]})
    for breach in breaches:
        yield _breach("rule", breach)
    if draw_order_binds(case) and not any(breach.label[0] == "payment" for breach in breaches):
        for breach in draw_order_breaches(case, ledger):
            yield _breach("draw_order", breach)
    for entry, content in derived.items():
        yield from differences(entry, record[entry], content)
    yield from _certificate(working, record["status"])


def _form(data: bytes, record: dict[str, Any]) -> Iterator[Finding]:
    """The digests, and the bytes: the same content is written in one way."""
    without = {entry: content for entry, content in record.items() if entry != "sha256"}
    if record["sha256"] != sha256(without):
        what = "The file is not the one that was released: its digest does not match."
        yield Finding("digest", "sha256", what, "digest")
    if record["model_sha256"] != sha256(record["model"]):
        what = "The model is not the one the plan was made for: its digest differs."
        yield Finding("model", "model_sha256", what, "model")
    if set(record) != set(ENTRIES):
        entry = min(set(record) - set(ENTRIES))
        yield Finding("form", "", f"The file has an entry too many: {entry}.", "entry", {"entry": entry})
    if serialise(record) != data:
        what = "The file has been written anew: its bytes are not as rus-funding writes them."
        yield Finding("form", "", what, "bytes")


def _breach(code: str, breach: Breach) -> Finding:
    return Finding(code, " ".join(breach.label), breach.sentence, breach=breach)


def differences(place: str, stated: Any, derived: Any) -> Iterator[Finding]:
    """Where what is stated is not what follows, by the path in the file. Types count: 1 is not 1.0."""
    if isinstance(stated, dict) and isinstance(derived, dict):
        for key in sorted(stated.keys() | derived.keys()):
            yield from differences(f"{place}.{key}", stated.get(key, "nothing"), derived.get(key, "nothing"))
    elif isinstance(stated, list) and isinstance(derived, list) and len(stated) == len(derived):
        if stated != derived or repr(stated) != repr(derived):
            for i, (one, other) in enumerate(zip(stated, derived, strict=True)):
                yield from differences(f"{place}[{i}]", one, other)
    elif type(stated) is not type(derived) or stated != derived:
        said = {"place": place, "stated": _short(stated), "derived": _short(derived)}
        what = f"{place} says {said['stated']}, but {said['derived']} follows from the plan."
        yield Finding("figure", place, what, "figure", said)


def _short(content: Any) -> str:
    text = repr(content)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _certificate(working: Working, status: str) -> Iterator[Finding]:
    """No plan is worth more than the bound, but for what whole kronor give; and an optimum is as good as its proof."""
    proven, claims = working.proven, working.claims
    give = proven.give
    for objective, level in claims.kept.items():
        over = figure(working.case, working.ledger, working.shares, objective) - exact(level)
        short = -over if objective in MOST else over
        give += proven.prices.get(objective, Fraction(0)) * max(Fraction(0), short)
    if working.value > proven.bound + give:
        yield Finding("bound", "certificate.exact_bound", "The plan is worth more than any plan can be.", "above-exact")
    upper = working.upper
    near = CLOSE * max(Fraction(1), abs(upper))
    if working.value > upper + give + near:
        what = "The plan is worth more than the solver's bound."
        yield Finding("bound", "certificate.solver_bound", what, "above-solver")
    optimum = claims.optima.get("value")
    if optimum is None:
        return
    if exact(optimum) > upper + near:
        what = "The optimum is higher than what is proven possible."
        yield Finding("bound", "certificate.optimum", what, "optimum-high")
    if status == "optimal" and exact(optimum) < upper - near:
        what = "The plan is called optimal, but its bound does not prove it."
        yield Finding("bound", "certificate.optimum", what, "not-proven")


def _figures(record: Mapping[str, Any], derived: Mapping[str, Any]) -> dict[str, Any]:
    """The main figures, as they follow from the plan."""
    certificate, projects = derived["certificate"], derived["projects"]
    return {
        "model": record["model"].get("title") or record["model"]["name"],
        "scenario": record["scenario"]["name"],
        "status": record["status"],
        "kind": certificate["kind"],
        "value": certificate["value"],
        "bound": certificate["bound"],
        "relaxation": float(fraction(certificate["exact_bound"])),
        "gap": certificate["gap"],
        "funded": derived["totals"]["funded"],
        "payments": len(derived["payments"]),
        "projects": {name: sum(p["status"] == name for p in projects) for name in ("funded", "partly", "not")},
        "kept": [entry["name"] for entry in derived["objectives"] if entry["kept"] is not None],
    }
