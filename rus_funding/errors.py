"""The exceptions of rus-funding. All that a user can cause derive from `FundingError`.

FundingError
├── InvalidInput      the input has errors; carries every `Problem` found
├── UsageError        a command or option that cannot be carried out as asked
│   └── NoPlan        what was asked needs a plan, and there is none; carries the outcome
└── SolverError       a solver failed, or answered what its own numbers contradict
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ENOUGH = 200  # problems of one kind in one column that are listed one by one


@dataclasses.dataclass(frozen=True)
class Problem:
    """One finding in the input: where it is, what it is, what to do.

    `place` is the file or sheet as the user sees it, or the table of a data frame; `row` the row number as Excel shows
    it (the header is 1), or the frame's row label;
    `column` the heading as the file has it, or its letter; `cell` the address in a workbook, as ``Kostnader!D5``;
    `value` the cell as found; `code` a stable id for tests and translations; `severity` "error" or "warning".
    `fields` holds what the texts name (ids, amounts) and `texts` the ids of the two in the catalogue, so that
    `rus_funding.words.messages` can say it in another language; None: it is said in English only.
    """

    code: str
    place: str
    what: str
    remedy: str
    row: int | str | None = None
    column: str | None = None
    value: str | None = None
    severity: str = "error"
    fields: Mapping[str, Any] = dataclasses.field(default_factory=dict, hash=False)
    texts: tuple[str, str] | None = None
    cell: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The problem as data, for ``--json``; the ids of its texts are our own affair."""
        return {name: value for name, value in dataclasses.asdict(self).items() if name != "texts"}

    def __str__(self) -> str:
        row = f", row {self.row}" if self.row is not None else ""
        column = f", column {self.column}" if self.column is not None else ""
        where = f"{self.cell}, {self.column}" if self.cell else f"{self.place}{row}{column}"
        value = f": {self.value!r}" if self.value is not None else ""
        return f"{where}{value}: {self.what} {self.remedy}"


class Phrase:
    """A sentence in English, or a part of one, with its fields in braces; `str` fills them in.

    The text is its own id: `rus_funding.words.usage` has the same in other languages. A field may be a phrase itself.
    """

    def __init__(self, text: str, /, **fields: Any) -> None:
        self.text, self.fields = text, fields

    def __str__(self) -> str:
        return (self.text.format(**self.fields) if self.fields else self.text).strip()

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


def several(phrases: Sequence[Phrase], between: str = "; ") -> Phrase:
    """Phrases side by side, as one."""
    parts = {f"part{at}": phrase for at, phrase in enumerate(phrases)}
    return Phrase(between.join(f"{{{name}}}" for name in parts), **parts)


class FundingError(Exception):
    """Base of everything rus-funding raises for a user to read. `lang` is the language that it is worded in.

    It is given as a `Phrase` is, text and fields, and kept as one in `phrase`.
    """

    lang = "en"

    def __init__(self, text: str = "", /, **fields: Any) -> None:
        self.phrase = Phrase(text, **fields)
        super().__init__(str(self.phrase))


class InvalidInput(FundingError):
    """The input has errors; nothing was solved. `problems` holds them all, in the language `lang`.

    `model` is the `FundingModel` that the checks refuse, where every row of it could be read; else None.
    """

    def __init__(self, problems: Sequence[Problem], lang: str = "en", model: Any = None) -> None:
        self.problems, self.lang, self.model = tuple(problems), lang, model
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UsageError(FundingError):
    """A command or option that cannot be carried out as asked; the message says what to do."""


class NoPlan(UsageError):
    """What was asked needs a plan, and there is none; `outcome` is what the solve came to, and says why."""

    def __init__(self, outcome: Any) -> None:
        self.outcome = outcome
        super().__init__("there is no plan: {why}", why=f"{outcome.message or outcome.status}.".replace("..", "."))


class SolverError(FundingError):
    """A solver failed, or its answer does not stand up to its own numbers.

    `code` and `fields` let `rus_funding.words.causes` say it in another language; without a code there is only the
    message.
    """

    def __init__(self, message: str, code: str = "", **fields: Any) -> None:
        self.code, self.fields = code, fields
        super().__init__(message)
