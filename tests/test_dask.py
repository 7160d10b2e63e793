"""Batches on a Dask cluster: addresses are looked at before anything is begun, nothing waits, TLS, same software."""

from __future__ import annotations

import contextlib
import shutil
import socket
import sys
import threading
import time
from pathlib import Path

import processes
import pytest

from rus_funding.errors import UsageError, several
from rus_funding.model.reading import read_model
from rus_funding.runs import Run
from rus_funding.runs.batch import address as address_module
from rus_funding.runs.batch import batch, cluster
from rus_funding.runs.batch.address import Address, differences, within

ROOT = Path(__file__).parents[1]
MODEL = ROOT / "models" / "litet-exempel"


@pytest.mark.parametrize(
    "where",
    [
        "tcp://", "tcp://localhost", "tcp://localhost:", "tcp://:8786", "tcp://localhost:0", "tcp://localhost:65536",
        "tcp://a b:1", "tcp://x:1/path", "tcp://x:1 ", "tcp://u@x:1", "http://x:1", "ws://x:1", "inproc://a", "ucx://x:1",
        "localhost:8786", "", "local:", "local:0", "local:x", "LOCAL", "tcp:/x:1", "tcp://[::1:1", "tcp://x:１",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(where):
    with pytest.raises(
        UsageError, match=r"is no Dask cluster: give tcp://host:port, local or local:4, or with --dask-t"
    ):
        Address.of(where)


@pytest.mark.parametrize(
    ("where", "open_"),
    [
        ("local", False), ("local:4", False), ("tcp://localhost:8786", False), ("tcp://127.0.0.1:1", False),
        ("tcp://127.9.9.9:1", False), ("tcp://[::1]:8786", False), ("tcp://10.0.0.1:8786", True),
        ("tcp://kluster.region.se:8786", True), ("tcp://[fe80::1]:8786", True), ("tcp://0.0.0.0:1", True),
    ],
)  # fmt: skip
def test_who_may_listen_is_known(where, open_):
    assert Address.of(where).open is open_


def test_files_for_tls_are_looked_at(tmp_path):
    files = [tmp_path / name for name in ("ca.pem", "cert.pem", "key.pem")]
    with pytest.raises(UsageError, match="say with --dask-tls CA,CERT,KEY who is to be trusted"):
        Address.of("tls://x:1")
    with pytest.raises(UsageError, match=r"there is no file .*ca\.pem"):
        Address.of("tls://x:1", files)
    for file in files:
        file.write_text("nonsense")
    assert not Address.of("tls://x:1", files).open
    with pytest.raises(UsageError, match="takes three files"):
        Address.of("tls://x:1", files[:2])
    for where in ("tcp://x:1", "local"):
        with pytest.raises(UsageError, match=r"goes with an address tls://host:port"):
            Address.of(where, files)
    pytest.importorskip("distributed")
    with pytest.raises(UsageError, match="are no CA, certificate and key that belong together"):
        Address.of("tls://127.0.0.1:9", files).check()


def test_what_takes_too_long_is_left_to_itself():
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        within(-0.9, lambda: time.sleep(5))
    assert time.monotonic() - begun < 2
    assert within(5, lambda: 7) == 7
    with pytest.raises(KeyError):
        within(5, lambda: {}["x"])


def test_other_software_is_named():
    ours = {"python": "3.11.7", "highspy": "1.15.0"}
    assert differences(ours, {"tcp://a:1": dict(ours)}) == []
    found = {
        "tcp://b:1": {**ours, "highspy": "1.14.0"},
        "tcp://a:1": {"python": "3.12.1"},
        "tcp://c:1": OSError("gone"),
    }
    assert str(several(differences(ours, found))) == (
        "tcp://a:1 has python 3.12.1 (here 3.11.7), highspy none (here 1.15.0); tcp://b:1 has highspy 1.14.0 "
        "(here 1.15.0); tcp://c:1 cannot say what it has (OSError: gone)"
    )


@contextlib.contextmanager
def listening(answer):
    """A port on this computer where somebody listens who is no scheduler."""
    held = []
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(5)
        server.settimeout(0.1)
        stop = threading.Event()

        def serve():
            while not stop.is_set():
                with contextlib.suppress(TimeoutError):
                    one, _ = server.accept()
                    held.append(one)
                    if answer:
                        one.sendall(answer)
                        one.close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            stop.set()
            thread.join()
            for one in held:
                one.close()


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.0 400 Bad Request\r\n\r\n", b"\x00" * 64])
def test_somebody_else_at_the_address_is_no_scheduler(answer, tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(address_module, "LIMIT", 1.5)
    begun = time.monotonic()
    with (
        listening(answer) as port,
        pytest.raises(UsageError, match=rf"no Dask scheduler answers at tcp://127\.0\.0\.1:{port}"),
    ):
        batch(read_model(MODEL), [], tmp_path / "run.sqlite", dask=f"tcp://127.0.0.1:{port}")
    assert time.monotonic() - begun < 6
    assert list(tmp_path.iterdir()) == []  # nothing was begun


@pytest.mark.parametrize("where", ["tcp://10.255.255.1:8786", "tcp://127.0.0.1:9", "tcp://no-such-host.invalid:8786"])
def test_an_address_where_nobody_is_ends_in_a_sentence(where, tmp_path):
    pytest.importorskip("distributed")
    begun = time.monotonic()
    path = tmp_path / "run.sqlite"
    done = processes.run([sys.executable, "-m", "rus_funding", "batch", MODEL, "-o", path, "--dask", where])
    assert time.monotonic() - begun < 25  # of which 10 are waited, and some go to start on a busy machine
    assert (done.returncode, done.stdout) == (2, "")
    assert f"fel: ingen schemaläggare för Dask svarar på {where}" in done.stderr
    assert "Traceback" not in done.stderr
    assert ("varning: " in done.stderr) is ("127.0.0.1" not in where)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("where", ["tcp://", "tcp://localhost", "http://x:1", "tls://127.0.0.1:9", "inproc://a"])
def test_the_command_refuses_what_is_no_address(where, tmp_path):
    path = tmp_path / "run.sqlite"
    done = processes.run([sys.executable, "-m", "rus_funding", "batch", MODEL, "-o", path, "--dask", where])
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    tls = where.startswith("tls")
    assert done.stderr.startswith(f"fel: {where} är en TLS-adress" if tls else f"fel: ”{where}” är inget Dask-kluster")
    assert list(tmp_path.iterdir()) == []


def local(**options):
    distributed = pytest.importorskip("distributed")
    return distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None, **options
    )


def test_workers_with_other_software_are_refused_by_name(tmp_path, monkeypatch):
    with local(protocol="tcp") as one:
        real = cluster.software

        def software():
            here = threading.current_thread() is threading.main_thread()
            return {**real()} if here else {**real(), "highspy": "0.1"}

        software.__module__, software.__qualname__ = cluster.__name__, "software"
        monkeypatch.setattr(cluster, "software", software)
        with pytest.raises(UsageError, match=r"have other software: tcp://127.* has highspy 0\.1 \(here 1\."):
            batch(read_model(MODEL), [], tmp_path / "run.sqlite", dask=one.scheduler_address)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """A CA of our own, and a certificate for this computer."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl")
    folder = tmp_path_factory.mktemp("tls")

    def openssl(*arguments):
        processes.run(["openssl", *arguments], check=True, cwd=folder)

    key, subject = ["-newkey", "rsa:2048", "-nodes"], ["-subj", "/CN=127.0.0.1"]
    openssl("req", "-x509", "-subj", "/CN=a CA of our own", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2")
    openssl("req", *subject, *key, "-keyout", "key.pem", "-out", "request.pem")
    openssl("x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out",
            "cert.pem", "-days", "2")  # fmt: skip
    return [folder / name for name in ("ca.pem", "cert.pem", "key.pem")]


def test_a_cluster_behind_tls(certificates, tmp_path):
    pytest.importorskip("distributed")
    from distributed.security import Security

    ca, cert, key = map(str, certificates)
    security = Security(
        tls_ca_file=ca, tls_scheduler_cert=cert, tls_scheduler_key=key, tls_worker_cert=cert, tls_worker_key=key,
        tls_client_cert=cert, tls_client_key=key, require_encryption=True,
    )  # fmt: skip
    model = read_model(MODEL)
    with local(protocol="tls://", security=security) as one:
        where = one.scheduler_address
        assert where.startswith("tls://")
        went = batch(model, [], tmp_path / "run.sqlite", dask=where, dask_tls=certificates)
        assert went.statuses == {"optimal": 1}
        with pytest.raises(UsageError, match="no Dask scheduler answers at tcp"):  # without TLS it does not speak to us
            batch(model, [], tmp_path / "other.sqlite", dask=where.replace("tls", "tcp"))
        wrong = [certificates[1], *certificates[1:]]  # another CA: the server is not believed
        with pytest.raises(UsageError, match="no Dask scheduler answers at tls"):
            batch(model, [], tmp_path / "other.sqlite", dask=where, dask_tls=wrong)
    with Run(tmp_path / "run.sqlite") as run:
        assert run.names() == ["baseline"]
    assert [file.name for file in tmp_path.iterdir()] == ["run.sqlite"]
