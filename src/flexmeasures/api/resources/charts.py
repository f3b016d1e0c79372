"""Charts of version 2.0: items that BokehJS, which is served here as well, puts into any page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from flask import Blueprint, jsonify, request, send_from_directory
from flask.typing import ResponseReturnValue
from numpy.typing import NDArray

from flexmeasures.api.resources.answers import in_transaction, known_caller
from flexmeasures.domain.errors import InvalidFields, InvalidPeriod, InvalidTimezone
from flexmeasures.domain.timing import Instants, from_instant, parse_datetime, parse_duration
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.power_chart import POWER, SCHEDULES, PowerChart, PowerQuery, power_chart

_TRUE, _FALSE = {"true", "t", "1", "yes", "on"}, {"false", "f", "0", "no", "off"}
_WEEK = 7 * 24 * 3600


def add_chart_routes(blueprint: Blueprint, platform: Platform) -> None:
    """Add the routes of charts, and that of BokehJS."""

    def power() -> ResponseReturnValue:
        caller = known_caller()
        query, sign = _query(request.args), _sign(request.args)
        try:
            chart = power_chart(caller, query, platform)
        except InvalidPeriod as error:
            raise InvalidFields({"end_time": [str(error)]}) from error
        return jsonify({**_item(chart, sign), "status": 200})

    blueprint.add_url_rule("/charts/power", "power_chart", in_transaction(power, platform), methods=["GET"])
    blueprint.add_url_rule("/charts/bokeh/<name>", "bokeh", _script, methods=["GET"])


def _item(chart: PowerChart, sign: float) -> Mapping[str, object]:
    """Draw a chart; only this loads Bokeh."""
    from flexmeasures.charts.power import Line, power_item  # noqa: PLC0415 - see above

    lines = tuple(Line(trace.kind, trace.name, sign * trace.values) for trace in chart.traces)
    side = "consumption" if sign > 0 else "production"
    return power_item(chart.title, _clock(chart.edges, chart.timezone), lines, f"Power (MW, {side} positive)")


def _clock(edges: Instants, timezone: str) -> NDArray[np.datetime64]:
    """Return points in time as clocks of a place show them."""
    zone = ZoneInfo(timezone)
    shown = [from_instant(edge).astimezone(zone).replace(tzinfo=None) for edge in edges]
    return np.array(shown, "datetime64[ms]")


def _script(name: str) -> ResponseReturnValue:
    """Return a script of BokehJS, of the version that makes the items."""
    package = find_spec("bokeh")
    if package is None or package.origin is None:
        return "", 404
    scripts = Path(package.origin).parent / "server" / "static" / "js"
    return send_from_directory(scripts, name, max_age=_WEEK)


def _query(told: Mapping[str, str]) -> PowerQuery:
    """Read what is asked of a chart.

    Raises:
        InvalidFields: something is missing, or has a value that it cannot have.
    """
    missing = [name for name in ("resource", "start_time", "end_time", "resolution") if not told.get(name)]
    if missing:
        raise InvalidFields({name: ["Missing data for required field."] for name in missing})
    shown = told.get("show_individual_traces_for", "none")
    if shown not in {"none", POWER, SCHEDULES}:
        raise InvalidFields({"show_individual_traces_for": ["Must be one of: none, schedules, power."]})
    return PowerQuery(
        resource=told["resource"],
        start=_time(told, "start_time"),
        end=_time(told, "end_time"),
        step=_duration(told, "resolution", ""),
        individually=frozenset({shown}),
        horizon=_duration(told, "forecast_horizon", "PT6H"),
    )


def _time(told: Mapping[str, str], name: str) -> datetime:
    """Read ISO 8601, or the form of the documents, such as ``2020-02-20:10:00:00UTC``.

    Raises:
        InvalidFields: it is neither.
    """
    text = told[name].strip()
    if text.endswith("UTC") and text[10:11] == ":":
        text = f"{text[:10]}T{text[11:-3]}Z"
    try:
        return parse_datetime(text)
    except (InvalidPeriod, InvalidTimezone) as error:
        raise InvalidFields({name: [str(error)]}) from error


def _duration(told: Mapping[str, str], name: str, otherwise: str) -> timedelta:
    """Read a duration.

    Raises:
        InvalidFields: it is none.
    """
    try:
        return parse_duration(told.get(name, otherwise))
    except InvalidPeriod as error:
        raise InvalidFields({name: [str(error)]}) from error


def _sign(told: Mapping[str, str]) -> float:
    """Return 1 if consumption is to be shown as positive, as it is by default, and −1 otherwise.

    Raises:
        InvalidFields: it is neither true nor false.
    """
    for name in ("show_consumption_as_positive", "consumption_as_positive"):
        text = told.get(name, "true").lower()
        if text not in _TRUE | _FALSE:
            raise InvalidFields({name: ["Not a valid boolean."]})
        if text in _FALSE:
            return -1.0
    return 1.0
