"""Why the plan is what it is: what moved since the plan before, which rules bind, the proof, the sources."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rus_funding.comparisons.differences import swapped
from rus_funding.explanations.certainty_words import certainty_lists
from rus_funding.explanations.sentences import Words
from rus_funding.kronor import NBSP
from rus_funding.papers.docx.conditions import _signed as signed
from rus_funding.papers.docx.conditions import committed
from rus_funding.papers.docx.table import Row
from rus_funding.papers.rules import rules
from rus_funding.papers.story import story
from rus_funding.papers.texts import TEXTS
from rus_funding.scenarios import BASELINE
from rus_funding.words.numbers import kronor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.engine.plan import Outcome
    from rus_funding.papers.docx.paper import Paper

MOST_RULES, MOST_MOVES, MOST_SOURCES = 8, 60, 20
MOST_TABLES = 6  # whose rows that nobody has checked are counted one by one; more are counted together


def differences(paper: Paper) -> None:
    """What moves against the baseline; for the baseline itself, against what is decided already."""
    paper.heading(paper.words("differences"))
    if paper.pack.scenario != BASELINE:
        _against_baseline(paper)
        return
    rows = committed(paper)
    changed = sum(amount != paid for *_, amount, paid in rows)
    if not rows:
        paper.text(paper.words("no-plan-before"))
    else:
        paper.text(paper.words("commitments-kept" if not changed else "commitments-changed", count=len(rows),
                               changed=changed))  # fmt: skip


def _against_baseline(paper: Paper) -> None:
    baseline, outcome = paper.pack.baseline, paper.pack.outcome
    if not baseline.planned:
        paper.text(paper.words("baseline-none"))
        return
    more = outcome.funded - baseline.funded
    key = "moved-more" if more > 0 else "moved-less" if more < 0 else "moved-same"
    paper.text(paper.words(key, kronor=abs(more), before=baseline.funded, after=outcome.funded))
    figures, unmoved = paper.pack.figures, []
    for table, id_ in (("funds", "fund"), ("projects", "project")):
        before, after = _kronor(baseline, id_), _kronor(outcome, id_)
        names = figures.names(table, id_)
        ids = {*before, *after}
        moved = sorted(
            (i for i in ids if before.get(i, 0) != after.get(i, 0)),
            key=lambda i, b=before, a=after: (-abs(a.get(i, 0) - b.get(i, 0)), i),  # type: ignore[misc]
        )
        unmoved.append((table, len(names) - len(moved)))
        if moved:
            _moves(paper, table, names, moved, before, after)
    for table, count in unmoved:
        if count:
            paper.text(paper.words(f"unmoved-{table}", count=count), "Tabellnot")
    plans = enumerate((baseline, outcome))
    other = swapped((i, p.project, p.fund, p.kronor) for i, plan in plans for p in plan.payments)
    if other:
        paper.text(paper.words("other-payers", count=len(other), kronor=sum(other.values())), "Tabellnot")


def _moves(
    paper: Paper, table: str, names: Mapping[str, str], moved: list[str], before: Mapping[str, int],
    after: Mapping[str, int],
) -> None:  # fmt: skip
    lang = paper.lang
    rows = [
        Row((names.get(i, i), kronor(before.get(i, 0), lang), kronor(after.get(i, 0), lang),
             signed(after.get(i, 0) - before.get(i, 0), lang)))
        for i in moved[:MOST_MOVES]
    ]  # fmt: skip
    if rest := moved[MOST_MOVES:]:
        b, a = (sum(part.get(i, 0) for i in rest) for part in (before, after))
        rows.append(Row((TEXTS[lang]["and_more"].format(count=len(rest)).capitalize(), kronor(b, lang),
                         kronor(a, lang), signed(a - b, lang))))  # fmt: skip
    b, a = (sum(part.get(i, 0) for i in moved) for part in (before, after))
    rows.append(Row((TEXTS[lang]["sum"], kronor(b, lang), kronor(a, lang), signed(a - b, lang)), "total"))
    first = TEXTS[lang]["financier" if table == "funds" else "project"]
    headings = [first, paper.words("before"), paper.words("after-plan"), paper.words("change")]
    paper.table(paper.words(f"caption-moved-{table}"), headings, rows, (7.4, 2.8, 2.8, 2.8), 3)


def _kronor(outcome: Outcome, key: str) -> dict[str, int]:
    sums: dict[str, int] = {}
    for payment in outcome.payments:
        name = getattr(payment, key)
        sums[name] = sums.get(name, 0) + payment.kronor
    return sums


def tied(text: str) -> str:
    """The text with numbers that do not part at the end of a line.

    >>> tied("1 000 kr mer")
    '1\\xa0000\\xa0kr mer'
    """
    return re.sub(r"(?<=\d) (?=\d{3}(?!\d)|kr\b)", NBSP, text)


def binding(paper: Paper) -> None:
    """Where more money does most good, and the rules that bind, as sentences."""
    lang = paper.lang
    found = rules(paper.pack.figures, lang)
    paper.heading(found.title)
    if paper.pack.bottleneck:
        paper.text(tied(" ".join(paper.pack.bottleneck)))
    if found.rows:
        rows = [Row((tied(str(rule)),)) for (rule,) in found.rows[:MOST_RULES]]
        headings = [column.heading for column in found.columns]
        paper.table(paper.words("caption-rules"), headings, rows, (15.8,), 1, small=len(rows) > 8)
        if (more := len(found.rows) - MOST_RULES) > 0:
            paper.text(TEXTS[lang]["more_rows"].format(count=more), "Tabellnot")
    for note in found.notes:
        paper.text(note, "Tabellnot" if found.rows else "Normal")


def proof(paper: Paper) -> None:
    """How the plan was checked, and how anybody can do it again."""
    info, told = paper.pack.run.info, story(paper.pack)
    paper.heading(paper.words("proof"))
    if told.proof:
        paper.text(told.proof)
    for line in told.proof_details:
        paper.text(line)
    if told.certainty:
        paper.text(" ".join(told.certainty))
        for line in certainty_lists(paper.pack.certainty, Words(paper.pack.model, paper.lang)):  # type: ignore[arg-type]
            paper.text(line, "Tabellnot")
    for line in told.rests_on:
        paper.text(line)
    versions = ", ".join(f"{name} {version}" for name, version in sorted(info["versions"].items()))
    verified = "verified-by" if paper.pack.outcome.planned else "verified-without-plan"
    paper.text(paper.words(verified, path=paper.pack.run.path.name, sha=info["sha256"]))
    paper.text(paper.words("made-with", rules=info["rules"], versions=versions, day=paper.made.date()), "Tabellnot")


def sources(paper: Paper) -> None:
    """Where the values come from, and which of them nobody has checked."""
    told = story(paper.pack)
    paper.heading(paper.words("sources"))
    shown = told.sources[:MOST_SOURCES]
    paper.bullets([paper.words("source", text=s.text, count=s.rows) if s.rows else s.text for s in shown])
    if len(told.sources) > MOST_SOURCES:
        paper.text(paper.words("more-sources", count=len(told.sources) - MOST_SOURCES))
    paper.heading(paper.words("unverified"), 2)
    paper.text(told.unverified)
    if told.unverified_rows:
        tables = [
            paper.words("unverified-table", table=paper.words(f"table-{table}"), unchecked=unchecked, rows=size)
            for table, (unchecked, size) in told.unverified_rows.items()
        ]
        if len(tables) <= MOST_TABLES:
            paper.text(paper.words("unverified-tables", tables=tables))
        paper.text(paper.words("unverified-where"), "Tabellnot")
