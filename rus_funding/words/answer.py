"""What the words need to know of an answer; an `Outcome` is one, and the words know no engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.proof.standing import Checked, Standing


class Answer(Protocol):
    """How an answer stands, and why there is no plan where there is none: see `Outcome`."""

    @property
    def standing(self) -> Standing:
        """What is known of it."""

    @property
    def checked(self) -> Checked | None:
        """Its exact check; None without a plan."""

    @property
    def certificate(self) -> object | None:
        """Its proof, as far as there is one."""

    @property
    def tolerances(self) -> Mapping[str, float]:
        """The share that each objective may give up for those behind it."""

    @property
    def solver(self) -> str:
        """Who searched."""

    @property
    def status(self) -> str:
        """How the search ended."""

    @property
    def message(self) -> str:
        """Why there is no plan, in English."""

    @property
    def code(self) -> str:
        """The same, as an id of the domain `cause`; empty where only the message is known."""

    @property
    def fields(self) -> Mapping[str, Any]:
        """What that text names."""
