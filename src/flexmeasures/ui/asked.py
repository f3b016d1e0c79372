"""What the address of a chart asks for: its window, and how it is looked at."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import request

from flexmeasures.domain.errors import InvalidPeriod
from flexmeasures.domain.timing import parse_datetime, parse_duration
from flexmeasures.usecases.earlier import Comparison, Period

HORIZONS = (
    ("", "Latest before"),
    ("PT1H", "1 hour"),
    ("PT6H", "6 hours"),
    ("PT24H", "24 hours"),
    ("PT48H", "48 hours"),
)
"""How long before its end an event was forecast at least, with a name for each."""

WIDEST = 4000
"""Pixels; no screen asks for more."""

PERIODS = (("", "Nothing"), *((period.value, period.words) for period in Period))
"""With what a window can be compared."""


def span(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """Return the window that is asked for.

    Args:
        start: Where nothing else is asked for.
        end: The same.

    Raises:
        InvalidPeriod: a time is none.
        InvalidTimezone: a time lacks its offset.
    """
    given = request.args
    return (
        parse_datetime(given["start"]) if given.get("start") else start,
        parse_datetime(given["end"]) if given.get("end") else end,
    )


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
