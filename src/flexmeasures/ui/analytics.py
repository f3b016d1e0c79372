"""Analytics: data of one asset or many together, and how good their forecasts were."""

from __future__ import annotations

from datetime import datetime, timedelta

import orjson
from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from flexmeasures.domain.errors import InvalidPeriod, NotAuthorized
from flexmeasures.ui import words
from flexmeasures.ui.analysis_files import write_metrics, write_values
from flexmeasures.ui.asked import HORIZONS, PERIODS, comparison, horizon, known, span
from flexmeasures.ui.columns import short
from flexmeasures.ui.face import Face
from flexmeasures.ui.gate import person
from flexmeasures.ui.roles import may_see_portfolio
from flexmeasures.usecases.analysis_choices import Choices, choices
from flexmeasures.usecases.analytics import Analysis, Chosen, Quantified, Trace, analyse
from flexmeasures.usecases.chart_bands import MEANING
from flexmeasures.usecases.charting import AHEAD, ChartQuery
from flexmeasures.usecases.overview import visible_connections

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
            return (
                offered,
                chosen,
                analyse(person(), mine, chosen, _query(platform.now(), face.zone), platform),
            )

    def content() -> dict[str, object]:
        offered, chosen, analysis = found()
        return {
            "choices": offered,
            "chosen": chosen,
            "analysis": analysis,
            "horizons": HORIZONS,
            "periods": PERIODS,
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

    @blueprint.get("/analytics/values.csv")
    def analytics_file() -> ResponseReturnValue:
        """Answer the values of a window for spreadsheets."""
        return _file(write_values(found()[2], face.zone), "values.csv")

    @blueprint.get("/analytics/metrics.csv")
    def metrics_file() -> ResponseReturnValue:
        """Answer the metrics of a window for spreadsheets."""
        return _file(write_metrics(found()[2]), "metrics.csv")


def _file(text: str, name: str) -> Response:
    response = Response(text, mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _check() -> None:
    if not may_see_portfolio(person()):
        raise NotAuthorized("Analytics need the role admin, or one in the market such as Prosumer.")


def _chosen(offered: Choices) -> Chosen:
    """Read what is chosen; the first market and weather count where nothing is."""
    market = request.args.get("market") or (offered.markets[0].key if offered.markets else "")
    weather = request.args.get("weather") or (offered.weather[0].key if offered.weather else "")
    given = request.args
    return Chosen(
        given.get("group", ""), market, weather, given.get("traces") == "power", given.get("source", "")
    )


def _query(now: datetime, zone: str) -> ChartQuery:
    """Read window, horizon and comparison.

    Raises:
        InvalidPeriod: a time, duration or period is none, or the window is empty or too long.
        InvalidTimezone: a time lacks its offset.
    """
    start, end = span(now - USUAL, now + USUAL)
    if not timedelta(0) < end - start <= LONGEST:
        raise InvalidPeriod(f"There are no analytics of {start.isoformat()} until {end.isoformat()}.")
    return ChartQuery(start, end, known=known(), horizon=horizon() or AHEAD, compare=comparison(zone))


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
                **_band(trace),
                **({"colour": f"trace{number % 8 + 1}"} if own and trace.role == "measured" else {}),
            }
            for number, trace in enumerate(quantity.traces)
        ],
    }


def _band(trace: Trace) -> dict[str, object]:
    return {"low": short(trace.low), "high": short(trace.high), "band": MEANING} if trace.low.size else {}
