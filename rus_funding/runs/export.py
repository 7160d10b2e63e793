"""A run's tables as CSV, Excel or Parquet files, for those who read no database. Rows are streamed."""

from __future__ import annotations

import csv
import io
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rus_funding.errors import UsageError
from rus_funding.files import placed_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import ModuleType

    from rus_funding.runs.reader import Row, Run

LARGEST_SHEET = 1_048_575  # rows below the header
LARGEST_CELL = 32_767  # characters
CHUNK = 50_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet takes text that begins so for a formula


def export_run(
    run: Run,
    directory: Path | str,
    format: str = "csv",  # noqa: A002
    *,
    lang: str = "sv",
    force: bool = False,
) -> list[Path]:
    """Write every table of a run to `directory` (made if need be) and return the files, in order.

    `format`: "csv" (a file a table, with BOM; ``;`` and decimal comma for "sv", ``,`` and decimal point for "en"),
    "xlsx" (one workbook) or "parquet" (a file a table; needs pyarrow). Packed columns are left out of CSV and Excel.
    Files that are there are replaced only with `force`; they appear all of them, or none. Of a run that was opened
    with `damaged` the sound scenarios are written; every file is then called ``NAME.damaged.csv`` and so on, and every
    sheet of a workbook says so in its head when it is printed. Raises `UsageError` where the format is unknown, pyarrow
    is missing, or a file cannot be written.
    """
    if format not in FORMATS:
        raise UsageError(
            "there is no format '{format}'. Formats: {formats}.", format=format, formats=", ".join(FORMATS)
        )
    mark = ".damaged" if run.faults else ""
    names = [run.path.stem] if format == "xlsx" else run.tables
    targets = [Path(directory) / f"{name}{mark}.{format}" for name in names]
    with placed_all(targets, force=force) as drafts:
        FORMATS[format](run, drafts, lang)
    return targets


def _plain(run: Run, table: str) -> tuple[list[str], Iterator[list[Any]]]:
    """Columns and rows without packed columns."""
    columns = run.columns(table)
    kept = [i for i, column in enumerate(columns) if (table, column) != ("certificates", "proofs")]
    return [columns[i] for i in kept], ([row[i] for i in kept] for row in run.rows(table))


def _csv(run: Run, files: Sequence[Path], lang: str) -> None:
    for table, file in zip(run.tables, files, strict=True):
        columns, rows = _plain(run, table)
        with file.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream, delimiter=";" if lang == "sv" else ",", lineterminator="\r\n")
            writer.writerow(columns)
            writer.writerows([cell(value, lang) for value in row] for row in rows)


def cell(value: Any, lang: str) -> Any:
    """A cell of a CSV file as a spreadsheet reads it."""
    if isinstance(value, float):
        text = repr(value)
        return text.replace(".", ",") if lang == "sv" else text
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return "" if value is None else value


def _xlsx(run: Run, files: Sequence[Path], lang: str) -> None:
    import xlsxwriter

    (file,) = files
    options = {"constant_memory": True, "strings_to_formulas": False, "tmpdir": str(file.parent)}
    stream = _Target(file, "w")
    try:
        book = xlsxwriter.Workbook(stream, options)
        _sheets(run, book, lang)
        book.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        stream.failed = True
        raise error.args[0] if error.args and isinstance(error.args[0], OSError) else OSError(str(error)) from None
    except BaseException:
        stream.failed = True
        raise
    stream.close()


def _sheets(run: Run, book: Any, lang: str) -> None:
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


class _Target(io.FileIO):
    """A file that fails once: an archive that could not be written writes its end all the same when it is forgotten,
    and Python then prints a trace that nobody can catch.
    """

    failed = False

    def write(self, data: Any) -> int:
        """All of it, or the error."""
        rest = memoryview(data).cast("B")
        size = len(rest)
        while rest and not self.failed:
            rest = rest[super().write(rest) :]
        return size

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Where it is then."""
        return 0 if self.failed else super().seek(offset, whence)

    def tell(self) -> int:
        """Where it is."""
        return 0 if self.failed else super().tell()

    def flush(self) -> None:
        """Nothing waits."""


def _chained(first: list[Any], rest: Iterator[list[Any]]) -> Iterator[list[Any]]:
    yield first
    yield from rest


def _fill(sheet: Any, at: int, row: Sequence[Any]) -> None:
    for column, value in enumerate(row):
        if isinstance(value, str):
            sheet.write_string(at, column, value[:LARGEST_CELL])
        elif value is not None:
            sheet.write_number(at, column, value)


def _parquet(run: Run, files: Sequence[Path], lang: str) -> None:  # noqa: ARG001 (it holds numbers, not texts of them)
    arrow, parquet = _pyarrow()
    for table, file in zip(run.tables, files, strict=True):
        columns = run.columns(table)
        schema = arrow.schema([(name, _arrow_type(arrow, run, table, name)) for name in columns])
        rows = run.rows(table)
        with parquet.ParquetWriter(file, schema) as writer:
            while chunk := list(islice(rows, CHUNK)):
                writer.write_table(_chunk(arrow, schema, chunk))


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


FORMATS: dict[str, Callable[[Run, Sequence[Path], str], None]] = {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet}
