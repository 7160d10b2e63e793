"""`verify`: is a released plan what it says? Everything that can be worked out again is, and compared."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rus_funding.proof.case import Case
from rus_funding.proof.derived import FORMAT, RULES, VERSION, Claims, Working, derive
from rus_funding.proof.finding import Finding, Verdict, found
from rus_funding.proof.reading import UnreadableError
from rus_funding.proof.record import compact, parse, read, serialise, sha256
from rus_funding.proof.standing import NOTHING_KNOWN
from rus_funding.proof.stated import Stated

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ENTRIES = (
    *("format", "version", "rules", "scenario", "released", "inputs", "versions", "options", "model_sha256"),
    *("standing", "objectives", "totals", "projects", "payments", "certificate", "model", "sha256"),
)


def verify(path: Path | str) -> Verdict:
    """Check a released plan: its bytes, its digests, every rule, every number, and its certificate.

    Raises `UnreadableError` for what is no released plan at all (or one of another version).
    """
    path = Path(path)
    data = read(path)
    record = parse(data)
    _known_form(record)
    findings: list[Finding] = []
    figures: dict[str, Any] = {}
    checked = None
    try:
        findings += _form(data, record)
        working = Working(Case.of(record["model"]), Claims.of(record))
        derived = derive(working)
        figures, checked = _figures(record, derived, working), working.checked
        findings += _content(working, record, derived)
    except UnreadableError as error:
        findings.append(Finding("unreadable", "", str(error)))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError, RecursionError) as error:
        what = f"The file is not built like a released plan ({type(error).__name__}: {error})."
        findings.append(Finding("unreadable", "", what))
    return Verdict(str(path), tuple(findings), figures, checked)


def _known_form(record: Mapping[str, Any]) -> None:
    if record.get("format") != FORMAT:
        raise UnreadableError("the file is JSON, but its format is not {format!r}", format=FORMAT)
    for entry, ours in (("version", VERSION), ("rules", RULES)):
        if record.get(entry) != ours or type(record[entry]) is not type(ours):
            raise UnreadableError(
                "the plan has {entry} {theirs!r}, and this program checks {ours}: use the rus-funding"
                " that the plan names under versions",
                entry=entry,
                theirs=record.get(entry),
                ours=ours,
            )
    missing = [entry for entry in ENTRIES if entry not in record]
    if missing:
        raise UnreadableError("the released plan has no {missing!r}", missing=missing[0])


def _form(data: bytes, record: dict[str, Any]) -> Iterator[Finding]:
    """The digests, and the bytes: the same content is written in one way."""
    without = {entry: content for entry, content in record.items() if entry != "sha256"}
    if record["sha256"] != sha256(without):
        yield found("digest", "sha256", "digest")
    if record["model_sha256"] != sha256(record["model"]):
        yield found("model", "model_sha256", "model")
    if set(record) != set(ENTRIES):
        yield found("form", "", "entry", entry=min(set(record) - set(ENTRIES)))
    if not record["inputs"]:
        yield found("inputs", "inputs", "no-inputs")
    for file, digest in record["inputs"].items() if record["inputs"] else ():
        if not isinstance(digest, str) or not re.fullmatch("[0-9a-f]{64}", digest):
            yield found("inputs", f"inputs.{file}", "input-form", file=file)
    if serialise(record) != data:
        yield found("form", "", "bytes")


def _content(working: Working, record: Mapping[str, Any], derived: Mapping[str, Any]) -> Iterator[Finding]:
    """The rules, the order of the funds, the numbers, the proofs."""
    checked = working.checked
    for breach in checked.breaches:
        code = "draw_order" if breach.label[0] == "draw_order" else "rule"
        yield Finding(code, " ".join(breach.label), breach.sentence, breach=breach)
    for entry, content in derived.items():
        yield from differences(entry, record[entry], content)
    for code, objective in checked.faults:
        yield found("proof", f"certificate.{objective}", code, objective=objective)
    yield from _claims(working)
    if checked.standing == NOTHING_KNOWN and not checked.breaches and not checked.faults:
        yield found("proof", "certificate", "no-bound")


def _claims(working: Working) -> Iterator[Finding]:
    """What is stated of the objectives, and what of it does not follow from the proofs."""
    checked, case = working.checked, working.case
    if not case.objectives:
        yield found("proof", "model.objectives", "no-objectives")
    names = [proof.objective for proof in working.claims.proofs]
    for name in dict.fromkeys(names):
        if names.count(name) > 1 or name not in {*case.objectives, "value"}:
            yield found("proof", f"certificate.{name}", "proof-strange", objective=name)
    stated = Stated(case, {goal.name: goal for goal in checked.goals}, {p.objective: p for p in working.claims.proofs})
    for name, goal in stated.goals.items():
        if goal.optimum is None or ("optimum", name) in checked.faults:
            continue
        if goal.bound is None:
            yield found("proof", f"objectives.{name}", "optimum-unproven", objective=name)
        elif not stated.proven(goal):
            yield found("proof", f"objectives.{name}", "optimum", objective=name)
    for proof in working.claims.proofs:
        for ahead, level in proof.kept.items():
            if ahead in stated.goals and not stated.follows(ahead, level):
                yield found("proof", f"certificate.{proof.objective}", "level-unfounded", objective=proof.objective,
                            ahead=ahead, level=f"{level:.12g}")  # fmt: skip


def differences(place: str, stated: Any, derived: Any, text: str = "figure") -> Iterator[Finding]:
    """Where what is stated is not what follows, by the path in the file. Types count: 1 is not 1.0."""
    if isinstance(stated, dict) and isinstance(derived, dict):
        for key in sorted(stated.keys() | derived.keys()):
            yield from differences(f"{place}.{key}", stated.get(key, "nothing"), derived.get(key, "nothing"), text)
    elif isinstance(stated, list) and isinstance(derived, list) and len(stated) == len(derived):
        if stated != derived or compact(stated) != compact(derived):
            for i, (one, other) in enumerate(zip(stated, derived, strict=True)):
                yield from differences(f"{place}[{i}]", one, other, text)
    elif type(stated) is not type(derived) or stated != derived:
        code = "figure" if text == "figure" else "model"
        yield found(code, place, text, place=place, stated=_short(stated), derived=_short(derived))


def _short(content: Any) -> str:
    text = repr(content)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _figures(record: Mapping[str, Any], derived: Mapping[str, Any], working: Working) -> dict[str, Any]:
    """The main figures, as they follow from the plan; `under` are the levels that each objective's proof is under."""
    case = working.case
    certificate, projects = derived["certificate"], derived["projects"]
    return {
        "model": record["model"].get("title") or record["model"]["name"],
        "scenario": record["scenario"]["name"],
        "standing": derived["standing"]["name"],
        "value": certificate["value"],
        "bound": certificate["bound"],
        "gap": derived["standing"]["gap"],
        "inputs": len(record["inputs"]),
        "funded": derived["totals"]["funded"],
        "payments": len(derived["payments"]),
        "projects": {name: sum(p["status"] == name for p in projects) for name in ("funded", "partly", "not")},
        "objectives": [
            {**entry, "tolerance": float(case.objectives[entry["name"]])} for entry in derived["objectives"]
        ],
        "under": {proof.objective: dict(proof.kept) for proof in working.claims.proofs},
    }
