"""`audit`: a decision read back: every number, the rule behind it, each krona that disagrees, what was not read."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from rus_funding.follow_up import decision_audit_rules as rules
from rus_funding.follow_up.decision_audit_grants import in_sentences, listed
from rus_funding.follow_up.decision_audit_reading import pasted, read_decision
from rus_funding.follow_up.decision_audit_tables import TOTAL, budgets, words
from rus_funding.kronor import Refused, parse_kronor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rus_funding.follow_up.decision_audit_grants import Grant
    from rus_funding.follow_up.decision_audit_reading import Line
    from rus_funding.follow_up.decision_audit_rules import Check, Rate, Values, Wrong
    from rus_funding.follow_up.decision_audit_tables import Budget, Key, Number, Unread


@dataclasses.dataclass(frozen=True)
class Remark:
    """Something that agrees and still deserves a word: `code`, and the fields of its sentence."""

    code: str
    fields: dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Audited:
    """What was read of a decision.

    `rule` says of each number what stands behind it: "years" and "column" (sums), "balance", "flat" (a flat rate whose
    remainder is carried), "rate" (the floor of rate · base), "residual", or "given" where somebody decided it.
    """

    file: str
    tables: tuple[Budget, ...]
    values: Values
    rule: dict[Key, str]
    rates: tuple[Rate, ...]
    checks: tuple[Check, ...]
    wrong: tuple[Wrong, ...]
    grants: tuple[Grant, ...]
    remarks: tuple[Remark, ...]
    unread: tuple[Unread, ...]

    @property
    def numbers(self) -> int:
        """Kronor that were read: cells of tables, caps and costs of grants."""
        own = [n for g in self.grants for n in (g.cap, g.cost) if n is not None and n.place == g.place]
        return len(self.values) + sum(number.kronor is not None for number in own)

    @property
    def wrong_grants(self) -> tuple[Grant, ...]:
        """Grants whose cap is not their rate of their cost."""
        return tuple(grant for grant in self.grants if not grant.agrees)

    @property
    def clean(self) -> bool:
        """Whether something was read, all cells of its tables could be read, and every krona agrees."""
        cells = any(one.why != "text" for one in self.unread)
        return bool(self.numbers) and not (self.wrong or self.wrong_grants or cells)

    def number(self, key: Key) -> Number:
        """The cell of a key."""
        return self.tables[key[0]].rows[key[1]].numbers[key[2]]

    def label(self, key: Key) -> str:
        """Its row's label."""
        return self.tables[key[0]].rows[key[1]].label


def audit(path: Path, *, applicant: str | None = None, decider: str | None = None) -> Audited:
    """Read back the decision of a file. Raises `InvalidInput` where the file cannot be read.

    `applicant` and `decider` are organisations by the names that the document uses; without them they are what lines
    such as "Sökande: …" say.
    """
    return of_lines(read_decision(path), path.name, applicant, decider)


def audit_text(text: str, *, applicant: str | None = None, decider: str | None = None) -> Audited:
    """The same of text that somebody pasted."""
    return of_lines(pasted(text), "-", applicant, decider)


def of_lines(lines: Sequence[Line], file: str, applicant: str | None = None, decider: str | None = None) -> Audited:
    """The same of lines that are read already."""
    tables, rest, unread = budgets(lines)
    values: Values = {
        (t, r, column): number.kronor
        for t, table in enumerate(tables)
        for r, row in enumerate(table.rows)
        for column, number in row.numbers.items()
        if number.kronor is not None
    }
    rates = rules.rates(tables, values)
    checks = (*rules.sums(tables, values), *rules.of_rates(rates, tables, values))
    left = rules.residual(tables, values, rates)
    grants, sentences, cells = listed(rest)
    told, others = in_sentences(sentences)
    amounts = set(values.values())
    others = [one for one in others if _amount(one.text) not in amounts]
    told = [_of_all_costs(grant, tables, values, rates) for grant in told]
    remarks = [*_remarks(tables, values, rates, left)]
    remarks += _same(tables, values, _named(rest, "applicant", applicant), _named(rest, "decider", decider))
    return Audited(
        file,
        tuple(tables),
        values,
        _rules(values, checks, left),
        tuple(rates),
        checks,
        tuple(rules.wrong(checks, values)),
        (*grants, *told),
        tuple(remarks),
        (*unread, *cells, *others),
    )


def _amount(text: str) -> int | None:
    """Kronor, if the text is that: a number of the tables that a sentence repeats is no other number."""
    try:
        return parse_kronor(text)
    except Refused:
        return None


def _of_all_costs(grant: Grant, tables: Sequence[Budget], values: Values, rates: Sequence[Rate]) -> Grant:
    """A sentence's grant beside the table's costs, where one financier pays its rate of them; its cap may be the sum of
    what the rate gives year by year, too.
    """
    found = [rate for rate in rates if rate.kind == "rate" and rate.rate == grant.rate]
    if len(found) != 1:
        return grant
    (rate,) = found
    cost = tables[rate.base].rows[rate.rows[0]].numbers.get(TOTAL)
    paid = values.get((rate.table, rate.row, TOTAL))
    whole = dataclasses.replace(grant, cost=cost)
    return whole if whole.floor == grant.cap.kronor or paid != grant.cap.kronor else grant


def _rules(values: Values, checks: Sequence[Check], left: tuple[int, int] | None) -> dict[Key, str]:
    """The first rule that says what a number is; a total over years is a sum, whatever its row."""
    found: dict[Key, str] = {}
    for check in checks:
        if check.kind != "balance":
            found.setdefault(check.target, check.kind)
    for key in values:
        if left is not None and key[:2] == left:
            found.setdefault(key, "residual")
        found.setdefault(key, "given")
    return {key: found[key] for key in values}


def _remarks(
    tables: Sequence[Budget], values: Values, rates: Sequence[Rate], left: tuple[int, int] | None
) -> Iterator[Remark]:
    """Where rounding shows, and who pays what remains."""
    for rate in rates:
        label = tables[rate.table].rows[rate.row].label
        for year in tables[rate.table].years:
            key = (rate.table, rate.row, year)
            if key not in values or any((rate.base, row, year) not in values for row in rate.rows):
                continue
            exact, base, rounded = rules.plainly(rate, values, year)
            said = {"label": label, "year": year, "amount": values[key], "base": base, "rate": rate.rate}
            if rate.kind == "rate" and exact.denominator > 1 and values[key] == exact // 1:
                yield Remark("half" if rate.rate == Fraction(1, 2) else "floor", said)
            if rate.kind == "flat" and values[key] != rounded and abs(values[key] - exact) < 1:
                yield Remark("carried", {**said, "plain": rounded})
    if left is not None:
        yield Remark("residual", {"label": tables[left[0]].rows[left[1]].label})


def _named(lines: Sequence[Line], what: str, given: str | None) -> str:
    """The organisation that a line such as "Sökande: …" names, or the one that is given."""
    if given is not None:
        return given.strip()
    for line in lines:
        head, colon, name = line.text.partition(":")
        label = str(line.cells[0] or "") if len(line.cells) > 1 else head if colon else ""
        if label.strip(" :").casefold() in words(what):
            return (" ".join(str(c) for c in line.cells[1:] if c) if len(line.cells) > 1 else name).strip()
    return ""


def _same(tables: Sequence[Budget], values: Values, applicant: str, decider: str) -> Iterator[Remark]:
    """The organisation that applies and finances itself (and decides), with its share of the financing."""
    paid = whole = 0
    for t, table in enumerate(tables):
        for r, row in enumerate(table.rows):
            if table.kind == "financing" and row.role == "given":
                years = sum(values.get((t, r, year), 0) for year in table.years) or values.get((t, r, TOTAL), 0)
                whole += years
                name, label = applicant.casefold(), row.label.casefold()
                if name and label.startswith(name) and not label[len(name) : len(name) + 1].isalnum():
                    paid += years
    if paid:
        said = {"name": applicant, "share": Fraction(paid, whole), "kronor": paid}
        if not decider:
            yield Remark("same", said)
        elif decider.casefold() == applicant.casefold():
            yield Remark("same-decides", said)
        else:
            yield Remark("same-others", {**said, "decider": decider})
