"""`network`: a plan's collaboration as one object: graphs, tables, findings, files."""

from __future__ import annotations

import dataclasses
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rus_funding.collaboration import meanings
from rus_funding.collaboration.findings import findings
from rus_funding.collaboration.indicators import indicators
from rus_funding.collaboration.output import save
from rus_funding.collaboration.png import available, renderer
from rus_funding.collaboration.portfolio import case
from rus_funding.collaboration.tables import network_frames
from rus_funding.engine.plan import Outcome
from rus_funding.engine.solving import planned, solve_given
from rus_funding.errors import UsageError
from rus_funding.model.reading import modelled
from rus_funding.scenarios.given import given

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping, Sequence

    import networkx as nx
    import pandas as pd

    from rus_funding.collaboration.findings import Finding
    from rus_funding.collaboration.portfolio import Case
    from rus_funding.model.reading import AnyModel
    from rus_funding.scenarios import Prepared, Scenario
    from rus_funding.scenarios.files import StrPath

FORMATS = ("svg", "png", "csv", "xlsx", "graphml", "gexf", "json")


@dataclasses.dataclass(frozen=True)
class Network:
    """Who works with whom, today and with the projects of a plan funded.

    `case` is the plan seen as collaboration, `prices` the tables of what ties cost (none where no weights were given),
    `title` and `baseline` what the pictures set a scenario against.
    """

    case: Case
    scenario: str | None = None
    title: str = ""
    baseline: Case | None = None
    prices: Mapping[str, Sequence[Mapping[str, Any]]] = dataclasses.field(default_factory=dict)

    @property
    def graph(self) -> nx.Graph:
        """The actor graph with the projects funded (networkx): docs/network.md lists what nodes and edges hold."""
        return self.case.after

    @property
    def before(self) -> nx.Graph:
        """The actor graph of today: existing links only."""
        return self.case.before

    @cached_property
    def tables(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Tables that answer questions, by name, rows as dicts: docs/network.md says what each tells."""
        return indicators(self.case) | {name: list(rows) for name, rows in self.prices.items() if rows}

    @cached_property
    def findings(self) -> Sequence[Finding]:
        """The main findings with their figures."""
        return findings(self.tables)

    def sentences(self, lang: str = "sv") -> list[str]:
        """The main findings in words; "sv" or "en"."""
        return [finding.sentence(lang) for finding in self.findings]

    def frames(self) -> dict[str, pd.DataFrame]:
        """The same tables as data frames with typed columns, and the graph's ``actors`` and ``ties``."""
        return network_frames(self.tables, self.graph)

    def frame(self, table: str) -> pd.DataFrame:
        """One of `frames`. Raises `UsageError` for an unknown one."""
        found = self.frames()
        if table not in found:
            raise UsageError("a network has no table '{table}'. Tables: {found}.", table=table, found=", ".join(found))
        return found[table]

    def save(
        self,
        folder: str | os.PathLike[str],
        formats: Iterable[str] | None = None,
        *,
        lang: str = "sv",
        force: bool = False,
    ) -> list[Path]:
        """Write pictures, tables and graphs into a folder, made if need be; the files, in order.

        `formats` are some of svg, png, csv, xlsx, graphml, gexf and json: all if left out (png where its renderer is
        installed); `force` replaces files that are there. Raises `UsageError` for an unknown one, and for what cannot
        be written.
        """
        return save(
            self.case, self.tables, Path(folder), title=self.title, baseline=self.baseline, lang=lang,
            formats=chosen(formats), force=force,
        )  # fmt: skip

    def as_dict(self, lang: str = "sv", files: Iterable[Path] = ()) -> dict[str, Any]:
        """The object that ``network --json`` prints; `files` are those that `save` wrote."""
        tables = self.tables.items()
        return {
            "model": self.case.model.name,
            "scenario": self.scenario,
            "findings": [
                {"finding": one.key, "sentence": one.sentence(lang), "figures": dict(one.fields)}
                for one in self.findings
            ],
            "tables": {name: {"meaning": meanings.meaning(name, lang), "rows": rows} for name, rows in tables},
            "files": [str(path) for path in files],
        }


def network(
    plan: Outcome | AnyModel,
    scenario: StrPath | Scenario | Prepared | None = None,
    *,
    baseline: Outcome | None = None,
    weights: Iterable[float] = (),
) -> Network:
    """Who works with whom, today and with the projects of a plan funded.

    `plan` is what `solve` gave, or a model or its path, which is then solved: with `scenario`, if one is given, the
    model without it as well, to set it against (`baseline` is for a plan that is solved already). `weights` are points
    for a new tie between strangers: the model is solved with each of them, and the table ``prices`` says what a tie
    costs.

    The network has `graph` and `before` (networkx graphs of actors), `frames()` (tables by name, typed columns: kronor,
    shares 0..1, numbers of ties), `sentences(lang)`, `save(folder)` and `as_dict(lang)`, what ``network --json``
    prints. Raises `InvalidInput` for a model with errors, `NoPlan` where there is no plan, `UsageError` for a weight
    below 0.

    >>> import rus_funding as rf
    >>> found = rf.network("models/litet-exempel")
    >>> found.graph.number_of_nodes(), found.before.number_of_edges()
    (2, 0)
    >>> found.frame("overview").dtypes.astype(str).tolist()
    ['string', 'Float64', 'Float64', 'Float64']
    """
    weighed = list(weights)
    if any(weight < 0 for weight in weighed):
        raise UsageError("A weight of collaboration is 0 or more.")
    title = ""
    if isinstance(plan, Outcome):
        this, name = planned(plan), plan.scenario
    else:
        base = modelled(plan)
        changed, prepared = given(base, scenario)
        this = planned(solve_given(changed, prepared))
        name = this.scenario
        if prepared is not None:
            title = prepared.scenario.title or prepared.name
            baseline = planned(base) if baseline is None else baseline
    prices: dict[str, Sequence[Mapping[str, Any]]] = {}
    if weighed:
        from rus_funding.collaboration.prices import next_ties, what_ties_cost

        prices = {"prices": what_ties_cost(this.model, weighed), "next_ties": next_ties(this.model)}
    against = None if baseline is None else case_of(planned(baseline))
    return Network(case_of(this), name, title or name or "", against, prices)


def case_of(outcome: Outcome) -> Case:
    """A plan as collaboration."""
    shares = {result.project: float(result.share) for result in outcome.projects}
    payments = ((p.project, p.fund, p.year, p.category_class, p.kronor) for p in outcome.payments)
    return case(outcome.model, shares, payments)


def chosen(formats: Iterable[str] | None) -> tuple[str, ...]:
    """The formats to write: those asked for, or all that can be. Raises `UsageError` before anything is solved."""
    asked = (formats,) if isinstance(formats, str) else tuple(formats or ())
    unknown = [form for form in asked if form not in FORMATS]
    if unknown:
        raise UsageError(
            "there is no format '{unknown}'. Formats: {formats}.", unknown=unknown[0], formats=", ".join(FORMATS)
        )
    if "png" in asked:
        renderer()
    return asked or (FORMATS if available() else tuple(form for form in FORMATS if form != "png"))
