"""Reproducible uniform numbers, and the distributions that they become.

A Latin hypercube is made here, of the raw bits of PCG64, because those are the stream that numpy promises not to
change; Sobol points are scipy's, shifted by such bits. Each column depends on the seed, the size and its own name.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

Floats = NDArray[np.float64]
MOST_SOBOL = 21_201  # dimensions of scipy's Sobol points


def uniform_columns(names: Sequence[str], size: int, seed: int, method: str) -> Iterator[Floats]:
    """For each name, `size` numbers in 0..1, both ends excluded."""
    points = _sobol(size, len(names)) if method == "sobol" else None
    for d, name in enumerate(names):
        bits = _bits(seed, name, 2 * size)
        yield _stratified(bits) if points is None else _shifted(points[:, d], bits)


def _bits(seed: int, name: str, count: int) -> NDArray[np.uint64]:
    """`count` raw 64-bit numbers that depend on the seed and the name alone."""
    words = np.frombuffer(hashlib.sha256(name.encode()).digest(), "<u4").tolist()
    raw: NDArray[np.uint64] = np.random.PCG64(np.random.SeedSequence([seed, *words])).random_raw(count)
    return raw


def _unit(bits: NDArray[np.uint64]) -> Floats:
    return ((bits >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


def _stratified(bits: NDArray[np.uint64]) -> Floats:
    """Latin hypercube in one dimension: one number in each n-th of 0..1, in random order."""
    count = bits.size // 2
    order = np.empty(count, np.float64)
    order[np.argsort(bits[:count], kind="stable")] = np.arange(count)
    return (order + _unit(bits[count:])) / count


def _shifted(points: Floats, bits: NDArray[np.uint64]) -> Floats:
    """The points moved around the circle 0..1 by a random length."""
    return np.clip((points + _unit(bits[:1])) % 1.0, 2.0**-53, 1.0 - 2.0**-53)


def _sobol(size: int, dimensions: int) -> Floats:
    from scipy.stats import qmc  # half a second: only where it is asked for

    exponent = max(0, size - 1).bit_length()
    points: Floats = qmc.Sobol(dimensions, scramble=False).random_base2(exponent)[:size]
    return points


def _uniform(u: Floats, low: float, high: float) -> Floats:
    return low + u * (high - low)


def _triangular(u: Floats, low: float, mode: float, high: float) -> Floats:
    """The inverse of the triangular distribution function."""
    width = high - low
    rising = low + np.sqrt(u * width * (mode - low))
    falling = high - np.sqrt((1.0 - u) * width * (high - mode))
    return np.where(u * width < mode - low, rising, falling)


def _lognormal(u: Floats, sigma: float, median: float = 1.0) -> Floats:
    """median · exp(sigma · z), z standard normal: half of the draws lie below the median."""
    from scipy.special import ndtri

    return median * np.exp(sigma * np.asarray(ndtri(u)))


def _normal(u: Floats, mean: float, sd: float, low: float = -np.inf, high: float = np.inf) -> Floats:
    """Normal, cut off at low and high (and scaled up between them)."""
    from scipy.special import ndtr, ndtri

    bottom, top = ndtr((low - mean) / sd), ndtr((high - mean) / sd)
    return np.clip(mean + sd * np.asarray(ndtri(bottom + u * (top - bottom))), low, high)


# name → the draws that uniform numbers become, given the distribution's arguments; Dirichlet apart
DISTRIBUTIONS: Mapping[str, Callable[..., Floats]] = {
    "uniform": _uniform,
    "triangular": _triangular,
    "lognormal": _lognormal,
    "normal": _normal,
}


def divided(uniform: Floats, current: Floats, concentration: float | None, unit: int) -> NDArray[np.int64]:
    """Dirichlet: the sum of `current` divided anew, size × values, in whole ``1 / unit``; each row keeps the sum.

    Gamma draws, normalised. Their alphas are 1 (every division as likely), or concentration · current share: then the
    mean is the current division, and a value of 0 stays 0.
    """
    from scipy.special import gammaincinv

    total = current.sum()
    share = current / total
    alpha = np.ones(current.size) if concentration is None else concentration * share
    gamma = np.zeros_like(uniform)
    some = alpha > 0
    gamma[:, some] = gammaincinv(alpha[some], uniform[:, some])
    sums = gamma.sum(axis=1, keepdims=True)
    parts = np.where(sums > 0, gamma / np.where(sums > 0, sums, 1.0), share)
    last = int(np.floor(total * unit + 0.5))
    rounded = np.minimum(np.floor(np.cumsum(parts, axis=1) * last + 0.5).astype(np.int64), last)
    rounded[:, -1] = last
    return np.diff(rounded, axis=1, prepend=0)
