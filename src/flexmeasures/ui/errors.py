"""What people read when something is wrong: what happened, and what they can do."""

from __future__ import annotations

from collections.abc import Mapping
from secrets import token_hex
from types import MappingProxyType

import structlog
from flask import Blueprint, Flask, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_security import current_user
from werkzeug.exceptions import HTTPException

from flexmeasures.domain.errors import FlexMeasuresError, ServiceUnavailable
from flexmeasures.web.auth import is_for_programmes
from flexmeasures.web.errors import answer_to

log = structlog.get_logger()

TITLES: Mapping[int, str] = MappingProxyType(
    {
        400: "This request cannot be understood",
        403: "You may not see this",
        404: "There is nothing here",
        405: "This cannot be done here",
        410: "This is not there any more",
        413: "This is too large",
        422: "Something is filled in wrong",
        429: "Too many requests",
        500: "Something went wrong",
        503: "A service is not answering",
    }
)

ADVICE: Mapping[int, str] = MappingProxyType(
    {
        403: "It belongs to another account, or needs a role that you do not have. Ask your administrator.",
        404: "The address is wrong, or what it named was removed.",
        410: "It was removed on purpose. The documentation says what took its place.",
        413: "Send less at once: a shorter time, or several files.",
        429: "Wait a little, then try again.",
        500: "The mistake is ours and was written down. Trying again may help.",
        503: "The database, the queue or the mail server cannot be reached. Nothing is lost; try again in a"
        " while.",
    }
)


PASSING = frozenset({429, 500, 503})
"""What may be better at the next try."""


def show_errors(app: Flask, pages: Blueprint) -> None:
    """Answer errors of pages as pages, and those of their values as JSON."""
    pages.register_error_handler(FlexMeasuresError, _tell)
    pages.register_error_handler(HTTPException, _tell_http)
    pages.register_error_handler(Exception, _tell_unexpected)
    app.register_error_handler(ServiceUnavailable, _tell)
    for code in TITLES:
        app.register_error_handler(code, _tell_http)


def _tell(error: FlexMeasuresError) -> ResponseReturnValue:
    answer = answer_to(error)
    code = answer.code
    reference = token_hex(4) if code >= 500 else ""
    if reference:
        log.error("A page failed.", error=str(error), kind=type(error).__name__, reference=reference)
    if is_for_programmes():
        return jsonify(answer.body(error)), code
    return _page(code, "" if reference else str(error), reference)


def _tell_http(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if error.response is not None or code not in TITLES:
        return error
    if is_for_programmes():
        return jsonify(message=error.description, status=code), code
    return _page(code, error.description or "" if code < 500 and code not in ADVICE else "")


def _tell_unexpected(error: Exception) -> ResponseReturnValue:
    """Log what nobody thought of, once, and say no more than that it happened."""
    reference = token_hex(4)
    log.error("A page failed unexpectedly.", exc_info=error, reference=reference)
    return _page(500, "", reference)


def _page(code: int, text: str, reference: str = "") -> ResponseReturnValue:
    if request.accept_mimetypes.best == "application/json":
        return jsonify(message=text or TITLES.get(code, ""), status=code), code
    title = TITLES.get(code, "Something went wrong")
    body = render_template(
        "error.html",
        code=code,
        title=title,
        text=text,
        advice=ADVICE.get(code, ""),
        reference=reference,
        again=request.full_path.rstrip("?") if request.method == "GET" and code in PASSING else "",
        framed=code < 500 and current_user.is_authenticated,
    )
    return Response(body, status=code)
