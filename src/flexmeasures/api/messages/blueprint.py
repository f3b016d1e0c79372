"""One view for each service and version."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from typing import cast

from flask import Blueprint, Flask, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import MethodNotAllowed

from flexmeasures.api.messages.dialects import DIALECTS, Dialect
from flexmeasures.api.messages.listing import list_services
from flexmeasures.api.messages.services import Call, Service, services_of
from flexmeasures.api.messages.wire import Message, message_of
from flexmeasures.api.messages.write import Body, write_refusal
from flexmeasures.domain.access import passes
from flexmeasures.domain.addresses import authority
from flexmeasures.domain.errors import FlexMeasuresError, InvalidFields, NotAuthorized
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.web.application import tell_http
from flexmeasures.web.auth import caller_by_token
from flexmeasures.web.errors import answer_to, unprocessable

View = Callable[[], tuple[Response, int]]


def register(app: Flask, platform: Platform, dialects: Sequence[Dialect] = DIALECTS) -> None:
    """Add all versions of the message API to a web application."""
    types: dict[str, str] = {}
    for dialect in dialects:
        prefix = f"/api/{dialect.version}"
        blueprint = Blueprint(f"messages_{dialect.version}", __name__, url_prefix=prefix)
        listing = _answering("GetServiceResponse", _listing(dialect))
        blueprint.add_url_rule("/getService", "getService", listing, methods=["GET"])
        types[f"{prefix}/getService"] = "GetServiceResponse"
        for service in services_of(dialect):
            by_post = ["POST"] if service.name in dialect.reads_by_post else []
            types[f"{prefix}/{service.name}"] = _response_type(service)
            blueprint.add_url_rule(
                f"/{service.name}",
                service.name,
                _answering(_response_type(service), _serving(service, dialect, platform)),
                methods=[service.method, *by_post],
            )
        app.register_blueprint(blueprint)
    app.register_error_handler(MethodNotAllowed, _refusing_methods(types))


def _response_type(service: Service) -> str:
    return f"{service.name[0].upper()}{service.name[1:]}Response"


def _refusing_methods(types: Mapping[str, str]) -> Callable[[MethodNotAllowed], ResponseReturnValue]:
    """Return what answers calls by a method that is not served.

    Args:
        types: Of the answers of services, by path.
    """

    def refuse(error: MethodNotAllowed) -> ResponseReturnValue:
        if request.path not in types:
            return tell_http(error)
        body = {
            "type": types[request.path],
            "result": "Rejected",
            "status": "INVALID_METHOD",
            "message": f"Request method {request.method} not supported.",
        }
        return jsonify(body), 405, {"Allow": ", ".join(sorted(error.valid_methods or ()))}

    return refuse


def _listing(dialect: Dialect) -> Callable[[], Body]:
    return lambda: list_services(message_of(request), dialect)


def _serving(service: Service, dialect: Dialect, platform: Platform) -> Callable[[], Body]:
    def serve() -> Body:
        with nullcontext() if service.in_steps else platform.transaction():
            caller = caller_by_token()
            if not passes(caller, service.access):
                raise NotAuthorized(write_refusal(caller, service.access))
            message: Message = message_of(request, service.by_body)
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
        except InvalidFields as error:
            return jsonify(unprocessable(error, "args_and_json")), 422
        except FlexMeasuresError as error:
            answer = answer_to(error)
            if answer.code >= 500:
                raise
            return jsonify({"type": response_type, **answer.body(error)}), answer.code
        return jsonify({"type": response_type, "status": 200, **body}), 200

    return view
