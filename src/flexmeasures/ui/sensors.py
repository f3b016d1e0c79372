"""The list of sensors, and the page of one of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from flexmeasures.domain.assets import Asset, Sensor
from flexmeasures.ui.asked import (
    EVERY_VALUE,
    HORIZONS,
    PERIODS,
    WIDEST,
    chart_query,
    comparison,
    pixels,
    zone,
)
from flexmeasures.ui.columns import sensor_title, write_chart, write_replay
from flexmeasures.ui.downloads import csv_file
from flexmeasures.ui.face import Face
from flexmeasures.ui.gate import person
from flexmeasures.ui.paging import SIZES, asked_page, has_all
from flexmeasures.ui.roles import may_add_values
from flexmeasures.ui.spreadsheet import write_csv
from flexmeasures.usecases.charting import ChartQuery, chart, subjects
from flexmeasures.usecases.forecast_choices import how_forecast
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.replay import replay
from flexmeasures.usecases.sensor_facts import facts, readable_sensor, rows_of, visible_sensors

SPANS = {"1": "24 hours", "7": "7 days", "30": "30 days", "365": "a year"}
"""Days, with their words."""

ORDERS = ("asset", "name", "id")


def add_sensors(blueprint: Blueprint, face: Face) -> None:
    """Add the list, the page of a sensor and its values."""
    _add_pages(blueprint, face)
    _add_values(blueprint, face)


def _add_pages(blueprint: Blueprint, face: Face) -> None:
    platform = face.platform

    @blueprint.get("/sensors", strict_slashes=False)
    def sensors() -> ResponseReturnValue:
        """Show the sensors that the visitor may see."""
        search = request.args.get("q", "")
        with platform.transaction():
            pairs = [pair for pair in visible_sensors(person(), platform) if has_all(_text(*pair), search)]
            page = asked_page(len(pairs), ORDERS)
            rows = rows_of(list(page.of(_sorted(pairs, page.sort))), platform)
        return render_template("sensors.html", rows=rows, page=page, sizes=SIZES, orders=ORDERS)

    @blueprint.get("/sensors/<int:sensor_id>", strict_slashes=False)
    def sensor(sensor_id: int) -> ResponseReturnValue:
        """Show what is known of a sensor."""
        days = request.args.get("days", "7")
        days = days if days in SPANS else "7"
        with platform.transaction():
            found = facts(person(), sensor_id, timedelta(days=int(days)), platform)
            shown = subjects(person(), found.row.asset, platform)
        return render_template(
            "sensor.html",
            facts=found,
            forecasting=how_forecast(found.row.sensor),
            sensor=found.row.sensor,
            key=next(subject.key for subject in shown if subject.sensor.id == sensor_id),
            asset=found.row.asset,
            zone=zone(found.row.sensor.timezone),
            days=days,
            spans=SPANS,
            horizons=HORIZONS,
            periods=PERIODS,
            may_upload=may_add_values(person(), found.row.asset),
        )


def _add_values(blueprint: Blueprint, face: Face) -> None:
    platform = face.platform

    @blueprint.get("/sensors/<int:sensor_id>/values")
    def sensor_values(sensor_id: int) -> ResponseReturnValue:
        """Answer the values of a window for the chart."""
        with platform.transaction():
            found, asset = readable_sensor(person(), sensor_id, platform)
            told = chart(person(), asset.id, _asked(found, pixels(), platform), platform)
        return Response(write_chart(told), mimetype="application/json")

    @blueprint.get("/sensors/<int:sensor_id>/replay")
    def sensor_replay(sensor_id: int) -> ResponseReturnValue:
        """Answer how the values of a window became known."""
        with platform.transaction():
            found, asset = readable_sensor(person(), sensor_id, platform)
            told = replay(person(), asset.id, _asked(found, WIDEST, platform), platform)
        return Response(write_replay(told), mimetype="application/json")

    @blueprint.get("/sensors/<int:sensor_id>/values.csv")
    def sensor_file(sensor_id: int) -> ResponseReturnValue:
        """Answer the values of a window for spreadsheets, each as it was recorded."""
        with platform.transaction():
            found, asset = readable_sensor(person(), sensor_id, platform)
            told = chart(person(), asset.id, _asked(found, EVERY_VALUE, platform), platform)
        return csv_file(write_csv(told, zone(found.timezone)), f"sensor {sensor_id}")


def _asked(sensor: Sensor, width: int, platform: Platform) -> ChartQuery:
    """Read what is asked of the chart of a sensor.

    Raises:
        InvalidPeriod: a time, duration or period is none.
        InvalidTimezone: a time lacks its offset.
    """
    query = chart_query(platform.now(), width, comparison(zone(sensor.timezone)))
    return replace(query, sensor=sensor.id)


def _text(sensor: Sensor, asset: Asset) -> str:
    return f"{sensor.id} {sensor.name} {sensor_title(sensor)} {sensor.unit} {asset.display_name}"


def _sorted(pairs: list[tuple[Sensor, Asset]], order: str) -> list[tuple[Sensor, Asset]]:
    if order == "name":
        return sorted(pairs, key=lambda pair: pair[0].name.casefold())
    return sorted(pairs, key=lambda pair: -pair[0].id) if order == "id" else pairs
