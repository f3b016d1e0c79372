"""Analytics: data of one asset or many together, and how good their forecasts were."""

from __future__ import annotations

from datetime import datetime, timedelta

import orjson
from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from flexmeasures.domain.errors import InvalidPeriod, NotAuthorized
from flexmeasures.domain.timing import parse_datetime, parse_duration
from flexmeasures.ui import words
from flexmeasures.ui.columns import short
from flexmeasures.ui.face import Face
from flexmeasures.ui.gate import person
from flexmeasures.ui.roles import may_see_portfolio
from flexmeasures.usecases.analytics import Analysis, Choices, Chosen, Quantified, analyse, choices
from flexmeasures.usecases.charting import AHEAD, ChartQuery
from flexmeasures.usecases.overview import visible_connections

HORIZONS = (
    ("", "Latest before"),
    ("PT1H", "1 hour"),
    ("PT6H", "6 hours"),
    ("PT24H", "24 hours"),
    ("PT48H", "48 hours"),
)
USUAL = timedelta(hours=24)
LONGEST = timedelta(days=3 * 366)


def add_analytics(blueprint: Blueprint, face: Face) -> None:
    """Add the analytics page, its metrics and its values."""
    platform = face.platform

    def found() -> tuple[Choices, Chosen, Analysis]:
        _check()
        with platform.transaction():
            mine = visible_connections(person(), platform)
            offered = choices(mine, platform)
            chosen = _chosen(offered)
            return offered, chosen, analyse(person(), mine, chosen, _query(platform.now()), platform)

    def content() -> dict[str, object]:
        offered, chosen, analysis = found()
        return {
            "choices": offered,
            "chosen": chosen,
            "analysis": analysis,
            "horizons": HORIZONS,
            "hide_nan": face.settings.FLEXMEASURES_HIDE_NAN_IN_UI,
        }

    @blueprint.get("/analytics")
    def analytics() -> ResponseReturnValue:
        """Show the whole page."""
        return render_template("analytics.html", **content())

    @blueprint.get("/analytics/metrics")
    def analytics_metrics() -> ResponseReturnValue:
        """Show what follows the window."""
        return render_template("parts/metrics.html", **content())

    @blueprint.get("/analytics/values")
    def analytics_values() -> ResponseReturnValue:
        """Answer the values of a window for the chart."""
        return Response(_write(found()[2]), mimetype="application/json")


def _check() -> None:
    if not may_see_portfolio(person()):
        raise NotAuthorized("Analytics need the role admin, or one in the market such as Prosumer.")


def _chosen(offered: Choices) -> Chosen:
    """Read what is chosen; the first market and weather count where nothing is."""
    market = request.args.get("market") or (offered.markets[0].key if offered.markets else "")
    weather = request.args.get("weather") or (offered.weather[0].key if offered.weather else "")
    return Chosen(request.args.get("group", ""), market, weather, request.args.get("traces") == "power")


def _query(now: datetime) -> ChartQuery:
    """Read the window and the horizon.

    Raises:
        InvalidPeriod: a time or duration is none, or the window is empty or too long.
        InvalidTimezone: a time lacks its offset.
    """
    given = request.args
    start = parse_datetime(given["start"]) if "start" in given else now - USUAL
    end = parse_datetime(given["end"]) if "end" in given else now + USUAL
    if not timedelta(0) < end - start <= LONGEST:
        raise InvalidPeriod(f"There are no analytics of {start.isoformat()} until {end.isoformat()}.")
    known = parse_datetime(given["known"]) if given.get("known") else None
    horizon = parse_duration(given["horizon"]) if given.get("horizon") else AHEAD
    return ChartQuery(start, end, known=known, horizon=horizon)


def _write(analysis: Analysis) -> bytes:
    grid = analysis.grid
    panels = [_panel(each, analysis) for each in analysis.quantities]
    return orjson.dumps(
        {"start": words.epoch(grid.start), "end": words.epoch(grid.end), "last": None, "panels": panels}
    )


def _panel(quantity: Quantified, analysis: Analysis) -> dict[str, object]:
    grid = analysis.grid
    positive = f"{quantity.name.casefold()} positive · " if quantity.key == "power" else ""
    own = sum(trace.role == "measured" for trace in quantity.traces) > 1
    return {
        "key": quantity.key,
        "title": quantity.name,
        "unit": quantity.unit,
        "note": f"{positive}{words.resolution(grid.step)}",
        "start": words.epoch(grid.start),
        "step": grid.step.total_seconds(),
        "size": grid.size,
        "bucketed": False,
        "series": [
            {
                "key": f"{trace.role}:{trace.name}",
                "role": trace.role,
                "name": trace.name,
                "values": short(trace.values),
                **({"colour": f"trace{number % 8 + 1}"} if own and trace.role == "measured" else {}),
            }
            for number, trace in enumerate(quantity.traces)
        ],
    }
