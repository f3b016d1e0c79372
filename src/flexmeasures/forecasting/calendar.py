"""Local days, hours and kinds of days."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import Instants, TimeGrid, from_instant
from flexmeasures.forecasting.holidays import are_holidays

WORKDAY, SATURDAY, REST = 0, 1, 2
"""Kinds of days: holidays count as Sundays."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """What the local calendar says about each step.

    Attributes:
        hour: (N,) local time of the middle of each step. [h]
        weekday: (N,) 0 for Monday … 6 for Sunday and holidays.
        kind: (N,) workday, Saturday or day of rest.
        season: (N,) angle of the year. [rad]
        year_end: (N,) whether it is between Christmas Eve and New Year's Day, when much is at rest.
    """

    hour: Array
    weekday: NDArray[np.int64]
    kind: NDArray[np.int64]
    season: Array
    year_end: NDArray[np.bool_]

    @staticmethod
    def of(grid: TimeGrid, timezone: str) -> Calendar:
        """Return the calendar of a grid.

        Args:
            grid: N steps.
            timezone: IANA name.
        """
        local = grid.starts() + _offsets(grid, ZoneInfo(timezone)) + np.timedelta64(grid.step) // 2
        days = local.astype("datetime64[D]")
        hour = _since(days, local, np.timedelta64(1, "h"))
        # the first day of the Unix epoch was a Thursday
        weekday = (days.astype(np.int64) + 3) % 7
        weekday = np.where(are_holidays(days, timezone), 6, weekday)
        kind = np.where(weekday == 6, REST, np.where(weekday == 5, SATURDAY, WORKDAY))
        day_of_year = _since(local.astype("datetime64[Y]"), local, np.timedelta64(1, "D"))
        return Calendar(hour, weekday, kind, 2 * np.pi * day_of_year / 365.25, _is_year_end(days))


def _since(earlier: Instants, later: Instants, unit: np.timedelta64) -> Array:
    """Return (N,) how many units lie between two points."""
    microseconds: Array = (later - earlier).astype("timedelta64[us]").astype(np.float64)
    return microseconds / (unit / np.timedelta64(1, "us"))


def _is_year_end(days: NDArray[np.datetime64]) -> NDArray[np.bool_]:
    """Return (N,) whether each day is one from 24 December until 1 January."""
    week_later = days + np.timedelta64(8, "D")
    day_before = days - np.timedelta64(1, "D")
    return np.asarray(week_later.astype("datetime64[Y]") != day_before.astype("datetime64[Y]"), bool)


def _offsets(grid: TimeGrid, zone: ZoneInfo) -> NDArray[np.timedelta64]:
    """Return (N,) the offset from UTC at the start of each step.

    It is looked up once a day, and once an hour in days at whose ends it differs.
    """
    hours = grid.starts().astype("datetime64[h]")
    days = hours.astype("datetime64[D]")
    distinct, place = np.unique(days, return_inverse=True)
    if not distinct.size:
        return np.empty(0, "timedelta64[us]")
    daily = _looked_up(np.append(distinct, distinct[-1] + np.timedelta64(1, "D")), zone)
    offsets = daily[:-1][place]
    changing = (daily[1:] != daily[:-1])[place]
    offsets[changing] = _looked_up(hours[changing], zone)
    return offsets


def _looked_up(points: NDArray[np.datetime64], zone: ZoneInfo) -> NDArray[np.timedelta64]:
    """Return the offset from UTC at each point."""
    offsets = [from_instant(point).astimezone(zone).utcoffset() for point in points]
    return np.array(offsets, "timedelta64[us]")
