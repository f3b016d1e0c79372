"""Small pictures of values, drawn by the server: they need no script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from flexmeasures.domain.series import Array

WIDTH, HEIGHT = 1000, 180
MOST_POINTS = 1000
"""More values become means."""

MARGIN = 8


@dataclass(frozen=True, slots=True)
class Sketch:
    """Paths of steps, in a box of ``WIDTH`` by ``HEIGHT``.

    Attributes:
        told: Of new values.
        known: Of what is known already.
        zero: Height of zero, if it is in the picture.
        least: At the bottom.
        largest: At the top.
    """

    told: str
    known: str
    zero: float | None
    least: float
    largest: float


def sketch(told: Array, known: Array) -> Sketch:
    """Draw new values over known ones.

    Args:
        told: (T,) NaN where nothing is told.
        known: (T,) NaN where nothing is known.
    """
    told, known = _fewer(told), _fewer(known)
    both = np.concatenate([told, known])
    low, high = float(np.nanmin(both)), float(np.nanmax(both))
    spread = (high - low) or abs(high) or 1.0
    low = 0.0 if 0 < low < 0.5 * spread else low

    def height(value: float) -> float:
        return round(HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * (value - low) / ((high - low) or spread), 1)

    zero = height(0.0) if low <= 0 <= high else None
    return Sketch(_path(told, height), _path(known, height), zero, low, high)


def _fewer(values: Array) -> Array:
    """Return at most ``MOST_POINTS`` means of values."""
    per = -(-values.size // MOST_POINTS)
    padded = np.append(values, np.full(-values.size % per, np.nan)).reshape(-1, per)
    known = ~np.isnan(padded)
    total = np.where(known, padded, 0.0).sum(axis=1)
    return np.where(known.any(axis=1), total / np.maximum(known.sum(axis=1), 1), np.nan)


def _path(values: Array, height: Callable[[float], float]) -> str:
    width = WIDTH / values.size
    parts: list[str] = []
    pen_is_down = False
    for place, value in enumerate(values.tolist()):
        if np.isnan(value):
            pen_is_down = False
            continue
        pen = "L" if pen_is_down else "M"
        parts.append(f"{pen}{place * width:.1f} {height(value)}H{(place + 1) * width:.1f}")
        pen_is_down = True
    return "".join(parts)
