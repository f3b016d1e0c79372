"""Small pictures of values, drawn by the server: they need no script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from flexmeasures.domain.beliefs import Beliefs
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import Instants
from flexmeasures.usecases.uploads.told import Told

WIDTH, HEIGHT = 1000, 180
MOST_STEPS, MOST_MOMENTS = 1000, 200
"""More values become means."""

DASH = 4
"""Width of an instantaneous value."""

ROUNDING = 1e-9
"""Share of a cell; a start is never put before the cell that it begins."""

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


def sketch(told: Told, known: Beliefs) -> Sketch:
    """Draw new values over known ones of the same time."""
    cells = _cells(told)
    new, old = (_means(starts, values, told, cells) for starts, values in _both(told, known))
    both = np.concatenate([new, old])
    low, high = float(np.nanmin(both)), float(np.nanmax(both))
    spread = (high - low) or abs(high) or 1.0
    low = 0.0 if 0 < low < 0.5 * spread else low

    def height(value: float) -> float:
        return round(HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * (value - low) / ((high - low) or spread), 1)

    zero = height(0.0) if low <= 0 <= high else None
    path = _steps if told.step else _points
    return Sketch(path(new, height), path(old, height), zero, low, high)


def _both(told: Told, known: Beliefs) -> tuple[tuple[Instants, Array], ...]:
    """Return starts and values of what is new, and of what is known between its first and last event."""
    within = (known.event_start >= told.starts[0]) & (known.event_start <= told.starts[-1])
    return (told.starts, told.values), (known.event_start[within], known.value[within])


def _cells(told: Told) -> int:
    """Return how many parts the time is cut into: steps, if these are not too many."""
    length = told.step or (told.end - told.start) / MOST_MOMENTS
    return min(MOST_STEPS if told.step else MOST_MOMENTS, max(1, (told.end - told.start) // length))


def _means(starts: Instants, values: Array, told: Told, cells: int) -> Array:
    """Return the (cells,) means of values, NaN where there are none."""
    span = (told.end - told.start) / timedelta(microseconds=1)
    passed = (starts - told.starts[0]) / np.timedelta64(1, "us")
    place = np.minimum((passed / span * cells + ROUNDING).astype(np.int64), cells - 1)
    count = np.bincount(place, minlength=cells)
    total = np.bincount(place, weights=values, minlength=cells).astype(np.float64)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _steps(values: Array, height: Callable[[float], float]) -> str:
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


def _points(values: Array, height: Callable[[float], float]) -> str:
    """Return dashes, as of instantaneous values nothing is known in between."""
    width = WIDTH / values.size
    known = [(place, value) for place, value in enumerate(values.tolist()) if not np.isnan(value)]
    return "".join(f"M{place * width:.1f} {height(value)}h{DASH}" for place, value in known)
