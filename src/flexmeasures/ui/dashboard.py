"""The dashboard: where the assets are and what they do now."""

from __future__ import annotations

from datetime import datetime

import orjson
from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from flexmeasures.ui.face import Face
from flexmeasures.ui.gate import person
from flexmeasures.ui.kinds import kind_of
from flexmeasures.ui.roles import may_see_portfolio
from flexmeasures.ui.states import state_text
from flexmeasures.usecases.overview import AssetState, Freshness, overview

LISTED = 100
"""Assets beside the map; the list of assets has more."""


def add_dashboard(blueprint: Blueprint, face: Face) -> None:
    """Add the dashboard and the part of it that renews itself."""

    def content() -> dict[str, object]:
        with face.platform.transaction():
            found = overview(person(), face.platform)
        late = found.of(Freshness.LATE) + found.of(Freshness.STALE)
        placed = [state for state in found.states if _is_placed(state)]
        now = face.platform.now()
        return {
            "overview": found,
            "late": late,
            "listed": found.states[:LISTED],
            "places": orjson.dumps([_place(state, face.zone, now) for state in placed]).decode(),
            "unplaced": len(found.states) - len(placed),
            "analysed": may_see_portfolio(person()),
        }

    @blueprint.get("/dashboard")
    def dashboard() -> ResponseReturnValue:
        """Show the whole page."""
        return render_template("dashboard.html", **content())

    @blueprint.get("/dashboard/state")
    def dashboard_state() -> ResponseReturnValue:
        """Show what changes."""
        return render_template("parts/state.html", **content())


def _is_placed(state: AssetState) -> bool:
    return state.asset.latitude is not None and state.asset.longitude is not None


def _place(state: AssetState, zone: str, now: datetime) -> dict[str, object]:
    """Return what the map tells of an asset."""
    asset, connection = state.asset, state.connection
    return {
        "id": asset.id,
        "name": asset.display_name,
        "kind": kind_of(asset.type.name),
        "type": asset.type.display_name,
        "latitude": asset.latitude,
        "longitude": asset.longitude,
        "size": (connection.capacity or 0.1) if connection else 0.01,
        "state": state_text(state, zone, now),
        "freshness": state.freshness,
    }
