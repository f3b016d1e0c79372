"""The dashboard: where the assets are, what they do now, and what lies ahead."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import orjson
from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from flexmeasures.ui.face import Face
from flexmeasures.ui.gate import person
from flexmeasures.ui.kinds import kind_of
from flexmeasures.ui.roles import may_create_assets, may_see_portfolio
from flexmeasures.ui.states import state_text
from flexmeasures.usecases.outlook import NOTHING, outlook
from flexmeasures.usecases.overview import AssetState, Freshness, overview

LISTED = 100
"""Assets beside the map; the list of assets has more."""


def add_dashboard(blueprint: Blueprint, face: Face) -> None:
    """Add the dashboard and the part of it that renews itself."""

    @blueprint.get("/dashboard")
    def dashboard() -> ResponseReturnValue:
        """Show the whole page."""
        return render_template("dashboard.html", **_content(face))

    @blueprint.get("/dashboard/state")
    def dashboard_state() -> ResponseReturnValue:
        """Show what changes."""
        return render_template("parts/dashboard_following.html", **_content(face))


def _content(face: Face) -> dict[str, object]:
    user = person()
    analysed = may_see_portfolio(user)
    with face.platform.transaction():
        found = overview(user, face.platform)
        connections = [state.connection for state in found.states if state.connection]
        ahead = outlook(user, connections, face.platform) if analysed else NOTHING
    kind = request.args.get("type", "")
    shown = [state for state in found.states if not kind or state.asset.type.name == kind]
    placed = [state for state in shown if _is_placed(state)]
    now = face.platform.now()
    coming = ahead.asset_ids
    places = [_place(state, face.zone, now, is_coming=state.asset.id in coming) for state in placed]
    return {
        "overview": found,
        "late": found.of(Freshness.LATE) + found.of(Freshness.STALE),
        "outlook": ahead,
        "coming": Counter(each.asset.type.id for each in ahead.coming),
        "type": kind,
        "shown": shown,
        "listed": shown[:LISTED],
        "places": orjson.dumps(places).decode(),
        "unplaced": len(shown) - len(placed),
        "analysed": analysed,
        "creates": may_create_assets(user),
    }


def _is_placed(state: AssetState) -> bool:
    return state.asset.latitude is not None and state.asset.longitude is not None


def _place(state: AssetState, zone: str, now: datetime, *, is_coming: bool) -> dict[str, object]:
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
        "coming": is_coming,
    }
