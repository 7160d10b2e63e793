"""`rus-funding audit`: read a decision back, krona by krona."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--applicant", metavar="NAME", help="Who applies, as the document calls it; else as it says itself.")
@click.option("--decider", metavar="NAME", help="Who decides, as the document calls it; else as it says itself.")
@click.option("--lang", type=click.Choice(["sv", "en"]), default="sv", show_default=True, help="Language.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the report.")
def audit(file: Path, applicant: str | None, decider: str | None, lang: str, *, as_json: bool) -> int:
    """Read the decision in FILE back: .docx, .xlsx, .csv, or any text ("-" reads what is pasted).

    Shows every number found and the rule behind it, each krona that disagrees and what it should be, and what could not
    be read. Exit status: 0 every krona agrees; 1 something disagrees, or cannot be read; 2 the file cannot be opened.
    """
    from rus_funding.cli.model_and_scenario import translating
    from rus_funding.follow_up import decision_audit, decision_audit_words

    with translating(lang):
        if str(file) == "-":
            found = decision_audit.audit_text(sys.stdin.read(), applicant=applicant, decider=decider)
        else:
            found = decision_audit.audit(file, applicant=applicant, decider=decider)
    if as_json:
        from rus_funding.cli.show import data

        data(decision_audit_words.as_dict(found, lang))
    else:
        decision_audit_words.show(found, lang)
    return 0 if found.clean else 1
