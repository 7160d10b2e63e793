"""`verify PLAN --signature FILE`: real signatures of real tools; whose they are, and that they are of this file."""

from __future__ import annotations

import gzip
import json
import shutil
from typing import TYPE_CHECKING

import processes
import pytest
from released import released

from rus_funding.errors import UsageError
from rus_funding.proof.release import write_release
from rus_funding.proof.signature import check_signature
from rus_funding.verify import main

if TYPE_CHECKING:
    from pathlib import Path

    from rus_funding.proof.finding import Signature

ssh = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen (OpenSSH) is not installed")
minisign = pytest.mark.skipif(shutil.which("minisign") is None, reason="minisign is not installed")


def run(*arguments: str | Path) -> None:
    processes.run(arguments, check=True)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    write_release(tmp_path / "plan.json", released())
    return tmp_path / "plan.json"


def key(folder: Path, name: str) -> Path:
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", folder / name)
    return folder / name


def signed(plan: Path, by: Path, purpose: str = "rus-funding") -> Path:
    run("ssh-keygen", "-Y", "sign", "-n", purpose, "-f", by, plan)
    return plan.with_name(f"{plan.name}.sig")


def allowed(folder: Path, *lines: tuple[str, Path]) -> Path:
    file = folder / "allowed_signers"
    file.write_text("".join(f"{who} {by.with_suffix('.pub').read_text()}" for who, by in lines), encoding="utf-8")
    return file


def texts(signature: Signature) -> list[str]:
    return [finding.text for finding in signature.findings]


@ssh
def test_who_signed_the_plan(plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    by = key(tmp_path, "key")
    signature = signed(plan, by)
    signers = allowed(tmp_path, ("nagon@example.org", key(tmp_path, "other")), ("ekonomi@region.example", by))
    given = [str(plan), "--signature", str(signature), "--signers", str(signers)]
    assert main(given) == 0
    shown = capsys.readouterr().out
    assert "Bevisat: filen är signerad av ekonomi@region.example (ssh-keygen, nyckel ED25519 SHA256:" in shown
    assert "INTE bevisat: vem" not in shown
    assert main([*given, "--json"]) == 0
    content = json.loads(capsys.readouterr().out)["signature"]
    assert (content["by"], content["fits"]) == ("ekonomi@region.example", True)
    two = allowed(tmp_path, ('"a@x.org,b@x.org" namespaces="rus-funding"', by))
    assert check_signature(plan, signature, two).by == "a@x.org"


@ssh
def test_a_packed_plan_is_signed_as_it_lies(tmp_path: Path) -> None:
    write_release(tmp_path / "plan.json.gz", released())
    by = key(tmp_path, "key")
    signature = signed(tmp_path / "plan.json.gz", by)
    signers = allowed(tmp_path, ("a@x.org", by))
    assert texts(check_signature(tmp_path / "plan.json.gz", signature, signers)) == []
    plain = tmp_path / "plan.json"
    plain.write_bytes(gzip.decompress((tmp_path / "plan.json.gz").read_bytes()))
    assert texts(check_signature(plain, signature, signers)) == ["signature"]


@ssh
def test_a_signature_of_another_file_or_for_another_purpose(
    plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    by = key(tmp_path, "key")
    signers = allowed(tmp_path, ("a@x.org", by))
    signature = signed(plan, by)
    write_release(plan, released(scenario="another"))
    assert texts(check_signature(plan, signature, signers)) == ["signature"]
    assert main([str(plan), "--signature", str(signature), "--signers", str(signers), "--lang", "en"]) == 1
    shown = capsys.readouterr().out
    assert shown.startswith(f"{plan}: NOT VERIFIED\n")
    assert "The signature is not of this file, or not by that key: Signature verification failed" in shown
    signature.unlink()
    assert texts(check_signature(plan, signed(plan, by, "git"), signers)) == ["signature"]


@ssh
def test_a_signature_whose_key_nobody_knows(plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    signature = signed(plan, key(tmp_path, "key"))
    assert main([str(plan), "--signature", str(signature)]) == 1
    assert "The signature fits the file, but whose key ED25519 SHA256:" in capsys.readouterr().out
    unknown = check_signature(plan, signature, None)
    assert texts(unknown) == ["signer-unknown"]
    assert unknown.key.startswith("ED25519 SHA256:")
    stranger = check_signature(plan, signature, allowed(tmp_path, ("a@x.org", key(tmp_path, "other"))))
    assert texts(stranger) == ["signer-stranger"]
    assert stranger.by == ""


@ssh
def test_a_key_that_may_not_sign_plans(plan: Path, tmp_path: Path) -> None:
    by = key(tmp_path, "key")
    signature = signed(plan, by)
    for line in ('a@x.org namespaces="git"', 'a@x.org valid-before="20200101"'):
        assert texts(check_signature(plan, signature, allowed(tmp_path, (line, by)))) in (
            ["signature"],
            ["signer-stranger"],
        )


@ssh
def test_a_signature_in_pieces(plan: Path, tmp_path: Path) -> None:
    signature = signed(plan, key(tmp_path, "key"))
    lines = signature.read_text().splitlines()
    signature.write_text("\n".join([lines[0], *lines[2:]]))
    assert texts(check_signature(plan, signature, None)) == ["signature"]


@minisign
def test_a_signature_of_minisign(plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("minisign", "-G", "-W", "-p", tmp_path / "ekonomi.pub", "-s", tmp_path / "secret")
    run("minisign", "-S", "-s", tmp_path / "secret", "-t", "Region Exempel", "-m", plan)
    signature = tmp_path / "plan.json.minisig"
    given = [str(plan), "--signature", str(signature), "--signers", str(tmp_path / "ekonomi.pub")]
    assert main(given) == 0
    assert "signerad av ekonomi.pub (Region Exempel) (minisign, nyckel RW" in capsys.readouterr().out
    run("minisign", "-G", "-W", "-p", tmp_path / "other.pub", "-s", tmp_path / "other")
    assert texts(check_signature(plan, signature, tmp_path / "other.pub")) == ["signature"]
    with pytest.raises(UsageError, match="with --signers"):
        check_signature(plan, signature, None)
    write_release(plan, released(scenario="another"))
    assert main(given) == 1


def test_what_minisign_answers_is_told(plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where minisign is not installed: what is asked of it, and what becomes of its answers."""
    tool, signature, signers = (tmp_path / name for name in ("minisign", "plan.json.minisig", "ekonomi.pub"))
    signature.write_text("untrusted comment: x\n", encoding="utf-8")
    signers.write_text("untrusted comment: minisign public key\nRWQkey\n", encoding="utf-8")
    monkeypatch.setattr("rus_funding.proof.signature.shutil.which", lambda _: str(tool))

    def answers(script: str) -> Signature:
        tool.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        tool.chmod(0o755)
        return check_signature(plan, signature, signers)

    asked = f"-V -p {signers} -x {signature} -m {plan}"
    found = answers(f"""test "$*" = "{asked}" || exit 1; echo "Signature verified"; echo "Trusted comment: Region" """)
    assert (found.by, found.tool, found.key, texts(found)) == ("ekonomi.pub (Region)", "minisign", "RWQkey", [])
    found = answers("echo; echo '  Signature verification failed.' >&2; exit 1")
    assert (found.by, texts(found)) == ("", ["signature"])
    assert found.findings[0].fields["reason"] == "Signature verification failed"
    assert answers("exit 3").findings[0].fields["reason"] == "status 3"
    assert answers("echo Signature verified").by == "ekonomi.pub"  # without a trusted comment
    signers.write_text("", encoding="utf-8")
    assert answers("exit 0").key == ""


@pytest.mark.parametrize("kind", ["ssh-keygen", "minisign"])
def test_a_tool_that_is_not_there(
    kind: str, plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    begins = {"ssh-keygen": "-----BEGIN SSH SIGNATURE-----\n", "minisign": "untrusted comment: x\n"}
    signature, signers = tmp_path / "signature", tmp_path / "signers"
    signature.write_text(begins[kind], encoding="utf-8")
    signers.write_text("x", encoding="utf-8")
    monkeypatch.setattr("rus_funding.proof.signature.shutil.which", lambda _: None)
    assert main([str(plan), "--signature", str(signature), "--signers", str(signers)]) == 2
    assert f"checked with {kind}, which is not installed" in capsys.readouterr().err


def test_what_is_no_signature(plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(plan), "--signature", str(plan)]) == 2
    assert "is no signature" in capsys.readouterr().err
    assert main([str(plan), "--signature", str(tmp_path / "none")]) == 2
    assert "cannot be read: No such file" in capsys.readouterr().err
    assert main([str(plan), "--signers", str(plan)]) == 2
    assert "--signers goes with --signature" in capsys.readouterr().err


@ssh
def test_a_tool_that_does_not_answer(plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    signature = signed(plan, key(tmp_path, "key"))
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 20\n", encoding="utf-8")
    slow.chmod(0o755)
    monkeypatch.setattr("rus_funding.proof.signature.shutil.which", lambda _: str(slow))
    monkeypatch.setattr("rus_funding.proof.signature.SECONDS", 0.2)
    with pytest.raises(UsageError, match="cannot be run"):
        check_signature(plan, signature, None)
