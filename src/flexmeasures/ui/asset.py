"""The page of one asset, and the values behind its chart."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from flexmeasures.domain.assets import Asset
from flexmeasures.ui.asked import (
    EVERY_VALUE,
    HORIZONS,
    PERIODS,
    WIDEST,
    chart_query,
    comparison,
    is_zone,
    pixels,
)
from flexmeasures.ui.asked import zone as asked_zone
from flexmeasures.ui.columns import write_chart, write_replay
from flexmeasures.ui.downloads import csv_file
from flexmeasures.ui.explanation import explanation_of
from flexmeasures.ui.face import Face
from flexmeasures.ui.gate import person
from flexmeasures.ui.spreadsheet import write_csv
from flexmeasures.ui.surroundings import surroundings
from flexmeasures.usecases.charting import Subject, chart, readable_asset, subjects
from flexmeasures.usecases.earlier import Comparison
from flexmeasures.usecases.overview import states_of
from flexmeasures.usecases.replay import replay


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
            zone = _zone(found, shown, face.zone)
            reasons = explanation_of(state.connection, zone, platform) if state.connection else None
            around = surroundings(found, platform)
        price = next((subject.sensor for subject in shown if subject.key == "price"), None)
        return render_template(
            "asset.html",
            asset=found,
            subjects=shown,
            state=state,
            price=price,
            zone=zone,
            reasons=reasons,
            around=around,
            horizons=HORIZONS,
            periods=PERIODS,
        )

    @blueprint.get("/assets/<int:asset_id>/values")
    def asset_values(asset_id: int) -> ResponseReturnValue:
        """Answer the values of a window for the chart."""
        with platform.transaction():
            query = chart_query(platform.now(), pixels(), _compared(asset_id, face))
            found = chart(person(), asset_id, query, platform)
        return Response(write_chart(found), mimetype="application/json")

    @blueprint.get("/assets/<int:asset_id>/replay")
    def asset_replay(asset_id: int) -> ResponseReturnValue:
        """Answer how the values of a window became known."""
        with platform.transaction():
            query = chart_query(platform.now(), WIDEST, None)
            found = replay(person(), asset_id, query, platform)
        return Response(write_replay(found), mimetype="application/json")

    @blueprint.get("/assets/<int:asset_id>/values.csv")
    def asset_file(asset_id: int) -> ResponseReturnValue:
        """Answer the values of a window for spreadsheets, each as it was recorded."""
        with platform.transaction():
            zone = _clock(asset_id, face)
            query = chart_query(platform.now(), EVERY_VALUE, comparison(zone))
            found = chart(person(), asset_id, query, platform)
            name = readable_asset(person(), asset_id, platform).name
        return csv_file(write_csv(found, zone), name)


def _zone(asset: Asset, shown: Sequence[Subject], usual: str) -> str:
    """Return in which zone the times of an asset are shown."""
    own = asset.attributes.get("timezone")
    if isinstance(own, str) and is_zone(own):
        return asked_zone(own)
    return asked_zone(shown[0].sensor.timezone if shown else usual)


def _clock(asset_id: int, face: Face) -> str:
    """Return on whose clock days and weeks of an asset are counted.

    Raises:
        UnknownEntity: there is no such asset.
        NotAuthorized: the visitor may not see it.
    """
    asset = readable_asset(person(), asset_id, face.platform)
    return _zone(asset, subjects(person(), asset, face.platform), face.zone)


def _compared(asset_id: int, face: Face) -> Comparison | None:
    """Return with which earlier period of its own clock the window of an asset should be compared.

    Raises:
        InvalidPeriod: there is no such period.
        UnknownEntity: there is no such asset.
        NotAuthorized: the visitor may not see it.
    """
    return comparison(_clock(asset_id, face)) if request.args.get("compare") else None
