"""A pack whose texts are hostile, more than ten thousand of them, made without a solve."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path
from typing import Any

from build import build

from rus_funding.comparisons import FIGURES
from rus_funding.comparisons.comparison import Comparison, Line
from rus_funding.engine.plan import Certificate, Outcome, Payment, ProjectResult, Rule
from rus_funding.model.schema import LEVELS
from rus_funding.papers.pack import Pack
from rus_funding.proof.standing import Checked, Standing
from rus_funding.scenarios import BASELINE

NAMES = (
    "=1+1", '=HYPERLINK("http://example.org","x")', "=cmd|' /C calc'!A0", "+46 19 602 70 00", "-2+3", "@SUM(A1:A9)",
    "\t=1", "\r\n=1", " =1", "'=1", '"=1"', "{=1}", "[1]Blad!A1", "#REF!", "http://example.org/a b", "mailto:a@b.se",
    "<b>fet</b>", "<w:br/>&amp;&lt;", "]]>", "<!--", "a & b", "&L&P", "{0.__class__}", "{name}", "%s %d", "\\n",
    "\u202eomvänd", "\u200fhöger", "\u2066isolerad\u2069", "\x00noll", "\x07klocka\x1b[31m", "\x85rad\u2028rad",
    "\ufffe\uffff", "\ud800ensam", "\U0001f600", "å" * 300, "ö" * 40_000, "", " ", "1 000,5", "2026-01-01", "SANT",
)  # fmt: skip
PROVEN = Standing("proven", Fraction(0))
SIZE, FUNDS = 3_400, 12  # each project has a name, a source and a note: more than ten thousand texts


def name(i: int) -> str:
    """The hostile name of number `i`."""
    return NAMES[i % len(NAMES)] + (str(i) if len(NAMES[i % len(NAMES)]) < 1000 else "")


class Run:
    """A run as far as the documents of a pack ask for it."""

    def __init__(self, outcome: Outcome, scenarios: list[str]) -> None:
        self.outcome, self.scenarios = outcome, scenarios
        self.path = Path("=cmd&<hostile>.sqlite")
        self.info: dict[str, Any] = {
            "model": outcome.model.name, "sha256": "0" * 64, "model_sha256": "1" * 64, "size": len(scenarios),
            "rules": "=1", "options": {"solver": "@a"}, "seeds": {"=1": 2}, "versions": {"=python": "3"},
            "sessions": [{"started": "2026-01-01T00:00:00+00:00", "ended": "2026-01-01T00:00:01+00:00"}],
        }  # fmt: skip

    def names(self) -> list[str]:
        return self.scenarios

    def position(self, scenario: str) -> int:
        return self.scenarios.index(scenario)

    def records(self, table: str, scenario: str | None = None) -> list[dict[str, Any]]:
        model = self.outcome.model
        if table == "scenarios":
            row = {**dict.fromkeys(FIGURES, 1), "title": NAMES[1], "question": NAMES[0], "status": "optimal"}
            asked = self.scenarios if scenario is None else [scenario]
            return [{**row, "scenario": s, "position": self.scenarios.index(s), "explanation": ""} for s in asked]
        if table == "actors":
            columns = {"projects": 1.0, "led": 2, "paid": 3, "meets": 4, "new_ties": 5}
            return [{"actor": actor, **columns} for actor in model["actors"]["actor"].tolist()]
        if table == "changes":
            return [{"table": "=1", "key": "@a", "column": "+1", "before": "-1", "after": "=2"}]
        return []


def hostile_pack(lang: str, size: int = SIZE, scenario: str = BASELINE) -> Pack:
    """The pack; kronor are those of `hostile_outcome`, and there are two scenarios."""
    outcome = hostile_outcome(size)
    run = Run(outcome, [BASELINE, "=scenario"])
    pack = Pack(run, scenario, lang)  # type: ignore[arg-type]
    lines = tuple(
        Line(s, "=run", s, "=file", name(i), "optimal", PROVEN, "", dict.fromkeys(FIGURES, 1.0 + i))
        for i, s in enumerate(run.scenarios)
    )
    comparison = Comparison("=m", name(2), ("=run",), lines, 1.0, (), (), None, None, {}, (), {})
    pack.__dict__.update(outcome=outcome, baseline=outcome, comparison=comparison)
    return pack


def hostile_outcome(size: int) -> Outcome:
    """Each project costs 2 kr, of which one fund pays 1 and another 1."""
    ids = [f"p{i}" for i in range(size)]
    common = {"source": name(5), "verified": "no", "note": name(0)}
    model = build(
        years=[2026],
        name="=hostile",
        areas=[{"area": f"a{i}", "name": name(i), "goal": name(i + 7), **common} for i in range(50)],
        actors=[{"actor": f"r{i}", "name": name(i), "type": name(i + 3), **common} for i in range(50)],
        categories=[{"category": f"c{i}", "name": name(i), **common} for i in range(50)],
        municipalities=[{"municipality": f"m{i}", "name": name(i), "population": 9, **common} for i in range(50)],
        funds=[
            {"fund": f"f{i}", "name": name(i), "level": LEVELS[i % len(LEVELS)], "max_rate": 0.5, "sector": "public",
             **common}
            for i in range(FUNDS)
        ],
        projects=[{"project": p, "name": name(i), "lead": f"r{i % 50}", "verified": "no",
                   "source": name(i + 11), "note": name(i + 23)} for i, p in enumerate(ids)],
        budgets=[{"fund": f"f{i}", "year": 2026, "amount": 10 * size} for i in range(FUNDS)],
        costs=[{"project": p, "category": f"c{i % 50}", "year": 2026, "amount": 2} for i, p in enumerate(ids)],
        eligibility=[{"fund": "f0", "by": "actor_type", "value": name(i)} for i in range(50)],
        rate_limits=[{"limit": f"l{i}", "by": "level", "value": LEVELS[i % len(LEVELS)], "min_rate": 0.1,
                      "max_rate": 0.9} for i in range(9)],
        commitments=[{"project": "p0", "fund": "f0", "year": 2026, "amount": 1, "kind": "decided"}],
    ).replace(title=name(2), source=name(3))  # fmt: skip
    payments = tuple(
        Payment(p, f"f{(i + k) % FUNDS}", 2026, f"c{i % 50}", 1)
        for (i, p), k in itertools.product(enumerate(ids), (0, 1))
    )
    projects = tuple(ProjectResult(p, Fraction(1), 2, 2, 1.0, "funded", "") for p in ids)
    rules = (Rule(("budget", "f0", "2026"), 1.0, 0.0, 0.5),)
    certificate = Certificate((), Checked(PROVEN, (), Fraction(size), Fraction(size)))
    return Outcome(
        model, "optimal", BASELINE, payments=payments, projects=projects, rules=rules, certificate=certificate,
        standing=PROVEN,
    )  # fmt: skip
