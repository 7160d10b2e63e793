"""A run: many scenarios' results in one SQLite file, with the inputs they rest on.

`Writer` is the only one that writes, `opened` is how commands open a run to show it, `restore` gives one of its
plans, `Run` reads, `export_run` writes
CSV, Excel or Parquet. docs/runs.md lists the tables.
"""

from rus_funding.runs.claims import opened, restore
from rus_funding.runs.content import Record
from rus_funding.runs.export import FORMATS, export_run
from rus_funding.runs.file import is_run
from rus_funding.runs.inputs import Head
from rus_funding.runs.reader import DamagedRunError, Run, content_digest
from rus_funding.runs.writer import Writer

__all__ = [
    "FORMATS",
    "DamagedRunError",
    "Head",
    "Record",
    "Run",
    "Writer",
    "content_digest",
    "export_run",
    "is_run",
    "opened",
    "restore",
]
