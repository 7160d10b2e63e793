"""Seeded funding models of any size, calibrated to Swedish ERDF projects.

    python benchmarks/generate.py --size M --seed 1 DIRECTORY
    python benchmarks/generate.py --projects 120 --funds 10 --years 4 --seed 7 DIRECTORY

Costs are lognormal (µ 15.33, σ 1.46: median about 5 Mkr), projects last one to six years, mostly three, with one to
five partners. Budgets are about 60 % of the need. Every project has at least two funds, one of which may pay all its
costs (rate 1, no cap).
Nothing is committed and no rule asks for more than a share of what is funded, so every model is feasible.
The same arguments give the same model, row for row.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.model.model import FundingModel, Policy
from rus_funding.model.rows import Rows
from rus_funding.model.schema import TABLES, empty

if TYPE_CHECKING:
    from rus_funding.model.rows import Array

SIZES = {"S": (50, 8, 3), "M": (500, 20, 6), "L": (5_000, 50, 7), "XL": (100_000, 100, 7)}
FIRST_YEAR = 2026
NEED_COVERED = 0.6
POPULATION = {
    "askersund": 11478, "degerfors": 9357, "hallsberg": 16232, "hallefors": 6495, "karlskoga": 30261, "kumla": 22516,
    "laxa": 5497, "lekeberg": 8606, "lindesberg": 23292, "ljusnarsberg": 4407, "nora": 10627, "orebro": 159348,
}  # fmt: skip
ACTOR_TYPES = ("municipality", "region", "university", "company", "association")
GRANTS = (("eu", 2, 0.4), ("state", 3, 0.5), ("eu", 2, 0.6), ("state", 3, 0.3))  # level, draw order, rate
ENTERED = ("personal", "externa-tjanster", "resor-logi", "investering")
COVERS = (("municipality", 4), ("region", 5))


def table(name: str, /, **columns: Any) -> Rows:
    """The table with the given columns (arrays or scalars) and the schema's defaults in all others."""
    size = max(np.size(values) for values in columns.values())
    filled = {}
    for column in TABLES[name].columns:
        value = columns.pop(column.name, column.default)
        filled[column.name] = np.empty(size, dtype=column.dtype)
        filled[column.name][:] = np.nan if value is None else value
    if columns:
        raise ValueError(f"no such columns in {name}: {sorted(columns)}")
    return Rows(filled)


def words(*texts: str) -> Array:
    """Texts as a column."""
    return np.array(texts, dtype=object)


def ids(prefix: str, count: int) -> Array:
    """``prefix`` and a number, padded so that they sort as they count."""
    width = len(str(count))
    return words(*(f"{prefix}{i:0{width}d}" for i in range(1, count + 1)))


@dataclasses.dataclass(frozen=True)
class Projects:
    """What the tables are made from: per project its cost (kr), first year, length, areas and type of lead."""

    cost: Array
    start: Array
    length: Array
    main: Array  # position of the main area
    second: Array  # position of the second area; the main one again where there is none
    lead: Array  # position of the leading actor
    lead_type: Array  # position in ACTOR_TYPES


def draw_projects(rng: np.random.Generator, count: int, years: int, areas: int, actors: int) -> Projects:
    """Projects at random, by the calibration in the module's docstring."""
    longest = min(years, 6)
    length = np.minimum(rng.choice(np.arange(1, 7), count, p=[0.04, 0.14, 0.46, 0.24, 0.08, 0.04]), longest)
    main = np.concatenate([np.arange(areas), rng.integers(areas, size=max(0, count - areas))])[:count]
    second = np.where(rng.random(count) < 0.35, rng.integers(areas, size=count), main)
    lead = rng.integers(actors, size=count)
    return Projects(
        cost=np.clip(np.exp(rng.normal(15.33, 1.46, count)), 2e5, 2.5e8),
        start=(rng.random(count) * (years - length + 1)).astype(np.int64),
        length=length, main=main, second=second, lead=lead, lead_type=lead % len(ACTOR_TYPES),
    )  # fmt: skip


def cost_table(rng: np.random.Generator, names: Array, projects: Projects, years: int) -> tuple[Rows, Array]:
    """The entered costs, and every project's cost by year (projects × years, kr, with 20 % of staff as overhead)."""
    count = projects.cost.size
    split = rng.dirichlet([11.0, 6.0, 0.8, 3.0], count)  # staff, services, travel, investment
    split[rng.random(count) > 0.15, 3] = 0  # few projects build
    split /= (split * [1.2, 1, 1, 1]).sum(axis=1, keepdims=True)
    profile = rng.uniform(0.7, 1.3, (count, years))
    year = np.arange(years)
    profile *= (year >= projects.start[:, None]) & (year < (projects.start + projects.length)[:, None])
    profile /= profile.sum(axis=1, keepdims=True)
    amount = np.rint(projects.cost[:, None, None] * split[:, :, None] * profile[:, None, :]).astype(np.int64)
    row, category, t = np.nonzero(amount)
    rows = table("costs", project=names[row], category=words(*ENTERED)[category], year=t + FIRST_YEAR,
                 amount=amount[row, category, t])  # fmt: skip
    return rows, amount.sum(axis=1) + 0.2 * amount[:, 0]


def fund_tables(
    rng: np.random.Generator, count: int, names: Array, areas: Array, projects: Projects, need: Array
) -> dict[str, Rows]:
    """Funds, budgets and eligibility.

    The first fund of each area is a cover (rate 1, no cap, every project of the area); the others are grants with a
    rate, some with a cap, some for named projects, leads or cost categories only.
    """
    funds, fund = ids("f", count), np.arange(count)
    home = fund % areas.size
    cover = fund < areas.size
    grant = [GRANTS[i % len(GRANTS)] for i in range(count)]
    rate = np.where(cover, 1.0, [g[2] for g in grant])
    level = np.where(cover, [COVERS[i % 2][0] for i in range(count)], [g[0] for g in grant]).astype(object)
    order = np.where(cover, [COVERS[i % 2][1] for i in range(count)], [g[1] for g in grant])

    serves = home[:, None] == np.arange(areas.size)  # fund × area
    if count >= 5 * areas.size:  # many funds to an area: half of them serve a second one
        serves[fund, np.where(rng.random(count) < 0.6, rng.integers(areas.size, size=count), home)] = True
    may = serves[:, projects.main] | serves[:, projects.second]  # fund × project
    third = fund >= 2 * areas.size  # each area's first two funds are open to all its projects
    by_project = third & (fund % 7 == 6)
    by_type = third & (fund % 9 == 8)
    by_category = ~cover & (fund % 5 == 4)
    reserved = rng.random(may.shape) < may.mean()
    may = np.where(by_project[:, None], reserved & (np.arange(names.size) != 0), may)
    may[by_project, 0] = True  # an empty allow-list would allow everything
    may &= ~by_type[:, None] | (projects.lead_type < 3)

    f, a = np.nonzero(serves & ~by_project[:, None])
    g, p = np.nonzero(may & by_project[:, None])
    h, k = (i.ravel() for i in np.meshgrid(np.flatnonzero(by_type), np.arange(3), indexing="ij"))
    paid = words("personal", "externa-tjanster", "resor-logi", "oh")
    j, c = (i.ravel() for i in np.meshgrid(np.flatnonzero(by_category), np.arange(4), indexing="ij"))
    types = words(*ACTOR_TYPES)
    eligibility = table(
        "eligibility",
        fund=funds[np.concatenate([f, g, h, j])],
        by=np.repeat(words("area", "project", "actor_type", "category"), [f.size, g.size, h.size, j.size]),
        value=np.concatenate([areas[a], names[p], types[k], paid[c]]),
    )  # fmt: skip

    asked = (may / np.maximum(may.sum(axis=0), 1)) @ need * (rate * np.where(cover, 1.3, 2.0))[:, None]  # fund × year
    noise = rng.uniform(0.8, 1.2, asked.shape)
    money = asked * noise * (NEED_COVERED * need.sum() / (asked * noise).sum())
    share = money.sum(axis=1) / money.sum()
    size = np.array([np.quantile(projects.cost[m], 0.8) for m in may])
    capped = ~cover & (fund % 3 == 1)
    fund_rows = table(
        "funds", fund=funds, name=words(*(f"Fond {i + 1}" for i in range(count))), sector="public", level=level,
        max_rate=rate, rate_basis=np.where(fund % 3 == 2, "total", "year").astype(object),
        rate_base=np.where(fund % 4 == 3, "eligible", "booked").astype(object),
        max_per_project=np.where(capped, np.rint(rate * size), np.nan),
        max_share=np.where(fund % 8 == 5, np.minimum(1, np.round(1.3 * share, 3)), 1.0),
        carry_over=np.where(fund % 5 == 0, 0.5, 0.0), draw_order=order,
    )  # fmt: skip
    i, t = (x.ravel() for x in np.indices(money.shape))
    budgets = table("budgets", fund=funds[i], year=t + FIRST_YEAR, amount=np.rint(money).astype(np.int64).ravel())
    return {"funds": fund_rows, "budgets": budgets, "eligibility": eligibility}


def area_tables(rng: np.random.Generator, names: Array, areas: Array, projects: Projects) -> dict[str, Rows]:
    """Areas with a floor on every third and a cap on every fourth, and the projects' contributions."""
    n = areas.size
    a = np.arange(n)
    area_rows = table(
        "areas", area=areas, name=words(*(f"Område {i + 1}" for i in range(n))),
        weight=rng.choice([0.8, 1.0, 1.0, 1.2, 1.5], n), floor_share=np.where(a % 3 == 0, round(0.6 / n, 3), 0.0),
        cap_share=np.where(a % 4 == 1, min(1.0, round(1.3 / n, 3)), 1.0),
    )  # fmt: skip
    two = projects.second != projects.main
    row = np.concatenate([np.arange(names.size), np.flatnonzero(two)])
    area = np.concatenate([projects.main, projects.second[two]])
    share = np.concatenate([np.where(two, 0.7, 1.0), np.full(two.sum(), 0.3)])
    worth = np.exp(rng.normal(0, 0.35, names.size))  # points per thousand kronor
    benefit = np.round(share * (projects.cost * worth)[row] / 1000, 1)
    contributions = table("contributions", project=names[row], area=areas[area], share=share, benefit=benefit)
    return {"areas": area_rows, "contributions": contributions}


def place_tables(rng: np.random.Generator, names: Array, actors: Array, projects: Projects) -> dict[str, Rows]:
    """Municipalities, where the projects' kronor land, the actors and who takes part."""
    towns = words(*POPULATION)
    population = np.array(list(POPULATION.values()))
    count, n = names.size, towns.size
    there = rng.random((count, n)) < np.where(rng.random(count) < 0.3, 1.0, 0.15)[:, None]
    there[np.arange(count), rng.choice(n, count, p=population / population.sum())] = True
    part = there * population
    share = np.floor(part / part.sum(axis=1, keepdims=True) * 1e4) / 1e4  # sums to 1 at most
    p, j = np.nonzero(share)
    partners = rng.integers(1, 6, count)
    member = np.stack([np.repeat(np.arange(count), partners), rng.integers(actors.size, size=partners.sum())], axis=1)
    member = np.unique(member[member[:, 1] != projects.lead[member[:, 0]]], axis=0)
    types = words(*ACTOR_TYPES)[np.arange(actors.size) % len(ACTOR_TYPES)]
    seat = towns[np.arange(actors.size) % n]
    return {
        "municipalities": table("municipalities", municipality=towns, name=towns, population=population),
        "reach": table("reach", project=names[p], municipality=towns[j], share=np.round(share[p, j], 4)),
        "actors": table("actors", actor=actors, name=actors, type=types, municipality=seat),
        "participations": table(
            "participations", project=names[member[:, 0]], actor=actors[member[:, 1]], role="partner"
        ),
    }  # fmt: skip


def portfolio(projects: int, funds: int, years: int, seed: int, binaries: float = 0.0) -> FundingModel:
    """A model of `projects` × `funds` × `years` in memory.

    `binaries` is the share of projects that are indivisible or have a least share (half of each); 0 makes a
    linear program.
    """
    if funds < 4 or projects < 1 or years < 1:
        raise ValueError("a model needs at least 1 project, 4 funds and 1 year")
    rng = np.random.default_rng(seed)
    count = 1 + funds // 4 if funds < 30 else funds // 5 if funds < 80 else funds // 3  # sets the share of pairs
    names, areas, actors = ids("p", projects), ids("omrade-", count), ids("a", max(10, projects // 4))
    drawn = draw_projects(rng, projects, years, count, actors.size)
    costs, need = cost_table(rng, names, drawn, years)
    whole = rng.random(projects) < binaries
    least = whole & (rng.random(projects) < 0.5)
    tables = {
        **area_tables(rng, names, areas, drawn),
        **fund_tables(rng, funds, names, areas, drawn, need),
        **place_tables(rng, names, actors, drawn),
        "costs": costs,
        "categories": table(
            "categories", category=words(*ENTERED, "oh"),
            name=words("Personal", "Externa tjänster", "Resor och logi", "Investering", "OH 20 %"),
            flat_rate=np.array([np.nan, np.nan, np.nan, np.nan, 0.2]),
            flat_rate_base=words("", "", "", "", "personal"),
        ),
        "projects": table(
            "projects", project=names, name=names, lead=actors[drawn.lead], min_share=np.where(least, 0.3, 0.0),
            indivisible=whole & ~least,
        ),
        "rate_limits": table(
            "rate_limits", limit=words("eu", "staten", "eu-foretag"), by="level",
            value=words("eu", "state", "eu"), actor_type=words("", "", "company"),
            max_rate=np.array([0.6, 0.5, 0.35]),
        ),
    }  # fmt: skip
    source = f"benchmarks/generate.py, {projects} x {funds} x {years}, seed {seed}, binaries {binaries:g}"
    return FundingModel(
        name=f"bench-{projects}x{funds}x{years}-{seed}",
        years=tuple(range(FIRST_YEAR, FIRST_YEAR + years)),
        tables={name: tables[name] if name in tables else empty(name) for name in TABLES},
        title="Generated benchmark model",
        source=source,
        policy=Policy(municipality_floor=0.1),
    )  # fmt: skip


def model(size: str, seed: int = 1, binaries: float = 0.0) -> FundingModel:
    """A model of one of the `SIZES`, in memory."""
    return portfolio(*SIZES[size], seed, binaries)


def write(funding: FundingModel, directory: Path) -> None:
    """The model as a folder of CSV files, columns at their defaults left out."""
    directory.mkdir(parents=True, exist_ok=True)
    policy = "\n".join(f"{key} = {value!r}" for key, value in dataclasses.asdict(funding.policy).items())
    head = {"name": funding.name, "title": funding.title, "source": funding.source, "years": list(funding.years)}
    lines = "\n".join(f"{key} = {json.dumps(value)}" for key, value in head.items())
    (directory / "model.toml").write_text(f"{lines}\n\n[policy]\n{policy}\n", encoding="utf-8")
    for name, rows in funding.tables.items():
        if rows.size:
            (directory / f"{name}.csv").write_text(csv_text(name, rows), encoding="utf-8")


def csv_text(name: str, rows: Rows) -> str:
    """One table as CSV."""
    cells = {}
    for column in TABLES[name].columns:
        values = rows[column.name].tolist()
        if column.required or any(value != column.default and value == value for value in values):
            cells[column.name] = [cell(value) for value in values]
    body = (",".join(row) for row in zip(*cells.values(), strict=True))
    return "\n".join([",".join(cells), *body]) + "\n"


def cell(value: Any) -> str:
    """One value as CSV text; no generated value holds a comma."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "" if value != value else str(int(value)) if value.is_integer() else repr(value)
    return str(value)


def generate(projects: int, funds: int, years: int, seed: int, directory: Path, binaries: float = 0.0) -> FundingModel:
    """Make a model and write it as a folder."""
    made = portfolio(projects, funds, years, seed, binaries)
    write(made, directory)
    return made


def main() -> None:
    """Parse the command line and write the folder."""
    parser = argparse.ArgumentParser(description="Write a seeded benchmark model as a folder of CSV files.")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--size", choices=SIZES, default="S")
    parser.add_argument("--projects", type=int, help="instead of the size's")
    parser.add_argument("--funds", type=int, help="instead of the size's")
    parser.add_argument("--years", type=int, help="instead of the size's")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--binaries", type=float, default=0.0, help="share of projects indivisible or with a least share"
    )
    options = parser.parse_args()
    given = (options.projects, options.funds, options.years)
    projects, funds, years = (g or d for g, d in zip(given, SIZES[options.size], strict=True))
    made = generate(projects, funds, years, options.seed, options.directory, options.binaries)
    print(f"{made.name}: {projects} projects, {funds} funds, {years} years in {options.directory}")


if __name__ == "__main__":
    main()
