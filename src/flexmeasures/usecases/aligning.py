"""Beliefs of sensors with different steps, brought to the same steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from flexmeasures.domain.beliefs import Beliefs
from flexmeasures.domain.series import Array
from flexmeasures.domain.slots import slot_means
from flexmeasures.domain.timing import TimeGrid, instant


def on_steps(beliefs: Beliefs, event: timedelta, grid: TimeGrid) -> Array:
    """Return the (T,) value of each step: of the event that it lies in, or the mean of the events in it.

    Args:
        beliefs: Of one sensor, in order of time.
        event: Length of its events; zero for instantaneous ones.
        grid: T steps.
    """
    starts = grid.starts()
    if event <= grid.step:
        return slot_means(beliefs, np.append(starts, instant(grid.end)))
    values = np.full(grid.size, np.nan)
    if not beliefs.value.size:
        return values
    place = np.searchsorted(beliefs.event_start, starts, side="right") - 1
    begun = beliefs.event_start[np.maximum(place, 0)]
    lasts = (place >= 0) & (starts < begun + np.timedelta64(event))
    values[lasts] = beliefs.value[place[lasts]]
    return values


def stacked(parts: Sequence[Beliefs], events: Sequence[timedelta], grid: TimeGrid) -> Array:
    """Return the (S, T) values of each step for each of S sensors, as ``on_steps`` does for one.

    Args:
        parts: S times beliefs of one sensor, in order of time.
        events: Length of the events of each.
        grid: T steps.
    """
    values = np.full((len(parts), grid.size), np.nan)
    fine = [row for row, event in enumerate(events) if event == grid.step and parts[row].value.size]
    if fine:
        starts = np.concatenate([parts[row].event_start for row in fine])
        rows = np.repeat(fine, [parts[row].value.size for row in fine])
        behind = starts - instant(grid.start)
        place = (behind // np.timedelta64(grid.step)).astype(np.int64)
        fits = (place >= 0) & (place < grid.size)
        told = np.concatenate([parts[row].value for row in fine])
        values[rows[fits], place[fits]] = told[fits]
    for row, event in enumerate(events):
        if event != grid.step:
            values[row] = on_steps(parts[row], event, grid)
    return values
