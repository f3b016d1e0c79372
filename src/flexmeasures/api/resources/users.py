"""Users in version 2.0."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from flexmeasures.api.resources.answers import answer, body, identity, in_transaction, known_caller
from flexmeasures.api.resources.fields import read_user
from flexmeasures.domain.accounts import User
from flexmeasures.domain.errors import InvalidFields
from flexmeasures.usecases import manage_users, people
from flexmeasures.usecases.ports.accounts import LoginStore
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.web.auth import hashed_here, send_new_password

_TRUE, _FALSE = ("true", "t", "1", "yes", "on"), ("false", "f", "0", "no", "off")


def add_user_routes(blueprint: Blueprint, platform: Platform, logins: LoginStore) -> None:
    """Add the routes of users."""

    def list_users() -> ResponseReturnValue:
        found = manage_users.list_users(known_caller(), platform, include_inactive=_include_inactive())
        role_ids = platform.store.accounts.role_ids()
        return jsonify([write_user(user, role_ids) for user in found])

    def show(user_id: str) -> ResponseReturnValue:
        caller = known_caller()
        found = manage_users.known_user(caller, identity(user_id), platform)
        return answer(write_user(found, platform.store.accounts.role_ids()))

    def change(user_id: str) -> ResponseReturnValue:
        caller = known_caller()
        found = manage_users.known_user(caller, identity(user_id), platform)
        wanted = read_user(body())
        manage_users.check_own_change(caller, found, wanted)
        changed = people.change_noted(caller, found, wanted, logins, platform)
        return answer(write_user(changed, platform.store.accounts.role_ids()))

    def reset(user_id: str) -> ResponseReturnValue:
        caller = known_caller()
        found = manage_users.known_user(caller, identity(user_id), platform)
        send_new_password(people.renew_password(caller, found, logins, hashed_here, platform))
        return answer({})

    blueprint.add_url_rule(
        "/users", view_func=in_transaction(list_users, platform), methods=["GET"], strict_slashes=False
    )
    for path, method, view in (
        ("/user/<user_id>", "GET", show),
        ("/user/<user_id>", "PATCH", change),
        ("/user/<user_id>/password-reset", "PATCH", reset),
    ):
        blueprint.add_url_rule(
            path,
            f"{view.__name__}_user",
            in_transaction(view, platform),
            methods=[method],
            strict_slashes=False,
        )


def write_user(user: User, role_ids: dict[str, int]) -> dict[str, object]:
    """Write a user with all its fields."""
    return {
        "id": user.id,
        "email": user.email,
        "username": user.username,
        "active": user.active,
        "timezone": user.timezone,
        "flexmeasures_roles": sorted(role_ids[role] for role in user.roles),
        "account_id": user.account.id,
        "last_login_at": user.last_login.isoformat() if user.last_login else None,
    }


def _include_inactive() -> bool:
    """Return whether users who may not log in are asked for as well.

    Raises:
        InvalidFields: this is neither true nor false.
    """
    text = request.args.get("include_inactive", "false").lower()
    if text not in _TRUE + _FALSE:
        raise InvalidFields({"include_inactive": ["Not a valid boolean."]})
    return text in _TRUE
