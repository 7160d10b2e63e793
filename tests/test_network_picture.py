"""The picture: readable, the same every time, and safe for whatever stands in a name."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import networkx as nx
import numpy as np
import processes
import pytest
from hypothesis import given
from hypothesis import strategies as st
from network_models import random_portfolio, shuffled, worked

from rus_funding.collaboration import glyphs, layout, style
from rus_funding.collaboration.graph import possible_graph
from rus_funding.collaboration.output import pictures
from rus_funding.collaboration.picture import Panel, backbone, picture
from rus_funding.collaboration.portfolio import case
from rus_funding.collaboration.positions import MOST, plan, shown_actors
from rus_funding.model.reading import read_model
from rus_funding.words.marks import COLOURS, marks, outline

SVG = "{http://www.w3.org/2000/svg}"
COUNTY = Path(__file__).parent.parent / "models" / "lansportfolj-exempel"


def county():
    """The shipped portfolio of about 35 actors, two thirds of its projects funded."""
    model = read_model(COUNTY)
    projects = sorted(model["projects"]["project"].tolist())
    shares = {project: float(i % 3 > 0) for i, project in enumerate(projects)}
    return model, shares, [(project, "rol-1-1", 2026, "x", 10**6 * (i + 1)) for i, project in enumerate(projects)]


def drawn(parts, lang="sv"):
    return pictures(case(*parts), title="Prov", lang=lang)


def labels(svg):
    """(left, top, right, bottom, text) of every line of text that is seen, by the table of widths."""
    root = ET.fromstring(svg)  # noqa: S314
    width, height = (float(part) for part in root.get("viewBox").split()[2:])
    found = []

    def walk(element, dx, dy):
        move = re.fullmatch(r"translate\(([-\d.]+) ([-\d.]+)\)", element.get("transform", ""))
        if move:
            dx, dy = dx + float(move[1]), dy + float(move[2])
        if element.tag == f"{SVG}text" and element.text and element.get("aria-hidden") != "true":
            size, x, y = (float(element.get(name)) for name in ("font-size", "x", "y"))
            wide = glyphs.width(element.text, size, bold=element.get("font-weight") == "600")
            left = x + dx - (wide / 2 if element.get("text-anchor") == "middle" else 0)
            found.append((left, y + dy - 0.76 * size, left + wide, y + dy + 0.24 * size, element.text))
        for child in element:
            walk(child, dx, dy)

    walk(root, 0.0, 0.0)
    return found, width, height


def places(svg):
    """Where every actor's name stands."""
    return re.findall('<text x="([^"]*)" y="([^"]*)" font-size="13" fill="#1d2430" text-anchor="middle">(.*?)<', svg)


def overlapping(boxes):
    return [
        (a[4], b[4]) for a, b in combinations(boxes, 2) if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]


PARTS = {
    "county": county,
    "random 35": lambda: random_portfolio(4),
    "random 60": lambda: random_portfolio(5, actors=60),
}


@pytest.fixture(params=sorted(PARTS), scope="module", name="parts")
def _parts(request):
    return PARTS[request.param]()


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("name", ["network", "before-after"])
def test_no_text_over_another_and_none_outside(parts, name, lang):
    boxes, width, height = labels(drawn(parts, lang)[name])
    assert len(boxes) > 35
    assert overlapping(boxes) == []
    assert all(left >= 0 and top >= 0 and right <= width and bottom <= height for left, top, right, bottom, _ in boxes)


def test_no_name_under_a_mark(parts):
    at = plan(possible_graph(parts[0]))
    for place in at.places.values():
        for other in at.places.values():
            inside = place.text[0] < other.x < place.text[2]
            assert not (inside and place.text[1] < other.y + style.MOST_RADIUS and other.y < place.text[3])


def test_county_shows_every_actor_in_full():
    model, *_ = parts = county()
    said = " ".join(text for *_, text in labels(drawn(parts)["network"])[0])
    assert "…" not in said
    for name in model["actors"]["name"].tolist():
        assert all(word in said for word in name.split())


def test_two_scenarios_have_everyone_at_the_same_place():
    model, shares, payments = county()
    one = drawn((model, shares, payments))["network"]
    two = drawn((model, {project: 1.0 - share for project, share in shares.items()}, payments))["network"]
    assert one != two
    assert len(places(one)) > 35
    assert places(one) == places(two)


def test_both_panels_have_everyone_at_the_same_place():
    this = case(*county())
    at = plan(possible_graph(this.model), 2)
    svg = drawn(county())["before-after"]
    for place in at.places.values():
        assert (
            svg.count(f'<text x="{place.x:g}" y="{place.text[1] + style.LEADING * 0.78:.1f}"') == 4
        )  # halo, name, twice


def test_row_order_and_hash_seed_change_nothing():
    model, shares, payments = random_portfolio(1)
    one = drawn((model, shares, payments))
    assert one == drawn((shuffled(model, 3), dict(reversed(shares.items())), payments[::-1]))
    code = (
        "import hashlib; from test_network_picture import drawn, random_portfolio;"
        "print(hashlib.sha256(repr(drawn(random_portfolio(1))).encode()).hexdigest())"
    )
    env = {**os.environ, "PYTHONHASHSEED": "7"}
    run = processes.run([sys.executable, "-c", code], env=env, cwd=Path(__file__).parent, check=True)
    assert run.stdout.strip() == hashlib.sha256(repr(one).encode()).hexdigest()


def test_accessible_and_self_contained():
    for svg in drawn(county()).values():
        root = ET.fromstring(svg)  # noqa: S314
        assert root.get("role") == "img"
        assert root.find(f"{SVG}title").text == "Vem arbetar med vem: Prov"
        assert "samarbeten" in root.find(f"{SVG}desc").text
        assert {element.tag for element in root.iter()} <= {
            SVG + tag for tag in ("svg", "title", "desc", "rect", "g", "path", "text")
        }
        assert re.findall('https?:[^"]*', svg) == ["http://www.w3.org/2000/svg"]
        assert "sans-serif" in svg
        assert "href" not in svg


def test_hostile_names_stay_text():
    model, shares, payments = random_portfolio(2, actors=6, projects=3)
    names = np.array(['<script>alert("1")</script>', "a & b", "x" * 300, '"onload="x', "]]>", ""], object)
    actors = model["actors"].replace(name=names)
    svg = drawn((model.replace(tables={**model.tables, "actors": actors}), shares, payments))["network"]
    root = ET.fromstring(svg)  # noqa: S314
    assert not [element for element in root.iter() if element.tag.endswith("script")]
    assert not [element for element in root.iter() if any(name.startswith("on") for name in element.attrib)]
    assert overlapping(labels(svg)[0]) == []


def test_new_ties_differ_from_old_ones_in_colour_grey_and_kind():
    svg = drawn(worked())["network"]
    lines = [line for line in svg.splitlines() if line.startswith("<path") and 'fill="none"' in line and "Q" in line]
    assert sum(style.NEW in line for line in lines) == 3
    assert sum(style.USED in line for line in lines) == 1
    assert sum("dasharray" in line for line in lines) == 2

    def grey(look):
        colour, opacity = re.search('stroke="#(......)" stroke-opacity="([0-9.]+)"', look).groups()
        red, green, blue = (int(colour[i : i + 2], 16) for i in (0, 2, 4))
        return 255 - float(opacity) * (255 - (0.299 * red + 0.587 * green + 0.114 * blue))

    assert grey(style.NEW) - grey(style.USED) > 100


def test_the_backbone_holds_together_what_hangs_together():
    model, shares, payments = random_portfolio(3)
    graph = case(model, shares, payments).after
    strong = nx.Graph(sorted(backbone(graph)))
    strong.add_nodes_from(graph)
    assert nx.number_connected_components(strong) == nx.number_connected_components(graph)
    for actor in graph:
        best = max((data["weight"] for *_, data in graph.edges(actor, data=True)), default=0.0)
        assert best == max((graph.edges[tie]["weight"] for tie in strong.edges(actor)), default=0.0)


def test_ties_outside_the_backbone_are_faint_and_explained():
    svg = drawn(county())["network"]
    graph = case(*county()).after
    faint = sum(
        data["new"] and pair not in backbone(graph) for *pair, data in graph.edges(data=True) for pair in [tuple(pair)]
    )
    assert faint > 50
    assert svg.count(style.FAINT) == faint + 1  # and the legend
    assert "övriga nya samarbeten" in svg
    assert style.FAINT not in drawn(worked())["network"]


def test_a_type_has_the_same_mark_in_every_model():
    few, many = marks(["university", "club"]), marks(["company"] * 5 + ["municipality", "university"] * 2 + ["club"])
    assert few["university"] == many["university"]
    assert few["club"] == many["municipality"]  # it takes the first that is free: here the circle of municipalities


def test_councils_are_never_dropped():
    model, _, _ = random_portfolio(1, actors=90, projects=60)
    rows = model["actors"]
    kind = rows["type"].copy()
    least = min(possible_graph(model).degree, key=lambda one: (one[1], one[0]))[0]
    assert least not in shown_actors(possible_graph(model))
    kind[rows["actor"].tolist().index(least)] = "council"
    model = model.replace(tables={**model.tables, "actors": rows.replace(type=kind)})
    assert least in shown_actors(possible_graph(model))


def test_width_follows_kronor():
    assert [style.line_width(kronor, 4e6) for kronor in (0, 1e6, 4e6)] == [1.1, pytest.approx(4.05), 7.0]
    assert [style.nice(kronor) for kronor in (0, 1, 3, 12_345, 50_000)] == [0, 1, 5, 20_000, 50_000]
    svg = drawn(worked())["network"]
    assert f'stroke-width="{style.line_width(400, 500):.1f}"' in svg  # Bron: Cia and Dag


def test_who_is_in_no_funded_project_is_hollow():
    svg = drawn(worked())["network"]
    white = f'fill="{style.PAPER}"'  # the rim, and for a hollow mark the mark itself
    hollow = [line for line in svg.splitlines() if line.startswith("<g><title>") and line.count(white) == 2]
    assert [re.search("<title>(.*?) ", line)[1] for line in hollow] == ["Eva"]


def test_types_are_told_apart():
    found = marks(f"type{i:02}" for i in range(81))
    assert len(set(found.values())) == 81
    first = [found[f"type{i:02}"] for i in range(9)]
    assert len({shape for shape, _ in first}) == len({colour for _, colour in first}) == 9
    assert [colour for _, colour in first] == list(COLOURS)
    assert all(outline(shape, 10, 10, 5).endswith("Z") for shape, _ in first)


def test_many_actors_are_left_to_the_tables_and_said_to_be():
    parts = random_portfolio(6, actors=90, projects=20, links=60)
    svg = drawn(parts)["network"]
    assert svg.count("<g><title>") == MOST
    assert "bilden visar de 60 med flest möjliga samarbeten; 30 till står i tabellerna" in svg


@pytest.mark.parametrize("actors", [1, 2, 3])
def test_few_actors(actors):
    for svg in drawn(random_portfolio(0, actors=actors, projects=1, links=0)).values():
        boxes, *_ = labels(svg)
        assert overlapping(boxes) == []


def test_english_and_plurals():
    graph = case(*worked()).after
    svg = picture([Panel("After", graph.subgraph(["ann", "bo"]))], possible_graph(worked()[0]).subgraph(["ann", "bo"]),
                  title="T", lang="en")  # fmt: skip
    assert "2 actors · 1 tie<" in svg


def test_boxes_at_one_place_are_parted_or_refused():
    graph = nx.empty_graph([f"n{i}" for i in range(6)])
    boxes = [layout.Box(40, 10, 40, 20)] * 6
    points = layout.positions(graph, boxes, 400, 120)
    low, high = points - np.array([40, 10]), points + np.array([40, 20])
    for i, j in combinations(range(6), 2):
        assert not ((low[i] < high[j]) & (low[j] < high[i])).all()
    assert (low >= 0).all()
    assert (high <= [400, 120]).all()
    with pytest.raises(ValueError, match="too small"):
        layout.positions(graph, boxes, 100, 40)


def test_near_in_the_graph_is_near_in_the_picture():
    graph = nx.relabel_nodes(nx.barbell_graph(5, 0), lambda i: f"n{i}")
    points = layout.stress_layout(layout.distances_wanted(graph, sorted(graph)))
    gap = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))
    assert gap[:5, :5].max() < gap[:5, 6:].min()


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=80), st.integers(1, 4))
def test_wrapped_text_fits(text, lines):
    broken = glyphs.wrap(text, 13.0, 120.0, lines)
    assert 1 <= len(broken) <= lines
    assert all(glyphs.width(line, 13.0) <= 120.0 + 1e-9 for line in broken)
    if not any("…" in line for line in broken):
        assert " ".join(broken).split() == text.split()


def test_widths_are_not_below_those_of_a_wide_font():
    fonts = pytest.importorskip("PIL.ImageFont")
    try:
        font = fonts.truetype("DejaVuSans.ttf", 1000)
    except OSError:
        pytest.skip("DejaVu Sans is not installed")
    for text in (
        "Örebro läns bildningsförbund",
        "Partnerskapet för regional utveckling",
        "WWW mmm @@",
        "1:1-medel, 50 %",
    ):
        assert font.getlength(text) <= glyphs.width(text, 1000)


def test_png_has_the_width_asked_for_and_text():
    pytest.importorskip("resvg_py")
    from rus_funding.collaboration.png import png

    svg = drawn(worked())["network"]
    image = png(svg, 640)
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(image[16:20], "big") == 640
    assert image != png(re.sub("<text.*?</text>", "", svg), 640)
    assert image == png(svg, 640)
