"""Beliefs of sensors with different steps, brought to the same steps."""

from __future__ import annotations

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
