"""Who comes in: pages are for people who are logged in, and changes carry the page's own token."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_security import auth_required
from flask_wtf.csrf import ValidationError, validate_csrf
from werkzeug.exceptions import BadRequest

from flexmeasures.domain.accounts import User
from flexmeasures.web.auth import visitor

READING = frozenset({"GET", "HEAD", "OPTIONS"})


@auth_required("session")
def _let_in() -> None:
    """Do nothing: the decorator sends strangers to the login form."""


def open_to_visitors() -> ResponseReturnValue | None:
    """Let a request in, or answer it.

    Raises:
        BadRequest: a change lacks the token that the page gave, or the token is too old.
    """
    refused: ResponseReturnValue | None = _let_in()
    if refused is None and request.method not in READING:
        try:
            validate_csrf(request.form.get("csrf_token") or request.headers.get("X-CSRFToken"))
        except ValidationError as error:
            raise BadRequest("The page was too old to make changes with. Please load it again.") from error
    return refused


def person() -> User:
    """Return the user who is logged in."""
    return visitor().user
