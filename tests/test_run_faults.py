"""The k-th write, sync, cut, opening, removal and renaming of a batch fails, for every k: nothing is lost or half."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any

import faulty_disk
import flips
import pytest

from rus_funding.errors import UsageError
from rus_funding.runs import Head, Run, Writer, content_digest
from rus_funding.runs.content import Record
from rus_funding.runs.schema import RESULTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from faulty_disk import Faults

FEWER = 1 if "EXAMPLES" in os.environ else 5  # of every k, where a like loop has had them all

pytestmark = pytest.mark.skipif(faulty_disk.library() is None, reason="SQLite is no library of its own here")


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> tuple[Head, list[Record], str]:
    """A small batch that is solved already: its head, its records, and the digest of the run that it makes."""
    path = flips.made(tmp_path_factory.mktemp("whole") / "run.sqlite")
    with Run(path) as run:
        names = run.names()
        records = [
            Record(at, name, {table: list(run.rows(table, name)) for table in RESULTS}) for at, name in enumerate(names)
        ]
        head = Head(run.model(), run.scenarios(), len(names), run.info["options"], {"funds.csv": "ab"})
    whole = path.with_name("whole.sqlite")
    written(whole, head, records[:2])
    return head, records[:2], content_digest(whole)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Faults]:
    with faulty_disk.faulty(monkeypatch) as faults:
        yield faults


def written(path: Path, head: Head, records: list[Record], **options: Any) -> None:
    with Writer(path, head, **options) as writer:
        for record in records:
            if record.position not in writer.done:
                writer.add([record])


def look(path: Path, records: list[Record], *, begun: int) -> int:
    """How many scenarios stand in a run after a fault; it is whole, or said to be damaged, or not there at all."""
    with named(path), Run(path) as run:
        assert run.names() == [record.name for record in records[: len(run.names())]]
        return len(run.names())
    assert path.exists() or not begun, "a run that was there is gone"
    return 0


@contextlib.contextmanager
def named(path: Path) -> Iterator[None]:
    """What may be refused, if the refusal names the run."""
    try:
        yield
    except UsageError as error:
        if str(path) not in str(error):
            raise AssertionError(str(error)) from error


@pytest.mark.parametrize("stays", [False, True], ids=["once", "from-then-on"])
@pytest.mark.parametrize("kind", faulty_disk.KINDS)
def test_every_fault_leaves_a_run_that_is_whole_or_named_and_goes_on(
    kind: str, stays: bool, batch: tuple[Head, list[Record], str], disk: Faults, tmp_path: Path
) -> None:
    head, records, digest = batch
    faults = 0
    for at in range(1, 1000, FEWER if stays else 1):
        path = tmp_path / f"{at}.sqlite"
        disk.arm(kind, at, stays=stays)
        with named(path):
            written(path, head, records)
        hit = disk.hit
        disk.arm("", 0)
        look(path, records, begun=0)
        written(path, head, records, resume=path.exists())
        assert content_digest(path) == digest, at
        if not hit:
            break
        faults += 1
    assert faults or kind in {"delete", "share"}


@pytest.mark.parametrize("kind", faulty_disk.KINDS)
def test_what_was_finished_before_the_fault_is_kept(
    kind: str, batch: tuple[Head, list[Record], str], disk: Faults, tmp_path: Path
) -> None:
    head, records, digest = batch
    for at in range(1, 1000, FEWER):
        path = tmp_path / f"{at}.sqlite"
        with contextlib.suppress(InterruptedError), Writer(path, head) as writer:
            writer.add(records[:1])
            raise InterruptedError
        disk.arm(kind, at)
        with named(path):
            written(path, head, records, resume=True)
        hit = disk.hit
        disk.arm("", 0)
        assert look(path, records, begun=1) >= 1
        written(path, head, records, resume=True)
        assert content_digest(path) == digest, at
        if not hit:
            break


@pytest.mark.parametrize("kind", ["open", "share"])
def test_a_reader_that_cannot_read_says_so(
    kind: str, batch: tuple[Head, list[Record], str], disk: Faults, tmp_path: Path
) -> None:
    head, records, digest = batch
    path = tmp_path / "run.sqlite"
    written(path, head, records)
    for at in range(1, 100):
        disk.arm(kind, at)
        with named(path):
            assert content_digest(path) == digest
        if not disk.hit:
            break
        disk.arm("", 0)
