"""Fewer values for the same picture: the mean, least and largest of several steps together.

Shapes: T steps, B buckets of k steps each.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid

ROUND = tuple(
    timedelta(minutes=minutes)
    for minutes in (5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2 * 1440, 7 * 1440, 14 * 1440)
)
"""Lengths that people count in."""

CROWDED = 4
"""From more values than this per pixel on, a line says less than its envelope does."""


@dataclass(frozen=True, slots=True)
class Buckets:
    """What is known of each bucket.

    Attributes:
        mean: (B,) over the known values, NaN where none is known.
        least: (B,) of the known values.
        largest: (B,) of the known values.
    """

    mean: Array
    least: Array
    largest: Array


def steps_per_bucket(grid: TimeGrid, pixels: int) -> int:
    """Return how many steps should become one, so that about two values remain for each pixel; 1 if few.

    Args:
        grid: T steps to be drawn.
        pixels: How many columns of pixels there are.
    """
    if grid.size <= CROWDED * pixels:
        return 1
    least = grid.duration / (2 * pixels)
    for length in ROUND:
        if length >= least and length % grid.step == timedelta(0):
            return length // grid.step
    return -(-grid.size // (2 * pixels))


def bucket(values: Array, steps: int) -> Buckets:
    """Return mean, least and largest of every few values; the last bucket may hold fewer.

    Args:
        values: (T,) NaN where unknown.
        steps: k, how many go together.
    """
    count = -(-values.size // steps)
    padded = np.full(count * steps, np.nan)
    padded[: values.size] = values
    table = padded.reshape(count, steps)
    known = ~np.isnan(table)
    some = known.any(axis=1)
    total = np.where(known, table, 0.0).sum(axis=1)
    return Buckets(
        np.where(some, total / np.maximum(known.sum(axis=1), 1), np.nan),
        np.where(some, np.where(known, table, np.inf).min(axis=1), np.nan),
        np.where(some, np.where(known, table, -np.inf).max(axis=1), np.nan),
    )
