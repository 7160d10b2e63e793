"""One commit, one version: in a clone, without tags, without git; and wheels that are the same byte for byte."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
import tarfile
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

import processes
import pytest

import rus_funding
from rus_funding import version as versions

ROOT = Path(__file__).parents[1]
PARTS = ("pyproject.toml", "README.md", "LICENSE", ".gitattributes", ".gitignore", ".git_archival.txt", "rus_funding")
TREE = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]

git_is_here = pytest.mark.skipif(shutil.which("git") is None, reason="git is not here")


def can_build() -> bool:
    try:
        return int(metadata.version("setuptools").split(".")[0]) >= 77 and bool(metadata.version("setuptools-scm"))
    except metadata.PackageNotFoundError:
        return False


builds = pytest.mark.skipif(not can_build(), reason="needs setuptools 77 and setuptools-scm, of the extra [test]")


def git(folder: Path, *arguments: object) -> str:
    out: str = processes.run(["git", *TREE, *arguments], cwd=folder, check=True).stdout
    return out.strip()


def commit(folder: Path, text: str) -> None:
    (folder / "NEWS").write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", text)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is built, in a repository of its own with two commits and no tag."""
    folder: Path = tmp_path_factory.mktemp("clone") / "project"
    folder.mkdir()
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, folder / part)
    git(folder, "init", "-q", "-b", "main")
    commit(folder, "one")
    commit(folder, "two")
    return folder


def written(folder: Path) -> str:
    """The version that a build would write, warnings of a shallow clone apart."""
    done = processes.run([sys.executable, "-m", "setuptools_scm"], cwd=folder, check=True)
    version: str = done.stdout.strip().splitlines()[-1]
    return version


# what a build writes


@git_is_here
@builds
def test_two_commits_never_share_a_version(clone: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", clone, "here")
    here, found = tmp_path / "here", []
    found.append(written(here))
    commit(here, "three")
    found.append(written(here))
    git(here, "tag", "v7.1.0")
    found.append(written(here))
    commit(here, "four")
    found.append(written(here))
    git(here, "tag", "meeting-2026-11")  # says nothing of a version
    assert written(here) == found[3]
    assert len(set(found)) == 4
    assert found[2] == "7.1.0"
    assert all(git(here, "rev-parse", "HEAD~2")[:7] in one for one in found[:1])
    assert git(here, "rev-parse", "HEAD")[:7] in found[3]


@git_is_here
@builds
@pytest.mark.parametrize("way", ["shallow", "export", "bare copy", "foreign"])
def test_a_version_is_found_without_tags_history_or_git(clone: Path, tmp_path: Path, way: str) -> None:
    here = tmp_path / "here"
    if way == "shallow":
        git(tmp_path, "clone", "-q", "--depth", "1", clone.as_uri(), "here")
    elif way == "export":
        git(clone, "archive", "--format=tar", "-o", tmp_path / "export.tar", "HEAD")
        with tarfile.open(tmp_path / "export.tar") as tar:
            tar.extractall(here, filter="data")
    else:
        shutil.copytree(clone, here, ignore=shutil.ignore_patterns(".git"))
    if way == "foreign":  # a copy in somebody else's repository is no clone of ours: its commits say nothing
        git(tmp_path, "init", "-q")
        git(tmp_path, "commit", "-q", "--allow-empty", "-m", "theirs")
    version = written(here)
    assert re.fullmatch(r"0\.1\.\d+(\.dev\d+\+g[0-9a-f]{7,})?", version)
    named = git(clone, "rev-parse", "HEAD")[:7] in version
    assert named == (way in {"shallow", "export"})


def test_an_export_counts_from_the_same_version_as_a_clone_without_tags() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools_scm"]
    assert f"describe-name: v{settings['fallback_version']}-1-g" in (ROOT / ".git_archival.txt").read_text()


def made(folder: Path, to: Path, kind: str = "wheel", **environment: str) -> Path:
    """A wheel or source archive, with what is installed here: nothing is fetched."""
    to.mkdir()
    code = f"import sys; from setuptools import build_meta as b; print(b.build_{kind}(sys.argv[1]))"
    processes.run([sys.executable, "-c", code, to], cwd=folder, env={**os.environ, **environment}, check=True)
    (file,) = to.iterdir()
    return file


@git_is_here
@builds
@pytest.mark.slow
def test_a_wheel_is_the_same_byte_for_byte_wherever_it_is_built(clone: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", clone, "first")
    git(tmp_path, "clone", "-q", clone, "second")
    for path in sorted((tmp_path / "second").rglob("*")):
        if ".git" not in path.parts:
            os.utime(path, (1_000_000_000, 1_000_000_000))
    epoch = git(clone, "log", "-1", "--format=%ct")
    first = made(tmp_path / "first", tmp_path / "1", SOURCE_DATE_EPOCH=epoch)
    second = made(tmp_path / "second", tmp_path / "2", SOURCE_DATE_EPOCH=epoch)
    assert first.name == second.name
    assert hashlib.sha256(first.read_bytes()).digest() == hashlib.sha256(second.read_bytes()).digest()


@git_is_here
@builds
@pytest.mark.slow
def test_a_source_archive_builds_the_wheel_that_its_clone_builds(clone: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", clone, "first")
    archive = made(tmp_path / "first", tmp_path / "sdist", "sdist")
    with tarfile.open(archive) as tar:
        tar.extractall(tmp_path / "unpacked", filter="data")
    (folder,) = (tmp_path / "unpacked").iterdir()
    wheels = [made(tmp_path / "first", tmp_path / "1"), made(folder, tmp_path / "2")]
    assert wheels[0].name == wheels[1].name
    assert git(clone, "rev-parse", "HEAD")[:7] in wheels[0].name


# what the program says


@pytest.fixture
def fresh() -> Any:
    versions.version.cache_clear()
    yield
    versions.version.cache_clear()


SHA = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("written", "described", "said"),
    [
        ("0.2.0", ("", ""), "0.2.0"),
        ("0.2.0", ("v0.2.0", SHA), "0.2.0"),
        ("0.2.0", ("", SHA), "0.2.0+g012345678"),
        ("0.2.1.dev3+g0123456", ("", SHA), "0.2.1.dev3+g0123456"),
        ("0.2.1.dev3+g0123456.d20260101", ("", SHA), "0.2.1.dev3+g0123456.d20260101"),
        ("0.2.1.dev3+gfedcba9", ("", SHA), "0.2.1.dev3+g012345678"),
        ("0.2.1.dev3+gfedcba9", ("v0.3.0", SHA), "0.2.1.dev3+g012345678"),
        (None, ("", ""), "0+unknown"),
        (None, ("", SHA), "0+g012345678"),
    ],
)
@pytest.mark.usefixtures("fresh")
def test_an_installation_from_a_clone_names_the_commit_that_lies_there(
    monkeypatch: pytest.MonkeyPatch, written: str | None, described: tuple[str, str], said: str
) -> None:
    def found(_: str) -> str:
        if written is None:
            raise metadata.PackageNotFoundError
        return written

    monkeypatch.setattr(metadata, "version", found)
    monkeypatch.setattr(versions, "_described", lambda _: described)
    assert versions.version() == said


@git_is_here
def test_git_is_asked_only_of_a_clone(clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sha = git(clone, "rev-parse", "HEAD")
    assert versions._described(clone) == ("", sha)
    assert versions._described(tmp_path) == ("", "")
    git(tmp_path, "clone", "-q", clone, "here")
    git(tmp_path / "here", "tag", "v7.1.0")
    git(tmp_path / "here", "tag", "meeting-1")
    assert versions._described(tmp_path / "here") == ("v7.1.0", sha)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert versions._described(clone) == ("", "")


def test_the_digest_of_the_code_is_that_of_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert re.fullmatch("[0-9a-f]{16}", versions.code())
    (tmp_path / "room").mkdir()
    found = []
    for change in (b"a = 1\n", b"a = 1\r\n", b"a = 2\n"):
        (tmp_path / "room" / "file.py").write_bytes(change)
        monkeypatch.setattr(versions, "PACKAGE", tmp_path)
        found.append(versions.code.__wrapped__())
    assert found[0] == found[1] != found[2]
    (tmp_path / "room" / "__pycache__").mkdir()
    (tmp_path / "room" / "__pycache__" / "file.pyc").write_bytes(b"x")
    assert versions.code.__wrapped__() == found[2]
    (tmp_path / "room" / "file.py").rename(tmp_path / "room" / "other.py")
    assert versions.code.__wrapped__() != found[2]


def test_the_package_the_command_and_a_run_say_the_same() -> None:
    from rus_funding.engine.publish import versions as recorded

    done = processes.run([sys.executable, "-m", "rus_funding", "--version"], cwd=ROOT, check=True)
    assert done.stdout == f"rus-funding, version {rus_funding.__version__}\n"
    assert recorded()["rus-funding"] == rus_funding.__version__
    assert recorded()["code"] == versions.code()
