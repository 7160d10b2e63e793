"""Tables of `indicators`, and the actor graph, as data frames: what kind each column is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rus_funding.model import frames

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import networkx as nx
    import pandas as pd

_TEXTS = (
    "measure", "actor", "other", "name", "type", "other_type", "target_group", "municipality", "border", "scope",
    "project", "fund", "centre", "cut_off", "members", "actors", "project_ids",
)  # fmt: skip
_NUMBERS = (
    "before", "after", "change", "betweenness", "betweenness_error", "betweenness_before", "constraint", "share",
    "worth", "weight", "points", "new_ties", "points_given_up", "points_per_new_tie", "new_ties_won", "link", "n",
)  # fmt: skip
_FLAGS = ("splits", "left_out", "funded", "estimated", "existing", "meets", "new")
_KINDS = {**dict.fromkeys(_TEXTS, "text"), **dict.fromkeys(_NUMBERS, "number"), **dict.fromkeys(_FLAGS, "flag")}
_COUNTS = {  # where a name is a number of things
    "mixing": ("before", "after", "new"),
    "left_out_municipalities": ("actors",),
    "contributions": ("actors", "new_ties"),
}
# Columns of tables that may have no rows; of the others the rows tell.
COLUMNS = {
    "bridges": (
        "actor", "name", "type", "target_group", "partners", "betweenness", "betweenness_error", "betweenness_before",
        "constraint", "splits", "cut_off",
    ),
    "left_out_actors": ("actor", "name", "type", "municipality", "applications", "partners_today"),
    "left_out_municipalities": (
        "municipality", "name", "population", "actors", "projects", "partners_elsewhere", "municipalities_met",
        "left_out",
    ),
    "groups": (
        "group", "size", "centre", "municipalities", "types", "ties_inside", "ties_out", "members", "actors",
    ),
    "mixing": ("type", "other_type", "before", "after", "new"),
    "contributions": (
        "project", "name", "share", "funded", "actors", "new_ties", "worth", "only_here", "closer", "joined",
        "estimated",
    ),
    "loss_of_actor": (
        "actor", "name", "ties_lost", "largest_before", "largest_after", "parts", "projects", "kronor", "leads",
        "kronor_led", "kronor_paid", "kronor_depending",
    ),
    "loss_of_fund": (
        "fund", "name", "kronor", "projects", "kronor_touched", "ties_lost", "new_ties_lost", "largest_before",
        "largest_after",
    ),
}  # fmt: skip
NODES = ("actor", "name", "type", "municipality", "target_group", "projects", "kronor")
EDGES = ("actor", "other", "existing", "link", "meets", "new", "projects", "project_ids", "kronor", "n", "worth",
         "weight")  # fmt: skip


def network_frames(tables: Mapping[str, Sequence[Mapping[str, Any]]], graph: nx.Graph) -> dict[str, pd.DataFrame]:
    """Every table by name, then the graph's nodes as ``actors`` and its edges as ``ties``. Names in lists are joined
    by ``; ``, ids by a space.
    """
    found = {name: _frame(name, COLUMNS.get(name) or tuple(rows[0]), rows) for name, rows in tables.items()}
    nodes = [{"actor": node, **data} for node, data in graph.nodes(data=True)]
    edges = [{"actor": one, "other": other, **data} for one, other, data in graph.edges(data=True)]
    return {**found, "actors": _frame("", NODES, nodes), "ties": _frame("", EDGES, edges)}


def _frame(table: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    counts = _COUNTS.get(table, ())
    kinds = {name: "integer" if name in counts else _KINDS.get(name, "integer") for name in columns}
    return frames.of_rows(kinds, [[_cell(name, row[name]) for name in columns] for row in rows])


def _cell(column: str, value: Any) -> Any:
    return (" " if column == "actors" else "; ").join(value) if isinstance(value, list) else value
