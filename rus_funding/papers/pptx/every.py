"""Slides that leave nothing out: every project with its decision and its payers, and every municipality.

Long lists go on over as many slides as their texts need at a size that can be read.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rus_funding.papers.payers import main_payers
from rus_funding.papers.places import municipalities
from rus_funding.papers.pptx.fit import LEADING, lines, plain
from rus_funding.papers.pptx.grid import BETWEEN, INSET, Row, grid
from rus_funding.papers.pptx.layouts import ACROSS, DEEP
from rus_funding.words.numbers import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rus_funding.papers.pptx.deck import Deck, Slide
    from rus_funding.papers.pptx.matter import Matter

    Part = Callable[[Deck, Matter], Slide]

SIZE = 10.0  # font size that a list is cut into slides for
MOST = 6  # lines of a cell
# columns of a decision's list, with their widths
LISTS: Mapping[str, Mapping[str, float]] = {
    "funded": {"project": 38, "kronor": 13, "payers": 65},
    "partly": {"project": 28, "kronor": 13, "share": 9, "payers": 28, "why": 38},
    "not": {"project": 34, "cost": 14, "why": 68},
}
NUMBERS = {"kronor", "share", "cost"}


def projects(matter: Matter) -> Iterator[Part]:
    """Slides of every project by decision: kronor, who pays most of it, and why it does not get all."""
    paying = main_payers(matter.pack.outcome, matter.lang)
    for status, columns in LISTS.items():
        found = [result for result in matter.figures.projects.values() if result.status == status]
        found.sort(key=lambda result: (-result.kronor, -result.cost, result.project))
        rows = []
        for result in found:
            cells = {
                "project": matter.names("projects", "project")[result.project],
                "kronor": matter.kr(result.kronor),
                "share": matter.share(result.share),
                "cost": matter.kr(result.cost),
                "payers": paying.get(result.project, "–"),
                "why": matter.pack.reason(result) or "–",
            }
            rows.append(Row([cells[column] for column in columns], "named", rows=MOST))
        heads = [matter.say(f"column.{column}") for column in columns]
        right = [at for at, column in enumerate(columns) if column in NUMBERS]
        yield from _slides(f"every.{status}", rows, [*columns.values()], right, heads)


def places(matter: Matter) -> Iterator[Part]:
    """Slides of every municipality: kronor, per inhabitant, what its projects ask for; nothing where there is none."""
    table = municipalities(matter.figures, matter.lang)
    rows = [Row([_cell(kind.kind, cell, matter) for kind, cell in zip(table.columns, line, strict=True)], "named")
            for line in table.rows]  # fmt: skip
    if rows and table.total is not None:
        cells = [_cell(kind.kind, cell, matter) for kind, cell in zip(table.columns, table.total, strict=True)]
        rows.append(Row(cells, "total"))
        heads = [column.heading for column in table.columns]
        yield from _slides("places", rows, (26, 12, 14, 12, 14, 10, 12), range(1, 7), heads, table.notes)


def _cell(kind: str, cell: object, matter: Matter) -> str:
    return "" if cell is None else FORMATS[kind](cell, matter.lang) if kind in FORMATS else str(cell)  # type: ignore[arg-type]


def _slides(
    key: str,
    rows: Sequence[Row],
    widths: Sequence[float],
    right: Sequence[int],
    heads: Sequence[str],
    notes: Sequence[str] = (),
) -> Iterator[Part]:
    """A slide for each part of the rows that has room."""
    parts = [*_cut(rows, widths)]
    for number, part in enumerate(parts):
        first = sum(len(each) for each in parts[:number]) + 1
        yield partial(
            _slide, key, part, widths, right, heads, notes, (first, first + len(part) - 1, len(rows)), len(parts)
        )


def _cut(rows: Sequence[Row], widths: Sequence[float]) -> Iterator[list[Row]]:
    """The rows in parts that fit on a slide at `SIZE` below a heading."""
    head = SIZE * LEADING + BETWEEN
    across = [ACROSS * width / sum(widths) - 2 * INSET for width in widths]
    part: list[Row] = []
    taken = head
    for row in rows:
        needed = max(lines(plain(text), SIZE, wide) for text, wide in zip(row.cells, across, strict=True))
        down = min(needed, MOST) * SIZE * LEADING + BETWEEN + 1
        if part and taken + down > DEEP:
            yield part
            part, taken = [], head
        part.append(row)
        taken += down
    if part:
        yield part


def _slide(
    key: str,
    rows: Sequence[Row],
    widths: Sequence[float],
    right: Sequence[int],
    heads: Sequence[str],
    notes: Sequence[str],
    place: tuple[int, int, int],
    slides: int,
    deck: Deck,
    matter: Matter,
) -> Slide:
    first, last, count = place
    said = {"first": first, "last": last, "count": count}
    slide = deck.slide("table", matter.say(key if slides == 1 else f"{key}.some", **said))
    slide.text("lead", matter.say(f"{key}.lead"))
    grid(slide, [Row(list(heads), "head", rows=2), *rows], widths, right, matter.say(f"{key}.alt"))
    if notes:
        slide.text("note", " ".join(notes))
    return slide
