"""The tested set: every package that rus-funding is installed, tested and built with, by version and SHA-256.

``python .ci/constraints.py > constraints.txt`` asks pip what it would install of all extras on this Python and system.
"""

from __future__ import annotations

import json
import platform
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def wanted() -> list[str]:
    """What must be in the set: the project with every extra, and what it is built with."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = ",".join(sorted(settings["project"]["optional-dependencies"]))
    return [f"{ROOT}[{extras}]", *settings["build-system"]["requires"]]


def resolved(requirements: list[str]) -> list[dict[str, Any]]:
    """What pip would install, from its own report."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--report", report,
             *requirements],
            check=True, stdout=sys.stderr,
        )  # fmt: skip
        found: list[dict[str, Any]] = json.loads(report.read_text(encoding="utf-8"))["install"]
    return found


def lines(found: list[dict[str, Any]]) -> list[str]:
    """A package a line, in order of names: ``name==version --hash=sha256:…``. The project itself is left out."""
    pins = []
    for one in found:
        name = re.sub(r"[-_.]+", "-", one["metadata"]["name"]).lower()
        if name == "rus-funding":
            continue
        digest = one["download_info"]["archive_info"]["hashes"]["sha256"]
        pins.append(f"{name}=={one['metadata']['version']} --hash=sha256:{digest}")
    return sorted(pins, key=lambda pin: pin.partition("==")[0])


def main() -> None:
    """Print the set."""
    python = ".".join(platform.python_version_tuple()[:2])
    head = [
        f"# Tested on CPython {python}, {platform.system()} {platform.machine()}; made by .ci/constraints.py.",
        "# To install just these:",
        "#   python -m pip install --require-hashes -r constraints.txt",
        "#   python -m pip install --no-deps --no-build-isolation .",
        "# The hashes are those of this Python's and system's wheels alone: on others pip refuses them. There, take",
        "# the versions only, which nothing but their numbers vouches for:",
        "#   sed 's/ --hash=.*//' constraints.txt > versions.txt; python -m pip install -c versions.txt .",
    ]
    sys.stdout.write("\n".join([*head, *lines(resolved(wanted()))]) + "\n")


if __name__ == "__main__":
    main()
