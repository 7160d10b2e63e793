"""`.ci/run` does what the README tells a reader to do, and ends with pytest's own summary."""

import os
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
RUN = (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def readme_command():
    """The README's line that ends in pytest, by its parts."""
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    (line,) = (line for line in lines if line.endswith("python -m pytest"))
    return line.split(" && ")


def test_ci_runs_the_commands_of_the_readme():
    install, tests = readme_command()[-2:]
    assert f"install() {{ {install}; }}" in RUN
    assert f'tests() {{ {tests} "$@"; }}' in RUN


def test_the_readme_makes_an_environment_first():
    assert readme_command()[:2] == ["python3 -m venv .venv", ". .venv/bin/activate"]


def test_lint_and_types_come_before_the_tests_and_nothing_after():
    steps = re.findall(r"^(?:python -m )?(ruff check|ruff format --check|mypy|tests|exit) ", RUN, re.MULTILINE)
    assert steps == ["ruff check", "ruff format --check", "mypy", "tests", "exit"]
    assert RUN.rstrip().endswith('exit "$failed"')


def test_the_script_can_be_run():
    assert RUN.startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in RUN
    if os.name == "posix":
        assert os.access(ROOT / ".ci" / "run", os.X_OK)
