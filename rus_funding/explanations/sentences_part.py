"""A part of the plan, and what insisting on projects costs, in sentences and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.explanations.named import PARTS
from rus_funding.explanations.sentences_project import EQUAL, SMALLEST
from rus_funding.explanations.sentences_ranking import cause_sentences
from rus_funding.words.standings import label
from rus_funding.words.table import Cell, Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rus_funding.explanations.insist import Insisted
    from rus_funding.explanations.part import InPart, Part
    from rus_funding.explanations.sentences import Words
    from rus_funding.explanations.swaps import Move

STATUSES = ("funded", "partly", "not")


def part_paragraphs(part: Part, words: Words) -> list[tuple[str, list[str]]]:
    """(heading, sentences): where it stands, why it gets no more, what would help and who would pay."""
    out = [(words.say("heading.part"), _stands(part, words))]
    if part.projects:
        out.append((words.say("heading.part-why"), _why(part, words)))
        if help_ := _help(part, words):
            out.append((words.say("heading.part-help"), help_))
    return out


def insist_paragraphs(found: Insisted, words: Words) -> list[tuple[str, list[str]]]:
    """(heading, sentences): what it costs, who falls out, who pays."""
    projects = words.names("projects", found.projects)
    return [(words.say("heading.insist", projects=projects), insist_sentences(found, words))]


def _stands(part: Part, words: Words) -> list[str]:
    name = words.bare(PARTS[part.kind], part.id)
    fields = {"name": name, "kronor": part.kronor, "rank": part.rank, "size": part.size}
    if part.kind == "municipality":
        if not part.inhabitants:
            out = [words.say("part.municipality.empty", **fields)]
        else:
            each, average = part.kronor / part.inhabitants, part.all_kronor / part.all_inhabitants
            out = [words.say("part.municipality", each=round(each), average=round(average), **fields)]
    else:
        out = [words.say(f"part.{part.kind}", share=part.kronor / (part.all_kronor or 1), **fields)]
    if not part.projects:
        return [*out, words.say(f"part.none.{part.kind}")]
    if part.kind == "fund":
        out += [*_money(part, words)]
    elif part.asked:
        out.append(words.say("part.asked", asked=part.asked, share=part.kronor / part.asked))
    counts = [(status, sum(one.status == status for one in part.projects)) for status in STATUSES]
    parts = [words.say(f"part.{status}", count=count) for status, count in counts if count]
    return [*out, words.say("part.counts", parts=parts)]


def _money(part: Part, words: Words) -> Iterator[str]:
    budget, left = (sum(kronor for _, kronor in years) for years in (part.budget, part.unused))
    if left:
        years = [words.say("part.unused-year", year=year, kronor=kronor) for year, kronor in part.unused if kronor]
        yield words.say("part.unused", kronor=left, budget=budget, years=years)
    elif budget:
        yield words.say("part.used", budget=budget)
    if part.asked > part.kronor:
        yield words.say("part.asked.fund", asked=part.asked)


def _why(part: Part, words: Words) -> list[str]:
    """The reasons of the projects that could get more: each once, with the projects that it holds for."""
    if not part.short:
        return [words.say("part.all")]
    said: dict[str, list[str]] = {}
    unknown = []
    for one in part.short:
        reason = _reason(one, words)
        if reason:
            said.setdefault(reason, []).append(one.project)
        else:
            unknown.append(one.project)
    out = [words.say("part.why", projects=words.names("projects", those), why=why) for why, those in said.items()]
    return [*out, *([words.say("part.unknown", projects=words.names("projects", unknown))] if unknown else [])]


def _reason(one: InPart, words: Words) -> str:
    if one.barred:
        return f"{words.say(f'outside.{one.barred}')}."
    if one.causes is None:
        return ""
    if not one.causes:
        return words.say("cause.none")
    return " ".join(cause_sentences(one.causes, one.project, words, up=True))


def _help(part: Part, words: Words) -> list[str]:
    if part.kind == "fund":
        return _more(part, words)
    if part.cheapest is None:
        return [words.say("part.nothing")] if part.tried else []
    name = words.bare(PARTS[part.kind], part.id)
    project = words.bare("projects", part.cheapest.projects[0])
    out = [words.say("part.cheapest", count=part.tried, project=project), *insist_sentences(part.cheapest, words)]
    if part.cheapest.value is not None:
        out.append(words.say("part.gain" if part.gain > 0 else "part.no-gain", name=name, kronor=part.gain))
    return out


def _more(part: Part, words: Words) -> list[str]:
    if part.more is None:
        return [words.say("part.no-more", step=part.step)]
    more = part.more
    out = [words.say("part.more", step=more.step, year=more.year, points=words.points(more.value))]
    return [*out, *_moved("more", [m for m in more.moves if m.after > m.before], words),
            *_moved("less", [m for m in more.moves if m.after < m.before], words)]  # fmt: skip


def insist_sentences(found: Insisted, words: Words) -> list[str]:
    """What insisting costs in points, who falls out, who gets less and more, which funds pay."""
    if found.barred:
        return [
            words.say("insist.barred", project=words.name("projects", project), reason=words.say(f"outside.{reason}"))
            for project, reason in found.barred
        ]
    if found.value is None:
        if found.rules:
            rules = words.cut(words.that(found.rules, found.projects[0] if len(found.projects) == 1 else ""))
            return [words.say("insist.blocked", rules=rules, count=len(found.rules))]
        return [words.say("insist.infeasible" if found.status == "infeasible" else "insist.unsolved")]
    if not found.moves:
        return [words.say("insist.same")]
    worth = abs(found.value)
    out = [
        words.say("insist.equal")
        if found.value > -EQUAL
        else words.say("insist.value", points=words.points(worth), share=worth / (found.proposal or worth))
    ]
    out += _moved("own", found.own, words)
    out += _moved("out", found.out, words) or [words.say("insist.nobody-out")]
    out += [*_moved("less", found.less, words), *_moved("more", found.more, words), *_payers(found, words)]
    if found.standing is not None and not found.standing.proven:
        out.append(words.say("insist.standing", label=label(found.standing, words.lang, found.status)))
    return out


def _moved(way: str, moves: Sequence[Move], words: Words) -> list[str]:
    """The projects that get more, or less; of these what moves less than `SMALLEST` is left to the table."""
    told = [move for move in moves if abs(move.after - move.before) >= SMALLEST or not move.after]
    parts = [
        words.say("move", project=words.name("projects", move.project), kronor=abs(move.after - move.before))
        for move in told
    ]
    return [words.say(f"insist.{way}", parts=words.cut(parts), count=len(parts))] if parts else []


def _payers(found: Insisted, words: Words) -> Iterator[str]:
    for way, sign in (("pays-more", 1), ("pays-less", -1)):
        parts = [
            words.say("paid", fund=words.bare("funds", fund), kronor=abs(after - before))
            for fund, before, after in found.funds
            if (after - before) * sign >= SMALLEST
        ]
        if parts:
            yield words.say(f"insist.{way}", parts=words.cut(parts))


def part_tables(part: Part, words: Words) -> Iterator[Table]:
    """Every project of the part with what it asks for and gets there; then what would change."""
    if part.projects:
        columns = (
            Column("", "group"),
            Column(words.say("table.part")),
            Column(words.say("table.asked"), "kronor"),
            Column(words.say("table.gets"), "kronor"),
        )
        order = {status: at for at, status in enumerate(STATUSES)}
        found = sorted(part.projects, key=lambda one: (order[one.status], -one.kronor, -one.asked, one.project))
        rows: list[tuple[Cell, ...]] = [
            (_status(one.status, words), words.bare("projects", one.project), one.asked, one.kronor) for one in found
        ]
        total = (None, words.say("table.sum"), part.asked, sum(one.kronor for one in found))
        yield Table("part", words.say("table.part"), columns, tuple(rows), total)
    if part.cheapest is not None:
        yield from insist_tables(part.cheapest, words)
    if part.more is not None and part.more.moves:
        yield _moves(part.more.moves, words)


def insist_tables(found: Insisted, words: Words) -> Iterator[Table]:
    """Every project whose kronor differ, and every fund that pays another sum."""
    if found.moves:
        yield _moves(found.moves, words)
    if found.funds:
        columns = (Column(words.say("table.payers")), *_sides(words))
        rows = tuple((words.bare("funds", fund), before, after, after - before) for fund, before, after in found.funds)
        yield Table("payers", words.say("table.payers"), columns, rows)


def _moves(moves: Iterable[Move], words: Words) -> Table:
    columns = (Column(words.say("table.insist")), *_sides(words))
    rows = tuple((words.bare("projects", m.project), m.before, m.after, m.after - m.before) for m in moves)
    return Table("insist", words.say("table.insist"), columns, rows)


def _sides(words: Words) -> tuple[Column, ...]:
    return tuple(Column(words.say(f"table.{side}"), "kronor") for side in ("before", "after", "change"))


def _status(status: str, words: Words) -> str:
    return words.say(f"table.status.{status}")
