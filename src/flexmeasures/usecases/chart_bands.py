"""Uncertainty around the forecasts of a chart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

import numpy as np

from flexmeasures.domain.beliefs import BeliefFilter, SourceType
from flexmeasures.domain.timing import TimeGrid, instant
from flexmeasures.usecases.bands import FORECASTS, Band, bands
from flexmeasures.usecases.lines import Known, Line, Role
from flexmeasures.usecases.ports.platform import Platform

BETWEEN = (0.1, 0.9)
"""Cumulative probabilities of the ends of a band."""

MEANING = "80 % of outcomes"


def bands_of(
    known: Iterable[Known], start: datetime, end: datetime, only: BeliefFilter, platform: Platform
) -> Mapping[int, Band]:
    """Return the bands around the forecasts of those sensors that have any, by sensor.

    Args:
        known: What is known of each sensor.
        start: Of the window.
        end: Of the window.
        only: Which forecasts count.
        platform: Where they are kept.
    """
    forecast = {
        each.sensor.id: each.sensor.step
        for each in known
        if any(each.source(block).type == SourceType.FORECASTER for block in each.ahead)
    }
    if not forecast:
        return {}
    wanted = replace(only, source_types=FORECASTS.source_types)
    slack = max(forecast.values())
    return bands(list(forecast), start - slack, end, platform, only=wanted, between=BETWEEN)


def with_band(line: Line, band: Band | None, grid: TimeGrid) -> Line:
    """Return a forecast with the band that belongs to each of its values, if there is any.

    Args:
        line: T values.
        band: Of the sensor.
        grid: T steps.
    """
    if line.role is not Role.FORECAST or band is None or np.isnan(band.lower).all():
        return line
    step = np.timedelta64(grid.step)
    behind = band.event_start - instant(grid.start)
    place = (behind // step).astype(np.int64)
    fits = np.flatnonzero((behind % step == np.timedelta64(0)) & (place >= 0) & (place < grid.size))
    place = place[fits]
    own = (line.values[place] == band.median[fits]) & (line.recorded[place] == band.belief_time[fits])
    low, high = np.full(grid.size, np.nan), np.full(grid.size, np.nan)
    low[place[own]], high[place[own]] = band.lower[fits[own]], band.upper[fits[own]]
    return line if np.isnan(low).all() else replace(line, low=low, high=high, band=MEANING)
