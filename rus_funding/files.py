"""The one rule for what is written; every writer of the house goes through here.

- A file is written beside its place and moved there whole: a reader never sees half of it, and a write that fails (a
  full disk, a lost network, Ctrl-C) leaves what was there before. Several files go together: all are written before
  the first is moved.
- A file that is there is replaced only by `force`; a released plan not even then, unless `same` says that it is the
  same plan.
- Never through a link (or a Windows junction), never to a device, never into a folder that holds a model
  (``model.toml`` or input tables), never over a workbook that is a model.
- The rights are those that the umask gives, whoever had made the old file.

What cannot be written is a `UsageError` that says why, what was changed (nothing), and what to do.

==================  ================================================================================================
function            for
==================  ================================================================================================
`admit`             before the work: may these files be written? What is refused at the end would be work lost
`admit_folder`      the same of a folder whose files are not known yet
`placed`            one file: where to write it
`placed_all`        several files of one folder, all or none
`put`               one file whose content is at hand
`allowed`           what holds of any file, for a writer with its own rule for what is there (a run)
`unwritten`         an `OSError` as the sentence that everyone says
==================  ================================================================================================
"""

from __future__ import annotations

import contextlib
import errno
import gzip
import os
import re
import shutil
import stat
import tempfile
import unicodedata
import zipfile
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING

from rus_funding.errors import Phrase, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

MODEL_FILE = "model.toml"
# the input tables; `tests/test_files.py` holds them to the schema
TABLES = {
    "areas", "funds", "budgets", "authorisations", "eligibility", "rate_limits", "categories", "projects", "costs",
    "contributions", "actors", "participations", "links", "municipalities", "reach", "commitments", "dependencies",
    "perspectives", "markings", "strategies", "mapping", "previous", "booked", "claims",
}  # fmt: skip
# their Swedish names, letters without marks
IN_SWEDISH = {
    "omraden", "kallor", "budget", "bemyndiganden", "behorighet", "satsgranser", "kostnadsslag", "projekt", "kostnader",
    "omradesandelar", "aktorer", "deltagare", "samarbeten", "kommuner", "kommunandelar", "ataganden", "beroenden",
    "perspektiv", "markningar", "strategier", "overgang", "foregaende", "utfall", "rekvisitioner",
}  # fmt: skip
# how tables of a run and of a comparison begin, some of which are named like input tables
OURS = re.compile(rb'\A(?:\xef\xbb\xbf)?"?(?:(?:row|position)"?[;,]"?scenario\b|project[;,]name[;,]group[;,]in_full)')
PLAN = re.compile(rb'"format"\s*:\s*"rus-funding/plan"')
SHEET = re.compile(rb'<(?:\w+:)?sheet\b[^>]*?\bname="([^"]*)"')
MODEL_SHEETS = {b"model", b"modell"}
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}  # on Windows
UNLINKED = {errno.EPERM, errno.EXDEV, errno.EMLINK, errno.ENOSYS, errno.EINVAL, errno.EACCES} | {
    getattr(errno, name) for name in ("ENOTSUP", "EOPNOTSUPP") if hasattr(errno, name)
}
CHUNK = 1 << 20


LONGEST_NAME = 100  # characters before the ending
_NO_NAME = re.compile(r"[^\w+-]+")  # what leads elsewhere, hides a file, or is refused by some file system


def file_name(text: str) -> str:
    """A text that comes from data as the name of a file without its ending: never a path, never hidden, never long.

    >>> file_name("län-2026"), file_name("../../etc/passwd"), file_name("..")
    ('län-2026', 'etc-passwd', 'file')
    """
    return _NO_NAME.sub("-", text)[:LONGEST_NAME].strip("-") or "file"


# ---------------------------------------------------------------------------------------------------- before the work


def admit(*paths: Path, force: bool = False, same: Callable[[Path], bool] | None = None, model: bool = False) -> None:
    """Raise `UsageError` where one of these files must not be written, or not without `force`.

    `same` is asked of a released plan that stands there: whether what is to be written is the same plan. `model`: the
    files are a model themselves, and whoever writes them has looked at what is there.
    """
    for path in paths:
        allowed(path, model=model)
        with _said(path):
            if not path.exists():
                continue
            if not force:
                raise UsageError("{path} exists already. Replace it with --force, or choose another name.", path=path)
            if is_plan(path) and not (same is not None and same(path)):
                raise UsageError(
                    "{path} is a released plan, and this is another: it stays, also with --force. Choose another name.",
                    path=path,
                )
            if not model and _is_model_workbook(path):
                raise UsageError(
                    "{path} is the workbook of a model: it stays, also with --force. Choose another folder.", path=path
                )
            if not os.access(path, os.W_OK):
                raise UsageError(
                    "{path} is write-protected. Take the protection away, or choose another name.", path=path
                )


def admit_folder(folder: Path, *, model: bool = False) -> None:
    """Raise `UsageError` where a folder must not be written into. It need not be there yet."""
    with _said(folder, folder=True):
        for place in (folder, *folder.parents):
            if _is_link(place) and not _of_the_system(place):
                raise _link(place)
        if folder.exists() and not folder.is_dir():
            raise UsageError("{folder} cannot be written into: it is a file. Name a folder.", folder=folder)
        if not model:
            _no_model(folder)
        nearest = next(place for place in (folder, *folder.parents) if place.exists())
        if not nearest.is_dir():
            raise UsageError(
                "{folder} cannot be made: {nearest} is a file. Name another folder.", folder=folder, nearest=nearest
            )
        if os.name == "posix" and not os.access(nearest, os.W_OK | os.X_OK):
            raise UsageError(
                "{folder} cannot be written: {nearest} is write-protected. Name another folder.",
                folder=folder,
                nearest=nearest,
            )


def allowed(path: Path, *, model: bool = False) -> None:
    """Raise `UsageError` where no file may ever be written, whatever is there."""
    if path.name in {"", ".."} or "\0" in str(path):
        raise UsageError("{path!r} names no file.", path=str(path))
    if os.name == "nt" and (path.stem.partition(".")[0].strip().casefold() in RESERVED or ":" in path.name):
        raise UsageError("{path}: Windows keeps this name for itself. Choose another name.", path=path)
    with _said(path):
        if _is_link(path):
            raise _link(path)
        if path.is_dir():
            raise UsageError("{path} is a folder. Name a file.", path=path)
        if path.exists() and not stat.S_ISREG(path.stat().st_mode):
            raise UsageError("{path} is a device, not a file. Choose another name.", path=path)
        admit_folder(path.parent, model=model)


def is_plan(path: Path) -> bool:
    """Whether a file holds a released plan, whole or not."""
    with path.open("rb") as raw:
        start = raw.read(2)
        raw.seek(0)
        try:
            if start == b"\x1f\x8b":
                with gzip.open(raw) as stream:
                    return _holds(stream)
            return start[:1] in {b"{", b"\xef", b" ", b"\n", b"\r", b"\t"} and _holds(raw)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            return False


def _holds(stream: IO[bytes] | gzip.GzipFile) -> bool:
    end = b""
    while chunk := stream.read(CHUNK):
        if PLAN.search(end + chunk):
            return True
        end = chunk[-100:]
    return False


def _is_model_workbook(path: Path) -> bool:
    """Whether a workbook has the sheet that only a model has."""
    try:
        with zipfile.ZipFile(path) as package, package.open("xl/workbook.xml") as member:
            return not MODEL_SHEETS.isdisjoint(name.lower() for name in SHEET.findall(member.read(CHUNK)))
    except (zipfile.BadZipFile, KeyError, EOFError, zlib.error, NotImplementedError, RuntimeError, ValueError):
        return False


def _no_model(folder: Path) -> None:
    name = model_in(folder)
    if name is not None:
        raise UsageError(
            "{folder} is a model ({name} is in it): nothing is written there, also with --force. Name another folder.",
            folder=folder,
            name=name,
        )


def model_in(folder: Path) -> str | None:
    """The file that makes a folder one that holds a model; None where it is none, or is not there."""
    try:
        names = sorted(file.name for file in folder.iterdir())
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return None
    for name in names:
        stem, dot, ending = name.casefold().rpartition(".")
        if name.casefold() == MODEL_FILE:
            return name
        plain = "".join(letter for letter in unicodedata.normalize("NFKD", stem) if not unicodedata.combining(letter))
        if dot and ending == "csv" and (stem in TABLES or plain in IN_SWEDISH) and (folder / name).is_file():
            with (folder / name).open("rb") as file:
                if not OURS.match(file.read(200)):
                    return name
    return None


def _link(place: Path) -> UsageError:
    there = os.path.realpath(place)
    return UsageError(
        "{place} is a link, and nothing is written through links. It leads to {there}: name that.",
        place=place,
        there=there,
    )


def _is_link(place: Path) -> bool:
    junction = getattr(os.path, "isjunction", None)
    return place.is_symlink() or (junction is not None and junction(place))


def _of_the_system(place: Path) -> bool:
    """Whether a link only leads to where its user is at home anyway, such as /tmp on a Mac."""
    if place.absolute().parent == Path(place.absolute().anchor):
        return True
    there = Path(os.path.realpath(place))
    for home in (Path.cwd, Path.home):
        with contextlib.suppress(OSError, RuntimeError):
            if home().resolve().is_relative_to(there):
                return True
    return False


# ------------------------------------------------------------------------------------------------------- writing itself


@contextlib.contextmanager
def placed(path: Path, *, force: bool = False, same: Callable[[Path], bool] | None = None) -> Iterator[Path]:
    """Where to write what is then put at `path`: a name beside it. See `admit` for `force` and `same`."""
    with placed_all([path], force=force, same=same) as (draft,):
        yield draft


def put(path: Path, content: bytes, *, force: bool = False) -> None:
    """Write one file whose content is at hand."""
    with placed(path, force=force) as draft:
        draft.write_bytes(content)


@contextlib.contextmanager
def placed_all(
    paths: Sequence[Path], *, force: bool = False, same: Callable[[Path], bool] | None = None, model: bool = False
) -> Iterator[list[Path]]:
    """Where to write several files of one folder, which is made if need be; they are put in place when all are written.

    The drafts lie in a folder of their own, which a writer may use for its temporary files too. A draft that is not
    written is no file of the set.
    """
    admit(*paths, force=force, same=same, model=model)
    first = paths[0]
    drafts: list[Path] = []
    done: list[Path] = []
    with contextlib.ExitStack() as stack:
        try:
            _make(first.parent, stack)
            beside = Path(tempfile.mkdtemp(prefix=".rus-funding-", dir=first.parent))
            stack.callback(shutil.rmtree, beside, ignore_errors=True)
            drafts = [beside / path.name for path in paths]
            yield drafts
            pairs = [(draft, path) for draft, path in zip(drafts, paths, strict=True) if draft.exists()]
            for draft, _ in pairs:
                with draft.open("r+b") as file:  # what the disk has no room for is told here, if not before
                    os.fsync(file.fileno())
            for draft, path in pairs:
                _move(draft, path, force=force)
                done.append(path)
            _sync(first.parent)
        except OSError as error:
            begun = sum(draft.exists() for draft in drafts)
            at = len(done) or max(0, begun - 1)  # the one that was being moved, or written
            raise unwritten(paths[min(at, len(paths) - 1)], error, done) from None
        if done:
            stack.pop_all()  # the folder stays, of course
            shutil.rmtree(beside, ignore_errors=True)


def _make(folder: Path, stack: contextlib.ExitStack) -> None:
    """Make a folder; one that was made for nothing is taken away again."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        with contextlib.suppress(FileExistsError):
            place.mkdir()
            stack.callback(_remove, place)


def _remove(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()


def _move(draft: Path, path: Path, *, force: bool) -> None:
    """Put a draft in its place; without `force` only where nothing is, even if it came this very moment."""
    if force:
        draft.replace(path)
    elif os.name == "nt":
        draft.rename(path)
    else:
        try:
            os.link(draft, path)
        except OSError as error:
            if error.errno not in UNLINKED or path.exists():
                raise
            draft.replace(path)


def _sync(folder: Path) -> None:
    """The names must reach the disk too."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            with contextlib.suppress(OSError):  # not every file system can
                os.fsync(handle)
        finally:
            os.close(handle)


# ------------------------------------------------------------------------------------------------------------ sentences


@contextlib.contextmanager
def _said(path: Path, *, folder: bool = False) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise unwritten(path, error, folder=folder) from None


def unwritten(path: Path, error: OSError, done: Sequence[Path] = (), *, folder: bool = False) -> UsageError:
    """What is said where a file cannot be written. `done` are those of its set that were put in place before."""
    changed = Phrase("Nothing was changed.")
    if done:
        changed = Phrase("Only {files} had been put in place.", files=", ".join(file.name for file in done))
    why = (error.strerror or str(error) or type(error).__name__).rstrip(".")
    return UsageError(
        "{path} cannot be written: {why}. {changed} {remedy}",
        path=path,
        why=Phrase(why),
        changed=changed,
        remedy=_remedy(path, error, folder=folder),
    )


def _remedy(path: Path, error: OSError, *, folder: bool) -> Phrase:
    where = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) and error.filename else path
    disk = disk_of(where)
    if error.errno == errno.ENOSPC:
        return Phrase("The disk at {disk} is full: make room there, or write to another disk.", disk=disk)
    if error.errno == getattr(errno, "EDQUOT", errno.ENOSPC):
        return Phrase(
            "Your share (quota) of the disk at {disk} is used up: make room, or write to another disk.", disk=disk
        )
    if error.errno == errno.EROFS:
        return Phrase("The disk at {disk} can only be read: write to another disk.", disk=disk)
    if error.errno == errno.EFBIG:
        return Phrase(
            "The file is too large for the disk at {disk} or for your limits: write to another disk.", disk=disk
        )
    if error.errno == errno.ENAMETOOLONG:
        return Phrase("Choose a shorter name.")
    if error.errno == errno.EEXIST:
        return Phrase("It has appeared meanwhile: replace it with --force, or choose another name.")
    if error.errno == errno.EIO:
        return Phrase("The disk at {disk} fails: write to another disk.", disk=disk)
    if folder:
        return Phrase("Name another folder.")
    return Phrase("Close it if it is open, check the rights, or name another folder.")


def disk_of(path: Path) -> Path:
    """Where the disk that holds a path (or will) begins: what `df` shows as its mount point."""
    try:
        place = next(place for place in (path.absolute(), *path.absolute().parents) if place.exists()).resolve()
        place = place if place.is_dir() else place.parent
        device = place.stat().st_dev
        while place != place.parent and place.parent.stat().st_dev == device:
            place = place.parent
    except (OSError, StopIteration):
        return path.parent
    return place
