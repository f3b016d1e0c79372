"""Values as they were known at each of several times, of one sensor or the sum of several.

Shapes: T steps, K times, N beliefs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.beliefs import Beliefs
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid, instant
from flexmeasures.usecases.replay import first_look

WHOLE = 1e-6
"""Shares of a step add up to one with this much error."""


@dataclass(frozen=True, slots=True)
class Window:
    """T steps, and K times at which one looks at them."""

    grid: TimeGrid
    times: TimeGrid

    def holds(self, beliefs: Beliefs) -> bool:
        """Tell whether there is anything about these steps that is known at one of these times."""
        starts = beliefs.event_start
        inside = (starts >= instant(self.grid.start)) & (starts < instant(self.grid.end))
        return bool((inside & (first_look(beliefs.belief_time, self.times) < self.times.size)).any())


@dataclass(frozen=True, slots=True)
class Revisions:
    """By how much a sum changed with each news.

    Attributes:
        window: T steps and K times.
        changes: (T, K) of the sum.
        shares: (T, K) of how many sensors the value came to be known.
    """

    window: Window
    changes: Array
    shares: Array

    @staticmethod
    def none(window: Window) -> Revisions:
        """Return a sum of nothing."""
        shape = (window.grid.size, window.times.size)
        return Revisions(window, np.zeros(shape), np.zeros(shape))

    @staticmethod
    def of(parts: Sequence[Beliefs], event: timedelta, window: Window) -> Array:
        """Return the (T, K) values of one sensor as they were known, NaN where nothing was yet."""
        found = Revisions.none(window)
        found.add(parts, event, since=None)
        return found.values(1)

    def add(self, parts: Sequence[Beliefs], event: timedelta, since: np.datetime64 | None) -> None:
        """Add a sensor to the sum.

        Args:
            parts: All that its sources said, also what was revised.
            event: Length of its events.
            since: When it began, before which it counts as zero; None if it was there before.
        """
        if not parts:
            return
        news = _news(parts, event, self.window)
        step = self.window.grid.step
        spread = max(1, -(-event // step))
        share = min(1.0, event / step)
        first = (
            -((news.start * -1) // np.timedelta64(step))
            if event > step
            else news.start // np.timedelta64(step)
        )
        place = (first[:, None] + np.arange(spread)).ravel()
        seen, change = np.repeat(news.seen, spread), np.repeat(news.change, spread) * share
        fits = (place >= 0) & (place < self.window.grid.size)
        where = (place[fits], seen[fits])
        np.add.at(self.changes, where, change[fits])
        np.add.at(self.shares, where, np.repeat(news.is_first, spread)[fits] * share)
        if since is not None:
            self.shares[self.window.grid.starts() < since, 0] += 1.0

    def values(self, least: float) -> Array:
        """Return the (T, K) sum where it is known of at least so many sensors, NaN elsewhere."""
        shares = self.shares.cumsum(axis=1)
        known = (shares > WHOLE) & (shares > least - WHOLE)
        return np.where(known, self.changes.cumsum(axis=1), np.nan)

    def counts(self, values: Array) -> tuple[int, int]:
        """Return of how many sensors at least and at most the sum is at last, where it is shown.

        Args:
            values: (T, K) the sum, NaN where it is not shown.
        """
        known = self.shares.sum(axis=1)[~np.isnan(values[:, -1])]
        return (round(known.min()), round(known.max())) if known.size else (0, 0)


@dataclass(frozen=True, slots=True)
class _News:
    """What changed when.

    Attributes:
        start: (N,) of the event, from the start of the steps.
        seen: (N,) at which of K times it is known.
        change: (N,) against what was known before.
        is_first: (N,) whether nothing was known before.
    """

    start: NDArray[np.timedelta64]
    seen: NDArray[np.int64]
    change: Array
    is_first: NDArray[np.bool_]


def _news(parts: Sequence[Beliefs], event: timedelta, window: Window) -> _News:
    start = np.concatenate([part.event_start for part in parts]) - instant(window.grid.start)
    recorded = np.concatenate([part.belief_time for part in parts])
    value = np.concatenate([part.value for part in parts])
    seen = first_look(recorded, window.times)
    cell = (start // np.timedelta64(event)).astype(np.int64)
    order = np.lexsort((recorded, seen, cell))
    order = order[seen[order] < window.times.size]
    if not order.size:
        return _News(start[:0], seen[:0], value[:0], np.empty(0, bool))
    same = (cell[order][1:] == cell[order][:-1]) & (seen[order][1:] == seen[order][:-1])
    kept = order[np.append(~same, True)]
    is_first = np.append(True, cell[kept][1:] != cell[kept][:-1])
    before = np.append(0.0, value[kept][:-1])
    return _News(start[kept], seen[kept], value[kept] - np.where(is_first, 0.0, before), is_first)
