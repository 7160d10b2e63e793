"""Who signed a released plan: a detached signature made and checked by standard tools, OpenSSH's or minisign.

There is no cryptography here: the tool is run and its answer is told. It gets a list of arguments, no shell, and a
limit in time. docs/verify.md says how to sign.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

from rus_funding.errors import Phrase, UsageError
from rus_funding.proof.finding import Signature, found

if TYPE_CHECKING:
    from pathlib import Path

NAMESPACE = "rus-funding"  # ssh-keygen -n: a signature made for another purpose is none of a plan
LARGEST = 100_000  # bytes of a signature file
SECONDS = 60
SSH, MINISIGN = b"-----BEGIN SSH SIGNATURE-----", b"untrusted comment:"


def check_signature(plan: Path, signature: Path, signers: Path | None) -> Signature:
    """Whether `signature` is of the bytes of `plan`, and whose it is.

    `signers` is OpenSSH's file of allowed signers, or minisign's public key. Raises `UsageError` where a file cannot be
    read, is no signature, or the tool is missing.
    """
    begins = _bytes(signature)
    if begins.startswith(SSH):
        return _ssh(plan, signature, signers)
    if begins.startswith(MINISIGN):
        return _minisign(plan, signature, signers)
    raise UsageError(
        "{signature} is no signature: neither one of ssh-keygen -Y sign nor one of minisign.", signature=signature
    )


def _ssh(plan: Path, signature: Path, signers: Path | None) -> Signature:
    """`ssh-keygen -Y`: first whether the signature fits the file, whoever made it; then whose key it is."""
    tool = _tool("ssh-keygen", Phrase("It comes with OpenSSH (8.2 or later)."))
    data = _bytes(plan, largest=None)
    sign, name = ["-n", NAMESPACE, "-s", str(signature)], str(signature)
    fits = _run([tool, "-Y", "check-novalidate", *sign], data)
    if fits.returncode:
        return Signature(name, "ssh-keygen", findings=(found("signature", name, "signature", reason=_reason(fits)),))
    key = " ".join(next(iter(re.findall(r"with (\S+) key (\S+)", _text(fits.stdout))), ()))
    if signers is None:
        return Signature(name, "ssh-keygen", key=key, findings=(found("signature", name, "signer-unknown", key=key),))
    _bytes(signers)
    whose = _run([tool, "-Y", "find-principals", "-s", name, "-f", str(signers)], b"")
    principals = [line for line in _text(whose.stdout).splitlines() if line.strip()] if not whose.returncode else []
    for principal in principals:
        done = _run([tool, "-Y", "verify", "-f", str(signers), "-I", principal, *sign], data)
        if not done.returncode:
            return Signature(name, "ssh-keygen", principal, key)
        return Signature(name, "ssh-keygen", key=key,
                         findings=(found("signature", name, "signature", reason=_reason(done)),))  # fmt: skip
    stranger = found("signature", name, "signer-stranger", key=key, signers=str(signers), reason=_reason(whose))
    return Signature(name, "ssh-keygen", key=key, findings=(stranger,))


def _minisign(plan: Path, signature: Path, signers: Path | None) -> Signature:
    """`minisign -V`: the key's owner is whoever gave the public key, what the signer says is the trusted comment."""
    if signers is None:
        raise UsageError(
            "{signature} is minisign's: name the signer's public key with --signers KEY.pub.", signature=signature
        )
    tool = _tool("minisign", Phrase("Install it from your system's packages."))
    name, key = str(signature), _bytes(signers).decode("utf-8", "replace").splitlines()
    _bytes(plan, largest=None)
    done = _run([tool, "-V", "-p", str(signers), "-x", name, "-m", str(plan)], b"")
    if done.returncode:
        return Signature(name, "minisign", findings=(found("signature", name, "signature", reason=_reason(done)),))
    said = re.search(r"^Trusted comment: (.*)$", _text(done.stdout), re.MULTILINE)
    by = f"{signers.name} ({said[1]})" if said and said[1] else signers.name
    return Signature(name, "minisign", by, key[-1].strip() if key else "")


def _tool(name: str, remedy: Phrase) -> str:
    path = shutil.which(name)
    if path is None:
        raise UsageError(
            "the signature is checked with {name}, which is not installed. {remedy}", name=name, remedy=remedy
        )
    return path


def _run(arguments: list[str], data: bytes) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(arguments, input=data, capture_output=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UsageError("{program} cannot be run: {error}.", program=arguments[0], error=error) from None


def _reason(done: subprocess.CompletedProcess[bytes]) -> str:
    """What the tool says is wrong."""
    lines = [line for line in _text(done.stderr + b"\n" + done.stdout).splitlines() if line.strip()]
    return lines[0].strip().rstrip(".") if lines else f"status {done.returncode}"


def _text(output: bytes) -> str:
    return output.decode("utf-8", "replace")


def _bytes(path: Path, largest: int | None = LARGEST) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read() if largest is None else file.read(largest)
    except OSError as error:
        raise UsageError(
            "{path} cannot be read: {error}.", path=path, error=Phrase(str(error.strerror or error))
        ) from None
