"""A small sound model with every table, written as folders and workbooks of every layout the reader must accept."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import openpyxl

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

Table = list[list[str]]

MODEL = """name = "provmodell"
title = "Ett prov på åäö"
source = "påhittad"
years = [2026, 2027]

[policy]
collaboration_weight = 0.5
municipality_floor = 0.1
min_partners = 1

[[objective]]
name = "value"
tolerance = 0.01

[[objective]]
name = "draw_order"
"""

_TEXT = """
areas
area;name;goal;weight;floor_share;cap_share;target;beyond;source;verified;note
klimat;Klimat och miljö;God resurseffektivitet;2;0.1;0.9;1500.5;0.5;strategin;yes;
halsa;Hälsa;Hög livskvalitet;1;;;;;strategin;yes;
-
funds
fund;name;financier;sector;form;level;max_rate;rate_basis;rate_base;income;max_per_project;max_share;carry_over;draw_order
stat;Statliga medel;regionen;public;cash;state;0.5;year;eligible;no;6064064;1;0.25;1
egna;Egna medel;regionen;public;;region;;;;;;;;2
avgift;Avgifter;;private;cash;private;1;total;booked;yes;;;;
-
budgets
fund;year;amount;status
stat;2026;1120000;granted
stat;2027;978000;planned
egna;2026;2500000;
egna;2027;2500000;
avgift;2026;350000;
avgift;2027;350000;applied
-
authorisations
fund;year;amount
stat;2025;2000000
-
eligibility
fund;by;value
avgift;project;forum
-
rate_limits
limit;by;value;project;actor_type;min_rate;max_rate
offentligt;sector;public;;region;0;1
-
categories
category;name;form;flat_rate;flat_rate_base
personal;Egen personal;cash;;
resor;Resor och logi;cash;;
oh;Schablon;cash;0.2;personal
-
projects
project;name;lead;status;min_share;indivisible
forum;Framtidsforum å ä ö;regionen;candidate;0.25;no
skog;"Skog; trä, och =värde";kumla;;;yes
-
costs
project;category;year;amount
forum;personal;2026;400001
forum;personal;2027;1120000
forum;resor;2026;35000
skog;personal;2026;200000
skog;resor;2027;978000
-
contributions
project;area;share;benefit
forum;klimat;0.75;1234.5
forum;halsa;0.25;411.5
skog;klimat;1;1178
-
actors
actor;name;type;municipality;target_group;min_projects
regionen;Region Örebro län;region;orebro;primary;1
kumla;Kumla kommun;municipality;kumla;;
-
participations
project;actor;role
forum;kumla;partner
skog;regionen;
-
links
actor;other;weight
regionen;kumla;1.5
-
municipalities
municipality;name;population
orebro;Örebro;159192
kumla;Kumla;22299
-
reach
project;municipality;share
forum;orebro;0.6
forum;kumla;0.4
skog;kumla;1
-
commitments
project;fund;year;amount;kind
forum;egna;2026;1000;decided
-
dependencies
project;kind;other
skog;requires;forum
-
perspectives
perspective;name;kind;floor_share
kvinnor;Kvinnor;gender;0
-
markings
project;perspective;share;basis
forum;kvinnor;0.5;statistik
"""


def tables() -> dict[str, Table]:
    """Header and rows of every table, as text; fresh lists each time."""
    found = {}
    for part in _TEXT.strip().split("\n-\n"):
        name, *lines = part.split("\n")
        found[name] = list(csv.reader(lines, delimiter=";"))
    return found


def csv_text(rows: Table, separator: str = ";", end: str = "\r\n", *, quoted: bool = False) -> str:
    """A table as CSV text."""
    text = io.StringIO()
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(text, delimiter=separator, lineterminator=end, quoting=quoting).writerows(rows)
    return text.getvalue()


def write_folder(
    path: Path,
    given: Mapping[str, Table] | None = None,
    *,
    model: str = MODEL,
    encode: Callable[[str], bytes] = str.encode,
    **layout: Any,
) -> Path:
    """A folder with the model."""
    path.mkdir(parents=True, exist_ok=True)
    (path / "model.toml").write_bytes(model.encode())
    for name, rows in (given or tables()).items():
        (path / f"{name}.csv").write_bytes(encode(csv_text(rows, **layout)))
    return path


MODEL_SHEET: list[list[Any]] = [
    ["key", "value"],
    ["name", "provmodell"],
    ["title", "Ett prov på åäö"],
    ["source", "påhittad"],
    ["years", 2026, 2027],
    ["policy.collaboration_weight", 0.5],
    ["policy.municipality_floor", "0,1"],
    ["policy.min_partners", 1],
    ["objective", "value", 0.01],
    ["objective", "draw_order"],
]


def numeric(cell: str) -> Any:
    """A cell as a spreadsheet would hold it: numbers as numbers, yes and no as they are."""
    try:
        return int(cell) if cell.lstrip("-").isdigit() else float(cell)
    except ValueError:
        return cell or None


def write_workbook(
    path: Path,
    given: Mapping[str, Table] | None = None,
    *,
    model: list[list[Any]] | None = None,
    change: Callable[[Any], None] | None = None,
) -> Path:
    """A workbook with the model; `change` may alter it before it is saved."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "model"
    for row in model or MODEL_SHEET:
        sheet.append(row)
    for name, rows in (given or tables()).items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([numeric(cell) for cell in row])
    if change is not None:
        change(book)
    book.save(path)
    return path
