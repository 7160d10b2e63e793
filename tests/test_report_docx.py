"""The annex to a decision: the decision's own layout and figures, percentages that hold, and names that stay text."""

from __future__ import annotations

import re
import zipfile
from fractions import Fraction
from typing import TYPE_CHECKING

import docx
import pytest
from build import build
from docx.oxml.ns import qn
from hostile import SIZE, hostile_pack
from office import CASES, DECISION, FILES, PORTFOLIO, converted, every_case, run_of

from rus_funding.engine.budget_status import resting
from rus_funding.engine.engine import solve
from rus_funding.errors import UsageError
from rus_funding.papers import appendix
from rus_funding.papers.docx import write
from rus_funding.papers.docx.grants import grants
from rus_funding.papers.pack import Pack
from rus_funding.proof.standing import Standing
from rus_funding.words.standings import label

if TYPE_CHECKING:
    from pathlib import Path

    from docx.document import Document
    from docx.table import Table


pytestmark = pytest.mark.usefixtures("hurried")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("runs")
    return {model: run_of(model, folder) for model in FILES}


@pytest.fixture(scope="module")
def annexes(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str, str], Path]:
    """The paper of each case and language."""
    return every_case(write, tmp_path_factory.mktemp("annexes"), "docx")


def cells(table: Table) -> list[list[str]]:
    return [[c.text for c in row._tr.iterchildren(qn("w:tc")) for c in [_Text(c)]] for row in table.rows]


class _Text:
    def __init__(self, cell: object) -> None:
        self.text = "".join(t.text or "" for t in cell.iter(qn("w:t")))  # type: ignore[attr-defined]


def captioned(document: Document, words: str) -> list[list[str]]:
    """The table under the caption that contains the words."""
    for table in document.tables:
        caption = table._tbl.getprevious()
        text = "".join(t.text or "" for t in caption.iter(qn("w:t")))
        if words in text:
            return cells(table)
    raise AssertionError(f"no table '{words}'")


def number(text: str) -> int:
    """The kronor that a cell shows, with its thousands parted as the language does."""
    assert re.fullmatch(r"[+\u2212]?\d{1,3}((\u00a0\d{3})*|(,\d{3})*)", text), text
    return int(re.sub("[\u00a0,+]", "", text).replace("\u2212", "-"))


def told(document: Document) -> str:
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def test_the_decision_comes_out_to_the_krona(annexes: dict[tuple[str, str, str], Path]) -> None:
    """Its two tables as the decision has them: rows, groups, order, sums."""
    document = docx.Document(str(annexes[DECISION, "baseline", "sv"]))
    assert [[t.replace("\u00a0", " ") for t in row] for row in captioned(document, "Kostnader per")] == [
        ["Kostnadsslag", "2026", "2027", "2028", "Totalt"],
        ["Egen personal", "2 199 502", "2 265 487", "2 333 452", "6 798 441"],
        ["Externa tjänster", "1 120 000", "1 220 000", "1 525 000", "3 865 000"],
        ["Resor och logi", "35 000", "35 000", "35 000", "105 000"],
        ["Schablonkostnader: OH 20%", "439 900", "453 098", "466 690", "1 359 688"],
        ["Summa bokförda kostnader", "3 794 402", "3 973 585", "4 360 142", "12 128 129"],
    ]
    assert [[t.replace("\u00a0", " ") for t in row] for row in captioned(document, "Finansiering per")] == [
        ["Finansiär", "2026", "2027", "2028", "Totalt"],
        ["Offentlig kontant"],
        ["Region Örebro län 1:1-medel (offentlig kontant)", "1 897 201", "1 986 792", "2 180 071", "6 064 064"],
        ["Region Örebro län: Övriga medel (offentlig kontant)", "978 000", "1 250 000", "1 300 000", "3 528 000"],
        ["Region Örebro län: FUM (offentlig kontant)", "569 201", "386 793", "530 071", "1 486 065"],
        ["Summa offentlig kontant", "3 444 402", "3 623 585", "4 010 142", "11 078 129"],
        ["Privat kontant"],
        ["Deltagaravgifter Framtidsforum (privat kontant)", "350 000", "350 000", "350 000", "1 050 000"],
        ["Summa finansiering", "3 794 402", "3 973 585", "4 360 142", "12 128 129"],
    ]


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_every_refusal_is_named_with_what_is_known_of_its_reason(
    runs: dict[str, Path], annexes: dict[tuple[str, str, str], Path], lang: str
) -> None:
    """The reasons are those of every other paper: proven ones, facts of the input, and none where nobody knows."""
    document = docx.Document(str(annexes[PORTFOLIO, "baseline", lang]))
    table = captioned(document, {"sv": "Projekt som inte får några pengar", "en": "Projects that get no money"}[lang])
    with Pack.open(runs[PORTFOLIO], "baseline", lang) as pack:
        names, proven = pack.figures.names("projects", "project"), pack.reasons
        declined = [result for result in pack.outcome.projects if result.status == "not"]
    assert [row[0] for row in table[1:]] == [names[result.project] for result in declined]
    assert proven
    for row, result in zip(table[1:], declined, strict=True):
        facts = {"ordinary": ("Ordinarie", "Ordinary"), "few_partners": ("Färre aktörer", "Fewer actors")}
        told = facts.get(result.reason)
        expected = proven.get(result.project) or (told[lang == "en"] if told else "–")
        assert row[2].startswith(expected), row
    assert any(row[2] == "–" for row in table[1:]) == any("–" in text for text in told_notes(document, lang))


def told_notes(document: Document, lang: str) -> list[str]:
    """The notes that say what a dash means."""
    lead = {"sv": "Ett streck:", "en": "A dash:"}[lang]
    return [f"– {p.text}" for p in document.paragraphs if p.text.startswith(lead)]


def test_the_standing_formula_stands_where_it_is_true(annexes: dict[tuple[str, str, str], Path]) -> None:
    text = told(docx.Document(str(annexes[DECISION, "baseline", "sv"]))).replace("\u00a0", " ")
    project = "projektet Genomförande av den regionala utvecklingsstrategin under perioden 2026–2028."
    assert f"50 procent av projektets bokförda kostnader, dock högst 6 064 064 kr, för {project}" in text
    assert f"FUM (offentlig kontant): högst 1 486 065 kr, för {project}" in text
    assert text.count("procent av") == 1
    less = told(docx.Document(str(annexes[DECISION, "minskade-1-1-medel", "sv"])))
    assert "procent av" not in less  # 1:1 money is short of its half there


@pytest.mark.parametrize(("model", "scenario"), CASES)
def test_a_rate_is_stated_only_where_it_holds(runs: dict[str, Path], model: str, scenario: str) -> None:
    """By sums of our own over the payments: ⌊rate · booked⌋ each year, or in all."""
    with Pack.open(runs[model], scenario) as pack:
        outcome = pack.outcome
        funds = outcome.model["funds"]
        basis = dict(zip(funds["fund"].tolist(), funds["rate_basis"].tolist(), strict=True))
        form = dict(zip(funds["fund"].tolist(), funds["form"].tolist(), strict=True))
        financier = dict(zip(funds["fund"].tolist(), funds["financier"].tolist(), strict=True))
        usual = outcome.model.policy.min_grant
        least = {
            fund: 0 if income == "yes" else usual if kronor is None or kronor != kronor else kronor
            for fund, income, kronor in zip(
                *(funds[c].tolist() for c in ("fund", "income", "min_per_project")), strict=True
            )
        }
        found = [grant for each in grants(outcome).values() for grant in each]
        assert sum(grant.kronor for grant in found) == outcome.funded
        rests = resting(outcome.model, ((p.fund, p.year, p.kronor) for p in outcome.payments))
        for grant in found:
            paid = [p for p in outcome.payments if (p.project, p.fund) == (grant.project, grant.fund)]
            others = grant.income or financier[grant.fund] != outcome.model.decider
            now = [p for p in paid if not rests[p.fund, p.year].not_granted]
            one = others or sum(p.kronor for p in now) < least[grant.fund]
            mine = paid if one and len(now) < len(paid) else [p for p in paid if (p not in now) == grant.open]
            assert (grant.others, grant.open) == (others, any(p not in now for p in mine))
            assert grant.kronor == sum(p.kronor for p in mine)
            assert (grant.first, grant.last) == (min(p.year for p in mine), max(p.year for p in mine))
            if grant.rate is not None and grant.base == "booked":
                cash = [p for p in outcome.payments if p.project == grant.project and form[p.fund] == "cash"]
                base = {y: sum(p.kronor for p in cash if p.year == y) for y in outcome.model.years}
                assert basis[grant.fund] == "year" or mine == paid  # what holds in all holds of no part of the years
                yearly = [base[y] for y in {p.year for p in mine}]
                parts = [sum(base.values())] if basis[grant.fund] == "total" else yearly
                assert grant.kronor == sum(int(grant.rate * part) for part in parts)
        assert [g for g in found if g.rate is not None] or scenario == "minskade-1-1-medel"


def test_a_rate_of_which_a_krona_is_lacking_is_not_stated() -> None:
    model = build(
        funds=[{"fund": "half", "max_rate": 0.5, "draw_order": 1}, {"fund": "rest", "draw_order": 2}],
        budgets={"half": 49, "rest": 100},
        costs={"p": 100},
    )
    (each,) = grants(solve(model)).values()
    assert [(g.fund, g.kronor, g.rate) for g in each] == [("half", 49, None), ("rest", 51, None)]
    richer = model.replace(tables={**model.tables, "budgets": build(budgets={"half": 50, "rest": 100})["budgets"]})
    (each,) = grants(solve(richer)).values()
    assert [(g.fund, g.kronor, g.rate) for g in each] == [("half", 50, Fraction(1, 2)), ("rest", 50, None)]


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize(("model", "scenario"), CASES)
def test_every_number_is_the_plans(
    runs: dict[str, Path], annexes: dict[tuple[str, str, str], Path], model: str, scenario: str, lang: str
) -> None:
    document = docx.Document(str(annexes[model, scenario, lang]))
    costs = captioned(document, {"sv": "Kostnader per", "en": "Costs by"}[lang])
    financing = captioned(document, {"sv": "Finansiering per", "en": "Financing by"}[lang])
    with Pack.open(runs[model], scenario, lang) as pack:
        found = appendix.costs(pack.figures)
        shown = {row[0]: [number(text) for text in row[1:]] for row in costs[1:]}
        for row in (*found.booked, *found.in_kind):
            assert shown[row.name] == [*row.kronor, row.total]
        shown = {row[0]: [number(text) for text in row[1:]] for row in financing[1:] if len(row) > 1}
        for group in appendix.financing(pack.figures, lang):
            for row in group.rows:
                assert shown[row.name] == [*row.kronor, row.total]
        total = [number(text) for text in costs[-1][1:]]
        assert total == [number(text) for text in financing[-1][1:]]
        assert total[-1] == pack.outcome.funded
        if model == PORTFOLIO:
            heads, *rows, total = captioned(document, {"sv": "Beviljade medel", "en": "Grants by"}[lang])
            found_grants, names = grants(pack.outcome), pack.figures.names("projects", "project")
            ends = (lambda g: g.decided, lambda g: g.open and not g.others, lambda g: g.others)
            funds = range(3, len(heads) - 4)
            assert [row[0] for row in rows] == [names[project] for project in found_grants]
            for row, each in zip(rows, found_grants.values(), strict=True):
                shown = [number(row[i].rstrip("*")) for i in funds if row[i]]
                assert shown == [g.kronor for g in each if g.decided]
                assert sum("*" in row[i] for i in funds) == sum(g.decided and g.rate is not None for g in each)
                sums = [sum(g.kronor for g in each if held(g)) for held in ends]
                assert [number(text or "0") for text in row[funds.stop : -1]] == sums
            every = [grant for each in found_grants.values() for grant in each]
            assert sum(number(total[i]) for i in funds) == number(total[funds.stop])
            assert sum(number(text) for text in total[funds.stop : -1]) == pack.outcome.funded
            _, *rows, total = captioned(document, {"sv": "Pengar som beslutet", "en": "Money that the"}[lang])
            assert (
                number(total[1]) == sum(number(row[1]) for row in rows) == sum(g.kronor for g in every if not g.decided)
            )
            lacking = sum(
                each.not_granted
                for each in resting(
                    pack.outcome.model, ((p.fund, p.year, p.kronor) for p in pack.outcome.payments)
                ).values()
            )
            assert number(total[2]) == lacking > 0


def test_what_moves_is_the_difference_of_the_plans(
    runs: dict[str, Path], annexes: dict[tuple[str, str, str], Path]
) -> None:
    table = captioned(docx.Document(str(annexes[PORTFOLIO, "malgap", "sv"])), "Projekt vars belopp")
    with Pack.open(runs[PORTFOLIO], "malgap") as pack:
        names = pack.figures.names("projects", "project")
        before = {names[r.project]: r.kronor for r in pack.baseline.projects}
        after = {names[r.project]: r.kronor for r in pack.outcome.projects}
        moved = {name: (before[name], after[name], after[name] - before[name]) for name in before
                 if before[name] != after[name]}  # fmt: skip
    assert {row[0]: tuple(map(number, row[1:])) for row in table[1:-1]} == moved
    assert len(moved) > 5


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_it_is_a_proper_document(annexes: dict[tuple[str, str, str], Path], lang: str) -> None:
    """Styles, language, A4, fields, headings of tables that repeat and are told to those who do not see them."""
    path = annexes[PORTFOLIO, "malgap", lang]
    document = docx.Document(str(path))
    styles = [paragraph.style.name for paragraph in document.paragraphs if paragraph.style]
    assert styles.count("Title") == 1
    assert {"Heading 1", "Heading 2", "Caption", "List Bullet"} <= set(styles)
    section = document.sections[0]
    a4 = (pytest.approx(21.0, 0.01), pytest.approx(29.7, 0.01))
    assert (section.page_height.cm, section.page_width.cm) == a4  # six years lie down
    standing = docx.Document(str(annexes[DECISION, "baseline", "sv"])).sections[0]
    assert (standing.page_width.cm, standing.page_height.cm) == a4
    archive = zipfile.ZipFile(path)
    tag = {"sv": "sv-SE", "en": "en-GB"}[lang]
    assert f'w:lang w:val="{tag}"' in archive.read("word/styles.xml").decode()
    assert document.core_properties.language == tag
    assert document.core_properties.title
    footer = section.footer._element.xml
    assert "PAGE" in footer
    assert "NUMPAGES" in footer
    assert len(document.tables) > 7
    for table in document.tables:
        first = table.rows[0]._tr
        assert first.trPr is not None
        assert first.trPr.find(qn("w:tblHeader")) is not None
        about = table._tbl.tblPr
        assert about.find(qn("w:tblCaption")).get(qn("w:val"))
        assert about.find(qn("w:tblDescription")).get(qn("w:val"))
    text = archive.read("word/document.xml").decode()
    assert not re.search(r">[^<]*\d \d{3}[^<]*<", text)  # thousands never part at the end of a line


def test_the_decider_grants_its_own_money_and_presupposes_the_rest(
    annexes: dict[tuple[str, str, str], Path],
) -> None:
    """Nobody grants the fees of those who take part, nor does the region the money of others."""
    text = told(docx.Document(str(annexes[DECISION, "baseline", "sv"]))).replace("\u00a0", " ")
    grants, _, rest = text.partition("Vad beslutet förutsätter")
    assert "Region Örebro län beviljar ett projekt sammanlagt 11 078 129 kr:" in grants
    assert "Beslutet avser inte pengarna nedan, 1 050 000 kr" in rest
    assert "Deltagaravgifter Framtidsforum (privat kontant): 1 050 000 kr i intäkter" in rest
    assert "Deltagaravgifter" not in grants.partition("beviljar")[2]


def test_who_decides_nothing_said_grants_all_but_incomes() -> None:
    funds = [{"fund": "a", "financier": "x", "draw_order": 2}, {"fund": "b", "draw_order": 3}]
    model = build(
        funds=[{"fund": "fees", "income": "yes", "draw_order": 1}, *funds],
        budgets={"fees": 10, "a": 20, "b": 30},
        costs={"p": 60},
    )
    (each,) = grants(solve(model)).values()
    assert [(g.fund, g.kronor, g.others) for g in each] == [("fees", 10, True), ("a", 20, False), ("b", 30, False)]


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_without_a_plan_it_says_so(runs: dict[str, Path], tmp_path: Path, lang: str) -> None:
    with Pack.open(runs[DECISION], "minskade-1-1-medel-hela", lang) as pack:
        write(pack, tmp_path / "none.docx")
        info = pack.run.info
    document = docx.Document(str(tmp_path / "none.docx"))
    text = told(document)
    assert label(Standing("infeasible"), lang)[1:] in text
    assert not document.tables
    assert {"sv": "Deltagande: 2 av 5", "en": "Participations: 2 of 5"}[lang] in text.replace("\u00a0", " ")
    assert {"sv": "planen", "en": "the plan"}[lang] not in text.partition(info["sha256"])[2].partition("\n")[0]
    headings = [p.text for p in document.paragraphs if p.style and p.style.name == "Heading 1"]
    assert headings == {"sv": ["Inget förslag till beslut", "Bevis och kontroll", "Källor"],
                        "en": ["No decision is proposed", "Proof and control", "Sources"]}[lang]  # fmt: skip


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    write(hostile_pack("sv"), tmp_path / "hostile.docx")
    document = docx.Document(str(tmp_path / "hostile.docx"))
    archive = zipfile.ZipFile(tmp_path / "hostile.docx")
    text = archive.read("word/document.xml").decode()
    assert text.count("&lt;b&gt;fet&lt;/b&gt;") > SIZE / 50
    assert "<w:br/>" not in text
    assert b"example.org" not in b"".join(archive.read(n) for n in archive.namelist() if n.endswith(".rels"))
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", text)
    assert max(len(rows._tbl.tr_lst) for rows in document.tables) > SIZE / 2
    fields = set(re.findall(r'w:instr="([^"]*)"', text))
    assert fields == {" SEQ Tabell \\* ARABIC "}


def test_the_same_run_gives_the_same_bytes(runs: dict[str, Path], tmp_path: Path) -> None:
    for name in ("one", "two"):
        with Pack.open(runs[DECISION]) as pack:
            write(pack, tmp_path / f"{name}.docx")
    assert (tmp_path / "one.docx").read_bytes() == (tmp_path / "two.docx").read_bytes()


def test_a_file_that_cannot_be_written_is_named(runs: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "busy.docx").mkdir()
    with Pack.open(runs[DECISION]) as pack, pytest.raises(UsageError, match=r"busy\.docx is a folder"):
        write(pack, tmp_path / "busy.docx")


def test_an_office_program_reads_every_number(annexes: dict[tuple[str, str, str], Path], tmp_path: Path) -> None:
    """LibreOffice opens the annex, saves it, and every cell of every table is the same."""
    chosen = [annexes[DECISION, "baseline", "sv"], annexes[PORTFOLIO, "malgap", "en"]]
    for path, other in zip(chosen, converted(chosen, "docx", tmp_path), strict=True):
        mine, theirs = ([cells(table) for table in docx.Document(str(p)).tables] for p in (path, other))
        assert mine == theirs
