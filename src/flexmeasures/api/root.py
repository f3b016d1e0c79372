"""What anybody may ask: which versions there are, and whether the platform is well."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, Flask, Response, jsonify

from flexmeasures.api.messages.dialects import DIALECTS
from flexmeasures.domain.errors import ServiceUnavailable

VERSIONS = (*(dialect.version for dialect in DIALECTS), "v3_0")
_MESSAGE = (
    "For these API versions endpoints are available. An authentication token can be requested at:"
    " /api/requestAuthToken. For a list of services, see https://flexmeasures.readthedocs.io"
)

Check = Callable[[], None]
"""Raises ServiceUnavailable if a service does not answer."""


def register(app: Flask, version: str, checks: Mapping[str, Check]) -> None:
    """Add the public routes to a web application.

    Args:
        app: The application.
        version: Of the platform.
        checks: By name: what must answer before the platform is ready.
    """
    blueprint = Blueprint("public", __name__, url_prefix="/api")
    blueprint.add_url_rule("/", "versions", lambda: _versions(version))
    blueprint.add_url_rule("/ops/ping", "ping", lambda: jsonify(message="ok", status=200))
    blueprint.add_url_rule("/v3_0/health/ready", "ready", lambda: _ready(checks))
    app.register_blueprint(blueprint)


def _versions(version: str) -> Response:
    return jsonify(message=_MESSAGE, versions=VERSIONS, flexmeasures_version=version, status=200)


def _ready(checks: Mapping[str, Check]) -> tuple[Response, int]:
    """Tell of each service whether it answers."""
    found = {name: _answers(check) for name, check in checks.items()}
    return jsonify(found), 200 if all(found.values()) else 503


def _answers(check: Check) -> bool:
    try:
        check()
    except ServiceUnavailable:
        return False
    return True
