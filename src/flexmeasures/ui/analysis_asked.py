"""What the address of analytics asks for: what is chosen, and the window."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import request

from flexmeasures.domain.errors import InvalidPeriod
from flexmeasures.ui.asked import comparison, horizon, known, span
from flexmeasures.usecases.analysis_choices import Choices
from flexmeasures.usecases.analysis_power import TRACED
from flexmeasures.usecases.analytics import Chosen
from flexmeasures.usecases.charting import AHEAD, ChartQuery

USUAL = timedelta(hours=24)
LONGEST = timedelta(days=3 * 366)
TRACES = (("", "All together"), ("power", "Power of each asset"), ("schedules", "Schedule of each asset"))
"""Of what each asset can have a line of its own, with a name for it."""


def chosen_of(offered: Choices) -> Chosen:
    """Read what is chosen; the first market and weather count where nothing is."""
    given = request.args
    market = given.get("market") or (offered.markets[0].key if offered.markets else "")
    weather = given.get("weather") or (offered.weather[0].key if offered.weather else "")
    traces = given.get("traces", "")
    known_traces = traces if traces in TRACED else ""
    return Chosen(given.get("group", ""), market, weather, known_traces, given.get("source", ""))


def window_of(now: datetime, zone: str) -> ChartQuery:
    """Read window, horizon and comparison.

    Raises:
        InvalidPeriod: a time, duration or period is none, or the window is empty or too long.
        InvalidTimezone: a time lacks its offset.
    """
    start, end = span(now, USUAL, USUAL)
    if not timedelta(0) < end - start <= LONGEST:
        raise InvalidPeriod(f"There are no analytics of {start.isoformat()} until {end.isoformat()}.")
    return ChartQuery(start, end, known=known(), horizon=horizon() or AHEAD, compare=comparison(zone))
