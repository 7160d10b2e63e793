"""Who works with whom, before and after the plan: the network's picture and its findings."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from markupsafe import Markup

from rus_funding.collaboration import words
from rus_funding.collaboration.findings import findings
from rus_funding.collaboration.graph import possible_graph
from rus_funding.collaboration.indicators import indicators
from rus_funding.collaboration.picture import Panel, picture
from rus_funding.collaboration.portfolio import case
from rus_funding.papers.clean_names import cleaned

if TYPE_CHECKING:
    from rus_funding.papers.pack import Pack


@dataclasses.dataclass(frozen=True)
class Partners:
    """Pictures of today and of the plan, and sentences."""

    before: Markup
    after: Markup
    findings: tuple[str, ...]


def partners(pack: Pack) -> Partners | None:
    """None where the model knows of no two actors that could meet."""
    model, lang, outcome = pack.model, pack.lang, pack.outcome
    possible = possible_graph(model)
    if possible.size() == 0:
        return None
    shares = {result.project: float(result.share) for result in outcome.projects}
    this = case(model, shares, ((p.project, p.fund, p.year, p.category_class, p.kronor) for p in outcome.payments))
    graphs = {"before": this.before, "after": this.after}
    drawn = {
        name: _inline(picture([Panel("", graph)], possible, title=words.word(name, lang), lang=lang), name)
        for name, graph in graphs.items()
    }
    said = tuple(finding.sentence(lang) for finding in findings(indicators(this)))
    return Partners(drawn["before"], drawn["after"], said)


def _inline(svg: str, name: str) -> Markup:
    """The picture with ids of its own, so that several stand in one page; the network has escaped what it writes."""
    own = svg.replace('aria-labelledby="t d"', f'aria-labelledby="{name}-t {name}-d"', 1)
    for tag, place in (("title", "t"), ("desc", "d")):
        own = own.replace(f'<{tag} id="{place}">', f'<{tag} id="{name}-{place}">', 1)
    own = re.sub(r' width="[0-9.]+" height="[0-9.]+"', ' class="map"', own, count=1)
    return Markup(cleaned(own, 10**9))  # noqa: S704
