"""Seven capital-budgeting problems with published optima, as funding models.

C. C. Petersen, "Computational experience with variants of the Balas algorithm applied to the selection of R&D
projects", Management Science 13(9), 1967; the file is mknap1 of J. E. Beasley's OR-Library. Projects cost money in
several years, one fund pays, and a project is carried out wholly or not at all.
"""

from pathlib import Path

import pytest
from build import build
from engine import second

OPTIMA = (3800, 8706.1, 4015, 6120, 12400, 10618, 16537)


def read():
    """Per problem: the published optimum, the values, the costs by year, the budgets."""
    numbers = iter((Path(__file__).parent / "data" / "mknap1.txt").read_text().split())
    problems = []
    for _ in range(int(next(numbers))):
        n, m, optimum = int(next(numbers)), int(next(numbers)), float(next(numbers))
        values = [float(next(numbers)) for _ in range(n)]
        costs = [[int(next(numbers)) for _ in range(n)] for _ in range(m)]
        budgets = [int(next(numbers)) for _ in range(m)]
        problems.append((optimum, values, costs, budgets))
    assert next(numbers, None) is None
    return problems


PROBLEMS = read()


def funding_model(problem):
    _, values, costs, budgets = problem
    years = list(range(2026, 2026 + len(budgets)))
    projects = [f"p{i:02}" for i in range(len(values))]
    return build(
        name="mknap",
        years=years,
        projects=[{"project": p, "indivisible": True} for p in projects],
        budgets={"f": dict(zip(years, budgets, strict=True))},
        costs={
            p: {t: row[i] for t, row in zip(years, costs, strict=True) if row[i] > 0} for i, p in enumerate(projects)
        },
        benefits=dict(zip(projects, values, strict=True)),
    )


def test_the_file_holds_the_published_optima():
    assert tuple(optimum for optimum, *_ in PROBLEMS) == OPTIMA


@pytest.mark.parametrize("number", range(7))
def test_the_second_opinion_reaches_the_published_optimum(number):
    model = funding_model(PROBLEMS[number])
    found = second(model.replace(objectives=model.objectives[:1]))
    assert found.status == "optimal"
    assert found.objectives["value"] == pytest.approx(OPTIMA[number], rel=1e-9)
    assert all(share == pytest.approx(round(share), abs=1e-9) for share in found.x.values())
