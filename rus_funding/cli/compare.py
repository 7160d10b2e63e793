"""`rus-funding compare`: the scenarios of runs against a reference."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.progress import Progress


@click.command()
@click.argument("runs", metavar="RUN...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-s", "--scenario", "scenarios", multiple=True, metavar="NAME",
              help="Only these scenarios; patterns such as 'bortfall-*' too. Repeat for more.")  # fmt: skip
@click.option("--against", metavar="NAME", help="The scenario to compare with, instead of the first run's baseline.")
@click.option("--threshold", type=click.FloatRange(0.5, 1, min_open=True), default=1.0, show_default=True,
              help="Share of scenarios that makes 'always'.")  # fmt: skip
@click.option("--statement", "statements", multiple=True, metavar="TEXT",
              help="Regret over weights: 'klimat >= transport'. Repeat for more.")  # fmt: skip
@click.option("--statements", "file", type=click.Path(path_type=Path), metavar="FILE",
              help="The same from a TOML file of [[statement]] tables.")  # fmt: skip
@click.option("--regret", is_flag=True, help="Regret over scenarios: plans fixed, their financing made anew.")
@click.option("--regret-plans", type=click.IntRange(min=1), default=10, show_default=True, metavar="N",
              help="Plans that --regret looks at.")  # fmt: skip
@click.option("--regret-scenarios", type=click.IntRange(min=2), default=50, show_default=True, metavar="N",
              help="Scenarios that --regret looks at.")  # fmt: skip
@click.option("--idle", is_flag=True, help="Which rules hold money that lies idle, in up to 20 scenarios: solved anew.")
@click.option(
    "--breaks", is_flag=True, help="Of samples: the rule on what was drawn under which projects fall out, tried."
)
@click.option(
    "--strategy", metavar="ID", help="Tell each plan in another strategy's areas too, the first with its choice."
)
@click.option("--solver", default="highs", show_default=True, help="Solver for regret: highs, or any that PuLP finds.")
@click.option("--top", type=click.IntRange(min=1), default=10, show_default=True, help="Rows in lists that are cut.")
@click.option("--damaged", is_flag=True, help="Of a damaged run, show what is left; every page says so.")
@click.option("--lang", type=click.Choice(["sv", "en"]), default="sv", show_default=True, help="Language.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the report.")
@click.option("--csv", "directory", type=click.Path(path_type=Path), metavar="DIR", help="Write CSV files to DIR too.")
@click.option("--force", is_flag=True, help="Replace CSV files that are there.")
def compare(
    runs: tuple[Path, ...],
    scenarios: tuple[str, ...],
    against: str | None,
    threshold: float,
    statements: tuple[str, ...],
    file: Path | None,
    regret_plans: int,
    regret_scenarios: int,
    strategy: str | None,
    solver: str,
    top: int,
    lang: str,
    directory: Path | None,
    *,
    damaged: bool,
    regret: bool,
    idle: bool,
    breaks: bool,
    as_json: bool,
    force: bool,
) -> int:
    """Compare the scenarios of one or more RUNs, two or ten thousand: key figures, robust core, what matters most.

    Exit status: 0 every scenario compared has a plan that is proven best; 1 some have not; 2 invalid input or usage;
    130 interrupted.
    """
    from rus_funding.cli.model_and_scenario import translating
    from rus_funding.cli.stdout import guarded
    from rus_funding.comparisons import compare as compared
    from rus_funding.engine.solvers.highs import Interruptible

    if directory is not None:
        from rus_funding.comparisons.csv_files import check_target

        check_target(directory, force=force)
    Interruptible.on = True
    with translating(lang), guarded(), _bar() as progress:
        found = compared(
            *runs, scenarios=scenarios, against=against, threshold=threshold, top=top, statements=statements, file=file,
            regret=regret, plans=regret_plans, most=regret_scenarios, solver=solver, progress=progress, damaged=damaged,
            lang=lang, strategy=strategy, breaks=breaks,
        )  # fmt: skip
        if idle:
            from rus_funding.comparisons.idle import with_idle

            found = with_idle(found, damaged=damaged, lang=lang)
    if directory is not None:
        from rus_funding.comparisons.csv_files import write_csv

        for written in write_csv(found, directory, lang, force=force):
            click.echo(written, err=True)
    if as_json:
        from rus_funding.cli.show import data

        data(found.as_dict())
    else:
        from rus_funding.comparisons.news import news_of_runs
        from rus_funding.comparisons.regret_tables import regret_tables
        from rus_funding.comparisons.terminal import show
        from rus_funding.words.language import say

        for name, lines in news_of_runs(runs, lang, damaged=damaged):
            click.echo("\n".join([say(lang, "question.news", name=name), *(f"  {line}" for line in lines), ""]))
        told = [] if found.by_strategy is None else [found.by_strategy.table(lang)]
        show(found, lang, top, [*told, *regret_tables(found, lang, top)])
        parts: list[tuple[str, list[str]]] = []
        if breaks:
            from rus_funding.comparisons.discovery_words import discovery_lines

            parts += discovery_lines(found, lang)
        if idle:
            from rus_funding.comparisons.idle import idle_lines

            parts.append((say(lang, "idle.title"), idle_lines(found, lang)))
        for title, lines in parts:
            from rus_funding.words.printing import section, standard_console, write

            write(standard_console(), section(title, lines))
    return 0 if found.proven else 1


class _bar:  # noqa: N801 (reads as a verb where it is used)
    """A progress bar on a terminal's standard error, once there is something to tell; nothing elsewhere."""

    _bar: Progress | None = None

    def __enter__(self) -> Callable[[int, int], None]:
        """What is told how many of how many are done."""
        return self._told

    def _told(self, done: int, size: int) -> None:
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

            console = Console(stderr=True)
            self._bar = Progress(
                BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console, transient=True,
                disable=not console.is_terminal,
            )  # fmt: skip
            self._task = self._bar.add_task("", total=None)
            self._bar.start()
        self._bar.update(self._task, completed=done, total=size)

    def __exit__(self, *_: object) -> None:
        """Take it away."""
        if self._bar is not None:
            self._bar.stop()
