"""Dependencies: bounded on both sides, and their licences listed as the packages themselves state them."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT, BUILD = PYPROJECT["project"], PYPROJECT["build-system"]["requires"]
EXTRAS = [requirement for extra in PROJECT["optional-dependencies"].values() for requirement in extra]
REQUIREMENTS = sorted({*PROJECT["dependencies"], *EXTRAS, *BUILD})
TABLE = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
LICENCES = dict(re.findall(r"^\| ([a-z0-9-]+) \| ([A-Z0-9][\w.-]+) \|", TABLE, re.MULTILINE))


def name(requirement: str) -> str:
    return re.match(r"[A-Za-z0-9._-]+", requirement)[0].lower()


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_every_dependency_is_bounded(requirement: str) -> None:
    assert re.fullmatch(r"[a-z0-9-]+>=[0-9.]+,<[0-9.]+", requirement)


def test_every_dependency_has_its_licence_listed() -> None:
    assert set(LICENCES) == {name(requirement) for requirement in REQUIREMENTS}


def stated(package: str) -> str:
    """What an installed package says of its licence, ``""`` if it says nothing or is not here."""
    try:
        about = metadata.metadata(package)
    except metadata.PackageNotFoundError:
        return ""
    classifiers = [text for text in about.get_all("Classifier") or [] if text.startswith("License")]
    texts = [about.get("License-Expression") or "", (about.get("License") or "")[:40], *classifiers]
    if not any(texts):  # only the text itself lies there
        files = metadata.files(package) or []
        texts = [path.read_text() for path in files if "licen" in path.name.lower() and path.suffix != ".py"]
        texts = ["MIT" if "Permission is hereby granted, free of charge" in text else "" for text in texts]
    return " ".join(text for text in texts if text)


@pytest.mark.parametrize("package", sorted(LICENCES))
def test_the_licence_is_what_the_package_states(package: str) -> None:
    said = stated(package)
    if not said:
        pytest.skip("not installed, or silent about its licence")
    family = LICENCES[package].partition("-")[0]  # older packages say no more than "BSD License"
    assert LICENCES[package] in said or family in said


def test_the_licence_of_cbc_lies_beside_it() -> None:
    folder = Path(str(metadata.distribution("pulp").locate_file("pulp"))) / "solverdir" / "cbc"
    if not folder.exists():
        pytest.skip("PuLP brings no CBC here")
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in folder.rglob("coin-license.txt")]
    assert texts
    assert all("Eclipse Public License" in text for text in texts)
