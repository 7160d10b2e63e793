"""`rus-funding verify`: the same check as `python -m rus_funding.verify`, which needs no click."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rus_funding.errors import FundingError
    from rus_funding.proof.finding import Finding


@click.command()
@click.argument("file", type=click.Path())
@click.option("--model", type=click.Path(), help="The folder or workbook that the plan is said to be made from.")
@click.option("--scenario", "-s", type=click.Path(), help="The scenario file (.toml) that it is said to be made from.")
@click.option("--signature", type=click.Path(), help="A signature of FILE, made by ssh-keygen -Y sign or minisign.")
@click.option("--signers", type=click.Path(), help="OpenSSH's file of allowed signers, or minisign's public key.")
@click.option(
    "--lang", type=click.Choice(["sv", "en"]), default="sv", show_default=True, help="Language of the report."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of the report.")
def verify(
    file: str,
    model: str | None,
    scenario: str | None,
    signature: str | None,
    signers: str | None,
    lang: str,
    *,
    as_json: bool,
) -> int:
    """Re-check a released plan FILE and its certificate, with nothing but the standard library.

    A register of decisions (`adopt --register`) is verified too: whether any row of it was changed.
    --model reads the files that the plan is said to be made from; --signature asks OpenSSH or minisign who signed it.
    Exit status: 0 verified (proven best, or within a proven share of the best); 1 not verified; 2 no released plan.
    """
    from pathlib import Path

    from rus_funding.follow_up.register import is_register
    from rus_funding.verify import run

    if is_register(Path(file)):
        from rus_funding.cli.register import shown

        return shown(Path(file), lang, as_json=as_json)

    def tell(wrong: Finding | FundingError, lang: str) -> str:
        """In the reader's language: the texts are loaded only where something is wrong."""
        from rus_funding.errors import FundingError
        from rus_funding.words.causes import finding_sentence
        from rus_funding.words.language import say
        from rus_funding.words.usage import said

        if isinstance(wrong, FundingError):
            return f"{say(lang, 'check.error')}: {file}: {said(wrong, lang)}"
        return finding_sentence(wrong, lang)

    return run(
        file,
        lang,
        as_json=as_json,
        tell=tell,
        model=model,
        scenario=scenario,
        signature=signature,
        signers=signers,
    )
