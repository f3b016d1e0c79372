"""Read forecasts with their uncertainty: the median of each event between two quantiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.beliefs import MEDIAN, BeliefFilter, Beliefs, SourceType, most_recent
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import Instants
from flexmeasures.usecases.ports.platform import Platform

FORECASTS = BeliefFilter(source_types=frozenset({SourceType.FORECASTER}))
"""Which beliefs are forecasts, by any forecaster."""


@dataclass(frozen=True, slots=True)
class Band:
    """The most recent forecast of each event, in order of time.

    Attributes:
        event_start: (N,) start of each event.
        belief_time: (N,) when each was recorded.
        median: (N,) in the unit of the sensor.
        lower: (N,) the lower quantile of the same forecast, NaN where it has none.
        upper: (N,) the upper quantile of the same forecast, NaN where it has none.
        source_id: (N,) who recorded each.
    """

    event_start: Instants
    belief_time: Instants
    median: Array
    lower: Array
    upper: Array
    source_id: NDArray[np.int32]


def bands(
    sensor_ids: Sequence[int],
    start: datetime,
    end: datetime,
    platform: Platform,
    *,
    only: BeliefFilter = FORECASTS,
    between: tuple[float, float] = (0.1, 0.9),
) -> dict[int, Band]:
    """Return the most recent forecasts of some sensors with a band around them.

    Median and quantiles of an event come from one forecast: quantiles of an older one or of another
    forecaster are left out.

    Args:
        sensor_ids: Of which.
        start: Start of the first event.
        end: Events start before this.
        platform: All that is needed.
        only: Which forecasts count, such as those recorded before some time; their probability is not read.
        between: Cumulative probabilities of the lower and the upper quantile.

    Returns:
        A band for each sensor, empty where nothing was forecast.
    """
    lower, median, upper = (
        platform.store.beliefs.latest(sensor_ids, start, end, replace(only, probability=level))
        for level in (between[0], MEDIAN, between[1])
    )
    return {
        sensor_id: _band(median.get(sensor_id, []), (lower.get(sensor_id, []), upper.get(sensor_id, [])))
        for sensor_id in sensor_ids
    }


def _band(medians: list[Beliefs], quantiles: tuple[list[Beliefs], list[Beliefs]]) -> Band:
    """Put the quantiles of one sensor beside the medians that they belong to."""
    median = most_recent(medians)
    lower, upper = (_beside(median, parts) for parts in quantiles)
    return Band(median.event_start, median.belief_time, median.value, lower, upper, median.source_id)


def _beside(median: Beliefs, parts: list[Beliefs]) -> Array:
    """Return the (N,) quantile of each event from the same source and time of recording, NaN without one."""
    values = np.full(median.value.size, np.nan)
    for part in parts:
        place = np.minimum(np.searchsorted(part.event_start, median.event_start), part.value.size - 1)
        same = (
            (part.event_start[place] == median.event_start)
            & (part.belief_time[place] == median.belief_time)
            & (part.source_id[place] == median.source_id)
        )
        values[same] = part.value[place[same]]
    return values
