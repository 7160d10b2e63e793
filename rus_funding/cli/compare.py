"""`rus-funding compare`: the scenarios of runs against a reference."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("runs", metavar="RUN...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-s", "--scenario", "scenarios", multiple=True, metavar="NAME",
              help="Only these scenarios; patterns such as 'bortfall-*' too. Repeat for more.")  # fmt: skip
@click.option("--against", metavar="NAME", help="The scenario to compare with, instead of the first run's baseline.")
@click.option("--threshold", type=click.FloatRange(0.5, 1, min_open=True), default=1.0, show_default=True,
              help="Share of scenarios that makes 'always'.")  # fmt: skip
@click.option("--top", type=click.IntRange(min=1), default=10, show_default=True, help="Rows in lists that are cut.")
@click.option(
    "--lang", type=click.Choice(["sv", "en"]), default="sv", show_default=True, help="Language of the report."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the report.")
@click.option("--csv", "directory", type=click.Path(path_type=Path), metavar="DIR", help="Write CSV files to DIR too.")
def compare(
    runs: tuple[Path, ...],
    scenarios: tuple[str, ...],
    against: str | None,
    threshold: float,
    top: int,
    lang: str,
    directory: Path | None,
    *,
    as_json: bool,
) -> int:
    """Compare the scenarios of one or more RUNs, two or ten thousand: key figures, robust core, what matters most.

    Exit status: 0 every scenario compared has a certified plan; 1 some have none; 2 invalid input or usage.
    """
    from rus_funding.compare import compare as compared

    found = compared(*runs, scenarios=scenarios, against=against, threshold=threshold, top=top)
    if directory is not None:
        from rus_funding.compare.files import write_csv

        for file in write_csv(found, directory, lang):
            click.echo(file, err=True)
    if as_json:
        from rus_funding.cli.show import data

        data(found.as_dict())
    else:
        from rus_funding.compare.terminal import show

        show(found, lang, top)
    return 0 if found.planned == len(found.lines) else 1
