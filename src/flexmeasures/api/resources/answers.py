"""Answer requests about resources, and tell what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

from flexmeasures.domain.accounts import User
from flexmeasures.domain.errors import (
    DuplicateEntity,
    FlexMeasuresError,
    InvalidFields,
    Misplaced,
    MissingField,
    NotAuthorized,
    UnexpectedField,
    UnknownEntity,
)
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.web.auth import caller
from flexmeasures.web.errors import FORBIDDEN, answer_to, unprocessable

Arguments = ParamSpec("Arguments")
View = Callable[Arguments, ResponseReturnValue]

_LOCATIONS = {"resources.power_chart": "querystring"}
"""What the original called queries, where it was not ``query``."""


def in_transaction(view: View[Arguments], platform: Platform) -> View[Arguments]:
    """Return a view that keeps all it does, or nothing if it raises, and answers in words of resources."""

    @wraps(view)
    def answering(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
        try:
            with platform.transaction():
                return view(*args, **kwargs)
        except (
            MissingField,
            InvalidFields,
            DuplicateEntity,
            Misplaced,
            NotAuthorized,
            UnexpectedField,
            UnknownEntity,
        ) as error:
            return _refusal(error)

    return answering


def known_caller() -> User:
    """Return who calls, by token or session.

    Raises:
        NotAuthenticated: nobody is known to be calling.
        NotAuthorized: an anonymous user calls.
    """
    user: User = caller()
    if user.has_role("anonymous"):
        raise NotAuthorized(FORBIDDEN)
    return user


def identity(text: str) -> int:
    """Return the id in a path, beside which nothing is told in a query.

    Raises:
        MissingField: it is none.
        UnexpectedField: something is.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise MissingField(
            "Missing fields: Some of the required information is missing from the request."
            " ['id'] Cannot parse ID arg as int. - "
        )
    if request.args:
        raise UnexpectedField
    return int(text)


def body() -> object:
    """Return the JSON of the request.

    Raises:
        BadRequest: there is none.
    """
    return request.get_json(force=True)


def answer(resource: dict[str, object], code: int = 200) -> tuple[Response, int]:
    """Answer with a resource."""
    return jsonify({**resource, "status": code}), code


def _refusal(error: FlexMeasuresError) -> tuple[Response, int]:
    if isinstance(error, (MissingField, UnexpectedField)):
        return jsonify(answer_to(error).body(error)), 400
    if isinstance(error, InvalidFields):
        location = _LOCATIONS.get(str(request.endpoint), "query") if request.method == "GET" else "json"
        return jsonify(unprocessable(error, location)), 422
    if isinstance(error, NotAuthorized):
        return jsonify(result="Rejected", status="INVALID_SENDER", message=FORBIDDEN), 403
    if isinstance(error, UnknownEntity):
        return jsonify(message=str(error), status=404), 404
    if isinstance(error, DuplicateEntity):
        kind = "user" if "/user/" in request.path else "asset"
        return jsonify(message=f"Duplicate {kind} already exists", detail=str(error), status=400), 400
    return jsonify(message=str(error), status=400), 400
