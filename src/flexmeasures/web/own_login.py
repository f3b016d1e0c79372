"""What visitors change of their own login: the password, and the mark that tokens and sessions hold."""

from __future__ import annotations

from typing import cast

from flask import current_app
from flask_security import current_user, login_user, verify_password
from flask_security.changeable import change_user_password

from flexmeasures.web.login import Visitor, Visitors


def change_own_password(current: str, wanted: str) -> list[str]:
    """Change the visitor's password; other sessions and all tokens end.

    Args:
        current: The password as it is.
        wanted: The password as it shall be.

    Returns:
        What is wrong; nothing if the password was changed.
    """
    visitor = _visitor()
    security = current_app.extensions["security"]
    typed = cast("str", security._password_util.normalize(current))  # noqa: SLF001 - the public way to it is a form
    if not verify_password(typed, visitor.password):
        return ["This is not your password."]
    problems, normalized = security._password_util.validate(wanted, False, user=visitor)  # noqa: SLF001 - the same
    if problems:
        return [str(problem) for problem in problems]
    if normalized == typed:
        return ["The new password is the one that you have."]
    change_user_password(visitor, normalized, notify=False)
    return []


def renew_own_token() -> str:
    """End all logins and tokens of the visitor but the one in use, and return a fresh token."""
    visitor = _visitor()
    store = cast("Visitors", current_app.extensions["security"].datastore)
    store.set_uniquifier(visitor)
    login_user(visitor, authn_via=["renewal"])
    return str(visitor.get_auth_token())


def _visitor() -> Visitor:
    return cast("Visitor", current_user._get_current_object())  # noqa: SLF001 - as Werkzeug documents it
