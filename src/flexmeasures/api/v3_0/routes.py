"""All routes of version 3.0."""

from __future__ import annotations

from flask import Flask, Response, current_app, jsonify

from flexmeasures.api.v3_0 import assets, forecasts, jobs, people, schedules, sensor_data, sensors
from flexmeasures.api.v3_0.document import describe
from flexmeasures.api.v3_0.frame import blueprint
from flexmeasures.api.v3_0.route import Route
from flexmeasures.usecases.ports.accounts import LoginStore
from flexmeasures.usecases.ports.platform import Platform

ROUTES: tuple[Route, ...] = (
    *assets.ROUTES,
    *sensors.ROUTES,
    *sensor_data.ROUTES,
    *schedules.ROUTES,
    *forecasts.ROUTES,
    *jobs.ROUTES,
    *people.ROUTES,
)


def register(app: Flask, platform: Platform, logins: LoginStore, version: str) -> None:
    """Add version 3.0 to a web application, with the list of its services and their description."""
    app.register_blueprint(blueprint(ROUTES, platform, logins))
    for path, name in (("/api/v3_0/openapi.json", "document"), ("/ui/static/openapi-specs.json", "specs")):
        app.add_url_rule(path, f"v3_0_{name}", lambda: _document(version))
    app.add_url_rule("/api/v3_0", "v3_0_services", lambda: _services(version), strict_slashes=False)


def _document(version: str) -> Response:
    header = str(current_app.config["SECURITY_TOKEN_AUTHENTICATION_HEADER"])
    return jsonify(describe(ROUTES, version, header))


def _services(version: str) -> Response:
    services = [
        {
            "url": f"/api/v3_0{route.template}",
            "name": f"{route.method} {route.template}",
            "description": f"{route.summary} For: {route.access}",
        }
        for route in ROUTES
    ]
    return jsonify(services=services, version="3.0", flexmeasures_version=version, status=200)
