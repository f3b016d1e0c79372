"""What the address of a chart asks for: its window, and how it is looked at."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import available_timezones

from flask import request

from flexmeasures.domain.errors import InvalidPeriod
from flexmeasures.domain.timing import parse_datetime, parse_duration
from flexmeasures.usecases.charting import AHEAD, ChartQuery
from flexmeasures.usecases.earlier import Comparison, Period

HORIZONS = (
    ("", "Latest before"),
    ("PT1H", "1 hour"),
    ("PT6H", "6 hours"),
    ("PT24H", "24 hours"),
    ("PT48H", "48 hours"),
)
"""How long before its end an event was forecast at least, with a name for each."""

NAMES = (
    "start",
    "end",
    "known",
    "horizon",
    "compare",
    "side",
    "stack",
    "type",
    "unit",
    "group",
    "market",
    "weather",
    "source",
    "traces",
)
"""What the addresses of charts can ask for."""

WIDEST = 9000
"""Pixels; no screen is wider, and a year in quarters of an hour is told value by value."""

EVERY_VALUE = 10**9
"""Pixels: so many that no values are put together."""

USUAL = timedelta(hours=24)
"""Before and after now."""

PERIODS = (("", "Nothing"), *((period.value, period.words) for period in Period))
"""With what a window can be compared."""


_RELATIVE = re.compile(r"now(?:([+-]\d{1,6})([mhd]))?")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def time_of(text: str, now: datetime) -> datetime:
    """Read a time in ISO 8601, or relative to now such as ``now-12h``.

    >>> time_of("now+2d", datetime(2026, 3, 28)).day
    30

    Raises:
        InvalidPeriod: it is none.
        InvalidTimezone: it lacks its offset.
    """
    relative = _RELATIVE.fullmatch(text)
    if relative is None:
        return parse_datetime(text)
    count, unit = relative.groups()
    return now + timedelta(**{_UNITS[unit]: int(count)}) if count else now


def span(now: datetime, before: timedelta, after: timedelta) -> tuple[datetime, datetime]:
    """Return the window that is asked for.

    Args:
        now: Where relative times count from.
        before: How long before now it starts where nothing else is asked for.
        after: How long after now it ends.

    Raises:
        InvalidPeriod: a time is none.
        InvalidTimezone: a time lacks its offset.
    """
    given = request.args
    start, end = given.get("start"), given.get("end")
    return time_of(start, now) if start else now - before, time_of(end, now) if end else now + after


def zone(usual: str) -> str:
    """Return in which zone times should be shown: the usual one, unless the address names another."""
    asked = request.args.get("tz", "")
    return asked if is_zone(asked) else usual


def is_zone(name: str) -> bool:
    """Tell whether this is a time zone."""
    return name in _zones()


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def given() -> dict[str, str]:
    """Return what is asked for, for links that ask for the same; anything else is left out."""
    return {name: value for name, value in request.args.items() if name in NAMES}


def pixels() -> int:
    """Return how wide a chart is shown."""
    return min(max(request.args.get("width", 1000, int), 10), WIDEST)


def known() -> datetime | None:
    """Return as known at which time values are wanted.

    Raises:
        InvalidPeriod: that is no time.
        InvalidTimezone: it lacks its offset.
    """
    text = request.args.get("known")
    return parse_datetime(text) if text else None


def horizon() -> timedelta | None:
    """Return how long before events forecasts should have been made.

    Raises:
        InvalidPeriod: that is no duration.
    """
    text = request.args.get("horizon")
    return parse_duration(text) if text else None


def chart_query(now: datetime, width: int, compare: Comparison | None) -> ChartQuery:
    """Read what is asked of a chart.

    Args:
        now: Where relative times count from.
        width: Of the chart, in pixels.
        compare: With which earlier period.

    Raises:
        InvalidPeriod: a time or duration is none.
        InvalidTimezone: a time lacks its offset.
    """
    start, end = span(now, USUAL, USUAL)
    return ChartQuery(start, end, width, known(), horizon() or AHEAD, compare)


def comparison(zone: str) -> Comparison | None:
    """Return with which earlier period the window should be compared.

    Args:
        zone: Whose clocks count.

    Raises:
        InvalidPeriod: there is no such period.
    """
    text = request.args.get("compare")
    if not text:
        return None
    if text not in set(Period):
        raise InvalidPeriod(f"There is no comparison with {text!r}; there is with {', '.join(Period)}.")
    return Comparison(Period(text), zone)
