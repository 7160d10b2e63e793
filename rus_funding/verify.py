"""Check a released plan with nothing but the standard library: ``python -m rus_funding.verify FILE``.

Exit status: 0 verified; 1 not verified; 2 no released plan, or wrong usage.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from typing import TYPE_CHECKING

from rus_funding.proof.reading import UnreadableError
from rus_funding.proof.report import report
from rus_funding.proof.verdict import Finding, verify

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def run(
    path: str, lang: str = "sv", *, as_json: bool = False, tell: Callable[[Finding, str], str] | None = None
) -> int:
    """Check one file, write the report (or one JSON object) on stdout, and return the exit status.

    What is found wrong is said in English, or as `tell` says it: the catalogue of texts needs more than the standard
    library.
    """
    try:
        verdict = verify(path)
    except UnreadableError as error:
        sys.stderr.write(f"error: {path}: {error}\n")
        return 2
    if as_json:
        content = {"verified": verdict.verified, **dataclasses.asdict(verdict)}
        content["findings"] = [dict(zip(Finding._fields, one[:3], strict=False)) for one in verdict.findings]
        sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write(report(verdict, lang, tell))
    return 0 if verdict.verified else 1


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line without click."""
    parser = argparse.ArgumentParser(prog="python -m rus_funding.verify", description="Check a released plan.")
    parser.add_argument("file", help="the released plan, .json or .json.gz")
    parser.add_argument("--lang", choices=("sv", "en"), default="sv", help="language of the report")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the report")
    given = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # Windows consoles and pipes default to a legacy code page
            stream.reconfigure(encoding="utf-8", errors="replace")
    return run(given.file, given.lang, as_json=given.json)


if __name__ == "__main__":
    sys.exit(main())
