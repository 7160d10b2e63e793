"""A table's ids in order, and the way back: from an id to its place, from a place to its number among some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


class Axis:
    """A sorted list of ids and the way back from an id to its position."""

    def __init__(self, what: str, ids: Sequence[Any]) -> None:
        self.what = what
        self.ids = sorted(ids)
        self.position = {label: i for i, label in enumerate(self.ids)}

    def __len__(self) -> int:
        return len(self.ids)

    def locate(self, labels: NDArray[Any]) -> Ints:
        """Positions of `labels`; an unknown one raises `KeyError` naming it."""
        found = self.position
        try:
            return np.fromiter((found[label] for label in labels.tolist()), np.int64, labels.size)
        except KeyError as error:
            raise KeyError(f"no {self.what} {error.args[0]!r}") from None


def numbered(size: int, chosen: Ints) -> Ints:
    """The number of each of `size` places among the chosen ones; -1 for the others.

    >>> numbered(4, np.array([3, 1])).tolist()
    [-1, 1, -1, 0]
    """
    number = np.full(size, -1, np.int64)
    number[chosen] = np.arange(chosen.size)
    return number
