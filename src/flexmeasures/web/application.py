"""The web application that api and ui add their routes to."""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from flask import Flask, Response, jsonify
from flask.typing import ResponseReturnValue
from flask_mailman import Mail
from werkzeug.exceptions import HTTPException, InternalServerError

from flexmeasures.domain.errors import FlexMeasuresError
from flexmeasures.usecases.ports.accounts import LoginStore
from flexmeasures.web.auth import is_for_programmes, set_up_login
from flexmeasures.web.errors import FORBIDDEN, UNAUTHENTICATED, answer_to
from flexmeasures.web.headers import set_up_headers
from flexmeasures.web.json import StrictJson, StrictRequest

LARGEST_BODY = 8 * 1024 * 1024
"""More than a hundred years of hourly values."""

_TEXTS = {401: UNAUTHENTICATED, 403: FORBIDDEN}

log = structlog.get_logger()


def make(
    config: Mapping[str, object], logins: LoginStore, version: str, template_folder: str | None = None
) -> Flask:
    """Make a web application with login, errors and headers, but without any pages or services.

    Args:
        config: The settings by their documented names.
        logins: What lets users in.
        version: Of the platform.
        template_folder: Whose templates take the place of the plain ones of the login.
    """
    app = Flask("flexmeasures", static_folder=None, template_folder=template_folder)
    app.config.from_mapping(config)
    if app.config["MAX_CONTENT_LENGTH"] is None:
        app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    Mail(app)
    set_up_login(app, logins)
    app.json, app.request_class = StrictJson(app), StrictRequest
    set_up_headers(app, version)
    app.register_error_handler(FlexMeasuresError, _tell)
    app.register_error_handler(HTTPException, tell_http)
    app.register_error_handler(Exception, _tell_unexpected)
    return app


def _tell(error: FlexMeasuresError) -> ResponseReturnValue:
    """Answer in words of the field."""
    answer = answer_to(error)
    if answer.code >= 500:
        log.error("A request failed.", error=str(error), kind=type(error).__name__)
    return jsonify(answer.body(error)), answer.code


def tell_http(error: HTTPException) -> ResponseReturnValue:
    """Answer programmes in JSON and browsers with a page."""
    if not is_for_programmes() or error.code is None:
        return error
    text = _TEXTS.get(error.code, error.description)
    response: Response = jsonify(message=text, status=error.code)
    response.headers.extend(
        (name, value) for name, value in error.get_headers() if name.lower() != "content-type"
    )
    return response, error.code


def _tell_unexpected(error: Exception) -> ResponseReturnValue:
    """Log what nobody thought of, once, and say no more than that it happened."""
    log.error("A request failed unexpectedly.", exc_info=error)
    return tell_http(InternalServerError())
