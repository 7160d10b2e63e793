"""The catalogue of texts: the same ids and fields in every language, and every sentence can be said."""

from __future__ import annotations

import ast
import re
import string
import sys
from pathlib import Path

import processes
import pytest

from rus_funding.cli.usage import TEXTS
from rus_funding.words import language
from rus_funding.words.language import LANGUAGES, domains, say, texts
from rus_funding.words.numbers import FORMATS
from rus_funding.words.usage import OF_THE_SYSTEM

SPECS = {"", "kr", "year", "list", "date", *FORMATS}
# Files whose Swedish letters are no text for readers, and why.
SWEDISH_IN_CODE = {
    "words/language/__init__.py": "the letters that come last in the alphabet",
    "collaboration/glyphs.py": "letters by their width",
    "proof/report.py": "the page of `python -m rus_funding.verify`, which runs with the standard library alone",
    "model/reading/cells.py": "what a Swedish spreadsheet writes where a formula fails",
    "model/reading/csvfile.py": "letters that tell one encoding from another",
    "model/reading/workbook.py": "sheets that people write for people, which are not tables",
    "scenarios/parse_family.py": "letters and what an id has in their place",
    "model/templates/example.py": "the made-up model that a template may be filled with",
    "model/templates/model_file.py": "letters and what an id has in their place",
}
OF_INPUT = {"messages", "reading", "scenario"}  # said by `rus_funding.words.messages`, with formats of its own
SPECS_OF_INPUT = {"", "kr", "share", "percent", "points", "list", "years", "local", ".0f", ".12g"}
SPECS_OF_INPUT |= {"sheet", "column", "code", "place"}
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
    for file in (SOURCE / "words" / "language").glob("*.po"):
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


# errors, whose English stands where they are raised


def raised(file: Path) -> list[tuple[str, ast.Call]]:
    """The texts of errors and their parts in a module, as they are written; a text made on the spot is none."""
    found = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"UsageError", "Phrase"}:
            written = node.args and isinstance(node.args[0], ast.Constant)
            found.append((node.args[0].value if written else "", node))
    return found


MADE_ON_THE_SPOT = {  # files whose errors have no text of their own, and why
    "errors.py": "phrases side by side",
    "runs/file.py": "texts of the catalogue",
    "files.py": "what the system says, listed in `OF_THE_SYSTEM`",
    "proof/record.py": "the same",
    "proof/signature.py": "the same",
    "papers/pptx/template.py": "the same",
    "comparisons/statements.py": "what is wrong in a statement, listed in `OF_STATEMENTS`",
    "words/usage.py": "translates",
}
OF_STATEMENTS = {
    "It compares nothing: >=, <= or = is missing.", "A side is empty.", "It ends in the middle.",
    "'{token}' stands where an area must.", "'{token}' stands where + or - must.", "'{token}' has no meaning here.",
}  # fmt: skip


def test_every_error_of_usage_is_said_in_swedish_with_its_fields() -> None:
    swedish, used = texts("sv", "usage"), {*OF_STATEMENTS, *TEXTS, *OF_THE_SYSTEM, "there is no plan: {why}"}
    for file in SOURCE.rglob("*.py"):
        name = file.relative_to(SOURCE).as_posix()
        for text, call in raised(file):
            if not text:
                assert name in MADE_ON_THE_SPOT, (name, ast.unparse(call))
                continue
            used.add(text)
            if name != "comparisons/statements.py" or text not in OF_STATEMENTS:
                assert fields(text) == {word.arg for word in call.keywords}, (name, text)
    of_plans = (SOURCE / "proof" / part for part in ("record.py", "verdict.py"))
    read = "".join(file.read_text("utf-8").replace('"\n                "', "") for file in of_plans)
    used |= {text for text in swedish if f'"{text}"' in read}
    assert set(swedish) == used
    for english, (text,) in swedish.items():
        assert fields(english) == fields(text), english
        assert text == text.strip()


def test_only_errors_of_usage_and_the_names_of_the_schema_have_their_english_in_the_code() -> None:
    files = (SOURCE / "words" / "language").glob("*.po")
    alone = {file.name for file in files if not file.with_name(file.name.replace(".sv.", ".en.")).exists()}
    assert alone == {"usage.sv.po", "names.sv.po"}


def literals(file: Path) -> list[str]:
    """The strings of a module, docstrings apart."""
    tree = ast.parse(file.read_text("utf-8"))
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = {id(node.body[0].value) for node in ast.walk(tree)
            if isinstance(node, kinds) and node.body and isinstance(node.body[0], ast.Expr)}  # fmt: skip
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in docs)
    return [node.value for node in constants if isinstance(node.value, str)]


def test_nothing_swedish_for_readers_stands_in_code() -> None:
    found = {
        file.relative_to(SOURCE).as_posix()
        for file in SOURCE.rglob("*.py")
        if any(set("åäöÅÄÖ") & set(text) for text in literals(file))
    }
    assert found == set(SWEDISH_IN_CODE)


def test_swedish_letters_that_are_no_text_are_short() -> None:
    """What is allowed above are letters, words and names: a sentence among them would be a text."""
    for name in set(SWEDISH_IN_CODE) - {"proof/report.py", "model/templates/example.py", "collaboration/glyphs.py"}:
        for text in literals(SOURCE / name):
            if set("åäöÅÄÖ") & set(text):
                assert len(text.split()) <= 2, (name, text)


def test_texts_are_not_chosen_by_language_in_code() -> None:
    """``"ja" if lang == "sv" else "yes"`` is a text as well; how numbers are written is not."""
    number = re.compile(r"[\W\d_]*|kr|SEK|åäö")
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.IfExp) and re.search(r"lang\w* [!=]= '(sv|en)'", ast.unparse(node.test)):
                sides = [part.value for side in (node.body, node.orelse) for part in ast.walk(side)
                         if isinstance(part, ast.Constant) and isinstance(part.value, str)]  # fmt: skip
                assert all(number.fullmatch(text.strip()) for text in sides), (file.name, sides)


def test_a_text_is_read_once_and_only_when_it_is_asked_for() -> None:
    say("sv", "language.projects", count=2)
    before = texts.cache_info().misses
    say("sv", "language.projects", count=3)
    assert texts.cache_info().misses == before
    modules = "rus_funding.cli, rus_funding.model.reading, rus_funding.words.messages"
    code = f"import sys, {modules}; print('babel' in sys.modules)"
    done = processes.run([sys.executable, "-c", code], check=True)
    assert done.stdout == "False\n"


def test_what_a_field_holds_is_not_read_as_a_field() -> None:
    assert language._WRITERS["sv"].vformat("{name}", (), {"name": "{0.__class__}"}) == "{0.__class__}"


def test_an_unknown_text_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("sv", "language.nothing-like-it")
    with pytest.raises(KeyError):
        say("sv", "nowhere.at-all")
