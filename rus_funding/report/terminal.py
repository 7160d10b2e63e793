"""A plan in a terminal, or in the file that standard output is led to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from rus_funding.report.verdict import failure, proof

if TYPE_CHECKING:
    from rus_funding.plan import Outcome


def show(outcome: Outcome, lang: str = "sv", console: Console | None = None) -> None:
    """Print an outcome: a plan with its proof, or why there is none (nothing then looks like a plan)."""
    out = console if console is not None else Console(highlight=False)
    lines = failure(outcome, lang)
    if outcome.status == "optimal" and outcome.certificate is not None:
        lines = proof(outcome.certificate, lang)
    for line in lines:
        out.print(Text(line))
