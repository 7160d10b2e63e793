"""A run's tables as CSV, Excel or Parquet files, for those who read no database. Rows are streamed."""

from __future__ import annotations

import csv
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rus_funding.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import ModuleType

    from rus_funding.runs.reader import Row, Run

LARGEST_SHEET = 1_048_575  # rows below the header
LARGEST_CELL = 32_767  # characters
CHUNK = 50_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet takes text that begins so for a formula


def export_run(run: Run, directory: Path | str, format: str = "csv", *, lang: str = "sv") -> list[Path]:  # noqa: A002
    """Write every table of a run to `directory` (made if need be) and return the files, in order.

    `format`: "csv" (a file a table, with BOM; ``;`` and decimal comma for "sv", ``,`` and decimal point for "en"),
    "xlsx" (one workbook) or "parquet" (a file a table; needs pyarrow). Packed columns are left out of CSV and Excel.
    Of a run that was opened with `damaged` the sound scenarios are written; every file is then called
    ``NAME.damaged.csv`` and so on, and every sheet of a workbook says so in its head when it is printed.
    Raises `UsageError` where the format is unknown, pyarrow is missing, or a file cannot be written.
    """
    if format not in FORMATS:
        raise UsageError(f"there is no format '{format}'. Formats: {', '.join(FORMATS)}.")
    directory = Path(directory)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        return FORMATS[format](run, directory, lang)
    except OSError as error:
        place = error.filename or directory
        raise UsageError(f"{place} cannot be written: {error.strerror or error}. Is it open elsewhere?") from None


def _plain(run: Run, table: str) -> tuple[list[str], Iterator[list[Any]]]:
    """Columns and rows without packed columns."""
    columns = run.columns(table)
    kept = [i for i, column in enumerate(columns) if (table, column) != ("certificates", "proofs")]
    return [columns[i] for i in kept], ([row[i] for i in kept] for row in run.rows(table))


def _mark(run: Run) -> str:
    """What the name of a file says of a damaged run."""
    return ".damaged" if run.faults else ""


def _csv(run: Run, directory: Path, lang: str) -> list[Path]:
    files = []
    for table in run.tables:
        columns, rows = _plain(run, table)
        files.append(directory / f"{table}{_mark(run)}.csv")
        with files[-1].open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream, delimiter=";" if lang == "sv" else ",", lineterminator="\r\n")
            writer.writerow(columns)
            writer.writerows([cell(value, lang) for value in row] for row in rows)
    return files


def cell(value: Any, lang: str) -> Any:
    """A cell of a CSV file as a spreadsheet reads it."""
    if isinstance(value, float):
        text = repr(value)
        return text.replace(".", ",") if lang == "sv" else text
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return "" if value is None else value


def _xlsx(run: Run, directory: Path, lang: str) -> list[Path]:
    import xlsxwriter

    file = directory / f"{run.path.stem}{_mark(run)}.xlsx"
    book = xlsxwriter.Workbook(str(file), {"constant_memory": True, "strings_to_formulas": False})
    bold = book.add_format({"bold": True})
    for table in run.tables:
        columns, rows = _plain(run, table)
        for number in range(1, 1000):
            part = islice(rows, LARGEST_SHEET)
            first = next(part, None)
            if first is None and number > 1:
                break
            sheet = book.add_worksheet(table if number == 1 else f"{table} {number}")
            sheet.freeze_panes(1, 0)
            if run.faults:
                sheet.set_header(f"&L{run.mark(lang)[:240].replace('&', '&&')}")
            sheet.write_row(0, 0, columns, bold)
            for i, row in enumerate([] if first is None else _chained(first, part), start=1):
                _fill(sheet, i, row)
    try:
        book.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        raise UsageError(f"{file} cannot be written: {error}. Is it open in Excel?") from None
    return [file]


def _chained(first: list[Any], rest: Iterator[list[Any]]) -> Iterator[list[Any]]:
    yield first
    yield from rest


def _fill(sheet: Any, at: int, row: Sequence[Any]) -> None:
    for column, value in enumerate(row):
        if isinstance(value, str):
            sheet.write_string(at, column, value[:LARGEST_CELL])
        elif value is not None:
            sheet.write_number(at, column, value)


def _parquet(run: Run, directory: Path, lang: str) -> list[Path]:  # noqa: ARG001 (it holds numbers, not texts of them)
    arrow, parquet = _pyarrow()
    files = []
    for table in run.tables:
        columns = run.columns(table)
        schema = arrow.schema([(name, _arrow_type(arrow, run, table, name)) for name in columns])
        files.append(directory / f"{table}{_mark(run)}.parquet")
        rows = run.rows(table)
        with parquet.ParquetWriter(files[-1], schema) as writer:
            while chunk := list(islice(rows, CHUNK)):
                writer.write_table(_chunk(arrow, schema, chunk))
    return files


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise UsageError("Parquet needs pyarrow: pip install 'rus-funding[parquet]'.") from None
    return pa, parquet


def _chunk(arrow: ModuleType, schema: Any, rows: list[Row]) -> Any:
    columns = zip(*rows, strict=True)
    arrays = [
        arrow.array([None if v is None else str(v) for v in values] if field.type == arrow.string() else values,
                    field.type)
        for field, values in zip(schema, columns, strict=True)
    ]  # fmt: skip
    return arrow.Table.from_arrays(arrays, schema=schema)


def _arrow_type(arrow: ModuleType, run: Run, table: str, column: str) -> Any:
    """The type of a column; one that holds whatever is put in becomes text."""
    kinds = {"INTEGER": arrow.int64(), "REAL": arrow.float64(), "BLOB": arrow.binary()}
    return kinds.get(run.declared(table)[column], arrow.string())


FORMATS: dict[str, Callable[[Run, Path, str], list[Path]]] = {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet}
