"""Money as a Swedish spreadsheet writes it: accepted exactly, or refused with a reason."""

from __future__ import annotations

import random
import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rus_funding.kronor import (
    LIMIT,
    Refused,
    carried_rounding,
    denoised,
    floor_rate,
    format_integer,
    format_kronor,
    fraction,
    integer,
    kronor,
    number,
    parse_integer,
    parse_kronor,
    parse_number,
    parse_share,
    round_half_up,
    share,
)
from rus_funding.words.messages import told

NB, NNB = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0", 0),
        ("-0", 0),
        ("007", 7),
        ("1120000", 1_120_000),
        ("1 120 000", 1_120_000),
        (f"1{NB}120{NB}000", 1_120_000),
        (f"1{NNB}120{NNB}000", 1_120_000),
        (f"1{NB}120 000{NB}kr", 1_120_000),
        ("1120000,00", 1_120_000),
        ("1120000.0", 1_120_000),
        ("1 120 000,00 kr", 1_120_000),
        ("1.120.000,00", 1_120_000),
        ("1,120,000.00", 1_120_000),
        ("200.000,00 kr", 200_000),
        ("978000 KR", 978_000),
        ("978000kr", 978_000),
        ("12,0", 12),
        ("  350000  ", 350_000),
        ("1000000000000000", LIMIT),
    ],
)
def test_kronor_accepted(text: str, amount: int) -> None:
    assert parse_kronor(text) == amount
    assert type(parse_kronor(text)) is int


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("978.000", "ambiguous_number"),
        ("978,000", "ambiguous_number"),
        ("15.414.794", "ambiguous_number"),
        ("15,414,794", "ambiguous_number"),
        ("1.120,000", "ambiguous_number"),
        ("1.120.000,50", "not_whole"),
        ("1.12.000,00", "not_a_number"),
        ("1.120,000.00", "not_a_number"),
        ("1 120,000", "ambiguous_number"),
        ("350000.500", "ambiguous_number"),
        ("1120000,50", "not_whole"),
        ("350000.5", "not_whole"),
        ("0,01", "not_whole"),
        ("1 2 3", "grouping"),
        ("9 780 00", "grouping"),
        ("1  120 000", "grouping"),
        ("1 1200", "grouping"),
        ("1120 000", "grouping"),
        ("12,", "grouping"),
        ("-5000", "negative"),
        ("\u22125 000", "negative"),
        ("1000000000000001", "too_large"),
        ("9" * 30, "too_large"),
        ("9" * 5000, "not_a_number"),
        ("978 tkr", "unit"),
        ("1,5 Mkr", "unit"),
        ("50 %", "percent"),
        ("1e6", "exponent"),
        ("1,12E+06", "exponent"),
        ("", "not_a_number"),
        ("-", "not_a_number"),
        ("kr", "not_a_number"),
        ("+5", "not_a_number"),
        ("5-", "not_a_number"),
        ("--5", "not_a_number"),
        ("inf", "not_a_number"),
        ("-inf", "not_a_number"),
        ("nan", "not_a_number"),
        ("0x10", "not_a_number"),
        ("1_000", "not_a_number"),
        ("٣٥٠", "not_a_number"),
        ("３５０", "not_a_number"),
        ("½", "not_a_number"),
        ("5²", "not_a_number"),
        ("1'000", "not_a_number"),
        ("$5", "not_a_number"),
        ("1:-", "not_a_number"),
        ("5 000 SEK", "not_a_number"),
        ("2026-01-01", "not_a_number"),
        ("=A1", "not_a_number"),
        ("TRUE", "not_a_number"),
        ("\u20135000", "not_a_number"),
        ("1\u200b000", "not_a_number"),
    ],
)
def test_kronor_refused(text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_kronor(text)
    assert refused.value.code == code
    assert all(told("en", text, refused.value.fields).endswith(".") for text in refused.value.texts)


def test_an_ambiguous_amount_is_shown_as_thousands() -> None:
    with pytest.raises(Refused) as refused:
        parse_kronor("15.414.794")
    assert "Write 15414794 if thousands are meant" in told("en", refused.value.texts[1], refused.value.fields)


@pytest.mark.parametrize(
    ("text", "value"),
    [("0,5", 0.5), ("0.29", 0.29), ("50 %", 0.5), ("50%", 0.5), (f"12,5{NB}%", 0.125), ("1", 1.0), ("0", 0.0),
     ("100 %", 1.0), ("0,125", 0.125), ("1.000", 1.0), ("1e-05", 1e-05), ("29 %", 0.29), ("-0,0", 0.0)],
)  # fmt: skip
def test_share_accepted(text: str, value: float) -> None:
    assert repr(parse_share(text)) == repr(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [("50", "share_range"), ("1,01", "share_range"), ("101 %", "share_range"), ("-0,1", "negative"),
     ("5 0 %", "grouping"), ("50 % %", "percent"), ("1e400", "share_range"), ("1e-400", "too_small"),
     ("1e-20", "too_small"), ("hälften", "not_a_number"), ("1/2", "not_a_number")],
)  # fmt: skip
def test_share_refused(text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_share(text)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "value"),
    [("2", 2.0), ("1,25", 1.25), ("1.125", 1.125), ("1 234,5", 1234.5), ("0,250", 0.25), ("1e+16", None),
     ("12.500", None), ("1,250", None), ("50 %", None), ("-1", None), ("1e400", None), ("1.234.567", None),
     ("3 kr", None)],
)  # fmt: skip
def test_number(text: str, value: float | None) -> None:
    if value is None:
        with pytest.raises(Refused):
            parse_number(text)
    else:
        assert parse_number(text) == value


@pytest.mark.parametrize(("text", "value"), [("159192", 159192), (f"159{NB}192", 159192), ("3,0", 3)])
def test_integer(text: str, value: int) -> None:
    assert parse_integer(text) == value


@pytest.mark.parametrize("text", ["159.192", "1,5", "-1", "3 kr", "50 %"])
def test_integer_refused(text: str) -> None:
    with pytest.raises(Refused):
        parse_integer(text)


@pytest.mark.parametrize(("value", "amount"), [(350000, 350000), (350000.0000004, 350000), (349999.9999999, 350000)])
def test_a_spreadsheets_noise_is_snapped(value: float, amount: int) -> None:
    assert kronor(value) == amount
    assert type(kronor(value)) is int


@pytest.mark.parametrize(
    "value", [350000.4999999999, 350000.00001, -1, -0.5, 1e16, float("inf"), float("-inf"), float("nan")]
)
def test_a_spreadsheets_number_refused(value: float) -> None:
    for read in (kronor, integer):
        with pytest.raises(Refused):
            read(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0, 1e16, 1e-300])
def test_a_number_must_be_finite_and_of_a_size(value: float) -> None:
    with pytest.raises(Refused):
        number(value)
    with pytest.raises(Refused):
        share(value)


def test_noise_of_floats_is_not_taken_for_decimals() -> None:
    assert denoised(0.1 + 0.2) == 0.3
    assert denoised(1 / 3) == 1 / 3
    assert denoised(0.123456789012345) == 0.123456789012345
    assert denoised(0.0) == 0.0


def _write(amount: int, rng: random.Random) -> str:
    text = f"{amount:,}".replace(",", rng.choice(["", " ", NB, NNB]))
    return text + rng.choice(["", ",00", ".0", ",0"]) + rng.choice(["", " kr", f"{NB}kr", "kr"])


def test_5_000_amounts_round_trip() -> None:
    rng = random.Random(1)
    for _ in range(5_000):
        amount = rng.randrange(10 ** rng.randrange(1, 16))
        assert parse_kronor(_write(amount, rng)) == amount
        assert parse_kronor(format_kronor(amount)) == amount


def test_20_000_fuzzed_cells_are_exact_or_refused() -> None:
    rng = random.Random(2)
    alphabet = "0123456789" * 4 + "  ,,..-%ekr" + NB + NNB + "\u2212'_+xE²٣½;\t"
    accepted = 0
    for _ in range(20_000):
        text = "".join(rng.choice(alphabet) for _ in range(rng.randrange(1, 10)))
        for read in (parse_kronor, parse_integer, parse_share, parse_number):
            try:
                value = read(text)
            except Refused:
                continue
            accepted += 1
            plain = text.translate({ord(NB): None, ord(NNB): None, ord(" "): None, 0x2212: "-", ord("\t"): None})
            percent = plain.endswith("%")
            digits = plain.lower().removesuffix("kr").removesuffix("%").replace(",", ".")
            digits = re.sub(r"\.(?=.*\.)", "", digits)  # of several the last is the decimal sign
            exact = Fraction(digits) / (100 if percent else 1)
            assert exact == (value if isinstance(value, int) else Fraction(repr(value))), text
            assert read(repr(value)) == value
    assert accepted > 2_000


@pytest.mark.parametrize(
    ("n", "sv", "en"),
    [(0, f"0{NB}kr", f"SEK{NB}0"), (1_120_000, f"1{NB}120{NB}000{NB}kr", f"SEK{NB}1,120,000"),
     (-5_000, f"\u22125{NB}000{NB}kr", f"SEK{NB}\u22125,000")],
)  # fmt: skip
def test_formatting(n: int, sv: str, en: str) -> None:
    assert format_kronor(n) == sv
    assert format_kronor(n, "en") == en
    assert format_integer(n) == sv.removesuffix(f"{NB}kr")


def test_a_rate_rounds_down() -> None:
    assert floor_rate(fraction(0.5), 3_973_585) == 1_986_792
    assert floor_rate(fraction(0.29), 100) == 29  # 0.29 * 100 is 28.999999999999996 in floats


@given(st.fractions(min_value=-1000, max_value=1000))
@settings(derandomize=True, max_examples=300)
def test_half_up(ratio: Fraction) -> None:
    whole = round_half_up(ratio)
    assert -Fraction(1, 2) < whole - ratio <= Fraction(1, 2)


@given(st.lists(st.fractions(min_value=0, max_value=10**7, max_denominator=1000), max_size=8))
@settings(derandomize=True, max_examples=300)
def test_carried_rounding_adds_up(amounts: list[Fraction]) -> None:
    parts = carried_rounding(amounts)
    assert len(parts) == len(amounts)
    assert sum(parts) == round_half_up(sum(amounts, Fraction(0)))
    assert all(abs(part - amount) <= 1 for part, amount in zip(parts, amounts, strict=True))


def test_the_decisions_overhead() -> None:
    staff = [2_199_502, 2_265_487, 2_333_452]
    assert carried_rounding([fraction(0.2) * amount for amount in staff]) == [439_900, 453_098, 466_690]


@given(st.floats(min_value=0, max_value=1e15))
@settings(derandomize=True, max_examples=300)
def test_a_fraction_is_the_decimal_printed(x: float) -> None:
    assert fraction(x) == Fraction(repr(x))
    assert float(fraction(x)) == x
