"""Everything of one case as files in a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.collaboration import files, words
from rus_funding.collaboration.graph import possible_graph
from rus_funding.collaboration.layers import layers
from rus_funding.collaboration.picture import Panel, picture
from rus_funding.collaboration.png import png
from rus_funding.collaboration.sheets import workbook
from rus_funding.files import admit, placed_all

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from rus_funding.collaboration.portfolio import Case

PNG_WIDTH = 1920
NAMES = {  # one file that each format has in any case
    "svg": "network.svg",
    "png": "network.png",
    "csv": "indicators.csv",
    "xlsx": "indicators.xlsx",
    "graphml": "actors.graphml",
    "gexf": "actors.gexf",
    "json": "actors.json",
}


def check_target(folder: Path, formats: Collection[str], *, force: bool = False) -> None:
    """Raise `UsageError` where the files cannot be written: said before a solve, not after it."""
    admit(*(folder / NAMES[form] for form in formats), force=force)


def save(
    this: Case,
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    folder: Path,
    *,
    title: str = "",
    baseline: Case | None = None,
    lang: str = "sv",
    formats: Collection[str],
    force: bool = False,
) -> list[Path]:
    """Write the case into the folder, made if need be; the files written, in order. Raises `UsageError`.

    The files appear all of them, or none; those that are there are replaced only with `force`.

    `formats` are some of svg, png, csv, xlsx, graphml, gexf and json.

    ``actors`` and ``layers`` (graphml, gexf, json, csv), ``indicators`` (csv, xlsx), and the pictures ``network``,
    ``before-after`` and, with a `baseline` to set the case against, ``baseline-scenario`` (svg, png).
    """
    contents: dict[str, bytes] = {}
    if {"svg", "png"} & set(formats):
        for name, svg in pictures(this, title=title, baseline=baseline, lang=lang).items():
            if "svg" in formats:
                contents[f"{name}.svg"] = svg.encode()
            if "png" in formats:
                contents[f"{name}.png"] = png(svg, PNG_WIDTH)
    if "csv" in formats:
        contents["indicators.csv"] = files.long_table(tables, lang)
    if "xlsx" in formats:
        contents["indicators.xlsx"] = workbook(tables, lang)
    for name, graph in (("actors", this.after), ("layers", layers(this.model, this.payments))):
        for form, writer in files.FORMATS.items():
            if form in formats:
                contents |= {f"{name}{suffix}": content for suffix, content in writer(graph, lang).items()}
    targets = [folder / name for name in contents]
    with placed_all(targets, force=force) as drafts:
        for draft, content in zip(drafts, contents.values(), strict=True):
            draft.write_bytes(content)
    return targets


def pictures(this: Case, *, title: str = "", baseline: Case | None = None, lang: str = "sv") -> dict[str, str]:
    """The SVGs: the network as funded, before and after, and the baseline's plan beside the scenario's."""
    possible = possible_graph(this.model)
    heading = f"{words.word('title', lang)}: {title}" if title else words.word("title", lang)
    after = Panel(words.word("after", lang), this.after)
    out = {
        "network": picture([after], possible, title=heading, lang=lang),
        "before-after": picture(
            [Panel(words.word("before", lang), this.before), after], possible, title=heading, lang=lang
        ),
    }
    if baseline is not None:
        ties = [{frozenset(pair) for pair in graph.edges} for graph in (baseline.after, this.after)]
        note = f"{words.count('come', len(ties[1] - ties[0]), lang)}, {words.count('go', len(ties[0] - ties[1]), lang)}"
        both = [Panel(words.word("baseline", lang), baseline.after), Panel(title, this.after, note)]
        out["baseline-scenario"] = picture(both, possible, title=words.word("title", lang), lang=lang)
    return out
