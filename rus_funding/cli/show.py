"""What several commands show alike: problems on stderr, data on stdout."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rus_funding.errors import Problem


def problems(found: Iterable[Problem]) -> None:
    """Write problems on stderr, one a line."""
    for problem in found:
        click.echo(f"{problem.severity}: {problem}", err=True)


def data(value: Any) -> None:
    """Write one JSON object on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))
