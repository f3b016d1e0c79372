"""Serve the description of each version: as JSON, and as a page that needs no script."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from flask import Blueprint, Flask, Response, current_app, jsonify

from flexmeasures.api.messages.dialects import DIALECTS, Dialect
from flexmeasures.api.messages.listing import RESOURCES
from flexmeasures.api.messages.services import services_of
from flexmeasures.api.openapi.document import openapi


def register(app: Flask, version: str) -> None:
    """Add the descriptions of all versions to a web application."""
    for dialect in DIALECTS:
        blueprint = Blueprint(f"openapi_{dialect.version}", __name__, url_prefix=f"/api/{dialect.version}")
        blueprint.add_url_rule("/openapi.json", "document", _document(dialect, version))
        blueprint.add_url_rule("/docs", "page", _page(dialect))
        app.register_blueprint(blueprint)


def _document(dialect: Dialect, version: str) -> Callable[[], Response]:
    def document() -> Response:
        header = str(current_app.config["SECURITY_TOKEN_AUTHENTICATION_HEADER"])
        return jsonify(openapi(dialect, version, header))

    return document


def _page(dialect: Dialect) -> Callable[[], Response]:
    def page() -> Response:
        rows = [
            (f"{service.method} /{service.name}", service.description, ", ".join(service.access))
            for service in services_of(dialect)
        ] + [
            (resource.name, resource.description, ", ".join(resource.access))
            for resource in RESOURCES
            if resource.since <= dialect.number
        ]
        body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
        return Response(
            f"<!doctype html><html lang='en'><title>FlexMeasures message API {dialect.number}</title>"
            f"<h1>FlexMeasures message API {dialect.number}</h1>"
            "<p>For machines: <a href='openapi.json'>openapi.json</a></p>"
            "<table><thead><tr><th>Service</th><th>What it does</th><th>For</th></tr></thead>"
            f"<tbody>{body}</tbody></table></html>",
            mimetype="text/html",
        )

    return page
