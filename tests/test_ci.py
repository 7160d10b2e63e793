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


WORKFLOW = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")


def test_the_workflow_runs_the_commands_of_the_readme_on_every_system_and_python():
    install, tests = readme_command()[-2:]
    commands = re.findall(r"- run: (.*)", WORKFLOW)
    assert commands == ["bash .ci/run", install, f"{tests} -n 2"]
    assert "os: [ubuntu-latest, windows-latest, macos-latest]" in WORKFLOW
    assert 'python: ["3.11", "3.12", "3.13", "3.14"]' in WORKFLOW
    assert "://" not in WORKFLOW


def test_the_workflow_has_the_tags_that_the_version_comes_from():
    assert WORKFLOW.count("actions/checkout@") == WORKFLOW.count("fetch-depth: 0") == 2
