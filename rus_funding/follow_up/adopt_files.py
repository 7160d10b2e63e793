"""The next model as files: a folder of CSV tables, or a workbook. Every table as it was read, with its own columns."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from typing import TYPE_CHECKING, Any

from rus_funding.errors import UsageError
from rus_funding.files import admit, admit_folder, placed, placed_all
from rus_funding.model.model import FundingModel, Policy
from rus_funding.model.schema import TABLES, Column

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rus_funding.model.rows import Rows

APART = {
    "tables",
    "years",
    "policy",
    "objectives",
    "required",
    "excluded",
    "past",
    "warnings",
    "points_kept",
    "questions",
}


def admit_model(target: Path) -> None:
    """Raise `UsageError` where the next model must not be written: something is there, or it cannot be."""
    if target.suffix.lower() == ".xlsx":
        admit(target)
        return
    admit_folder(target)
    if target.is_dir() and any(target.iterdir()):
        raise UsageError("{target} is not empty. Name a folder that is not there yet.", target=target)


def write(model: FundingModel, target: Path, model_file: bytes | None = None) -> list[Path]:
    """Write a model that is not there yet; a target that ends with .xlsx is a workbook, any other a folder.

    `model_file` is a ``model.toml`` to take over as it stands, with its comments. Raises `UsageError` where something
    is there, or cannot be written.
    """
    if target.suffix.lower() == ".xlsx":
        with placed(target) as draft:
            draft.write_bytes(_workbook(model))
        return [target]
    tables = {name: table(model[name], name) for name in TABLES if model[name].size}
    content = {"model.toml": toml(model).encode() if model_file is None else model_file}
    content |= {f"{name}.csv": _csv(rows).encode("utf-8-sig") for name, rows in tables.items()}
    paths = [target / name for name in content]
    with placed_all(paths) as drafts:
        for draft, data in zip(drafts, content.values(), strict=True):
            draft.write_bytes(data)
    return paths


def table(rows: Rows, name: str) -> list[list[Any]]:
    """A table with its heading: the columns that say more than a blank would, and those that must be there."""
    columns = [column for column in TABLES[name].columns if column.name in rows.columns]
    used = [c for c in columns if c.required or any(not _blank(c, value) for value in rows[c.name].tolist())]
    body = [[_cell(column, value) for column, value in zip(used, record, strict=True)]
            for record in zip(*(rows[column.name].tolist() for column in used), strict=True)]  # fmt: skip
    return [[column.name for column in used], *body]


def _blank(column: Column, value: Any) -> bool:
    return value != value or value in ("", None) or value == column.default


def _cell(column: Column, value: Any) -> Any:
    """The value as its column is read: text, a whole number, a decimal; None for a blank."""
    if value is None or value == "" or value != value:
        return None
    if column.type == "flag":
        return "yes" if value else "no"
    if isinstance(value, float) and column.type in {"kronor", "year", "integer"}:
        return int(value)
    return value


def _csv(rows: list[list[Any]]) -> str:
    """As a Swedish Excel saves it: semicolons, decimal commas."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow(
            "" if cell is None else repr(cell).replace(".", ",") if isinstance(cell, float) else cell for cell in row
        )
    return out.getvalue()


def _keys(model: FundingModel) -> Iterator[tuple[str, list[Any]]]:
    """The keys of the model file that say anything, with their values."""
    for field in dataclasses.fields(FundingModel):
        if field.name not in APART and (value := getattr(model, field.name)) not in ("", None):
            yield field.name, [value]
    yield "years", list(model.years)
    for policy in dataclasses.fields(Policy):
        value = getattr(model.policy, policy.name)
        if value != policy.default:
            yield f"policy.{policy.name}", [value]
    for objective in model.objectives:
        yield "objective", [objective.name, *([objective.tolerance] if objective.tolerance else [])]


def toml(model: FundingModel) -> str:
    """``model.toml``.

    A JSON string is a TOML string, so are its numbers.
    """
    keys = list(_keys(model))
    lines = [f"{key} = {json.dumps(values if key == 'years' else values[0], ensure_ascii=False)}"
             for key, values in keys if "." not in key and key != "objective"]  # fmt: skip
    policy = [(key.removeprefix("policy."), values[0]) for key, values in keys if key.startswith("policy.")]
    if policy:
        lines += ["", "[policy]", *(f"{key} = {json.dumps(value)}" for key, value in policy)]
    for key, values in keys:
        if key == "objective":
            lines += ["", "[[objective]]", f"name = {json.dumps(values[0])}"]
            lines += [f"tolerance = {json.dumps(value)}" for value in values[1:]]
    return "\n".join(lines) + "\n"


def _workbook(model: FundingModel) -> bytes:
    import datetime as dt

    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": dt.datetime(2000, 1, 1)})  # noqa: DTZ001 (the same model is the same bytes)
    bold = book.add_format({"bold": True})
    sheets = {"model": [["key", "value"], *([key, *values] for key, values in _keys(model))]}
    sheets |= {name: table(model[name], name) for name in TABLES if model[name].size}
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(at, column, cell, bold if at == 0 else None)
        sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()
