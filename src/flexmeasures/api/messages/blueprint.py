"""One view for each service and version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from flask import Blueprint, Flask, Response, current_app, jsonify, request

from flexmeasures.api.messages.dialects import DIALECTS, Dialect
from flexmeasures.api.messages.listing import list_services
from flexmeasures.api.messages.services import Call, Service, services_of
from flexmeasures.api.messages.wire import Message, message_of
from flexmeasures.api.messages.write import Body, write_refusal
from flexmeasures.domain.access import passes
from flexmeasures.domain.addresses import authority
from flexmeasures.domain.errors import FlexMeasuresError, NotAuthorized
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.web.auth import caller_by_token
from flexmeasures.web.errors import answer_to

View = Callable[[], tuple[Response, int]]


def register(app: Flask, platform: Platform) -> None:
    """Add all versions of the message API to a web application."""
    for dialect in DIALECTS:
        blueprint = Blueprint(f"messages_{dialect.version}", __name__, url_prefix=f"/api/{dialect.version}")
        listing = _answering("GetServiceResponse", _listing(dialect))
        blueprint.add_url_rule("/getService", "getService", listing, methods=["GET"])
        for service in services_of(dialect):
            by_post = ["POST"] if service.name in dialect.reads_by_post else []
            blueprint.add_url_rule(
                f"/{service.name}",
                service.name,
                _answering(_response_type(service), _serving(service, dialect, platform)),
                methods=[service.method, *by_post],
            )
        app.register_blueprint(blueprint)


def _response_type(service: Service) -> str:
    return f"{service.name[0].upper()}{service.name[1:]}Response"


def _listing(dialect: Dialect) -> Callable[[], Body]:
    return lambda: list_services(message_of(request), dialect)


def _serving(service: Service, dialect: Dialect, platform: Platform) -> Callable[[], Body]:
    def serve() -> Body:
        caller = caller_by_token()
        if not passes(caller, service.access):
            raise NotAuthorized(write_refusal(caller, service.access))
        message: Message = message_of(request)
        return service.handle(Call(message, caller, dialect, platform, naming_authority(platform)))

    return serve


def naming_authority(platform: Platform) -> str:
    """Return what the addresses of the host that was called begin with."""
    auth_start = cast("Mapping[str, str]", current_app.config.get("FLEXMEASURES_HOSTS_AND_AUTH_START") or {})
    return authority(request.host, auth_start, platform.now().date())


def _answering(response_type: str, serve: Callable[[], Body]) -> View:
    """Return a view that answers with a type, whether it serves or refuses."""

    def view() -> tuple[Response, int]:
        try:
            body = serve()
        except FlexMeasuresError as error:
            answer = answer_to(error)
            if answer.code >= 500:
                raise
            return jsonify({"type": response_type, **answer.body(error)}), answer.code
        return jsonify({"type": response_type, "status": 200, **body}), 200

    return view
