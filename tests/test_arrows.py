"""The house: rooms in one order, arrows that only go down, no circles. Read from the source, nothing is run."""

import ast
import graphlib
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "rus_funding"
# From the roof to the ground: a file imports from its own room and from those below it, late or for types alike.
ROOMS = [
    "__main__",
    "cli",
    "verify",  # the checker's own command line, for those who have nothing but Python
    "papers",
    "follow_up",
    "comparisons",
    "runs",
    "explanations",
    "collaboration",
    "engine",
    "program",
    "scenarios",
    "second_opinion",
    "model",
    "words",
    "proof",
    "kronor",
    "files",
    "errors",
    "version",
]
SOURCES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
TREES = {module: ast.parse(path.read_text(encoding="utf-8")) for module, path in SOURCES.items()}
LONGEST = 400  # lines of a file

# what: the only rooms that may import it
ONLY = {
    "pulp": ["rus_funding.engine.solvers", "rus_funding.second_opinion"],
    "highspy": ["rus_funding.engine.solvers"],
    "networkx": ["rus_funding.collaboration"],
    "click": ["rus_funding.cli"],
}
# room: all that it may import of the package
KNOWS = {
    "rus_funding.program.linear": [],
    "rus_funding.second_opinion": ["rus_funding.second_opinion", "rus_funding.model", "rus_funding.words.language"],
    "rus_funding.engine.solvers": ["rus_funding.engine.solvers", "rus_funding.program.linear", "rus_funding.errors"],
    "rus_funding.engine.search": [
        "rus_funding.engine.search",
        "rus_funding.engine.solvers",
        "rus_funding.program.linear",
        "rus_funding.model.amounts",
        "rus_funding.model.index",
    ],
    "rus_funding.proof": ["rus_funding.proof", "rus_funding.files", "rus_funding.errors"],
    "rus_funding.files": ["rus_funding.errors"],
}
OWN_PROCESS = ["rus_funding.cli", "rus_funding.verify", "rus_funding.runs.batch.worker"]
"""Their streams are their business."""
LP = ["program", "engine.engine", "engine.stages", "engine.search", "engine.solvers", "engine.settling"]
LP += ["model.portfolio", "model.amounts"]
DOMAIN = {
    "project",
    "fund",
    "krona",
    "kronor",
    "money",
    "budget",
    "cost_class",
    "municipality",
    "actor",
    "grant",
    "payment",
}


def imported(module, tree=None):
    """(name, at import time?) of everything a module imports; type-checking blocks do not count as import time."""
    tree = TREES[module] if tree is None else tree
    late = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or (
            isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        ):
            late |= set(ast.walk(node))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, node not in late) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative import"
            # `from package import module` imports the module
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found += [(name if name in SOURCES else node.module, node not in late) for name in names]
    return found


def within(name, rooms):
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


@pytest.mark.parametrize("what", ONLY)
def test_only_one_room_imports_it(what):
    importers = {module for module in TREES for name, _ in imported(module) if within(name, [what])}
    assert importers, f"nobody imports {what}: take it out of the list, and of the dependencies"
    assert [module for module in sorted(importers) if not within(module, ONLY[what])] == []


@pytest.mark.parametrize("room", KNOWS)
def test_some_know_even_less(room):
    modules = [module for module in TREES if within(module, [room])]
    assert modules
    for module in modules:
        ours = {name for name, _ in imported(module) if within(name, ["rus_funding"])}
        assert [name for name in sorted(ours) if not within(name, KNOWS[room])] == [], module


def test_the_proof_needs_the_standard_library_only():
    for module in TREES:
        if within(module, ["rus_funding.proof", "rus_funding.verify"]):
            others = {name.split(".")[0] for name, _ in imported(module)} - sys.stdlib_module_names - {"rus_funding"}
            assert not others, module


def test_the_proof_shares_no_code_with_the_linear_program():
    """Neither does what `verify` reaches through other modules of the package."""
    waiting, reached = ["rus_funding.verify", "rus_funding.proof.audit", "rus_funding.proof.bound"], set()
    while waiting:
        module = waiting.pop()
        if module not in reached:
            reached.add(module)
            waiting += [name for name, now in imported(module) if now and name in SOURCES]
    assert not [module for module in sorted(reached) if within(module, [f"rus_funding.{room}" for room in LP])]


def room(module):
    return module.split(".")[1]


def test_every_room_has_its_place_in_the_house():
    assert {room(module) for module in SOURCES if "." in module} == set(ROOMS)


def test_arrows_only_go_down():
    """Imports for types and imports inside functions count like any other."""
    up = [
        f"{module} imports {name}"
        for module in TREES
        for name, _ in imported(module)
        if "." in module and name in SOURCES and "." in name and ROOMS.index(room(name)) < ROOMS.index(room(module))
    ]
    assert up == []


def test_no_files_import_each_other_in_circles():
    """Not even inside a room."""
    graph = {module: {name for name, _ in imported(module) if name in SOURCES and name != module} for module in TREES}
    del graph["rus_funding"]  # the front door opens rooms when somebody knocks
    graphlib.TopologicalSorter({m: needs - {"rus_funding"} for m, needs in graph.items()}).prepare()


def test_files_are_short():
    lines = sorted(len(path.read_text("utf-8").splitlines()) for path in SOURCES.values())
    assert lines[len(lines) // 2] <= 150
    long = [path.name for path in SOURCES.values() if len(path.read_text("utf-8").splitlines()) > LONGEST]
    assert long == []


def test_nobody_prints_below_the_command_line():
    for module, tree in TREES.items():
        calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
        prints = [func for func in calls if isinstance(func, ast.Name) and func.id in {"print", "input"}]
        attributes = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not prints, module
        if not within(module, OWN_PROCESS):
            assert not attributes & {"sys.stdout", "sys.stderr", "sys.stdin"}, module


def test_solvers_have_no_words_for_projects_or_money():
    for module, tree in TREES.items():
        if within(module, ["rus_funding.engine.solvers", "rus_funding.program.linear"]):
            words = set()
            for node in ast.walk(tree):
                for field in ("id", "attr", "name", "arg"):
                    word = getattr(node, field, None)
                    words |= set(word.lower().split("_")) if isinstance(word, str) else set()
            assert not words & (DOMAIN | {f"{word}s" for word in DOMAIN}), module


def test_every_import_is_a_declared_dependency():
    """At import time only what every installation has; what an extra brings is imported where it is used."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    def names(requirements):
        bare = [
            requirement.split(">")[0].split("<")[0].split("=")[0].split("[")[0].strip() for requirement in requirements
        ]
        return {name.replace("-", "_").removeprefix("python_") for name in bare}  # python-pptx brings pptx

    always = names(project["dependencies"])
    extras = set().union(*(names(some) for some in project["optional-dependencies"].values()))
    for module in TREES:
        for name, now in imported(module):
            top = name.split(".")[0]
            if top != "rus_funding" and top not in sys.stdlib_module_names:
                assert top in (always if now else always | extras), f"{module} imports {name}"
