"""Graphs and tables as the bytes of files that Gephi, Excel and networkx open."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any

import networkx as nx

from rus_funding.collaboration import meanings
from rus_funding.words.language import phrases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Row = Mapping[str, Any]

BOM = "\ufeff"  # Excel reads CSV as UTF-8 only with it
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def exported(graph: nx.Graph) -> nx.Graph:
    """The graph as programs expect it: `label` in the place of `name`, text free of what XML does not allow."""
    out = nx.Graph(**{key: _clean(value) for key, value in graph.graph.items()})
    for node, data in graph.nodes(data=True):
        out.add_node(node, label=_clean(data["name"]), **{k: _clean(v) for k, v in data.items() if k != "name"})
    for a, b, data in graph.edges(data=True):
        out.add_edge(a, b, **{key: _clean(value) for key, value in data.items()})
    return out


def _clean(value: Any) -> Any:
    return _CONTROL.sub(" ", value) if isinstance(value, str) else value


def graphml(graph: nx.Graph, _: str = "sv") -> dict[str, bytes]:
    """GraphML, for yEd, Gephi and R."""
    lines = nx.generate_graphml(exported(graph), named_key_ids=True)
    return {".graphml": ('<?xml version="1.0" encoding="utf-8"?>\n' + "\n".join(lines) + "\n").encode()}


def gexf(graph: nx.Graph, _: str = "sv") -> dict[str, bytes]:
    """GEXF, for Gephi. The day of writing is left out: the same graph gives the same bytes."""
    text = "\n".join(nx.generate_gexf(exported(graph), version="1.2draft"))
    text = re.sub(r' lastmodifieddate="[^"]*"', "", text, count=1)
    return {".gexf": ('<?xml version="1.0" encoding="utf-8"?>\n' + text + "\n").encode()}


def node_link(graph: nx.Graph, _: str = "sv") -> dict[str, bytes]:
    """Node-link JSON, as `networkx.node_link_graph(data, edges="edges")` and D3 read it."""
    out = exported(graph)
    data = {
        "directed": False,
        "multigraph": False,
        "graph": out.graph,
        "nodes": [{**values, "id": node} for node, values in out.nodes(data=True)],
        "edges": [{**values, "source": a, "target": b} for a, b, values in out.edges(data=True)],
    }
    return {".json": (json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()}


def lists(graph: nx.Graph, lang: str = "sv") -> dict[str, bytes]:
    """CSV lists of nodes and edges, for Excel: ``Id;Label;…`` and ``Source;Target;Weight;…``."""
    out = exported(graph)
    nodes = [{"Id": node, "Label": data.pop("label"), **data} for node, data in out.nodes(data=True)]
    edges = [{"Source": a, "Target": b, "Weight": data.pop("weight"), **data} for a, b, data in out.edges(data=True)]
    first = {"nodes": ("Id", "Label"), "edges": ("Source", "Target", "Weight")}
    return {f"-{what}.csv": table(rows, first[what], lang) for what, rows in (("nodes", nodes), ("edges", edges))}


FORMATS: dict[str, Callable[[nx.Graph, str], dict[str, bytes]]] = {
    "graphml": graphml,
    "gexf": gexf,
    "json": node_link,
    "csv": lists,
}


def table(rows: Sequence[Row], columns: Sequence[str], lang: str) -> bytes:
    """Rows as CSV for Excel: UTF-8 with BOM, ``;``, decimal comma in Swedish; text that looks like a formula guarded.

    `columns` come first; the others follow in the order of the first row.
    """
    names = [*columns, *(name for name in (rows[0] if rows else ()) if name not in columns)]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([cell(row[name], lang) for name in names] for row in rows)
    return (BOM + out.getvalue()).encode()


def cell(value: Any, lang: str) -> str:
    """A value as a CSV cell: "" for none, ja/nej for flags, lists by comma, ``'`` before text like a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        flag: str = phrases(lang, "network")["flags"]["true" if value else "false"]
        return flag
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        text = f"{value:.12g}"
        return text.replace(".", ",") if lang == "sv" else text
    text = ", ".join(value) if isinstance(value, list) else str(value)
    text = text if text.startswith(_FORMULA) else _clean(text)
    return f"'{_clean(text)}" if text.startswith(_FORMULA) else text


def long_table(tables: Mapping[str, Sequence[Row]], lang: str) -> bytes:
    """Every table of `indicators` in one CSV, a line a figure, the meaning of its table beside it."""
    heads: tuple[str, ...] = phrases(lang, "network")["long"]
    lines = [
        dict(zip(heads, line, strict=True)) for name, rows in tables.items() for line in _figures(name, rows, lang)
    ]
    return table(lines, heads, lang)


def _figures(name: str, rows: Sequence[Row], lang: str) -> Iterable[tuple[Any, ...]]:
    for number, row in enumerate(rows, start=1):
        key, label = next(iter(row)), row.get("name", "")
        shown = meanings.value(key, str(row[key]), lang)
        for column, value in row.items():
            if column not in {key, "name"} and not (name == "groups" and column == "actors"):
                said = meanings.value(column, value, lang)
                yield (
                    meanings.title(name, lang), number, shown, label,
                    meanings.heading(column, lang), said, meanings.meaning(name, lang),
                )  # fmt: skip
