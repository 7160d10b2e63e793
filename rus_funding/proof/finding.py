"""What `verify` finds: a code, a place in the file and a sentence; and the verdict that findings add up to."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.proof.breach import Breach
    from rus_funding.proof.standing import Checked

SENTENCES = {
    # the file
    "digest": "The file is not the one that was released: its digest does not match.",
    "model": "The model is not the one the plan was made for: its digest differs.",
    "entry": "The file has an entry too many: {entry}.",
    "bytes": "The file has been written anew: its bytes are not as rus-funding writes them.",
    "figure": "{place} says {stated}, but {derived} follows from the plan.",
    "no-inputs": "The plan does not say what files it was made from.",
    "input-form": "What stands for {file} among the inputs is no SHA-256 digest.",
    # the proofs
    "no-objectives": "The model has no objective: nothing says what a good plan is.",
    "proof-strange": "The certificate has two proofs of one objective, or one of none of the model's: {objective}.",
    "not-a-proof": "The proof of {objective} does not hold: its leaves do not cover every choice, or prove nothing.",
    "level": "The level at which an objective is kept for {objective} is better than the plan itself reaches.",
    "level-unfounded": "The proof of {objective} keeps {ahead} at {level}: that is not its optimum less its tolerance.",
    "above-bound": "The plan is better in {objective} than any plan can be.",
    "optimum": "The optimum stated for {objective} is not what is proven.",
    "optimum-unproven": "An optimum is stated for {objective}, but nothing in the file proves it.",
    "no-bound": "Nothing bounds the value of the plan.",
    # the files it was made from
    "file-differs": "{file} is not the file that the plan was made from: its digest differs.",
    "file-missing": "The plan was made from {file}, which is not there.",
    "file-extra": "{file} is there, but the plan was not made from it.",
    "model-cell": "{place} is {stated} in the plan, but {derived} in the files.",
    "changes": "The changes that the plan's scenario makes are not those of the scenario that was given.",
    # the signature
    "signature": "The signature is not of this file, or not by that key: {reason}.",
    "signer-unknown": "The signature fits the file, but whose key {key} is nobody says: name the signers you know.",
    "signer-stranger": "The file is signed with the key {key}, which is none of those in {signers} ({reason}).",
}


class Finding(NamedTuple):
    """Something that is not as it should be: a stable `code`, where in the file, and a sentence.

    The sentence as data, for those who say it in other words: the `breach` it tells, or what it says (`text`, an id of
    `SENTENCES`) of which `fields`.
    """

    code: str
    place: str
    sentence: str
    text: str = ""
    fields: Mapping[str, str] | None = None
    breach: Breach | None = None


def found(code: str, place: str, text: str, /, **fields: str) -> Finding:
    """A finding in the words of `SENTENCES`."""
    return Finding(code, place, SENTENCES[text].format(**fields), text, fields)


class Origin(NamedTuple):
    """The files of a model against those that a plan was made from: what is the same, and what was not looked at."""

    model: str
    same: tuple[str, ...]
    unchecked: tuple[str, ...] = ()  # files that the plan names and nobody gave
    whole: bool = True  # whether the plan's model was compared with the one that the files give
    findings: tuple[Finding, ...] = ()


class Signature(NamedTuple):
    """A detached signature: `by` whom, with what `key`, says which `tool`; it fits where there are no findings."""

    file: str
    tool: str
    by: str = ""
    key: str = ""
    findings: tuple[Finding, ...] = ()


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What `verify` found. `figures` are worked out here, not read: value, bound, gap, kronor, counts."""

    path: str
    findings: tuple[Finding, ...]
    figures: Mapping[str, Any]
    checked: Checked | None = None
    origin: Origin | None = None
    signature: Signature | None = None

    @property
    def verified(self) -> bool:
        """Nothing was found wrong."""
        return not self.findings

    def beside(self, origin: Origin | None, signature: Signature | None) -> Verdict:
        """The verdict with what was looked at beside the plan."""
        more = [*(origin.findings if origin else ()), *(signature.findings if signature else ())]
        return dataclasses.replace(self, findings=(*self.findings, *more), origin=origin, signature=signature)
