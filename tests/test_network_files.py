"""Files: what is written can be opened again and says the same."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import networkx as nx
import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from network_models import random_portfolio, shuffled, worked

from rus_funding.collaboration import files, meanings
from rus_funding.collaboration.indicators import indicators
from rus_funding.collaboration.layers import layers
from rus_funding.collaboration.portfolio import case
from rus_funding.collaboration.sheets import workbook
from rus_funding.words.language import phrases

HOSTILE = ["=1+1", "+46 19", "-Projekt", "@åäö", "<b>&\"'</b>", 'a;b"c\nd\x00e\x1f']


def hostile():
    """The worked example with names that break careless files."""
    model, shares, payments = worked()
    actors = model["actors"].replace(name=np.array(HOSTILE, object))
    return model.replace(tables={**model.tables, "actors": actors}), shares, payments


def graphs(parts):
    this = case(*parts)
    return {"actors": this.after, "before": this.before, "layers": layers(this.model, this.payments)}


PARTS = {"worked": worked, "random": lambda: random_portfolio(3), "hostile": hostile}


@pytest.fixture(params=[(name, which) for name in PARTS for which in ("actors", "before", "layers")], name="graph")
def _graph(request):
    name, which = request.param
    return graphs(PARTS[name]())[which]


def same(one, two):
    assert {node: dict(data) for node, data in one.nodes(data=True)} == {
        node: {key: data[key] for key in one.nodes[node]} for node, data in two.nodes(data=True)
    }
    edges = {frozenset((a, b)): data for a, b, data in two.edges(data=True)}
    assert len(edges) == one.size() == two.size()
    for a, b, data in one.edges(data=True):
        assert {key: edges[frozenset((a, b))][key] for key in data} == data


def test_graphml_reads_back(graph):
    (content,) = files.graphml(graph).values()
    same(files.exported(graph), nx.read_graphml(io.BytesIO(content)))


def test_gexf_reads_back(graph):
    (content,) = files.gexf(graph).values()
    same(files.exported(graph), nx.read_gexf(io.BytesIO(content)))
    assert b"lastmodified" not in content


def test_node_link_reads_back(graph):
    (content,) = files.node_link(graph).values()
    same(files.exported(graph), nx.node_link_graph(json.loads(content), edges="edges"))


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_csv_reads_back(graph, lang):
    found = files.lists(graph, lang)

    def rows(name):
        assert found[name].startswith(b"\xef\xbb\xbf")
        return list(csv.DictReader(io.StringIO(found[name].decode("utf-8-sig")), delimiter=";"))

    def back(text, like):
        if isinstance(like, bool):
            return text in {"ja", "yes"}
        if isinstance(like, int):
            return int(text)
        if isinstance(like, float):
            return pytest.approx(float(text.replace(",", ".")), rel=1e-11)
        return text.removeprefix("'")

    expected = files.exported(graph)
    nodes = {row["Id"]: row for row in rows("-nodes.csv")}
    assert list(nodes) == list(expected)
    for node, data in expected.nodes(data=True):
        assert back(nodes[node]["Label"], "") == data["label"]
        assert {key: back(nodes[node][key], value) for key, value in data.items() if key != "label"} == {
            key: value for key, value in data.items() if key != "label"
        }
    edges = {(row["Source"], row["Target"]): row for row in rows("-edges.csv")}
    assert list(edges) == list(expected.edges)
    for a, b, data in expected.edges(data=True):
        named = {("Weight" if key == "weight" else key): value for key, value in data.items()}
        assert {key: back(edges[a, b][key], value) for key, value in named.items()} == named


def test_gephi_and_excel_find_their_columns():
    found = {name: content.decode("utf-8-sig") for name, content in files.lists(case(*worked()).after).items()}
    assert found["-nodes.csv"].splitlines()[0].startswith("Id;Label;type;")
    assert found["-edges.csv"].splitlines()[0].startswith("Source;Target;Weight;")
    assert "\r\nann;bo;1,5;ja;1;ja;nej;1;stad;200;0,5;0,5\r\n" in found["-edges.csv"]


def test_no_cell_is_a_formula():
    this = case(*hostile())
    tables = indicators(this)
    texts = [files.long_table(tables, "sv"), *files.lists(this.after).values()]
    cells = [
        cell
        for text in texts
        for row in csv.reader(io.StringIO(text.decode("utf-8-sig")), delimiter=";")
        for cell in row
    ]
    assert "'=1+1" in cells
    assert not [cell for cell in cells if cell[:1] in set("=+@\t\r") or (cell[:1] == "-" and not cell[1:2].isdigit())]
    book = openpyxl.load_workbook(io.BytesIO(workbook(tables, "sv")))
    values = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "=1+1" in {cell.value for cell in values}
    assert {cell.data_type for cell in values} <= {"s", "n"}


@given(st.text(max_size=30))
def test_a_cell_of_text_is_never_a_formula_and_stays_on_its_line(text):
    shown = files.cell(text, "sv")
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert not any(ord(letter) < 32 for letter in shown)


@pytest.mark.parametrize(
    ("value", "lang", "cell"),
    [(None, "sv", ""), (True, "sv", "ja"), (False, "en", "no"), (-3, "sv", "-3"), (0.25, "sv", "0,25"),
     (0.25, "en", "0.25"), (1.0, "sv", "1"), (["a", "b"], "sv", "a, b"), ("Åre", "sv", "Åre")],
)  # fmt: skip
def test_cells(value, lang, cell):
    assert files.cell(value, lang) == cell


def test_same_bytes_whatever_the_row_order():
    model, shares, payments = random_portfolio(2)
    one, two = case(model, shares, payments), case(shuffled(model, 5), shares, payments[::-1])
    for writer in files.FORMATS.values():
        assert writer(one.after, "sv") == writer(two.after, "sv")
        assert writer(layers(one.model, one.payments), "sv") == writer(layers(two.model, two.payments), "sv")
    assert files.long_table(indicators(one), "sv") == files.long_table(indicators(two), "sv")
    assert workbook(indicators(one), "sv") == workbook(indicators(two), "sv")


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_every_table_column_and_value_has_words(lang):
    tables = indicators(case(*random_portfolio(1)))
    for name, rows in tables.items():
        assert meanings.meaning(name, lang).endswith(".")
        for column in rows[0] if rows else ():
            assert meanings.heading(column, lang)
    text = files.long_table(tables, lang).decode("utf-8-sig")
    assert text.count("\r\n") > 500
    for name in tables:
        if tables[name]:
            assert meanings.title(name, lang) in text


def test_the_page_names_every_table_and_format():
    page = (Path(__file__).parent.parent / "docs" / "network.md").read_text(encoding="utf-8")
    for name in [*phrases("sv", "network")["tables"], *files.FORMATS, "xlsx", "svg", "png"]:
        assert f"`{name}`" in page, name


def test_workbook_has_a_sheet_a_question_with_its_meaning_on_top():
    tables = indicators(case(*worked()))
    book = openpyxl.load_workbook(io.BytesIO(workbook(tables, "sv")))
    assert book.sheetnames == [meanings.title(name, "sv") for name in tables]
    sheet = book["Vem binder ihop"]
    assert sheet["A2"].value == meanings.meaning("bridges", "sv")
    assert [cell.value for cell in sheet[4]][:2] == ["aktör", "namn"]
    assert sheet["A5"].value == "bo"
    assert sheet["F5"].value == pytest.approx(0.6)
    assert sheet["F5"].number_format == "0.0%"
