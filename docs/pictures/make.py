"""The pictures of the README, from the shipped models: run the batches, make the papers, take their pictures.

    python docs/pictures/make.py [--office PATH] [--browser PATH]

Needs, beside rus-funding with its extra `pictures`: Chromium or Chrome (the page), LibreOffice with Impress and Calc,
and poppler's pdftoppm (slides, workbook). What is missing is named, its pictures are left as they are, and the exit
status is 1. The same models give the same pictures as far as fonts and programs are the same.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
LARGEST = 150_000  # bytes of a picture in the repository
WIDTHS, COLOURS = (1280, 1120, 960, 800), (128, 64)
COUNTY, DECISION = "lansportfolj-exempel", "orebro-rus-2026-2028"
ASKED = {
    COUNTY: ("minskade-1-1-medel", "medfinansiering", "utan-fum", "malgap"),
    DECISION: ("minskade-1-1-medel", "utan-fum"),
}
SLIDES = {"slide-answer": 2, "slide-payers": 3, "slide-line": 6, "slide-scenarios": 8}


def main() -> int:
    """Make every picture whose programs are there."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--office", default=found("soffice", "libreoffice"), help="LibreOffice's program")
    parser.add_argument("--browser", default=found("chromium", "chromium-browser", "google-chrome"), help="the browser")
    options = parser.parse_args()
    missing = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for model in ASKED:
            papers(model, folder)
        network(folder)
        if options.browser:
            page(options.browser, folder)
        else:
            missing.append("page.png: no Chromium or Chrome (--browser)")
        if options.office and shutil.which("pdftoppm"):
            missing += printed(options.office, folder)
        else:
            missing.append("slides and workbook: no LibreOffice (--office) or no pdftoppm")
    for line in missing:
        sys.stderr.write(f"not made: {line}\n")
    return 1 if missing else 0


def found(*names: str) -> str | None:
    """The first program that is there."""
    return next((path for name in names if (path := shutil.which(name))), None)


def run(*command: str | Path, fine: tuple[int, ...] = (0,)) -> None:
    """A command, silent unless it fails."""
    done = subprocess.run([str(part) for part in command], check=False, capture_output=True, text=True, timeout=1800)
    if done.returncode not in fine:
        raise SystemExit(f"{command[0]} failed:\n{done.stderr or done.stdout}")


def papers(model: str, folder: Path) -> None:
    """The papers of a model's baseline. A run whose figures are not the expected ones has its pictures too."""
    scenarios = [ROOT / "scenarios" / model / f"{name}.toml" for name in ASKED[model]]
    program = (sys.executable, "-m", "rus_funding")
    run(*program, "batch", ROOT / "models" / model, *scenarios, "-o", folder / f"{model}.sqlite", fine=(0, 1))
    run(*program, "report", folder / f"{model}.sqlite", "-o", folder)


def network(folder: Path) -> None:
    """Who works with whom, before and after."""
    run(sys.executable, "-m", "rus_funding", "network", ROOT / "models" / COUNTY, "-o", folder / "network")
    pictures = sorted((folder / "network").glob("*.png"))
    if not pictures:
        raise SystemExit("no picture of the network was made: pip install 'rus-funding[pictures]'")
    small(pictures[0], "network")


def page(browser: str, folder: Path) -> None:
    """The top of the page."""
    shot = folder / "page.png"
    run(
        browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1",
        f"--user-data-dir={folder / 'browser'}", "--window-size=1280,1500", f"--screenshot={shot}",
        (folder / f"{COUNTY}-baseline.html").as_uri(),
    )  # fmt: skip
    small(shot, "page")


def printed(office: str, folder: Path) -> list[str]:
    """Slides and workbook, by way of PDF; what could not be converted is returned."""
    missing = []
    wanted = {
        folder / f"{COUNTY}-baseline.pptx": SLIDES,
        folder / f"{DECISION}-baseline.xlsx": {"workbook": 3},
    }
    for paper, pages in wanted.items():
        profile = f"-env:UserInstallation={(folder / 'office').as_uri()}"
        run(office, profile, "--headless", "--convert-to", "pdf", "--outdir", folder, paper)
        pdf = paper.with_suffix(".pdf")
        if not pdf.exists():
            missing.append(f"{', '.join(pages)}: {office} does not open {paper.suffix} (is its program installed?)")
            continue
        for name, number in pages.items():
            sheet = ["-f", str(number), "-l", str(number), "-singlefile"]
            run("pdftoppm", "-png", "-scale-to", "1280", *sheet, pdf, folder / name)
            small(folder / f"{name}.png", name)
        pdf.unlink()
    return missing


def small(picture: Path, name: str) -> None:
    """The picture in the repository, as wide and with as many colours as its size allows."""
    with Image.open(picture) as opened:
        image = opened.convert("RGB")
    target = HERE / f"{name}.png"
    for width, colours in itertools.product(WIDTHS, COLOURS):
        size = (width, round(image.height * width / image.width))
        made = image.resize(size, Image.Resampling.LANCZOS) if image.width != width else image
        made.quantize(colours, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(target, optimize=True)
        if target.stat().st_size <= LARGEST:
            break
    sys.stdout.write(f"{target.relative_to(ROOT)}: {width} wide, {target.stat().st_size} bytes\n")


if __name__ == "__main__":
    sys.exit(main())
