"""Whatever happens inside, the program ends in a sentence, with an exit status that says what it was."""

from __future__ import annotations

import errno
import os
import re
import signal
import sys
import time
from pathlib import Path

import processes
import pytest
from papers import made

from rus_funding import verify
from rus_funding.cli import COMMANDS, main, stop
from rus_funding.errors import UsageError

ROOT = Path(__file__).parents[1]
NAME = "litet-exempel"
MODEL = str(ROOT / "models" / NAME)
OTHER = str(ROOT / "models" / "orebro-rus-2026-2028")
SCENARIOS = str(ROOT / "scenarios" / NAME)
OS_ERRORS = {errno.EIO: "in- eller utmatningen misslyckades", errno.ENOSPC: "disken är full"}
# each command, and something that it cannot do without
FAULTS = {
    "new": (["new", "{tmp}/model"], "rus_funding.model.templates.write_template"),
    "import": (
        ["import", str(ROOT / "tests/data/import/seed.xlsx"), "-o", "{tmp}/model"],
        "rus_funding.model.importing.blocks.read_applications",
    ),
    "check": (["check", MODEL], "rus_funding.model.reading.load"),
    "solve": (["solve", MODEL, "-o", "{tmp}/plan.json"], "rus_funding.proof.release.serialise"),
    "batch": (["batch", MODEL, "-o", "{tmp}/x.sqlite", "--workers", "0"], "rus_funding.runs.writer.Writer.add"),
    "compare": (["compare", "{run}"], "rus_funding.comparisons.terminal.show"),
    "report": (["report", "{run}", "-o", "{tmp}/out"], "rus_funding.papers.docx.write"),
    "follow-up": (["follow-up", MODEL, "--through", "2026"], "rus_funding.follow_up.outcome.Carriers"),
    "explain": (["explain", MODEL], "rus_funding.model.index.Index.__init__"),
    "network": (["network", MODEL, "-o", "{tmp}/out"], "rus_funding.collaboration.output.workbook"),
    "export": (["export", MODEL, "-o", "{tmp}/p.lp"], "rus_funding.engine.program_file.write"),
    "decide": (
        ["decide", "{run}", "--meeting", "2027-02-11", "-o", "{tmp}/b.xlsx"],
        "rus_funding.follow_up.decide.propose",
    ),
    "adopt": (
        ["adopt", f"{MODEL}/costs.csv", MODEL, "-o", "{tmp}/n", "--register", "{tmp}/r.sqlite"],
        "rus_funding.follow_up.decide_workbook.read",
    ),
    "register": (["register", "{tmp}/r.sqlite"], "rus_funding.follow_up.register.verify"),
    "audit": (["audit", f"{MODEL}/costs.csv"], "rus_funding.follow_up.decision_audit.of_lines"),
    "verify": (["verify", "{tmp}/plan.json"], "rus_funding.verify.run"),
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return made(tmp_path_factory.mktemp("run") / "run.sqlite", NAME)


def ended(arguments):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    return left.value.code


def test_every_command_has_its_fault():
    assert set(FAULTS) == set(COMMANDS)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (RuntimeError("boom \x1b[31m"), "rus-funding gick sönder (RuntimeError: boom [31m)."),
        (KeyError("x"), "rus-funding gick sönder (KeyError: 'x')."),
        (RecursionError(), "rus-funding gick sönder (RecursionError)."),
        (MemoryError(), "minnet tog slut."),
        (OSError(errno.EIO, "Input/output error"), "gick sönder (OSError: [Errno 5] Input/output error)."),
        (OSError(errno.ENOSPC, "No space left on device"), "disken är full"),
    ],
)
@pytest.mark.parametrize("command", FAULTS)
def test_a_fault_ends_in_a_sentence(command, error, sentence, run, tmp_path, monkeypatch, capsys):
    arguments, place = FAULTS[command]
    arguments = [part.format(tmp=tmp_path, run=run) for part in arguments]

    def broken(*_, **__):
        raise error

    monkeypatch.setattr(place, broken)
    status = ended(arguments)
    said = capsys.readouterr().err
    assert "Traceback" not in said
    last = said.splitlines()[-1]
    if isinstance(error, OSError) and status == 2:  # a file that is being written says it better
        assert f"kan inte skrivas: {OS_ERRORS[error.errno]}. Inget har ändrats. Disken på" in last
    else:
        assert status == 70
        assert last.startswith("fel: ")
        assert sentence in last
        kept = "0 av 1 scenarier finns i" if command == "batch" else "Inget halvt är skrivet"
        assert kept in last
    left = {file.name for file in tmp_path.rglob("*")} - {"x.sqlite", "x.sqlite-wal", "x.sqlite-shm"}
    assert left == set(), left


# what is typed wrong, and what is said: in Swedish unless English is asked for
MISTYPED = {
    (): None,
    ("solv", MODEL): "det finns inget kommando ”solv”. Menade du ”solve”?",
    ("vadå",): "det finns inget kommando ”vadå”. Kommandon: new, import, check, solve, ",
    ("solve",): "Argumentet 'MODEL' saknas.",
    ("compare",): "Argumentet 'RUN...' saknas.",
    ("report", "{run}"): "Flaggan '-o' / '--output' saknas.",
    ("solve", MODEL, "en", "till"): "Argument för mycket (en till)",
    ("solve", MODEL, "till"): "Ett argument för mycket (till)",
    ("solve", MODEL, "--langs", "sv"): "Det finns ingen flagga '--langs'. Menade du '--lang'?",
    ("solve", MODEL, "--qqq"): "Det finns ingen flagga '--qqq'.",
    ("solve", MODEL, "--lang", "de"): "Ogiltigt värde för '--lang': 'de' är inget av 'sv', 'en'.",
    ("solve", MODEL, "--lang"): "Flaggan '--lang' kräver ett värde.",
    ("solve", MODEL, "--json=3"): "Flaggan '--json' tar inget värde.",
    ("solve", MODEL, "--time-limit", "0"): "Ogiltigt värde för '--time-limit': 0.0 ligger inte inom x>0.",
    ("compare", "{run}", "--threshold", "x"): "Ogiltigt värde för '--threshold': 'x' är inget tal.",
    ("compare", "{run}", "--top", "x"): "Ogiltigt värde för '--top': 'x' är inget heltal.",
    ("explain", MODEL, "--frontier", "value"): "Flaggan '--frontier' kräver 2 värden.",
    ("report", "{run}", "-o", "{run}"): "är en fil, inte en mapp.",
    ("report", "{run}", "-o", "{tmp}", "--format", "x"): "Ogiltigt värde för '--format': ”x” är inget av xlsx, html,",
    ("report", "{run}", "-o", "{tmp}", "-s", "baslin"): "har inget scenario ”baslin”. Menade du ”baseline”?",
    ("compare", "{run}", "-s", "x"): "har inget scenario ”x”. Scenarier: baseline.",
    ("compare", "{run}", "--statement", "a > b"): "påståendet ”a > b”: ”>” betyder ingenting här. Skriv till exempel",
    (
        "explain",
        MODEL,
        "--project",
        "natr",
    ): "litet-exempel har inget projekt ”natr”. Menade du ”natur” (",
    ("explain", MODEL, "--ranges", "--prices"): "--prices och --ranges är olika förklaringar: be om en åt gången.",
    ("explain", MODEL, "--degrees", "statlig", "40"): "Det finns ingen källa ”statlig”. Välj en av ",
    ("explain", MODEL, "--degrees", "statliga", "0,4"): "är ingen lista av stödandelar: skriv hela procent",
    ("explain", MODEL, "--frontier", "value", "x"): "Det finns inget mål ”x”. Välj två av value, ",
    ("solve", MODEL, "-s", "{tmp}"): "är en mapp: ange en scenariofil i den, eller kör alla med batch.",
    ("solve", MODEL, "--solver", "x"): "lösaren ”x” finns inte på den här datorn. Installerade: ",
    ("solve", "{run}"): "run.sqlite: Filen är en databas, såsom batch skriver en körning, och ingen modell.",
    ("export", MODEL, "-o", "{tmp}/x.txt"): "filnamnet säger vad det blir: låt det sluta på .lp eller .mps.",
    ("export", MODEL, "-o", f"{MODEL}/x.lp"): "är en modell (actors.csv ligger där): inget skrivs dit, inte heller med",
    ("new", MODEL): "finns redan. Ersätt den med --force, eller välj ett annat namn.",
    ("new", "{tmp}/x.xls"): "x.xls: ange en mapp, eller en arbetsbok som modell.xlsx.",
    ("batch", MODEL, "-o", "{run}"): "är en färdig körning. Skriv till en annan fil, eller ersätt den med --force.",
    ("batch", OTHER, "-o", "{run}", "--resume"): "; modellens uppgifter är andra",
    ("batch", MODEL, "-o", "{tmp}/x", "--dask", "x"): "”x” är inget Dask-kluster: ange tcp://dator:port,",
    ("verify", "{tmp}/x.json"): "x.json kan inte läsas: det finns ingen sådan fil eller mapp",
    ("audit", "{tmp}/x.docx"): "Det finns ingen fil ",
    ("decide", "{run}", "-o", "{tmp}/b.xlsx"): "Flaggan '--meeting' saknas.",
    ("decide", "{run}", "-o", "{tmp}/b.txt", "--meeting", "2027-02-11"): "beslutsfilens namn ska sluta på .xlsx.",
    ("decide", "{run}", "-o", "{tmp}/b.xlsx", "--meeting", "2027-02-11"): "säger inte vems beslutet är: skriv decider",
    (
        "adopt",
        f"{MODEL}/costs.csv",
        MODEL,
        "-o",
        MODEL,
        "--register",
        "{tmp}/r",
    ): "är en modell (actors.csv ligger där)",
    ("adopt", "{tmp}/b.xlsx", MODEL, "-o", "{tmp}/n", "--register", "{tmp}/r"): "Det finns ingen fil ",
    ("register", "{run}"): "är inget beslutsregister: adopt skriver ett, med --register.",
    ("verify", "{run}"): "filen är inte ren JSON i UTF-8: ",
    ("verify", "{tmp}/x.json", "--signers", "x"): "--signers hör ihop med --signature.",
    ("network", MODEL, "-o", "{tmp}/x", "--format", "x"): "Ogiltigt värde för '--format': ",
}
ENGLISH = re.compile(r"\b(the|is|no|not|must|with|there|cannot|give|Try|Usage|Error|Missing|Invalid)\b")


@pytest.mark.parametrize("arguments", MISTYPED, ids=lambda arguments: " ".join(arguments).replace(MODEL, "MODEL"))
def test_what_is_typed_wrong_is_said_in_the_reader_s_language(arguments, run, tmp_path, capsys):
    given = [part.format(tmp=tmp_path, run=run) for part in arguments]
    assert ended(given) == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    if MISTYPED[arguments] is None:  # the help
        return
    last = said.splitlines()[-1]
    assert last.startswith("fel: ")
    assert MISTYPED[arguments] in last
    assert not ENGLISH.search(said.replace(str(tmp_path), "").replace(str(run), ""))
    if "--lang" not in given and given[0] != "network":
        assert ended([*given, "--lang", "en"]) in {2, 70}
        assert "fel: " not in capsys.readouterr().err


def test_the_trace_is_shown_when_it_is_asked_for(monkeypatch, capsys):
    def broken(*_):
        raise RuntimeError("boom")

    monkeypatch.setattr("rus_funding.model.reading.load", broken)
    for arguments in (["--debug", "check", MODEL], ["check", MODEL, "--lang", "en", "--debug"]):
        assert ended(arguments) == 70
        said = capsys.readouterr().err
        assert said.startswith("Traceback (most recent call last):")
        assert 'raise RuntimeError("boom")' in said
    assert said.splitlines()[-1] == (
        "error: rus-funding broke (RuntimeError: boom). Nothing is half written: files appear whole or not at all. "
        "That is the program's fault, not yours: tell whoever gave you the program, with the text that the same "
        "command shows with --debug."
    )
    monkeypatch.undo()
    assert ended(["check", "nowhere", "--debug"]) == 2


def test_help_tells_of_debug_and_statuses(capsys):
    assert ended(["--help"]) == 0
    out = capsys.readouterr().out
    assert "--debug" in out
    assert "70 a fault" in out


def test_words_that_fail_too_are_no_trace(monkeypatch, capsys):
    def broken(*_, **__):
        raise MemoryError

    monkeypatch.setattr("rus_funding.model.reading.load", broken)
    monkeypatch.setattr("rus_funding.words.language.say", broken)
    assert ended(["check", MODEL]) == 70
    assert capsys.readouterr().err == (
        "error: rus-funding failed (MemoryError), and so did its words (MemoryError). See --debug.\n"
    )


def test_an_error_is_one_line_and_not_endless():
    assert stop.one_line("a\nb\x07  c") == "a b c"
    assert len(stop.one_line("x" * 5000)) == stop.LONGEST


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize("arguments", [["solve", MODEL], ["solve", MODEL, "--json"], ["check", MODEL], ["--help"]])
def test_a_full_standard_output_is_said(arguments):
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = processes.run([sys.executable, "-m", "rus_funding", *arguments], stdout=full)
    assert done.returncode == 70
    assert done.stderr.splitlines()[-1].startswith("fel: disken är full")
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


def test_a_reader_that_has_gone_is_no_error():
    with processes.started(
        [sys.executable, "-m", "rus_funding", "solve", MODEL, "--json"], stdout=processes.PIPE, stderr=processes.PIPE
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == ""
        process.wait()


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (RuntimeError("boom"), 70, "error: the check broke (RuntimeError: boom): nothing is known of the plan. Tell "),
        (MemoryError(), 70, "error: the check broke (MemoryError: )"),
        (KeyboardInterrupt(), 130, "interrupted\n"),
    ],
)
def test_the_check_alone_ends_in_a_sentence_too(error, status, said, monkeypatch, capsys):
    def broken(*_, **__):
        raise error

    monkeypatch.setattr("rus_funding.verify.run", broken)
    assert verify.guarded(["plan.json"]) == status
    assert capsys.readouterr().err.startswith(said)


# -- signals

# the command line, to which a signal comes just when a module is imported
IMPORTING = """
import os, sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == sys.argv[1]:
            sys.argv[1] = ""
            os.kill(os.getpid(), int(sys.argv[2]))
sys.meta_path.insert(0, Finder())
from rus_funding.cli import main
main(sys.argv[3:])
"""


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize(
    "module", ["rus_funding.cli.group", "click", "numpy", "numpy._core", "highspy", "babel", "rich"]
)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_during_imports_ends_at_once(module, number):
    done = processes.run([sys.executable, "-c", IMPORTING, module, int(number), "solve", MODEL])
    assert done.returncode == 128 + number, done.stderr
    assert done.stdout == ""
    (said,) = done.stderr.strip().split("\n")
    assert said.startswith("interrupted" if number == signal.SIGINT else "avslutat utifrån (SIGTERM)")


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_an_interrupt_that_python_would_only_print_is_heard():
    code = """
import os, signal, time
from rus_funding.cli import stop
class Late:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(100000): pass
with stop.heard():
    try:
        late = Late()
        del late
        time.sleep(20)
    except KeyboardInterrupt:
        print("heard", stop.asked())
"""
    done = processes.run([sys.executable, "-c", code], seconds=15)
    assert (done.stdout, done.stderr) == ("heard 2\n", "")


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_batch_that_is_ended_says_what_is_kept(tmp_path, number, workers):
    path = tmp_path / "run.sqlite"
    model, scenarios = ROOT / "models" / "lansportfolj-exempel", ROOT / "scenarios" / "lansportfolj-exempel"
    command = [sys.executable, "-m", "rus_funding", "batch", model, scenarios, "-o", path, "--workers", workers]
    with processes.started(command, stdout=processes.PIPE, stderr=processes.PIPE) as process:
        deadline = time.monotonic() + 60
        while not path.exists():
            assert process.poll() is None, process.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        time.sleep(1)
        process.send_signal(number)
        printed, said = process.communicate(timeout=30)
    assert (process.returncode, printed) == (128 + number, "")
    last = said.splitlines()[-1]
    assert last.startswith("avbrutet: ")
    assert last.endswith(f"scenarier finns i {path}. Fortsätt med --resume.")
    assert not [file for file in tmp_path.iterdir() if file.name.endswith((".lock", ".new"))]


def test_signals_of_a_program_around_us_stay_its_own():
    def mine(*_):
        pass

    old = signal.signal(signal.SIGTERM, mine)
    try:
        with stop.heard():
            assert signal.getsignal(signal.SIGTERM) is mine
    finally:
        signal.signal(signal.SIGTERM, old)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(UsageError), stop.heard():
        raise UsageError("x")
    assert signal.getsignal(signal.SIGINT) is before
