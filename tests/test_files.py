"""The one rule for output: whole or not at all, nothing replaced unasked, never through a link or into a model."""

from __future__ import annotations

import errno
import os
import shutil
import zipfile
from pathlib import Path

import processes
import pytest

from rus_funding import files
from rus_funding.errors import UsageError
from rus_funding.files import admit, admit_folder, allowed, placed, placed_all, put
from rus_funding.model.names import folded
from rus_funding.model.schema import TABLES
from rus_funding.model.templates import write_template
from rus_funding.words import names as words

MODEL = Path(__file__).parents[1] / "models" / "litet-exempel"
PLAN = b'{"certificate":{},"format":"rus-funding/plan","payments":[]}'


def names(folder):
    return sorted(file.name for file in folder.iterdir())


def test_every_input_table_is_known():
    assert set(TABLES) <= files.TABLES
    assert {folded(words.sheet("sv", table)) for table in files.TABLES} == files.IN_SWEDISH
    assert {folded(word) for word in ("model", words.sheet("sv", "model"))} == {
        word.decode() for word in files.MODEL_SHEETS
    }


def test_a_file_is_put_with_the_rights_of_the_umask(tmp_path):
    old = os.umask(0o027)
    try:
        put(tmp_path / "new" / "folder" / "a.csv", b"1")
        assert (tmp_path / "new" / "folder" / "a.csv").stat().st_mode & 0o777 == 0o640
    finally:
        os.umask(old)
    assert names(tmp_path / "new" / "folder") == ["a.csv"]


def test_what_is_there_stays_without_force(tmp_path):
    path = tmp_path / "a.csv"
    put(path, b"old")
    with pytest.raises(UsageError, match=r"a\.csv exists already\. Replace it with --force, or choose another name\."):
        put(path, b"new")
    assert path.read_bytes() == b"old"
    put(path, b"new", force=True)
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["a.csv"]


def test_what_appears_meanwhile_stays_too(tmp_path):
    path = tmp_path / "a.csv"

    def write():
        with placed(path) as draft:
            draft.write_bytes(b"mine")
            path.write_bytes(b"theirs")

    with pytest.raises(UsageError, match="appeared meanwhile"):
        write()
    assert path.read_bytes() == b"theirs"
    assert names(tmp_path) == ["a.csv"]


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt(), ValueError("x"), MemoryError()]
)
def test_a_write_that_fails_changes_nothing(tmp_path, error, force):
    one, other = tmp_path / "out" / "a.csv", tmp_path / "out" / "b.csv"
    if force:
        put(one, b"old")

    def write():
        with placed_all([one, other], force=force) as (draft, later):
            draft.write_bytes(b"whole")
            later.write_bytes(b"ha")
            raise error

    with pytest.raises(UsageError if isinstance(error, OSError) else type(error)) as caught:
        write()
    if isinstance(error, OSError):
        disk = files.disk_of(tmp_path)
        assert str(caught.value) == (
            f"{other} cannot be written: No space left on device. Nothing was changed. "
            f"The disk at {disk} is full: make room there, or write to another disk."
        )
    assert names(tmp_path) == (["out"] if force else [])
    assert not force or (names(one.parent), one.read_bytes()) == (["a.csv"], b"old")


def test_a_move_that_fails_says_what_was_moved(tmp_path, monkeypatch):
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    real = Path.replace

    def one_only(self, target):
        if target == paths[1]:
            raise PermissionError(13, "Permission denied")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", one_only)

    def write():
        with placed_all(paths, force=True) as drafts:
            for draft in drafts:
                draft.write_bytes(b"1")

    with pytest.raises(UsageError, match=r"b\.csv cannot be written: Permission denied\. Only a\.csv had been put"):
        write()
    assert names(tmp_path) == ["a.csv"]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (errno.EDQUOT, r"share \(quota\) of the disk"),
        (errno.EROFS, "can only be read"),
        (errno.EFBIG, "too large"),
        (errno.ENAMETOOLONG, "shorter name"),
        (errno.EIO, "fails"),
        (errno.EACCES, "check the rights"),
    ],
)
def test_what_to_do_depends_on_what_is_wrong(tmp_path, code, said):
    with pytest.raises(UsageError, match=said), placed(tmp_path / "a.csv"):
        raise OSError(code, os.strerror(code))


def test_a_name_that_is_too_long_or_none_is_said(tmp_path):
    for name in ("x" * 400, "a\0b"):
        with pytest.raises(UsageError, match=r"cannot be written: .* shorter name|names no file"):
            put(tmp_path / name, b"")
    with pytest.raises(UsageError, match="names no file"):
        put(Path(), b"")
    assert names(tmp_path) == []


@pytest.mark.skipif(os.name != "posix", reason="links, pipes")
class TestLinksAndDevices:
    @pytest.mark.parametrize("force", [False, True])
    def test_a_link_is_not_followed_nor_replaced(self, tmp_path, force):
        victim, link, nowhere = tmp_path / "victim", tmp_path / "a.csv", tmp_path / "b.csv"
        victim.write_text("mine")
        link.symlink_to(victim)
        nowhere.symlink_to(tmp_path / "not-there")
        for path in (link, nowhere):
            with pytest.raises(UsageError, match=r"is a link, and nothing is written through links\. It leads to"):
                put(path, b"new", force=force)
            assert path.is_symlink()
        assert victim.read_text() == "mine"
        assert names(tmp_path) == ["a.csv", "b.csv", "victim"]

    def test_a_folder_that_is_a_link_is_none(self, tmp_path):
        (tmp_path / "real" / "in").mkdir(parents=True)
        (tmp_path / "link").symlink_to(tmp_path / "real")
        for path in (tmp_path / "link" / "a.csv", tmp_path / "link" / "in" / "a.csv", tmp_path / "link" / "new" / "a"):
            with pytest.raises(UsageError, match="link is a link"):
                put(path, b"", force=True)
        with pytest.raises(UsageError, match="link is a link"):
            admit_folder(tmp_path / "link")
        assert names(tmp_path / "real") == ["in"]

    def test_a_link_to_where_one_is_anyway_is_no_detour(self, tmp_path, monkeypatch):
        (tmp_path / "real" / "home").mkdir(parents=True)
        (tmp_path / "link").symlink_to(tmp_path / "real")
        monkeypatch.chdir(tmp_path / "real" / "home")
        put(tmp_path / "link" / "home" / "a.csv", b"1")
        assert (tmp_path / "real" / "home" / "a.csv").read_bytes() == b"1"

    def test_a_pipe_or_device_is_no_file(self, tmp_path):
        os.mkfifo(tmp_path / "a.csv")
        for path in (tmp_path / "a.csv", Path("/dev/null")):
            with pytest.raises(UsageError, match="is a device, not a file"):
                put(path, b"", force=True)

    @pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
    def test_a_protected_file_or_folder_is_said(self, tmp_path):
        path = tmp_path / "a.csv"
        put(path, b"old")
        path.chmod(0o444)
        with pytest.raises(UsageError, match="write-protected"):
            put(path, b"new", force=True)
        tmp_path.chmod(0o555)
        with pytest.raises(UsageError, match="write-protected"):
            put(tmp_path / "b.csv", b"new")
        tmp_path.chmod(0o755)


@pytest.fixture
def model(tmp_path):
    return Path(shutil.copytree(MODEL, tmp_path / "mm"))


def contents(folder):
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


@pytest.mark.parametrize("kept", ["*", "model.toml", "costs.csv", "projects.csv", "actors.csv", "areas.csv"])
def test_nothing_is_written_into_a_model(model, kept):
    """Not even into one that is just being made: one of its tables is enough."""
    for file in model.iterdir():
        if not file.match(kept):
            file.unlink()
    before = contents(model)
    for path in (model / "plan.json", model / "projects.csv", model / "x.sqlite"):
        with pytest.raises(UsageError, match=r"is a model .*: nothing is written there, also with --force"):
            put(path, b"", force=True)
        with pytest.raises(UsageError, match="is a model"):
            allowed(path)
    with pytest.raises(UsageError, match="is a model"):
        admit_folder(model)
    assert contents(model) == before


def test_a_table_with_a_swedish_name_makes_a_model_too(tmp_path):
    (tmp_path / "O\u0308vergång.csv").write_text("område;till;andel\n", "utf-8")  # as a Mac writes it
    with pytest.raises(UsageError, match="is a model"):
        put(tmp_path / "x.csv", b"", force=True)


def test_tables_of_a_run_or_a_comparison_are_no_model(tmp_path):
    heads = ["row;scenario;project", "row,scenario,area", "\ufeffrow;scenario;x", "project;name;group;in_full;at_all"]
    for head in heads:
        (tmp_path / "projects.csv").write_text(f"{head}\n", "utf-8")
        put(tmp_path / "projects.csv", b"", force=True)


def test_the_workbook_of_a_model_stays(tmp_path):
    write_template(tmp_path / "a.xlsx")
    with pytest.raises(UsageError, match="workbook of a model"):
        put(tmp_path / "a.xlsx", b"", force=True)
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as package:
        package.writestr("xl/workbook.xml", '<sheets><sheet name="projects" sheetId="1"/></sheets>')
    put(tmp_path / "b.xlsx", b"", force=True)
    (tmp_path / "c.xlsx").write_bytes(b"no workbook")
    put(tmp_path / "c.xlsx", b"", force=True)


@pytest.mark.parametrize("name", ["plan.json", "plan.json.gz", "plan.lp"])
def test_a_released_plan_stays_unless_it_is_the_same(tmp_path, name):
    import gzip

    path = tmp_path / name
    path.write_bytes(gzip.compress(PLAN) if name.endswith("gz") else PLAN)
    with pytest.raises(UsageError, match="is a released plan, and this is another: it stays, also with --force"):
        put(path, b"", force=True)
    with pytest.raises(UsageError, match="released plan"):
        admit(path, force=True, same=lambda _: False)
    with placed(path, force=True, same=lambda there: there == path) as draft:
        draft.write_bytes(b"same")
    assert path.read_bytes() == b"same"


def test_a_plan_is_found_behind_much_else(tmp_path):
    path = tmp_path / "plan.json"
    text = b'{"x":"' + b"-" * (files.CHUNK - 20) + b'", "format" : "rus-funding/plan"}'
    path.write_bytes(text)
    assert files.is_plan(path)
    path.write_bytes(text.replace(b"rus-funding/plan", b"other"))
    assert not files.is_plan(path)
    path.write_bytes(b"\x1f\x8bbroken")
    assert not files.is_plan(path)


def full_disk():
    """A disk of 200 kB, mounted in a process of its own, if this machine lets us."""
    probe = ["unshare", "-m", "true"]
    return shutil.which("unshare") is not None and processes.run(probe).returncode == 0


@pytest.mark.skipif(os.name != "posix" or not full_disk(), reason="no right to mount a small disk")
def test_a_full_disk_is_named_and_holds_no_half_file(tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    script = f"""
import sys
from pathlib import Path
from rus_funding.errors import UsageError
from rus_funding.files import put
small = Path({str(small)!r})
put(small / "a.csv", b"old")
for path in (small / "a.csv", small / "new" / "b.csv"):
    try:
        put(path, b"x" * 1_000_000, force=True)
    except UsageError as error:
        print(error)
print((small / "a.csv").read_text(), sorted(file.name for file in small.iterdir()))
"""
    shell = f'mount -t tmpfs -o size=200k none "{small}" && exec "$0" -c "$1"'
    done = processes.run(["unshare", "-m", "sh", "-c", shell, os.sys.executable, script])
    if "mount:" in done.stderr:
        pytest.skip("no right to mount a small disk")
    assert done.stderr == ""
    first, second, left = done.stdout.splitlines()
    for said, name in ((first, "a.csv"), (second, "b.csv")):
        assert f"{name} cannot be written: No space left on device. Nothing was changed." in said
        assert f"The disk at {small} is full: make room there, or write to another disk." in said
    assert left == "old ['a.csv']"
