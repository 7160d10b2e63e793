"""The catalogue of texts: the same ids and fields in every language, and every sentence can be said."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from rus_funding import language
from rus_funding.language import LANGUAGES, domains, say, texts
from rus_funding.report.numbers import FORMATS

SPECS = {"", "kr", "year", "list", "date", *FORMATS}
OF_INPUT = {"messages", "reading", "scenario"}  # said by `rus_funding.messages`, with formats of its own
SPECS_OF_INPUT = {"", "kr", "share", "list", "years", "local", ".0f", ".12g"}
SOURCE = Path(__file__).parent.parent / "rus_funding"


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("domain", domains())
def test_every_language_has_the_same_texts_with_the_same_fields(domain: str) -> None:
    one, other = (texts(lang, domain) for lang in LANGUAGES)
    assert one.keys() == other.keys()
    for key in one:
        assert key.startswith(f"{domain}.")
        said = [set().union(*map(fields, forms)) - {"count"} for forms in (one[key], other[key])]
        assert said[0] == said[1], key


@pytest.mark.parametrize("domain", domains())
def test_every_text_is_written_and_asks_for_known_formats(domain: str) -> None:
    labels = domain in {"compare", "network", "report"}  # whose readers fill the fields themselves
    known = SPECS_OF_INPUT if domain in OF_INPUT else SPECS
    for lang in LANGUAGES:
        for key, forms in texts(lang, domain).items():
            for form in forms:
                assert form, (lang, key)
                assert form == form.strip(), (lang, key)
                specs = {spec for _, name, spec, _ in string.Formatter().parse(form) if name is not None}
                assert labels or specs <= known, (lang, key, specs - known)


def test_ids_stand_once_in_a_file() -> None:
    for file in (SOURCE / "language").glob("*.po"):
        ids = re.findall(r'^msgid "(.+)"$', file.read_text("utf-8"), re.MULTILINE)
        assert len(ids) == len(set(ids)), file.name


def test_the_catalogue_has_no_dead_texts() -> None:
    """An id stands in the code whole, or its beginning does (``f"explain.reason.{code}"``)."""
    code = "\n".join(file.read_text("utf-8") for file in SOURCE.rglob("*.py"))
    code += "\n".join(file.read_text("utf-8") for file in SOURCE.rglob("*.j2"))
    labels = set(re.findall(r"phrases\(lang, \"([a-z]+)\"\)", code))
    begun = set(re.findall(r"[\"']([a-z]+\.(?:[a-z0-9_-]+[.-])*)\{", code))
    for domain in domains():
        for key in texts("sv", domain):
            if domain in labels:
                first = key.split(".")[1]
                dynamic = any(first.startswith(part) for part in re.findall(r"\[f[\"']([a-z]+_)\{", code))
                assert dynamic or re.search(rf"[\"']{first}[\"']", code), key
                continue
            assert f'"{key}"' in code or f"'{key}'" in code or any(key.startswith(part) for part in begun), key


def test_what_a_field_holds_is_not_read_as_a_field() -> None:
    assert language._WRITERS["sv"].vformat("{name}", (), {"name": "{0.__class__}"}) == "{0.__class__}"


def test_an_unknown_text_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("sv", "language.nothing-like-it")
    with pytest.raises(KeyError):
        say("sv", "nowhere.at-all")
