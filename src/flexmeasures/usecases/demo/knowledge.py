"""When what a recording tells was known."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import numpy as np

from flexmeasures.domain.timing import Instants, TimeGrid, from_instant, instant

RUN = np.timedelta64(6, "h")
"""Weather services compute their forecasts four times a day."""

LEAD = np.timedelta64(48, "h")
"""How far ahead a weather forecast is told."""


class Knowledge(StrEnum):
    """How early an event is known."""

    AFTERWARDS = "when it is over"
    DAY_AHEAD = "at noon of the day before"
    TWO_DAYS_AHEAD = "two days ahead"


def recorded(grid: TimeGrid, knowledge: Knowledge, timezone: str) -> Instants:
    """Return the (T,) times at which the events of a grid were honestly known.

    Args:
        grid: T events.
        knowledge: How early they are known.
        timezone: In which days begin, an IANA name.
    """
    starts = grid.starts()
    if knowledge is Knowledge.TWO_DAYS_AHEAD:
        return _run_before(starts) - LEAD
    if knowledge is Knowledge.DAY_AHEAD:
        return _noon_before(starts, ZoneInfo(timezone))
    return starts + np.timedelta64(grid.step)


def _run_before(starts: Instants) -> Instants:
    """Return the last run at or before each time."""
    return starts - (starts - np.datetime64(0, "us")) % RUN


def _noon_before(starts: Instants, zone: ZoneInfo) -> Instants:
    """Return noon of the local day before each time."""
    local_days = [from_instant(start).astimezone(zone).date() for start in starts]
    noons = {
        day: instant(datetime(day.year, day.month, day.day, 12, tzinfo=zone) - timedelta(days=1))
        for day in set(local_days)
    }
    return np.array([noons[day] for day in local_days], "datetime64[us]")
