"""Programmes show who they are by a token, in a header of each request."""

from __future__ import annotations

from flask import current_app, request
from flask_security.utils import parse_auth_token
from itsdangerous import BadData

from flexmeasures.domain.errors import NotAuthenticated
from flexmeasures.web.login import Visitor, Visitors


def visitor_by_token(visitors: Visitors) -> Visitor:
    """Return the visitor whose token came with the request.

    Flask-Security would answer that nobody is known while the store of users does not answer, and look into
    the query and the body as well, where tokens would end up in logs.

    Raises:
        NotAuthenticated: no token came, or none that is valid.
        ServiceUnavailable: the store of users does not answer.
    """
    token = request.headers.get(current_app.config["SECURITY_TOKEN_AUTHENTICATION_HEADER"])
    found = visitors.find_user(fs_uniquifier=_told(token)) if token else None
    if found is None or not found.active:
        raise NotAuthenticated
    return found


def _told(token: str) -> str:
    """Return whom a token speaks of.

    Raises:
        NotAuthenticated: it is none of ours, or too old.
    """
    try:
        return str(parse_auth_token(token)["uid"])
    except (BadData, ValueError, TypeError, LookupError) as error:
        raise NotAuthenticated from error
