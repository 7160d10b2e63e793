"""CBC: how it is asked, and asked again where its first answer cannot be trusted. Its statuses are not believed."""

from __future__ import annotations

import math
import subprocess
import tempfile
import warnings
from pathlib import Path

import pulp

from rus_funding.second_opinion.units import Scaled

TIGHT = 1e-9  # CBC's tolerances on rows, on reduced costs and on whole numbers, in units in which all is about 1
BROKEN = 1e-7  # the most by which an answer may break a row, relative to the terms of the row


# How CBC is asked, and asked again where its first answer cannot be trusted: for a linear program, and with binaries.
WAYS = (
    (("-initialSolve",), ("-solve",)),
    (("-presolve", "off", "-initialSolve"), ("-preprocess", "off", "-solve")),
    (("-presolve", "off", "-primalSimplex"), ("-presolve", "off", "-cuts", "off", "-solve")),
)
EXACT = (
    *("-primalTolerance", str(TIGHT), "-dualTolerance", str(TIGHT), "-integerTolerance", str(TIGHT)),
    *("-ratio", "0", "-allow", "1e-12"),  # the gap at which it stops
    *("-increment", str(TIGHT)),  # by how much a better choice must be better: 1e-5 unless said
)
ANSWER = ("-outputFormat", "3", "-basisOut", "point.bas", "-printingOptions", "all", "-solution", "answer.txt")
STATUS = {"Optimal": "optimal", "Infeasible": "infeasible", "Integer": "infeasible", "Unbounded": "unbounded"}
SENSES = {pulp.LpConstraintEQ: "E", pulp.LpConstraintLE: "L", pulp.LpConstraintGE: "G"}


class NoAnswerError(Exception):
    """The solver gave no answer that can be trusted; `status` is "time_limit" or "error"."""

    def __init__(self, status: str, message: str = "") -> None:
        self.status = status
        super().__init__(message)


def cbc(lp: pulp.LpProblem, whole: bool, seconds: float, attempt: int) -> str:
    """Solve with PuLP's bundled CBC; its answer stays in the variables of `lp`. Statuses are not believed.

    PuLP's own call would write numbers as they stand, read eight digits, and say "Optimal" where the time ran out. So
    CBC is started here, and an "optimal" point that breaks a row is none.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # PuLP 4 will not bundle CBC; PuLP 3 does
        program = pulp.PULP_CBC_CMD()
    if not program.available():
        raise NoAnswerError("error", "CBC is not installed")
    scaled = Scaled(lp)
    if any(not terms and (right * sense > 0 or (right and not sense)) for _, terms, sense, right in scaled.rows):
        return "infeasible"  # a row without terms that does not hold
    with tempfile.TemporaryDirectory() as folder:
        scaled.write(Path(folder) / "model.mps", whole=whole)
        limit = ("-sec", f"{seconds:.3f}", "-timeMode", "elapsed") if seconds < math.inf else ()
        command = [program.path, "model.mps", *EXACT, *limit, *WAYS[attempt][whole], *ANSWER]
        try:
            log = subprocess.run(
                command,
                cwd=folder,
                timeout=seconds if seconds < math.inf else None,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            ).stdout
        except subprocess.TimeoutExpired:
            return "time_limit"
        answer, point = _lines(Path(folder) / "answer.txt"), _lines(Path(folder) / "point.bas")
    if not answer:  # CBC writes none where it sees before it begins that there is none
        return "infeasible" if b"Problem is infeasible" in log else "crashed"
    status = STATUS.get(answer[0][0], "stopped")
    if status == "optimal":
        scaled.read(answer, [] if whole else point)
        if (broken := scaled.broken()) > BROKEN:
            return f"optimal, with a row broken by {broken:.1g}"
    return status


def _lines(file: Path) -> list[list[str]]:
    """The words of a file's lines; nothing of a file that is not there."""
    text = file.read_text(encoding="ascii", errors="replace") if file.is_file() else ""
    return [words for line in text.splitlines() if (words := line.replace("**", " ").split())]
