"""The file of a released plan: its bytes, its digests, and how it is written and read."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from build import table
from released import PAYMENTS, optima, proofs, released, small_model

from rus_funding.errors import UsageError
from rus_funding.model.model import digest, document
from rus_funding.proof.derived import fraction, unpacked
from rus_funding.proof.reading import UnreadableError
from rus_funding.proof.record import parse, serialise, sha256
from rus_funding.proof.release import read_release, release, write_release
from rus_funding.proof.tree import Leaf, Proof, Tree, linear

if TYPE_CHECKING:
    from pathlib import Path


def test_a_record_says_what_follows_from_the_plan() -> None:
    record = released()
    assert record["model_sha256"] == digest(small_model())
    assert [(p["project"], p["share"], p["kronor"], p["status"]) for p in record["projects"]] == [
        ("idea", "1", 0, "funded"),
        ("p", "49/80", 98, "partly"),
        ("q", "49/60", 98, "partly"),
    ]
    assert record["totals"] == {
        "funded": 196,
        "own": 106,
        "funds": {"f": {"2026": 30, "2027": 60}, "g": {"2026": 31, "2027": 75}},
    }
    worth = 2 * Fraction(98 * 11, 120) + Fraction(1, 4) + 7 * Fraction(98, 160)  # ties: p, worth 1 point
    assert record["certificate"]["value"] == float(worth)
    bound = fraction(record["certificate"]["exact_bound"])
    assert record["standing"] == {"name": "proven", "gap": float((bound - worth) / bound)}
    assert record["objectives"] == [
        {
            "name": "value",
            "optimum": optima()["value"],
            "kept": proofs()["draw_order"].kept["value"],
            "figure": float(worth),
            "bound": float(bound),
            "proven": True,
        },
        {
            "name": "draw_order",
            "optimum": optima()["draw_order"],
            "kept": None,
            "figure": 106.0,
            "bound": pytest.approx(optima()["draw_order"]),
            "proven": True,
        },
    ]
    assert record["payments"] == sorted(map(list, PAYMENTS))


def test_what_is_known_of_a_plan_follows_from_its_proofs() -> None:
    def standing(**changes: Any) -> tuple[Any, ...]:
        record = released(**changes)
        return record["standing"]["name"], [objective["proven"] for objective in record["objectives"]]

    value, order = proofs()["value"], proofs()["draw_order"]
    assert standing() == ("proven", [True, True])
    assert standing(proofs=[value]) == ("within", [True, False])
    assert standing(optima={"value": optima()["value"]}) == ("within", [True, False])
    assert standing(optima={}) == ("within", [False, False])
    assert standing(proofs=[order]) == ("unknown", [False, True])
    assert standing(proofs=[]) == ("unknown", [False, False])
    nothing = linear("value", {}, {})  # proves no more than that all there is cannot be passed
    assert standing(proofs=[nothing, order]) == ("within", [False, True])


def test_why_a_project_is_not_funded_follows_too() -> None:
    def reasons(**changes: Any) -> dict[str, str]:
        return {row["project"]: row["reason"] for row in released(**changes)["projects"]}

    assert reasons() == {"idea": "", "p": "part_funded", "q": "part_funded"}
    said = {"p": "outcompeted", "q": "left_out", "idea": "x"}
    assert reasons(reasons=said) == reasons()
    record = release(document(small_model()), PAYMENTS[:4], optima={}, reasons={"q": "left_out", "idea": "left_out"})
    assert [row["reason"] for row in record["projects"]] == ["left_out", "part_funded", "left_out"]
    barred = small_model().replace(excluded=("q",))
    record = release(document(barred), PAYMENTS[:4], optima={}, reasons={"q": "not_funded"})
    assert record["projects"][2]["reason"] == "excluded"
    with_people = small_model()
    lonely = with_people.replace(policy=dataclasses.replace(with_people.policy, min_partners=3))
    record = release(document(lonely), [], optima={})
    assert {row["reason"] for row in record["projects"]} == {"few_partners"}
    ordinary = with_people["projects"].replace(status=np.array(["ordinary", "candidate", "candidate"], object))
    only_p = table("eligibility", [{"fund": fund, "by": "project", "value": "p"} for fund in "fg"])
    nobody = with_people.replace(tables={**with_people.tables, "projects": ordinary, "eligibility": only_p})
    record = release(document(nobody), [], optima={}, reasons={"idea": "left_out"})
    assert [row["reason"] for row in record["projects"]] == ["ordinary", "not_funded", "no_fund"]


def test_whole_projects_are_proven_by_a_tree() -> None:
    model = small_model()
    projects = model["projects"].replace(indivisible=model["projects"]["indivisible"] | True)
    whole = document(model.replace(tables={**model.tables, "projects": projects}))
    both = {("budget", "f", "2027"): 1.0, ("budget", "g", "2027"): 1.0}
    both |= {("financing", p, "costs", "2027"): -1.0 for p in "pq"}  # 180 kr are sought in 2027, and 135 are there
    alone = {("tie", "i", "lead"): 1.0, ("beyond", "b"): 1.0}  # the tie is made in p; past 9 points of b half count
    tree = Tree(("p", 0, "q", 1, 2), (Leaf(alone), Leaf({}), Leaf(both, empty=True)))

    def record(rows: list[tuple[str, str, int, int]], value: float) -> dict[str, Any]:
        plan = [(p, f, t, "costs", kr) for p, f, t, kr in rows]
        return release(whole, plan, optima={"value": value}, proofs=[Proof("value", {}, tree)], shares={"idea": "1"})

    best = record([("q", "f", 2027, 60), ("q", "g", 2027, 60)], 20.25)
    assert fraction(best["certificate"]["exact_bound"]) == Fraction(81, 4)  # 1 / 4 + 2 · (9 + 2 / 2)
    assert [objective["proven"] for objective in best["objectives"]] == [True, False]
    other = record([("p", "f", 2026, 50), ("p", "g", 2026, 50), ("p", "f", 2027, 30), ("p", "g", 2027, 30)], 7.25)
    assert (other["certificate"]["value"], other["certificate"]["bound"]) == (7.25, 20.25)
    assert other["standing"] == {"name": "within", "gap": float(Fraction(13, 1) / Fraction(81, 4))}
    assert other["certificate"]["proofs"][0]["choices"] == ["p", 0, "q", 1, 2]
    assert other["certificate"]["rows"] == sorted(map(list, {**both, **alone}))
    assert unpacked(other["certificate"]) == (Proof("value", {}, tree),)


def test_a_status_may_be_claimed_only_within_what_rounding_gives_up() -> None:
    less = [(*row[:4], row[4]) for row in PAYMENTS]
    claimed = {"p": "funded", "q": "funded", "idea": "not"}
    assert [p["status"] for p in released(statuses=claimed)["projects"]] == ["funded", "partly", "partly"]
    nearly = [("q", "f", 2027, "costs", 59), ("q", "g", 2027, "costs", 59), *less[:2]]
    record = release(document(small_model()), nearly, optima={}, statuses=claimed)
    assert [p["status"] for p in record["projects"]] == ["not", "partly", "funded"]


def test_multipliers_that_price_nothing_are_left_out() -> None:
    duals = {("budget", "f", "2026"): 0.0, ("budget", "f", "2027"): -1.0, ("budget", "g", "2027"): 0.5}
    certificate = released(proofs=[linear("value", {}, duals)])["certificate"]
    assert certificate["rows"] == [["budget", "g", "2027"]]
    assert certificate["proofs"][0]["leaves"] == [{"empty": False, "duals": [[0, 0.5]]}]
    with pytest.raises(UnreadableError, match="no label of a row"):
        released(proofs=[linear("value", {}, {("nonsense", "f"): 1.0})])
    with pytest.raises(UnreadableError, match="finite"):
        released(proofs=[linear("value", {}, {("budget", "f", "2026"): float("nan")})])


def test_equal_records_are_equal_bytes(tmp_path: Path) -> None:
    for name in ("a.json", "b.json", "a.json.gz", "b.json.gz"):
        write_release(tmp_path / name, released())
    plain = (tmp_path / "a.json").read_bytes()
    assert plain == (tmp_path / "b.json").read_bytes()
    assert (tmp_path / "a.json.gz").read_bytes() == (tmp_path / "b.json.gz").read_bytes()
    assert gzip.decompress((tmp_path / "a.json.gz").read_bytes()) == plain
    assert read_release(tmp_path / "a.json") == read_release(tmp_path / "a.json.gz") == json.loads(plain)
    assert serialise(read_release(tmp_path / "a.json")) == plain
    assert "\r" not in plain.decode()


def test_the_digest_is_over_everything_else() -> None:
    record = released()
    rest = {key: value for key, value in record.items() if key != "sha256"}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert record["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert released(released="2026-01-15")["sha256"] != record["sha256"]


def test_a_failed_write_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "plan.json"
    write_release(path, released())
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rus_funding.files.os.fsync", full)
    with pytest.raises(
        UsageError, match=r"plan\.json cannot be written: No space left on device\. Nothing was changed"
    ):
        write_release(path, released(scenario="other"))
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["plan.json"]


def test_where_and_how_a_file_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        write_release(tmp_path / "nowhere" / "plan.json", released())
    with pytest.raises(UsageError, match=r"named \.json"):
        write_release(tmp_path / "plan.txt", released())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"1",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": 1, "a": 1}',
        b'{"a": {"b": 1, "b": 2}}',
        b'{"a": "\\ud800"}',
        b'{"a": "\xff"}',
        b"\xef\xbb\xbf{}",
        b'{"a": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a": 01}',
        b"{'a': 1}",
    ],
)
def test_what_is_no_plain_json_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        parse(data)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="No such file"):
        read_release(tmp_path / "none.json")
    with pytest.raises(UnreadableError, match="cannot be read"):
        read_release(tmp_path)
    broken = tmp_path / "broken.json.gz"
    broken.write_bytes(b"not packed")
    with pytest.raises(UnreadableError, match="cannot be read"):
        read_release(broken)
    broken.write_bytes(gzip.compress(b"{}" * 100)[:-9])
    with pytest.raises(UnreadableError, match="cannot be read"):
        read_release(broken)


def test_a_packed_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rus_funding.proof.record.LARGEST", 1000)
    bomb = tmp_path / "bomb.json.gz"
    bomb.write_bytes(gzip.compress(b" " * 1001))
    with pytest.raises(UnreadableError, match="larger than"):
        read_release(bomb)


@pytest.mark.parametrize(
    "text", ["", "1/0", "2/4", "+1/2", "1/-2", " 1", "1.5", "٣", "1/", "01", "-0", 1, None, "1/" + "9" * 5000]
)
def test_a_fraction_is_written_in_one_way(text: Any) -> None:
    with pytest.raises(UnreadableError):
        fraction(text)


def test_fractions_are_read_exactly() -> None:
    assert [fraction(text) for text in ("0", "1", "-3/7", "10/3")] == [0, 1, Fraction(-3, 7), Fraction(10, 3)]


def test_the_digest_of_a_model_is_the_models() -> None:
    model = small_model()
    assert sha256(document(model)) == digest(model)


def test_a_payment_of_nothing_is_none() -> None:
    record = release(document(small_model()), [(*PAYMENTS[0][:4], 0), *PAYMENTS[1:]], optima={})
    assert record["payments"] == sorted(list(row) for row in PAYMENTS[1:])


def test_payments_are_whole_kronor_of_named_things() -> None:
    for row in [
        ("p", "f", 2026, "costs", 1.0),
        ("p", "f", "2026", "costs", 1),
        ("p", "f", 2026, "costs", True),
        (1, "f", 2026, "k", 1),
    ]:
        with pytest.raises(UnreadableError, match="is no payment"):
            release(document(small_model()), [row], optima={})
