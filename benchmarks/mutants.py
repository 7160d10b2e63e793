"""How many small faults put into the code the tests find (mutation testing): a developer's tool.

Needs what the tests need, and `pip install cosmic-ray coverage`. From the top of the repository, on Linux:

    python benchmarks/mutants.py --seed 1 --number 330

A fault ("mutant") is one operator of cosmic-ray's at one place of one file: `<` made `<=`, `and` made `or`, 1 made 2,
a loop that never runs; or a statement left out, which cosmic-ray has no operator for. Places are drawn with a seed,
from every file by its size. The tests are run once with coverage; then each mutant meets the tests that execute its
line, the quickest and those that have killed many first, until one fails. What covers what is kept in a file
(`--covered`), and measured again where tests or sources have changed. Nothing is written into the sources: a mutant
lives in a forked process.

Left out, since they change nothing that a test could see: annotations, `TYPE_CHECKING`, imports, `assert`, `strict` and
`frozen` (there for who writes, not for who runs), texts, and operators that no careful writer would mistake for one
another (`+` made `<<`).
"""

import argparse
import collections
import hashlib
import importlib.util
import json
import os
import random
import resource
import signal
import sys
import time
from importlib.machinery import SourceFileLoader
from pathlib import Path

import coverage
import highspy  # noqa: F401 - what is imported here each fork has for nothing
import hypothesis  # noqa: F401
import openpyxl  # noqa: F401
import pandas as pd  # noqa: F401
import pulp  # noqa: F401
import pytest
import scipy.sparse  # noqa: F401
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.operators.provider import OperatorProvider
from parso.python.tree import Keyword

FILES = ["engine/stages", "engine/face", "engine/multipliers", "engine/solution", "engine/search*",
         "engine/settling/*", "proof/*"]  # fmt: skip
TESTS = ["golden_rules", "golden_lp", "standing", "standings", "solver_faults", "solver_ray", "tree", "forged",
         "certificate", "audit", "settling", "engine_oracle", "verify", "mknap", "kronor", "second_opinion",
         "papers_standing", "properties", "signature", "release", "continuity", "withdrawn", "levels",
         "worked_examples", "budget_status", "restore", "stages_by_hand", "settling_fewest",
         "settling_by_hand", "standing_by_hand", "search_work", "whole_projects_in_order"]  # fmt: skip
COMPARED = ["Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt", "Gt_GtE", "Gt_LtE", "GtE_Gt", "GtE_Lt",
            "Eq_NotEq", "Eq_GtE", "Eq_LtE", "NotEq_Eq", "NotEq_Gt", "NotEq_Lt", "Is_IsNot", "IsNot_Is"]  # fmt: skip
COUNTED = ["Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "Div_FloorDiv", "FloorDiv_Mul", "Mod_FloorDiv",
           "BitAnd_BitOr", "BitOr_BitAnd"]  # fmt: skip
NAMES = [f"ReplaceComparisonOperator_{name}" for name in COMPARED]
NAMES += [f"ReplaceBinaryOperator_{name}" for name in COUNTED]
NAMES += ["ReplaceUnaryOperator_Delete_USub", "ReplaceUnaryOperator_Delete_Not", "AddNot", "NumberReplacer",
          "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd", "ExceptionReplacer",
          "ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "ZeroIterationForLoop"]  # fmt: skip
QUIET = [
    "--assert=plain",
    *(f"-pno:{name}" for name in ("hypothesispytest", "xdist", "unraisableexception", "cacheprovider")),
]


class DeleteStatement(Operator):
    """A call, an assignment to a part of something, `+=`, `raise` or an early `return` made `pass`."""

    def mutation_positions(self, node):
        first = node.children[0] if node.type == "simple_stmt" else None
        if first is None:
            return
        kind = first.type
        if kind == "expr_stmt" and first.children[1].type == "operator":
            kind = first.children[0].type if first.children[1].value == "=" else "augmented"
        elif kind == "return_stmt" and node.parent.parent is not None and node.parent.parent.type != "if_stmt":
            kind = "last word"
        if kind in {"atom_expr", "augmented", "return_stmt", "raise_stmt"}:
            yield node.start_pos, first.end_pos

    def mutate(self, node, index):  # noqa: ARG002
        node.children[0] = Keyword("pass", node.start_pos, node.children[0].get_first_leaf().prefix)
        return node

    @classmethod
    def examples(cls):
        return ()


def unseen(node) -> bool:
    """Whether a place is one where a mutant changes nothing that a test could see."""
    if node.type == "if_stmt" and node.children[1].get_code().strip() == "TYPE_CHECKING":
        return True
    below = node
    while (above := below.parent) is not None:
        if above.type in {"assert_stmt", "import_from", "import_name"} or (above.type == "tfpdef"):
            return True
        if above.type == "annassign" and below is above.children[1]:
            return True
        if above.type == "funcdef" and below is above.annotation:
            return True
        if above.type == "argument" and above.get_first_leaf().value in {"strict", "frozen", "compare", "repr"}:
            return True
        if above.type == "if_stmt" and above.children[1].get_code().strip() == "TYPE_CHECKING":
            return True
        below = above
    return node.type == "assert_stmt" or node.parent.type in {"parameters", "param"}


def places(source: str) -> dict[tuple[int, int], list]:
    """Where a file can be mutated: (line, column) → [(operator, its occurrence, first line of the statement)]."""
    found = collections.defaultdict(list)
    nodes = list(ast_nodes(get_ast(source)))
    for make in [*(OperatorProvider()[name] for name in NAMES), DeleteStatement]:
        operator, occurrence = make(), 0
        for node in nodes:
            for start, _ in operator.mutation_positions(node):
                if not unseen(node):
                    statement = node
                    while statement.parent is not None and not statement.type.endswith("_stmt"):
                        statement = statement.parent
                    found[start].append((operator, occurrence, statement.start_pos[0]))
                occurrence += 1
    return found


def drawn(paths: list[Path], seed: int, number: int) -> list[tuple[Path, int, int, object, int]]:
    """The sample, in an order of its own so that any part of it is a sample too."""
    luck, sample = random.Random(seed), []
    by_file = {path: places(path.read_text("utf-8")) for path in paths}
    everything = sum(map(len, by_file.values()))
    for path, found in by_file.items():
        share = min(len(found), max(2, round(number * len(found) / everything)))
        for at in luck.sample(sorted(found), share):
            operator, occurrence, first = luck.choice(found[at])
            sample.append((path, at[0], first, operator, occurrence))
    luck.shuffle(sample)
    return sample


class Covering:
    """Which tests execute which lines, and how long they take."""

    def __init__(self, paths: list[Path]) -> None:
        self.seconds: dict[str, float] = {}
        here = [str(path) for path in paths]
        self.measured = coverage.Coverage(data_file=None, include=here, config_file=False, context="")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        self.measured.switch_context(item.nodeid)
        begun = time.perf_counter()
        done = yield
        self.seconds[item.nodeid] = time.perf_counter() - begun
        self.measured.switch_context("")
        return done


def cover(paths: list[Path], kept: Path, tests: list[str]) -> tuple[dict[str, float], dict[str, dict[int, set[str]]]]:
    """Seconds by test, and tests by file and line: measured once for each file of tests as it is, and kept."""
    sources = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(Path("rus_funding").rglob("*.py"))))
    known = json.loads(kept.read_text()) if kept.exists() else {}
    for name in tests:
        file = Path(f"tests/test_{name}.py")
        digest = hashlib.sha256(sources.digest() + file.read_bytes()).hexdigest()
        if known.get(name, {}).get("digest") == digest:
            continue
        print(f"coverage of {file}", flush=True)
        if os.fork() == 0:
            plugin = Covering(paths)
            plugin.measured.start()
            status = pytest.main(["-m", "not slow", "--tb=short", "-o", "addopts=", *QUIET, str(file)], [plugin])
            plugin.measured.stop()
            data = plugin.measured.get_data()
            lines = {path: data.contexts_by_lineno(path) for path in data.measured_files()}
            known[name] = {"digest": digest, "seconds": plugin.seconds, "lines": lines}
            kept.write_text(json.dumps(known))
            os._exit(status)
        if os.wait()[1]:
            raise RuntimeError(f"{file} fails without a mutant")
        known = json.loads(kept.read_text())
    seconds = {test: took for name in tests for test, took in known[name]["seconds"].items()}
    lines = collections.defaultdict(lambda: collections.defaultdict(set))
    for name in tests:
        for path, found in known[name]["lines"].items():
            for line, tests in found.items():
                lines[path][int(line)] |= {*tests} - {""}
    return seconds, lines


class Meeting:
    """Runs the tests of one mutant in order; one that takes far longer than it should ends the process."""

    def __init__(self, order: dict[str, float]) -> None:
        self.order, self.killer = order, ""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items):
        place = {name: i for i, name in enumerate(self.order)}
        items[:] = sorted((item for item in items if item.nodeid in place), key=lambda item: place[item.nodeid])

    def pytest_runtest_logstart(self, nodeid):
        signal.alarm(int(15 + 8 * self.order[nodeid]))

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.killer = report.nodeid

    def pytest_collectreport(self, report):
        if report.failed:
            self.killer = f"import of {report.nodeid}"


def meet(path: Path, mutant: str, order: dict[str, float]) -> str:
    """What killed a mutant; nothing if it is alive."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(60)
        resource.setrlimit(resource.RLIMIT_AS, (12 << 30, 12 << 30))
        if not os.environ.get("MUT_SHOW"):
            os.dup2(os.open(os.devnull, os.O_RDWR), 1)
            os.dup2(1, 2)
        name = ".".join(path.relative_to(Path.cwd()).with_suffix("").parts).removesuffix(".__init__")

        class Mutated(SourceFileLoader):
            def get_code(self, fullname):  # noqa: ARG002
                return compile(mutant, self.path, "exec", dont_inherit=True)

        class Finder:
            def find_spec(self, fullname, path_=None, target=None):  # noqa: ARG002
                if fullname == name:
                    return importlib.util.spec_from_file_location(name, path, loader=Mutated(name, str(path)))
                return None

        sys.meta_path.insert(0, Finder())
        plugin, status = Meeting(order), 0
        for file in dict.fromkeys(nodeid.partition("::")[0] for nodeid in order):  # each costs its imports
            status = pytest.main(["-x", "-q", "--tb=no", "-o", "addopts=", *QUIET, file], [plugin])
            if plugin.killer or status:
                break
        os.write(write, plugin.killer.encode())
        os._exit(0 if plugin.killer or status == 0 else 1)
    os.close(write)
    with os.fdopen(read) as told:
        killer = told.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return "timeout" if os.WTERMSIG(status) == signal.SIGALRM else f"signal {os.WTERMSIG(status)}"
    if status:
        raise RuntimeError("the tests did not run: no mutant's doing, and no kill")
    return killer


def order_of(tests: set[str], seconds: dict[str, float], kills: collections.Counter, most: float) -> dict[str, float]:
    """What a mutant meets, and how long each takes: first what has killed much in little time, then the quickest."""
    order, left = {}, most
    for test in sorted(tests, key=lambda test: (-kills[test] / (seconds[test] + 0.3), seconds[test])):
        if left > seconds[test]:
            left -= seconds[test]
            order[test] = seconds[test]
    return order


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--number", type=int, default=330)
    parser.add_argument("--seconds", type=float, default=60, help="of tests that a mutant meets at most (60)")
    parser.add_argument("--covered", type=Path, default=Path("covered.json"), help="where coverage is kept")
    parser.add_argument("--tests", nargs="*", default=TESTS, help="files of tests, without test_ and .py")
    parser.add_argument("--only", type=int, nargs="*", help="numbers of mutants to try again")
    given = parser.parse_args()
    paths = sorted(path.resolve() for pattern in FILES for path in Path("rus_funding").glob(f"{pattern}.py"))
    seconds, lines = cover(paths, given.covered, given.tests)
    ended: collections.Counter = collections.Counter()
    kills: collections.Counter = collections.Counter()
    controlled = False
    for i, (path, line, first, operator, occurrence) in enumerate(drawn(paths, given.seed, given.number)):
        if given.only and i not in given.only:
            continue
        source, here = path.read_text("utf-8"), lines[str(path)]
        mutant = mutate_code(source, operator, occurrence)
        tests = set().union(*(here[at] for at in range(first, line + 1)))
        tests = tests or set().union(*here.values())  # a line of the import
        order = order_of(tests, seconds, kills, given.seconds)
        if not controlled:
            if meet(path, source, order) or not meet(path, "1 / 0", order):
                raise RuntimeError("the tests fail without a mutant, or pass whatever the code is")
            controlled = True
        killer = meet(path, mutant, order) if order else ""
        kills[killer] += 1
        ended["alive" if not killer else "timed out" if killer == "timeout" else "killed"] += 1
        where = f"{path.relative_to(Path.cwd())}:{line} {type(operator).__name__}"
        end = f"killed {where} | {killer}" if killer else f"ALIVE {where} | {len(order)} of {len(tests)} tests"
        print(f"{i} {end}", flush=True)
        if not killer:
            was, now = source.splitlines(), mutant.splitlines()
            change = [(a, b) for a, b in zip(was, now, strict=False) if a != b][:1]
            print("".join(f"    - {a.strip()}\n    + {b.strip()}\n" for a, b in change), end="", flush=True)
    print(f"seed {given.seed}, {ended.total()} mutants: " + ", ".join(f"{n} {how}" for how, n in ended.items()))


if __name__ == "__main__":
    main()
