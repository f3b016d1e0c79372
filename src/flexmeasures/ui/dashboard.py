"""The dashboard: where the assets are and what they do now."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from flexmeasures.ui.face import Face
from flexmeasures.ui.gate import person
from flexmeasures.usecases.overview import Freshness, overview


def add_dashboard(blueprint: Blueprint, face: Face) -> None:
    """Add the dashboard and the part of it that renews itself."""

    def content() -> dict[str, object]:
        with face.platform.transaction():
            found = overview(person(), face.platform)
        late = found.of(Freshness.LATE) + found.of(Freshness.STALE)
        placed = [state for state in found.states if state.asset.latitude is not None]
        return {"overview": found, "late": late, "unplaced": len(found.states) - len(placed)}

    @blueprint.get("/dashboard")
    def dashboard() -> ResponseReturnValue:
        """Show the whole page."""
        return render_template("dashboard.html", **content())

    @blueprint.get("/dashboard/state")
    def dashboard_state() -> ResponseReturnValue:
        """Show what changes."""
        return render_template("parts/state.html", **content())
