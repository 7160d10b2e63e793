"""Which rus-funding this is: the version that a paper or a run names, and the digest of the code that made it."""

from __future__ import annotations

import functools
from pathlib import Path

PACKAGE = Path(__file__).parent
UNKNOWN = "0+unknown"  # run from a copy that was never installed
PATIENCE = 10  # seconds for git


@functools.cache
def version() -> str:
    """What the build has written from git's tags; in a clone, with the commit that lies there now.

    What is installed from a clone, as by ``pip install -e``, keeps the version of the day it was built: no two commits
    may be one version, so another commit than the one built takes its place after the ``+``.
    """
    from importlib import metadata

    try:
        written = metadata.version("rus-funding")
    except metadata.PackageNotFoundError:
        written = UNKNOWN
    public, _, local = written.partition("+")
    tag, commit = _described(PACKAGE.parent)
    built = local.partition(".")[0].removeprefix("g")
    if not commit or tag == f"v{written}" or (local != "unknown" and built and commit.startswith(built)):
        return written
    return f"{public}+g{commit[:9]}"


def _described(folder: Path) -> tuple[str, str]:
    """The tag on the commit of a clone and the commit's name, each empty where there is none, or no git to ask."""
    if not (folder / ".git").exists():
        return "", ""
    import subprocess

    words = "describe --tags --always --long --abbrev=40 --match v[0-9]*"
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *words.split()],
            capture_output=True, stdin=subprocess.DEVNULL, timeout=PATIENCE, check=False, encoding="utf-8",
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return "", ""
    before, _, commit = done.stdout.strip().rpartition("-g")
    tag, _, distance = before.rpartition("-")
    return (tag if distance == "0" else ""), commit


@functools.cache
def code() -> str:
    """SHA-256 of the package's files with their names: what runs, whatever version it says that it is.

    An edit that nobody has committed has a digest of its own. The first 16 digits.
    """
    import hashlib

    found = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*"), key=lambda path: path.relative_to(PACKAGE).parts):
        if path.is_file() and "__pycache__" not in path.parts:
            data = path.read_bytes().replace(b"\r\n", b"\n")  # a clone on Windows is the same code
            found.update(f"{path.relative_to(PACKAGE).as_posix()} {len(data)}\n".encode() + data)
    return found.hexdigest()[:16]
