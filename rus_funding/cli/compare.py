"""`rus-funding compare`: the scenarios of runs against a reference."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rus_funding.comparisons import Comparison
    from rus_funding.comparisons.plan_regret import PlansRegret
    from rus_funding.comparisons.weight_regret import WeightRegret
    from rus_funding.words.table import Table


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
@click.option("--solver", default="highs", show_default=True, help="Solver for regret: highs, or any that PuLP finds.")
@click.option("--top", type=click.IntRange(min=1), default=10, show_default=True, help="Rows in lists that are cut.")
@click.option("--damaged", is_flag=True, help="Of a damaged run, show what is left; every page says so.")
@click.option("--lang", type=click.Choice(["sv", "en"]), default="sv", show_default=True, help="Language.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the report.")
@click.option("--csv", "directory", type=click.Path(path_type=Path), metavar="DIR", help="Write CSV files to DIR too.")
def compare(
    runs: tuple[Path, ...],
    scenarios: tuple[str, ...],
    against: str | None,
    threshold: float,
    statements: tuple[str, ...],
    file: Path | None,
    regret_plans: int,
    regret_scenarios: int,
    solver: str,
    top: int,
    lang: str,
    directory: Path | None,
    *,
    damaged: bool,
    regret: bool,
    as_json: bool,
) -> int:
    """Compare the scenarios of one or more RUNs, two or ten thousand: key figures, robust core, what matters most.

    Exit status: 0 every scenario compared has a plan that is proven best; 1 some have not; 2 invalid input or usage;
    130 interrupted.
    """
    from rus_funding.cli.stdout import guarded
    from rus_funding.comparisons import compare as compared
    from rus_funding.comparisons import plan_regret, weight_regret
    from rus_funding.engine.solvers.highs import Interruptible

    found = compared(*runs, scenarios=scenarios, against=against, threshold=threshold, top=top,
                     damaged=damaged, lang=lang)  # fmt: skip
    weights: WeightRegret | None = None
    plans: PlansRegret | None = None
    Interruptible.on = True
    with guarded():
        if statements or file is not None:
            with _bar() as progress:
                weights = weight_regret(
                    runs[0], statements, file=file, against=against, solver=solver.lower(), progress=progress,
                    damaged=damaged,
                )  # fmt: skip
        if regret:
            with _bar() as progress:
                plans = plan_regret(
                    *runs, scenarios=scenarios, against=against, plans=regret_plans, most=regret_scenarios,
                    solver=solver.lower(), progress=progress, damaged=damaged,
                )  # fmt: skip
    if directory is not None:
        from rus_funding.comparisons.csv_files import write_csv
        from rus_funding.comparisons.regret_tables import regret_files

        for written in write_csv(found, directory, lang, regret_files(weights, plans)):
            click.echo(written, err=True)
    if as_json:
        from rus_funding.cli.show import data

        data(
            {
                **found.as_dict(),
                "regret_over_weights": None if weights is None else weights.as_dict(),
                "regret_over_scenarios": None if plans is None else plans.as_dict(),
            }
        )
    else:
        from rus_funding.comparisons.terminal import show

        show(found, lang, top, list(_tables(found, weights, plans, lang, top)))
    return 0 if found.proven else 1


def _tables(
    found: Comparison, weights: WeightRegret | None, plans: PlansRegret | None, lang: str, top: int
) -> Iterator[Table]:
    from rus_funding.comparisons.regret_tables import plan_table, weight_tables

    if weights is not None:
        yield from weight_tables(weights, found.names, lang, top)
    if plans is not None:
        yield plan_table(plans, lang)


class _bar:  # noqa: N801 (reads as a verb where it is used)
    """A progress bar on a terminal's standard error, nothing elsewhere."""

    def __enter__(self) -> Callable[[int, int], None]:
        """What is told how many of how many are done."""
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

        console = Console(stderr=True)
        self._bar = Progress(
            BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console, transient=True,
            disable=not console.is_terminal,
        )  # fmt: skip
        self._bar.start()
        task = self._bar.add_task("", total=None)
        return lambda done, size: self._bar.update(task, completed=done, total=size)

    def __exit__(self, *_: object) -> None:
        """Take it away."""
        self._bar.stop()
