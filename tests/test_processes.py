"""No test waits for ever, and none leaves anything running."""

from __future__ import annotations

import ast
import os
import signal
import sys
import time
from pathlib import Path

import processes
import pytest

HERE = Path(__file__).parent
posix = pytest.mark.skipif(os.name != "posix", reason="signals")

SLEEPS = "import os, sys, time; print(os.getpid(), flush=True); time.sleep(60)"
PARENT = (
    "import subprocess, sys, time\n"
    f"child = subprocess.Popen([sys.executable, '-c', {SLEEPS!r}])\n"
    "print(child.pid, flush=True)\n"
    "time.sleep(60)\n"
)
HANGS = f"""
import sys, time
from pathlib import Path
import processes

def test_that_hangs():
    with processes.started([sys.executable, "-c", {SLEEPS!r}], stdout=processes.PIPE) as process:
        Path(__file__).with_name("pid").write_text(process.stdout.readline())
        while True:
            time.sleep(0.05)
"""
STUCK = """
import itertools, conftest
conftest.STUCK = 1

def test_that_is_stuck():
    all(itertools.repeat(True))  # no handler of a signal runs meanwhile
"""


def gone(pid: int) -> bool:
    """It has ended, or does within five seconds."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
            state = Path(f"/proc/{pid}/stat")
            if state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.02)
    return False


def pytest_on(folder: Path, *options: str) -> processes.Done[str]:
    """This repository's pytest, as configured, on the tests of another folder."""
    command = [
        sys.executable, "-m", "pytest", "-c", HERE.parent / "pyproject.toml", "--rootdir", folder, "-o", "addopts=",
        "-p", "conftest", "-p", "no:cacheprovider", *options, folder,
    ]  # fmt: skip
    path = os.pathsep.join([str(HERE), *sys.path])
    return processes.run(command, cwd=folder, seconds=60, env={**os.environ, "PYTHONPATH": path})


def test_every_test_starts_processes_in_one_way() -> None:
    found = set()
    for file in HERE.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            if {name.partition(".")[0] for name in names} & {"subprocess", "multiprocessing", "pty", "asyncio"}:
                found.add(file.name)
    assert found == {"processes.py"}


def test_every_test_has_a_limit(pytestconfig: pytest.Config) -> None:
    assert 0 < float(pytestconfig.getini("timeout")) <= 600
    assert pytestconfig.pluginmanager.hasplugin("timeout")


@posix
def test_what_a_test_starts_heeds_ctrl_c_though_the_tests_ignore_it() -> None:
    code = "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert processes.run([sys.executable, "-c", code]).stdout == "True\n"
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_program_that_does_not_end_is_ended_and_the_test_fails() -> None:
    begun = time.monotonic()
    with pytest.raises(AssertionError, match="was not done after 1 s"):
        processes.run([sys.executable, "-c", "import time; time.sleep(60)"], seconds=1)
    assert time.monotonic() - begun < 20


@posix
def test_what_it_has_started_ends_with_it() -> None:
    with processes.started([sys.executable, "-c", PARENT], stdout=processes.PIPE) as process:
        child = int(process.stdout.readline())
    assert gone(child)
    assert gone(process.pid)


@posix
def test_a_program_is_ended_at_its_limit_though_nobody_asks() -> None:
    with processes.started([sys.executable, "-c", SLEEPS], seconds=0.5):
        process = next(iter(processes._running))
        assert process.wait(20) == -signal.SIGKILL


@posix
@pytest.mark.parametrize("options", [["--timeout-method=signal"], ["--timeout-method=thread"], ["-n", "1"]])
def test_a_test_that_hangs_fails_and_leaves_nothing_running(tmp_path: Path, options: list[str]) -> None:
    (tmp_path / "test_hangs.py").write_text(HANGS, encoding="utf-8")
    done = pytest_on(tmp_path, "--timeout=3", *options)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Timeout" in done.stdout + done.stderr
    assert gone(int((tmp_path / "pid").read_text()))


@posix
def test_a_test_that_is_stuck_in_compiled_code_ends_the_run(tmp_path: Path) -> None:
    (tmp_path / "test_stuck.py").write_text(STUCK, encoding="utf-8")
    done = pytest_on(tmp_path, "--timeout=1")
    assert done.returncode == 1
    assert "test_that_is_stuck" in done.stderr
