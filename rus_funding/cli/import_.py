"""`rus-funding import`: applications with their tables of costs and financing, to a model."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("-o", "--output", "output", required=True, type=click.Path(path_type=Path), help="Folder of the model.")
@click.option("--mapping", type=click.Path(path_type=Path), help="The answers; without it they are proposed in a file.")
@click.option("--force", is_flag=True, help="Replace a mapping file that exists; a model never.")
@click.option("--lang", type=click.Choice(["sv", "en"]), default="sv", show_default=True, help="Language of messages.")
def import_(files: tuple[Path, ...], output: Path, *, mapping: Path | None, force: bool, lang: str) -> int:
    """Read applications (xlsx, csv) and write the model that they make, a folder of CSV tables.

    An application is a table of costs and one of financing under each other, with years as columns, in any sheet. Sums
    must agree. The first call proposes a mapping file, OUTPUT.toml; fill it in and call again with --mapping.
    """
    from rus_funding.errors import UsageError
    from rus_funding.files import placed_all, put
    from rus_funding.model.importing.blocks import read_applications
    from rus_funding.model.importing.mapping import proposal, read_mapping
    from rus_funding.model.importing.tables import model_files
    from rus_funding.model.reading.cells import identifier
    from rus_funding.words.language import say

    applications = read_applications(list(files))
    for one in applications:
        cells = f"{one.amounts[0].cell}–{one.amounts[-1].cell}"
        click.echo(say(lang, "import.read", place=one.key, amounts=len(one.amounts), cells=cells, sums=one.sums))
        if one.unread:
            click.echo("  " + say(lang, "import.unread", cells=", ".join(one.unread)))
    if mapping is None:
        answers = output.with_name(f"{output.name}.toml")
        put(answers, proposal(applications, identifier(output.name) or "model").encode(), force=force)
        click.echo(say(lang, "import.proposed", path=answers))
        return 0
    made = model_files(applications, read_mapping(mapping, applications))
    if output.exists():
        raise UsageError("{output} exists already. Name another folder.", output=output)
    with placed_all([output / name for name in made], model=True) as drafts:
        for draft, content in zip(drafts, made.values(), strict=True):
            draft.write_bytes(content)
    click.echo(say(lang, "import.written", path=output))
    return 0
