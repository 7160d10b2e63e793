"""Where a Dask cluster is and whether it may be worked on: all that is asked before anything is begun.

Dask itself waits a minute for an address that nobody listens at, and for ever for one where somebody else does.
"""

from __future__ import annotations

import asyncio
import dataclasses
import ipaddress
import logging
import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rus_funding.errors import Phrase, UsageError, several

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

LIMIT = 10.0  # seconds that a scheduler may take to answer
LOCAL = re.compile(r"local(:[1-9][0-9]{0,3})?")
ADDRESS = re.compile(r"(tcp|tls)://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?):([0-9]{1,5})")
PORTS = range(1, 65_536)


@dataclasses.dataclass(frozen=True)
class Address:
    """A scheduler's address (``tcp://…``, ``tls://…``) with the files that TLS needs, or workers on this computer."""

    where: str
    tls: tuple[Path, ...] = ()  # CA, certificate, key

    @classmethod
    def of(cls, where: str, tls: Sequence[str | Path] = ()) -> Address:
        """The address, if it is one. Raises `UsageError`."""
        found = ADDRESS.fullmatch(where)
        if not LOCAL.fullmatch(where) and (found is None or int(found[3]) not in PORTS):
            raise UsageError(
                "'{where}' is no Dask cluster: give tcp://host:port, local or local:4, or with --dask-tls tls://host:port.",
                where=where,
            )
        files = tuple(Path(file) for file in tls)
        if where.startswith("tls:") and not files:
            raise UsageError(
                "{where} is a TLS address: say with --dask-tls CA,CERT,KEY who is to be trusted.", where=where
            )
        if files and not where.startswith("tls:"):
            raise UsageError("--dask-tls goes with an address tls://host:port; this is {where}.", where=where)
        if files and len(files) != len(("CA", "CERT", "KEY")):
            raise UsageError("--dask-tls takes three files, separated by commas: CA,CERT,KEY.")
        for file in files:
            if not file.is_file():
                raise UsageError("--dask-tls: there is no file {file}.", file=file)
        return cls(where, files)

    @property
    def local(self) -> bool:
        """Whether the workers are started here."""
        return LOCAL.fullmatch(self.where) is not None

    @property
    def open(self) -> bool:
        """Whether what is sent can be read on the way: not this computer, and not TLS."""
        found = ADDRESS.fullmatch(self.where)
        if found is None or found[1] == "tls":
            return False
        host = found[2].strip("[]")
        try:
            return not ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host.lower() not in {"localhost", "localhost.localdomain"}

    def security(self) -> Any:
        """Dask's own object with the files; None without TLS. Raises `UsageError` for files that are none."""
        if not self.tls:
            return None
        from distributed.security import Security

        ca, cert, key = map(str, self.tls)
        made = Security(tls_ca_file=ca, tls_client_cert=cert, tls_client_key=key, require_encryption=True)
        try:
            made.get_connection_args("client")  # reads them
        except (OSError, ValueError) as error:  # of ssl too
            raise UsageError(
                "--dask-tls: {files} are no CA, certificate and key that belong together ({error}).",
                files=", ".join(map(str, self.tls)),
                error=error,
            ) from None
        return made

    def check(self) -> None:
        """Ask the scheduler who it is. Raises `UsageError` where none answers in time."""
        if self.local:
            return
        quiet()
        security = self.security()
        arguments = security.get_connection_args("client") if security is not None else {}
        try:
            found = within(LIMIT, lambda: asyncio.run(_identity(self.where, arguments)))
        except TimeoutError:
            raise UsageError(
                "no Dask scheduler answers at {where} within {seconds:.0f} s. "
                "Check the address, whether it runs, and what stands between.",
                where=self.where,
                seconds=LIMIT,
            ) from None
        except Exception as error:
            raise UsageError(
                "no Dask scheduler answers at {where}: {error}. "
                "Check the address, whether it runs, and whether it speaks TLS.",
                where=self.where,
                error=error or type(error).__name__,
            ) from None
        if not isinstance(found, dict) or found.get("type") != "Scheduler":
            raise UsageError(
                "what answers at {where} is no Dask scheduler. Give the scheduler's address.", where=self.where
            )


def quiet() -> None:
    """What Dask logs on standard error is said in sentences of ours."""
    logging.getLogger("distributed").setLevel(logging.CRITICAL)


async def _identity(where: str, arguments: Mapping[str, Any]) -> Any:
    from distributed import rpc

    async def asked() -> Any:
        async with rpc(where, timeout=LIMIT, connection_args=dict(arguments)) as scheduler:
            return await scheduler.identity()

    return await asyncio.wait_for(asked(), LIMIT)


def within(seconds: float, call: Callable[[], Any]) -> Any:
    """What a call returns or raises; `TimeoutError` where it takes longer, and it is left to itself."""
    ends: list[tuple[bool, Any]] = []

    def run() -> None:
        try:
            ends.append((True, call()))
        except BaseException as error:
            ends.append((False, error))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds + 1)
    if not ends:
        raise TimeoutError
    good, result = ends[0]
    if not good:
        raise result
    return result


def differences(ours: Mapping[str, str], theirs: Mapping[str, Any]) -> list[Phrase]:
    """Which workers have other software than we have, by name; none where all have the same."""
    said = []
    for worker, found in sorted(theirs.items()):
        if isinstance(found, dict):
            other = [
                Phrase("{name} {theirs} (here {ours})", name=name, theirs=found.get(name, Phrase("none")), ours=version)
                for name, version in ours.items()
                if found.get(name) != version
            ]
            said += [Phrase("{worker} has {software}", worker=worker, software=several(other, ", "))] if other else []
        else:
            why = f"{type(found).__name__}: {found}"
            said.append(Phrase("{worker} cannot say what it has ({error})", worker=worker, error=why))
    return said
