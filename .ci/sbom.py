"""The bill of materials of the tested set, as CycloneDX 1.6 in JSON: ``python .ci/sbom.py > sbom.json``.

Names, versions and digests are those of ``constraints.txt``, licences those of ``docs/licences.md`` or what an
installed package says itself. What depends on what is known of the packages that are installed here in the version of
the set; of others nothing is said. The same commit gives the same bytes: the serial number is made from the content.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
import uuid
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PIN = re.compile(r"([a-z0-9-]+)==(\S+) --hash=sha256:([0-9a-f]{64})")
CBC = "cbc"  # the program that PuLP's wheels bring; no package of its own
SPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # of RFC 9562, for addresses


def name_of(text: str) -> str:
    """A package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", text).lower()


def purl(name: str, version: str) -> str:
    """The address of a package in the one spelling that all ecosystems share."""
    return f"pkg:pypi/{name}@{version}"


def listed_licences() -> dict[str, str]:
    """The table of docs/licences.md."""
    text = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| ([a-z0-9-]+) \| ([A-Z0-9][\w.-]+) \|", text, re.MULTILINE))


def installed(name: str, version: str) -> metadata.Distribution | None:
    """The package as it lies here, if it is the one of the set."""
    try:
        found = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return None
    return found if found.version == version else None


def licences(name: str, found: metadata.Distribution | None, listed: dict[str, str]) -> list[dict[str, Any]]:
    """A component's licences: by SPDX id, by SPDX expression, or in the package's own words."""
    if name in listed:
        return [{"license": {"id": listed[name]}}]
    about = found.metadata if found else None
    if about and about.get("License-Expression"):
        return [{"expression": about["License-Expression"]}]
    said = about.get_all("Classifier") or [] if about else []
    words = [text.rpartition(" :: ")[2] for text in said if text.startswith("License ::")]
    return [{"license": {"name": word}} for word in words]


def needs(found: metadata.Distribution | None, extras: tuple[str, ...] = ("",)) -> set[str]:
    """The names of what a package needs on this machine."""
    asked = [Requirement(text) for text in (found.requires or [] if found else [])]
    return {
        name_of(one.name)
        for one in asked
        for extra in extras
        if one.marker is None or one.marker.evaluate({"extra": extra})
    }


def bill() -> dict[str, Any]:
    """The whole document."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = PIN.findall((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    versions, listed = {name: version for name, version, _ in pins}, listed_licences()
    here = {name: installed(name, version) for name, version, _ in pins}
    own = {name_of(Requirement(text).name) for text in settings["dependencies"]}
    required = closure(own, here)
    components: list[dict[str, Any]] = [
        {
            "type": "library", "bom-ref": purl(name, version), "name": name, "version": version,
            "scope": "required" if name in required else "optional", "purl": purl(name, version),
            "hashes": [{"alg": "SHA-256", "content": digest}], "licenses": licences(name, here[name], listed),
        }
        for name, version, digest in pins
    ]  # fmt: skip
    components.append({
        "type": "application", "bom-ref": CBC, "name": CBC, "scope": "required",
        "description": "the solver that PuLP's wheels bring; run, not linked",
        "licenses": [{"license": {"id": "EPL-2.0"}}],
    })  # fmt: skip
    graph = {
        purl(name, versions[name]): sorted(purl(other, versions[other]) for other in needs(one) if other in versions)
        for name, one in here.items()
        if one is not None
    }
    if "pulp" in versions:
        graph.setdefault(purl("pulp", versions["pulp"]), []).append(CBC)
    version = metadata.version("rus-funding")
    top = {"type": "application", "bom-ref": purl("rus-funding", version), "name": "rus-funding", "version": version,
           "description": settings["description"], "purl": purl("rus-funding", version),
           "licenses": [{"license": {"id": settings["license"]}}]}  # fmt: skip
    graph[str(top["bom-ref"])] = sorted(purl(name, versions[name]) for name in own)
    document: dict[str, Any] = {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "metadata": {"component": top},
        "components": components,
        "dependencies": [{"ref": ref, "dependsOn": on} for ref, on in sorted(graph.items())],
    }  # fmt: skip
    serial = uuid.uuid5(SPACE, json.dumps(document, sort_keys=True))
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": f"urn:uuid:{serial}", **document}


def closure(names: set[str], here: dict[str, metadata.Distribution | None]) -> set[str]:
    """What a user's installation needs, by all the steps that are known."""
    found, todo = set[str](), sorted(names)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += sorted(needs(here.get(name)))
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(bill(), ensure_ascii=False, indent=1) + "\n")
