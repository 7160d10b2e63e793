"""`rus-funding adopt`: what a meeting decided, checked, priced, recorded, and made the next model."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("decisions", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("model", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="The next model: a folder, or .xlsx."
)
@click.option("--register", "book", required=True, type=click.Path(path_type=Path, dir_okay=False),
              help="The register that the decision is added to (SQLite); made where it is not there.")  # fmt: skip
@click.option("--lang", type=click.Choice(["sv", "en"]), default="sv", show_default=True, help="Language.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of sentences.")
def adopt(decisions: Path, model: Path, output: Path, book: Path, lang: str, *, as_json: bool) -> int:
    """Check what DECISIONS (the workbook of `decide`) says against every rule of MODEL, and write the next model.

    Each thing that the meeting changed is told with its price in points and what it moves. A decision that breaks a
    rule is not adopted: the rule is named, with the ways out, and nothing is written. Exit status: 0 adopted; 1 a rule
    is broken; 2 invalid input or usage.
    """
    from rus_funding.cli.model_and_scenario import translating
    from rus_funding.cli.show import data, problems
    from rus_funding.cli.stdout import guarded
    from rus_funding.engine.solvers.highs import Interruptible
    from rus_funding.explanations.terminal import show_sections
    from rus_funding.follow_up import adopt_files, adopt_words
    from rus_funding.follow_up.adopt import Broken
    from rus_funding.follow_up.adopt import adopt as adopted
    from rus_funding.follow_up.adopt_record import record
    from rus_funding.follow_up.decide_workbook import read
    from rus_funding.model.reading import load
    from rus_funding.words.language import say

    adopt_files.admit_model(output)
    Interruptible.on = True
    with translating(lang), guarded():
        minutes, known = read(decisions), load(model)
        found = adopted(known, minutes)
    if isinstance(found, Broken):
        told, sections = adopt_words.broken(found, lang)
        if as_json:
            data(adopt_words.as_dict(found, lang))
        else:
            click.echo(say(lang, "adopt.broken"))
            problems(told, lang)
            show_sections(sections)
        return 1
    last = record(found, minutes, decisions, known, model, output, book)
    if as_json:
        data({**adopt_words.as_dict(found, lang), "next": str(output), "register": str(book), "hash": last})
    else:
        for line in adopt_words.kept(found, lang):
            click.echo(line)
        if found.deviations:
            show_sections([(say(lang, "adopt.title.deviations"), adopt_words.deviations(found, lang))])
        click.echo(say(lang, "adopt.registered", path=book, hash=last))
    return 0
