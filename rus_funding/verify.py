"""Check a released plan with nothing but the standard library: ``python -m rus_funding.verify FILE``.

Exit status: 0 verified; 1 not verified; 2 no released plan, or wrong usage. ``--model`` and ``--signature`` look at
what stands beside the plan: the files it was made from, and who signed it. docs/verify.md says what is proven and what
is not.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rus_funding.errors import FundingError, UsageError
from rus_funding.proof.finding import Finding, Origin, Signature, Verdict
from rus_funding.proof.report import report, words
from rus_funding.proof.verdict import verify

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def run(
    path: str,
    lang: str = "sv",
    *,
    as_json: bool = False,
    tell: Callable[[Finding | FundingError, str], str] | None = None,
    model: str | None = None,
    scenario: str | None = None,
    signature: str | None = None,
    signers: str | None = None,
) -> int:
    """Check one file, write the report (or one JSON object) on stdout, and return the exit status.

    What is found wrong, or is no plan at all, is said in English, or as `tell` says it: the catalogue of texts
    needs more than the standard library. `model` and `scenario` are the files that it is said to be made from,
    `signers` whose signature counts.
    """
    try:
        for alone, of, name in ((scenario, model, "--scenario"), (signers, signature, "--signers")):
            if alone is not None and of is None:
                raise UsageError(
                    "{name} goes with {other}.", name=name, other="--model" if name == "--scenario" else "--signature"
                )
        verdict = verify(path)
        signed = _signature(path, signature, signers) if signature is not None else None
        verdict = verdict.beside(_origin(verdict, model, scenario, lang) if model is not None else None, signed)
    except FundingError as error:
        if as_json:
            sys.stdout.write(_json({"verified": False, "path": path, "error": str(error)}))
        sys.stderr.write(f"error: {path}: {error}\n" if tell is None else f"{tell(error, lang)}\n")
        return 2
    sys.stdout.write(_json(_content(verdict, lang)) if as_json else report(verdict, lang, tell))
    return 0 if verdict.verified else 1


def _signature(path: str, signature: str, signers: str | None) -> Signature:
    from rus_funding.proof.signature import check_signature

    return check_signature(Path(path), Path(signature), Path(signers) if signers is not None else None)


def _origin(verdict: Verdict, model: str, scenario: str | None, lang: str) -> Origin | None:
    """Where the plan comes from; a file that is not built like a plan comes from nowhere."""
    if any(finding.code == "unreadable" for finding in verdict.findings):
        return None
    from rus_funding.engine.origin import check_origin

    return check_origin(Path(verdict.path), Path(model), Path(scenario) if scenario is not None else None, lang)


def _content(verdict: Verdict, lang: str) -> dict[str, Any]:
    """The verdict as data. `standing` is what is known of the plan, null where the file is not verified."""
    standing = verdict.checked.standing if verdict.verified and verdict.checked is not None else None
    origin, signature = verdict.origin, verdict.signature
    return {
        "verified": verdict.verified,
        "path": verdict.path,
        "standing": None
        if standing is None
        else {
            "name": standing.name,
            "gap": None if standing.gap is None else float(standing.gap),
            "words": words(standing, lang),
        },
        "findings": [dict(zip(Finding._fields, one[:3], strict=False)) for one in verdict.findings],
        "figures": verdict.figures,
        "origin": None
        if origin is None
        else {
            "model": origin.model,
            "same": origin.same,
            "unchecked": origin.unchecked,
            "model_checked": origin.whole,
            "agrees": not origin.findings,
        },
        "signature": None
        if signature is None
        else {
            "file": signature.file,
            "tool": signature.tool,
            "by": signature.by,
            "key": signature.key,
            "fits": not signature.findings,
        },
    }


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line without click."""
    parser = argparse.ArgumentParser(prog="python -m rus_funding.verify", description="Check a released plan.")
    parser.add_argument("file", help="the released plan, .json or .json.gz")
    parser.add_argument("--model", help="the folder or workbook that the plan is said to be made from")
    parser.add_argument("--scenario", help="the scenario file that it is said to be made from")
    parser.add_argument("--signature", help="a signature of the file, made by ssh-keygen -Y sign or minisign")
    parser.add_argument("--signers", help="the allowed signers (OpenSSH), or minisign's public key")
    parser.add_argument("--lang", choices=("sv", "en"), default="sv", help="language of the report")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the report")
    given = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # Windows consoles and pipes default to a legacy code page
            stream.reconfigure(encoding="utf-8", errors="replace")
    return run(
        given.file,
        given.lang,
        as_json=given.json,
        model=given.model,
        scenario=given.scenario,
        signature=given.signature,
        signers=given.signers,
    )


def guarded(arguments: Sequence[str] | None = None) -> int:
    """`main`, with every fault in a sentence: 70, or 130 where it was interrupted."""
    try:
        status = main(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        status, said = 130, "interrupted"
    except BrokenPipeError:  # the reader has closed
        sys.stderr.close()
        return 0
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        status, said = 70, f"error: the check broke ({what}): nothing is known of the plan. Tell whoever gave you it."
    else:
        return status
    sys.stderr.write(f"{said}\n")
    return status


if __name__ == "__main__":
    sys.exit(guarded())
