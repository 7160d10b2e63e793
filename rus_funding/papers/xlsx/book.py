"""`Book`: one workbook in the making: its file, formats, words, colours and names of sheets."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from rus_funding.papers.clean_names import cleaned
from rus_funding.papers.colours import colours
from rus_funding.papers.xlsx.looks import FONT, SIZE, Looks
from rus_funding.words.language import say

if TYPE_CHECKING:
    import io
    from collections.abc import Callable

    from rus_funding.papers.pack import Pack

OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
    "remove_timezone": True,
}


class Book:
    """A workbook of a pack."""

    def __init__(self, pack: Pack, content: io.BytesIO) -> None:
        import xlsxwriter

        self.pack, self.lang = pack, pack.lang
        self.file = xlsxwriter.Workbook(content, OPTIONS)
        self.file.formats[0].set_font_name(FONT)
        self.file.formats[0].set_font_size(SIZE)
        self.looks = Looks(self.file, pack.lang)
        self.title = cleaned(pack.model.title or pack.model.name, 200)
        self.made = made(pack)
        self.footer = cleaned(f"{pack.run.info['model']} · {pack.scenario} · {pack.run.info['sha256'][:12]}", 120)
        self.palette = colours(pack.model)
        self.comparison = pack.comparison
        self.questions = {row["scenario"]: row["question"] or "" for row in pack.run.records("scenarios")}
        self.payments = bool(pack.outcome.payments)
        self.places: dict[str, str] = {}  # cells that other sheets name
        self.ends: list[Callable[[], None]] = []  # what is left to do on each sheet when all are filled
        self.file.set_properties({
            "title": self.title,
            "subject": cleaned(self.words("subject", scenario=pack.scenario), 200),
            "keywords": cleaned(f"{pack.run.info['model']}, {pack.scenario}", 200),
            "comments": self.words("made-from", sha=pack.run.info["sha256"]),
            "author": "rus-funding",
            "created": self.made,
        })  # fmt: skip

    def words(self, key: str, **fields: Any) -> str:
        """A text of the workbook's own."""
        return say(self.lang, f"workbook.{key}", **fields)

    def about(self, key: str) -> str:
        """One line on what a sheet holds."""
        return self.words(f"about-{key}")

    def name(self, key: str, where: str) -> str:
        """Name a range for look-ups; returns the name."""
        name = self.words(f"name-{key}")
        self.file.define_name(name, f"={where}")
        return name

    def close(self) -> None:
        """Finish the file."""
        for end in self.ends:
            end()
        self.file.close()


def made(pack: Pack) -> dt.datetime:
    """When the run was made, UTC: the pack of the same run is the same bytes, whenever it is written."""
    ends = [session.get("ended") or session["started"] for session in pack.run.info["sessions"]]
    when = dt.datetime.fromisoformat(max(ends)) if ends else dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    return when.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0)
