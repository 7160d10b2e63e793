"""`rus-funding verify`: the same check as `python -m rus_funding.verify`, which needs no click."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rus_funding.proof.verdict import Finding


@click.command()
@click.argument("file", type=click.Path())
@click.option(
    "--lang", type=click.Choice(["sv", "en"]), default="sv", show_default=True, help="Language of the report."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of the report.")
def verify(file: str, lang: str, *, as_json: bool) -> int:
    """Re-check a released plan FILE and its certificate, with nothing but the standard library.

    Exit status: 0 verified; 1 not verified; 2 no released plan.
    """
    from rus_funding.verify import run

    def tell(finding: Finding, lang: str) -> str:
        """In the reader's language: the texts are loaded only where something is wrong."""
        from rus_funding.messages.causes import finding_sentence

        return finding_sentence(finding, lang)

    return run(file, lang, as_json=as_json, tell=tell)
