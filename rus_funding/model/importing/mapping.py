"""The mapping file: what applications do not say, proposed as TOML with blanks to fill in, and read back.

What the layout says (sector and form of a fund by its heading row, a flat rate that the figures confirm) is proposed;
what it does not say is blank. A blank that must be answered ends the import with its name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from rus_funding.errors import UsageError
from rus_funding.kronor import Refused, carried_rounding
from rus_funding.model.importing.blocks import COST, FINANCING
from rus_funding.model.names import folded
from rus_funding.model.reading import toml
from rus_funding.model.reading.csvfile import decode, load

if TYPE_CHECKING:
    from pathlib import Path

    from rus_funding.model.importing.blocks import Application

LARGEST = 2**20  # bytes of a mapping file
PER_APPLICATION = ("project", "lead", "area")
OF_FUNDS = ("sector", "form", "level", "income", "max_rate", "max_per_project")
_PERCENT = re.compile(r"([0-9]{1,2}(?:[.,][0-9]+)?) ?%")


def proposal(applications: list[Application], name: str) -> str:
    """The mapping file to fill in: `BLANK` where the applications do not say it."""
    years = sorted({amount.year for one in applications for amount in one.amounts})
    lines = [
        "# Fill in what is blank and correct what is wrong, then import again with --mapping.",
        "[model]",
        f"name = {json.dumps(name)}",
        f"years = {years}",
        "# funds in the order that they are drawn, the first one first",
        "draw_order = []",
        "# what each application counts to where it does not say it below",
        'area = ""',
    ]
    for one in applications:
        said = {"project": one.name, "lead": one.lead}
        lines += ["", f"[applications.{_quoted(one.key)}]"]
        lines += [f"{field} = {_quoted(text)}" for field, text in said.items()]
    for what, (rate, base) in flat_rates(applications).items():
        lines += ["", f"[categories.{_quoted(what)}]", f"flat_rate = {_quoted(rate)}", f"base = {_quoted(base)}"]
    for fund, group in funds(applications).items():
        lines += ["", f"[funds.{_quoted(fund)}]"]
        lines += [f"{field} = {_quoted(text)}" for field, text in proposed(fund, group).items()]
    return "\n".join(lines) + "\n"


def proposed(fund: str, group: str) -> dict[str, str]:
    """What the heading row and the name of a fund say of it; blank what they do not."""
    words = folded(f"{group} {fund}")
    private, public = "privat" in words, "offentlig" in words or "public" in words
    kind = re.search("natura|annat an pengar|in kind|icke kontant", words)
    income = re.search("avgift|intakt|fee", words) is not None
    level = next((code for word, code in _LEVELS.items() if word in words), "")
    return {
        "sector": "private" if private else "public" if public else "",
        "form": "in_kind" if kind else "cash",
        "level": "private" if private else level,
        "income": "yes" if income else "no",
        "max_rate": "1" if income else "",
        "max_per_project": "",
    }


_LEVELS = {"1:1": "state", "stat": "state", "eu": "eu", "kommun": "municipality", "region": "region"}


def funds(applications: list[Application]) -> dict[str, str]:
    """Every fund that the applications name, and the heading row that it stands under."""
    return {a.what: a.group for one in applications for a in one.amounts if a.kind == FINANCING}


def flat_rates(applications: list[Application]) -> dict[str, tuple[str, str]]:
    """Categories whose name has a rate that the figures confirm to the krona: the rate, and the category it is of."""
    found: dict[str, tuple[str, str]] = {}
    costs = [_by_year(one) for one in applications]
    for what in dict.fromkeys(name for one in costs for name in one):
        if match := _PERCENT.search(what):
            rate = Fraction(match[1].replace(",", ".")) / 100
            for base in dict.fromkeys(name for one in costs for name in one if name != what):
                if all(_computed(one, what, base, rate) for one in costs if what in one):
                    found[what] = f"{match[1]} %", base
                    break
    return found


def _by_year(one: Application) -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = {}
    for amount in one.amounts:
        if amount.kind == COST:
            found.setdefault(amount.what, {})[amount.year] = amount.kronor
    return found


def _computed(costs: Mapping[str, Mapping[int, int]], what: str, base: str, rate: Fraction) -> bool:
    years = sorted({year for one in costs.values() for year in one})
    stated = [costs[what].get(year, 0) for year in years]
    return stated == carried_rounding([rate * costs.get(base, {}).get(year, 0) for year in years])


def read_mapping(path: Path, applications: list[Application]) -> dict[str, Any]:
    """The answers of a mapping file. Raises `UsageError` for one that cannot be read, or lacks an answer."""
    try:
        answers = toml.loads(decode(load(path, LARGEST))[0], float)
    except (Refused, toml.NotToml) as error:
        raise UsageError("{path} is no mapping file: it cannot be read as TOML.", path=path) from error
    lacking = list(_lacking(answers, applications))
    if lacking:
        raise UsageError("{path} has no answer to: {keys}. Fill them in.", path=path, keys=", ".join(lacking))
    return dict(answers)


def _lacking(answers: Mapping[str, Any], applications: list[Application]) -> list[str]:
    """The keys whose answers the model cannot do without."""
    model = _section(answers, "model")
    lacking = [f"model.{key}" for key in ("name", "years") if not model.get(key)]
    of_each, of_funds = _section(answers, "applications"), _section(answers, "funds")
    for one in applications:
        said = _section(of_each, one.key)
        lacking += [
            f'applications."{one.key}".{key}' for key in PER_APPLICATION if not said.get(key) and not model.get(key)
        ]
    for fund in funds(applications):
        said = _section(of_funds, fund)
        lacking += [f'funds."{fund}".{key}' for key in ("sector", "level") if not said.get(key)]
    order = model.get("draw_order") or []
    known = set(funds(applications))
    lacking += [f"model.draw_order ({one})" for one in order if one not in known]
    return lacking


def _section(answers: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = answers.get(key)
    return found if isinstance(found, Mapping) else {}


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
