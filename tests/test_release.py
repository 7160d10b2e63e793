"""The file of a released plan: its bytes, its digests, and how it is written and read."""

from __future__ import annotations

import gzip
import hashlib
import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from released import PAYMENTS, released, small_model

from rus_funding.errors import UsageError
from rus_funding.model import digest, document
from rus_funding.proof.derived import fraction
from rus_funding.proof.reading import UnreadableError
from rus_funding.proof.record import parse, serialise, sha256
from rus_funding.release import read_release, release, write_release

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
    assert record["certificate"]["kind"] == "weak duality"
    bound = fraction(record["certificate"]["exact_bound"])
    assert record["certificate"]["gap"] == float((bound - worth) / bound)
    assert record["objectives"][1] == {"name": "draw_order", "optimum": 106.0, "kept": None, "figure": 106.0}
    assert record["payments"] == sorted(map(list, PAYMENTS))


def test_the_solvers_bound_stands_only_where_there_are_binaries_and_it_is_lower() -> None:
    model = small_model()
    assert released(solver_bound=22.0)["certificate"]["kind"] == "weak duality"
    projects = model["projects"].replace(indivisible=model["projects"]["indivisible"] | True)
    whole = document(model.replace(tables={**model.tables, "projects": projects}))
    arguments: dict[str, Any] = {"optima": {"value": 7.25}, "duals": {}}
    plan = [
        ("p", f, t, "costs", kr) for f, t, kr in [("f", 2026, 50), ("g", 2026, 50), ("f", 2027, 30), ("g", 2027, 30)]
    ]
    certificate = release(whole, plan, **arguments, solver_bound=7.5)["certificate"]
    assert (certificate["kind"], certificate["bound"]) == ("solver bound", 7.5)
    assert fraction(certificate["exact_bound"]) == Fraction(1, 4) + 6 + 2 * 11 + 1  # no multipliers: everything
    assert release(whole, plan, **arguments, solver_bound=99.0)["certificate"]["kind"] == "weak duality"
    assert release(whole, plan, **arguments)["certificate"]["kind"] == "weak duality"


def test_a_status_may_be_claimed_only_within_what_rounding_gives_up() -> None:
    less = [(*row[:4], row[4]) for row in PAYMENTS]
    claimed = {"p": "funded", "q": "funded", "idea": "not"}
    assert [p["status"] for p in released(statuses=claimed)["projects"]] == ["funded", "partly", "partly"]
    nearly = [("q", "f", 2027, "costs", 59), ("q", "g", 2027, "costs", 59), *less[:2]]
    record = release(document(small_model()), nearly, optima={}, duals={}, statuses=claimed)
    assert [p["status"] for p in record["projects"]] == ["not", "partly", "funded"]


def test_duals_that_price_nothing_are_left_out() -> None:
    duals = {("budget", "f", "2026"): 0.0, ("budget", "f", "2027"): -1.0, ("budget", "g", "2027"): 0.5}
    assert released(duals=duals)["certificate"]["duals"] == [["budget", "g", "2027", 0.5]]
    with pytest.raises(UnreadableError, match="no dual"):
        released(duals={("nonsense", "f"): 1.0})
    with pytest.raises(UnreadableError, match="finite"):
        released(duals={("budget", "f", "2026"): float("nan")})


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

    monkeypatch.setattr("rus_funding.release.os.fsync", full)
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


def test_payments_are_whole_kronor_of_named_things() -> None:
    for row in [
        ("p", "f", 2026, "costs", 1.0),
        ("p", "f", "2026", "costs", 1),
        ("p", "f", 2026, "costs", True),
        (1, "f", 2026, "k", 1),
    ]:
        with pytest.raises(UnreadableError, match="is no payment"):
            release(document(small_model()), [row], optima={}, duals={})
