"""The page of one asset, and the values behind its chart."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from flexmeasures.domain.assets import Asset
from flexmeasures.ui.asked import HORIZONS, PERIODS, WIDEST, comparison, horizon, known, pixels, span
from flexmeasures.ui.columns import write_chart, write_replay
from flexmeasures.ui.explanation import explanation_of
from flexmeasures.ui.face import Face
from flexmeasures.ui.gate import person
from flexmeasures.ui.spreadsheet import write_csv
from flexmeasures.usecases.charting import AHEAD, ChartQuery, chart, readable_asset, subjects
from flexmeasures.usecases.overview import states_of
from flexmeasures.usecases.replay import replay

USUAL = timedelta(hours=24)
"""Before and after now."""


def add_asset_pages(blueprint: Blueprint, face: Face) -> None:
    """Add the page of an asset and its values."""
    platform = face.platform

    @blueprint.get("/assets/<int:asset_id>", strict_slashes=False)
    def asset(asset_id: int) -> ResponseReturnValue:
        """Show the page of an asset."""
        with platform.transaction():
            found = readable_asset(person(), asset_id, platform)
            shown = subjects(person(), found, platform)
            connections = {each.id: each for each in platform.store.assets.connections([asset_id])}
            state = states_of([found], connections, platform)[0]
            zone = _zone(found, shown[0].sensor.timezone if shown else face.zone)
            reasons = explanation_of(state.connection, zone, platform) if state.connection else None
        price = next((subject.sensor for subject in shown if subject.key == "price"), None)
        return render_template(
            "asset.html",
            asset=found,
            subjects=shown,
            state=state,
            price=price,
            zone=zone,
            reasons=reasons,
            horizons=HORIZONS,
            periods=PERIODS,
        )

    @blueprint.get("/assets/<int:asset_id>/values")
    def asset_values(asset_id: int) -> ResponseReturnValue:
        """Answer the values of a window for the chart."""
        with platform.transaction():
            query = _query(platform.now(), pixels(), face.zone)
            found = chart(person(), asset_id, query, platform)
        return Response(write_chart(found), mimetype="application/json")

    @blueprint.get("/assets/<int:asset_id>/replay")
    def asset_replay(asset_id: int) -> ResponseReturnValue:
        """Answer how the values of a window became known."""
        with platform.transaction():
            query = _query(platform.now(), WIDEST, face.zone)
            found = replay(person(), asset_id, query, platform)
        return Response(write_replay(found), mimetype="application/json")

    @blueprint.get("/assets/<int:asset_id>/values.csv")
    def asset_file(asset_id: int) -> ResponseReturnValue:
        """Answer the values of a window for spreadsheets, each as it was recorded."""
        with platform.transaction():
            query = _query(platform.now(), 10**9, face.zone)
            found = chart(person(), asset_id, query, platform)
            name = readable_asset(person(), asset_id, platform).name
            zone = found.panels[0].subject.sensor.timezone if found.panels else face.zone
        response = Response(write_csv(found, zone), mimetype="text/csv")
        response.headers.set("Content-Disposition", "attachment", filename=f"{name}.csv")
        return response


def _zone(asset: Asset, usual: str) -> str:
    """Return in which zone the times of an asset are shown."""
    zone = asset.attributes.get("timezone")
    return zone if isinstance(zone, str) else usual


def _query(now: datetime, width: int, zone: str) -> ChartQuery:
    """Read what is asked for.

    Raises:
        InvalidPeriod: a time, duration or period is none.
        InvalidTimezone: a time lacks its offset.
    """
    start, end = span(now - USUAL, now + USUAL)
    return ChartQuery(start, end, width, known(), horizon() or AHEAD, comparison(zone))
