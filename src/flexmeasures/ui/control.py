"""The place of flexibility opportunities: its content comes with the flexibility market."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from flexmeasures.domain.errors import NotAuthorized
from flexmeasures.ui.face import Face
from flexmeasures.ui.gate import person
from flexmeasures.ui.roles import may_see_portfolio


def add_control(blueprint: Blueprint, face: Face) -> None:
    """Add the page, which is there where its setting is on."""

    @blueprint.get("/control", strict_slashes=False)
    def control() -> ResponseReturnValue:
        """Say what will be here."""
        if not face.settings.FLEXMEASURES_SHOW_CONTROL_UI:
            abort(404)
        if not may_see_portfolio(person()):
            raise NotAuthorized("Flexibility opportunities need the role admin, or a part in the market.")
        return render_template("control.html")
