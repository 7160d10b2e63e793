"""The tested set and its bill of materials: complete, within the bounds, and of the form that CycloneDX 1.6 has."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import tomllib
import uuid
from pathlib import Path
from typing import Any

import processes
import pytest

pytest.importorskip("packaging")
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = [text for extra in SETTINGS["project"]["optional-dependencies"].values() for text in extra]
REQUIRED = sorted({*SETTINGS["project"]["dependencies"], *EXTRAS, *SETTINGS["build-system"]["requires"]})
LINES = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
PINS = [line for line in LINES if not line.startswith("#")]
SPDX = {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "EPL-2.0", "MIT", "MIT-CMU", "MPL-2.0", "PSF-2.0"}


def script(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def bill() -> Any:
    return json.loads(processes.run([sys.executable, ROOT / ".ci" / "sbom.py"], cwd=ROOT, check=True).stdout)


# the tested set


@pytest.mark.parametrize("line", PINS)
def test_every_package_of_the_set_has_a_version_and_a_digest(line: str) -> None:
    assert re.fullmatch(r"[a-z0-9-]+==[0-9][\w.]* --hash=sha256:[0-9a-f]{64}", line)


@pytest.mark.parametrize("text", REQUIRED)
def test_the_set_holds_what_the_project_asks_for_within_its_bounds(text: str) -> None:
    asked = Requirement(text)
    (version,) = [line.split("==")[1].split()[0] for line in PINS if line.startswith(f"{asked.name}==")]
    assert asked.specifier.contains(version)


def test_the_set_is_in_order_and_nothing_stands_twice() -> None:
    names = [line.split("==")[0] for line in PINS]
    assert names == sorted(set(names))


def test_the_set_says_where_its_hashes_hold_and_what_to_do_elsewhere() -> None:
    said = "\n".join(LINES[: len(LINES) - len(PINS)])
    assert f"CPython {'3.11'}, Linux x86_64" in said
    assert "on others pip refuses them" in said
    (recipe,) = [line.removeprefix("#   ").partition(";")[0] for line in LINES if line.startswith("#   sed")]
    done = processes.run(["sh", "-c", recipe.replace("> versions.txt", "")], cwd=ROOT, check=True)
    versions = [line for line in done.stdout.splitlines() if not line.startswith("#")]
    assert versions == [line.split()[0] for line in PINS]


def test_the_set_is_what_pip_reports_without_the_project_itself() -> None:
    report = [
        {"metadata": {"name": name, "version": "1.0"},
         "download_info": {"archive_info": {"hashes": {"sha256": digit * 64}}}}
        for name, digit in (("Jinja2", "b"), ("et_xmlfile", "a"))
    ]  # fmt: skip
    own = {"metadata": {"name": "rus-funding", "version": "1"}, "download_info": {"url": "file:///x", "dir_info": {}}}
    assert script("constraints").lines([*report, own]) == [
        f"et-xmlfile==1.0 --hash=sha256:{'a' * 64}",
        f"jinja2==1.0 --hash=sha256:{'b' * 64}",
    ]


# the bill of materials


def test_the_bill_says_what_it_is(bill: Any) -> None:
    assert set(bill) == {
        "bomFormat",
        "specVersion",
        "serialNumber",
        "version",
        "metadata",
        "components",
        "dependencies",
    }
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert uuid.UUID(bill["serialNumber"].removeprefix("urn:uuid:")).version == 5
    top = bill["metadata"]["component"]
    assert (top["type"], top["name"]) == ("application", "rus-funding")


def test_the_bill_has_every_package_of_the_set_and_cbc(bill: Any) -> None:
    pins = [line.split(" --hash=sha256:") for line in PINS]
    found = {f"{one['name']}=={one['version']}": one["hashes"] for one in bill["components"] if one["name"] != "cbc"}
    assert found == {pin: [{"alg": "SHA-256", "content": digest}] for pin, digest in pins}
    (cbc,) = [one for one in bill["components"] if one["name"] == "cbc"]
    assert cbc["licenses"] == [{"license": {"id": "EPL-2.0"}}]


def test_every_component_has_the_fields_of_the_form(bill: Any) -> None:
    for one in [bill["metadata"]["component"], *bill["components"]]:
        assert set(one) <= {
            "type", "bom-ref", "name", "version", "description", "scope", "hashes", "licenses", "purl",
        }  # fmt: skip
        assert one["type"] in {"application", "library"}
        assert one.get("scope", "required") in {"required", "optional"}
        if "purl" in one:
            assert one["purl"] == one["bom-ref"] == f"pkg:pypi/{one['name']}@{one['version']}"
        for licence in one["licenses"]:
            assert list(licence) in (["expression"], ["license"])
            if "license" in licence:
                assert list(licence["license"]) in (["id"], ["name"])
                assert licence["license"].get("id", "MIT") in SPDX


def test_users_need_what_the_project_depends_on_and_not_its_tests(bill: Any) -> None:
    scopes = {one["name"]: one["scope"] for one in bill["components"]}
    assert {scopes[Requirement(text).name] for text in SETTINGS["project"]["dependencies"]} == {"required"}
    assert {scopes[name] for name in ("pytest", "mypy", "ruff", "setuptools-scm")} == {"optional"}


def test_every_reference_leads_to_a_component(bill: Any) -> None:
    refs = {one["bom-ref"] for one in [bill["metadata"]["component"], *bill["components"]]}
    graph = {one["ref"]: one["dependsOn"] for one in bill["dependencies"]}
    assert len(refs) == len(bill["components"]) + 1
    assert len(graph) == len(bill["dependencies"])
    assert {*graph, *(ref for to in graph.values() for ref in to)} <= refs
    (pulp,) = [to for ref, to in graph.items() if ref.startswith("pkg:pypi/pulp@")]
    assert "cbc" in pulp


def test_the_same_commit_has_the_same_bill(bill: Any) -> None:
    assert script("sbom").bill() == bill
