"""Who is calling: sessions after the login form, tokens for programmes."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import cast

from flask import Blueprint, Flask, Response, current_app, jsonify, redirect, request, url_for
from flask_mailman import EmailMessage
from flask_security import (
    Security,
    auth_required,
    current_user,
    hash_password,
    verify_password,
)
from flask_security.recoverable import generate_reset_link
from flask_security.signals import user_authenticated
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from flexmeasures.domain.accounts import Login, User
from flexmeasures.domain.errors import NotAuthenticated, ServiceUnavailable
from flexmeasures.usecases.ports.accounts import LoginStore
from flexmeasures.web.login import Visitor, Visitors
from flexmeasures.web.mails import Mails
from flexmeasures.web.tokens import visitor_by_token

_NEITHER = "User with this email and password does not exist."
_LONGEST = 1000


def set_up_login(app: Flask, logins: LoginStore) -> None:
    """Let users into a web application by form and by token."""
    app.config.update(_settings(app.config))
    security = Security(app, Visitors(logins), mail_util_cls=Mails)
    security.unauthn_handler(_refuse)
    security.principal.identity_loaders.clear()  # who calls is looked up when it counts, and not before
    tokens = Blueprint("tokens", __name__, url_prefix="/api")
    tokens.add_url_rule("/requestAuthToken", "request_token", _request_token, methods=["POST"])
    app.register_blueprint(tokens)


def caller_by_token() -> User:
    """Return the user whose token came with the request.

    Raises:
        NotAuthenticated: none did, or none that is valid.
        ServiceUnavailable: the store of users does not answer.
    """
    return visitor_by_token(_visitors()).user


def caller() -> User:
    """Return the user whose token came with the request, or who is logged in.

    Raises:
        NotAuthenticated: there is none.
        ServiceUnavailable: the store of users does not answer.
    """
    try:
        return caller_by_token()
    except NotAuthenticated:
        user: User = _caller_in_session()
        return user


@auth_required("session")
def _caller_in_session() -> User:
    return visitor().user


def visitor() -> Visitor:
    """Return the login of whoever was authenticated for this request."""
    return cast("Visitor", current_user)


def is_for_programmes() -> bool:
    """Tell whether the request is one of a programme, which is answered in JSON."""
    return request.path.startswith("/api/") or request.path == "/api"


def _settings(config: Mapping[str, object]) -> dict[str, object]:
    """Return the settings of Flask, Flask-Login and Flask-Security that follow from the documented ones."""
    production = config.get("FLEXMEASURES_ENV") == "production"
    return {
        "SECURITY_PASSWORD_HASH": "bcrypt",
        "SECURITY_PASSWORD_SALT": config.get("SECURITY_PASSWORD_SALT") or config["SECRET_KEY"],
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_RECOVERABLE": True,
        "SECURITY_LOGOUT_METHODS": ["GET", "POST"],
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": True},
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": production,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": production,
    }


def _refuse(mechanisms: list[str], headers: dict[str, str] | None = None) -> AnyResponse:  # noqa: ARG001 - as Flask-Security calls it
    """Send people to the login form, and programmes an answer.

    Raises:
        NotAuthenticated: a programme calls.
    """
    if is_for_programmes():
        raise NotAuthenticated
    return redirect(url_for("security.login", next=request.full_path.rstrip("?")))


class _Refused(Exception):
    """No token is given."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


def _request_token() -> tuple[Response, int]:
    """Answer a request for a token."""
    try:
        found = _asked_for_token()
    except _Refused as refused:
        return jsonify(errors=[refused.text], status=refused.code), refused.code
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's way to it
    user_authenticated.send(app, user=found, authn_via=["password"])
    return jsonify(auth_token=found.get_auth_token(), user_id=found.id, status=200), 200


def _asked_for_token() -> Visitor:
    """Return whose token is asked for, if they may have it.

    Raises:
        _Refused: they may not, or the message does not say who asks.
    """
    message = _message()
    email = _text(message, "email")
    if current_user.is_authenticated and hmac.compare_digest(visitor().email.encode(), email.encode()):
        return visitor()
    password = _text(message, "password")
    found = _visitors().find_user(email=email)
    known = found if found and found.email == email else None
    if not _is_password_of(known, password) or known is None or not known.active:
        raise _Refused(401, _NEITHER)
    return known


def _is_password_of(known: Visitor | None, password: str) -> bool:
    """Tell whether a password fits; takes as long where nobody is known."""
    typed = cast("str", current_app.extensions["security"]._password_util.normalize(password))  # noqa: SLF001 - the public way to it is a form
    if known is None:
        hash_password(typed)
        return False
    return bool(verify_password(typed, known.password))


def _message() -> Mapping[str, object]:
    if not request.is_json:
        raise _Refused(400, "Content-type of request must be application/json")
    try:
        message = request.get_json()
    except BadRequest as error:
        raise _Refused(400, "The body of the request is no valid JSON.") from error
    if not isinstance(message, dict):
        raise _Refused(400, "The body of the request must be a JSON object.")
    return message


def _text(message: Mapping[str, object], name: str) -> str:
    text = message.get(name)
    if not isinstance(text, str) or not text or len(text) > _LONGEST or not _is_unicode(text):
        raise _Refused(400, f"Please provide the '{name}' parameter.")
    return text


def _is_unicode(text: str) -> bool:
    """Tell whether a text has whole characters only; JSON can tell of halves."""
    return text == text.encode(errors="ignore").decode()


def _visitors() -> Visitors:
    return cast("Visitors", current_app.extensions["security"].datastore)


def hashed_here(password: str) -> str:
    """Return what is kept of a password, in the current application."""
    return hash_password(password)


def send_new_password(login: Login) -> None:
    """Tell a user by mail that its password was reset, and how to choose one.

    Raises:
        ServiceUnavailable: the mail server does not answer.
    """
    link, _ = generate_reset_link(Visitor(login))  # type: ignore[no-untyped-call]  # has no types
    platform = current_app.config.get("FLEXMEASURES_PLATFORM_NAME", "FlexMeasures")
    mails = {
        f"Your {platform} password has been reset.": "Your password has been reset. Instructions for"
        " choosing a new one are on their way.",
        f"Password reset instructions for your {platform} account.": f"Choose a new password at {link}",
    }
    try:
        for subject, text in mails.items():
            EmailMessage(subject, text, to=[login.user.email]).send()
    except OSError as error:
        raise ServiceUnavailable("The mail server does not answer; nothing was changed.") from error
