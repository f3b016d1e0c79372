"""The list of users, and the page of one of them with what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from flexmeasures.domain.accounts import User
from flexmeasures.ui.face import Face
from flexmeasures.ui.gate import person
from flexmeasures.ui.paging import SIZES, asked_page, has_all
from flexmeasures.usecases import people
from flexmeasures.usecases.manage_users import UserChange, list_users
from flexmeasures.usecases.ports.accounts import LoginStore
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.web.auth import hashed_here, send_new_password

ORDERS: Mapping[str, Callable[[User], tuple[str, float]]] = MappingProxyType(
    {
        "name": lambda user: (user.username.casefold(), 0.0),
        "email": lambda user: (user.email.casefold(), 0.0),
        "account": lambda user: (user.account.name.casefold(), 0.0),
        "last login": lambda user: ("", -user.last_login.timestamp() if user.last_login else 0.0),
    }
)


def add_users(blueprint: Blueprint, face: Face, logins: LoginStore) -> None:
    """Add the pages."""
    _add_views(blueprint, face.platform)
    _add_actions(blueprint, face.platform, logins)


def _add_views(blueprint: Blueprint, platform: Platform) -> None:
    @blueprint.get("/users", strict_slashes=False)
    def users() -> ResponseReturnValue:
        """Show all users."""
        inactive = request.args.get("include_inactive") == "on"
        with platform.transaction():
            found = list_users(person(), platform, include_inactive=inactive)
        shown = [user for user in found if has_all(_text(user), request.args.get("q", ""))]
        page = asked_page(len(shown), tuple(ORDERS))
        shown.sort(key=ORDERS[page.sort])
        return render_template(
            "users.html",
            users=page.of(shown),
            page=page,
            sizes=SIZES,
            orders=tuple(ORDERS),
            include_inactive=inactive,
        )

    @blueprint.get("/users/<int:user_id>", strict_slashes=False)
    def user(user_id: int) -> ResponseReturnValue:
        """Show a user."""
        with platform.transaction():
            found = people.profile(person(), user_id, platform)
        return render_template("user.html", profile=found, user=found.user, history=found.history)


def _add_actions(blueprint: Blueprint, platform: Platform, logins: LoginStore) -> None:
    @blueprint.post("/users/toggle_active/<int:user_id>", strict_slashes=False)
    def toggle_active(user_id: int) -> ResponseReturnValue:
        """Lock a user, or let them in again."""
        with platform.transaction():
            found = people.profile(person(), user_id, platform).user
            kept = people.edit(person(), found, UserChange(active=not found.active), logins, platform)
        flash(f"User {kept.username}'s new activation status is now {kept.active}.")
        return redirect(url_for("pages.user", user_id=user_id), 303)

    @blueprint.post("/users/reset_password_for/<int:user_id>", strict_slashes=False)
    def reset_password_for(user_id: int) -> ResponseReturnValue:
        """Give a user a password that nobody knows, and tell them by mail how to choose one."""
        with platform.transaction():
            found = people.profile(person(), user_id, platform).user
            send_new_password(people.renew_password(person(), found, logins, hashed_here, platform))
        flash(
            "The user's password has been changed to a random password and password reset instructions have"
            " been sent to the user."
        )
        return redirect(url_for("pages.user", user_id=user_id), 303)

    @blueprint.post("/users/<int:user_id>/delete")
    def delete_user(user_id: int) -> ResponseReturnValue:
        """Remove a user, if their name is typed."""
        with platform.transaction():
            found = people.profile(person(), user_id, platform)
            if request.form.get("name", "").strip() == found.user.username.strip():
                people.remove(person(), found.user, platform)
                flash(f"User {found.user.username} was deleted.")
                return redirect(url_for("pages.users"), 303)
        problem = "This is not the name of the user."
        page = render_template(
            "user.html", profile=found, user=found.user, history=found.history, problem=problem
        )
        return page, 422


def _text(user: User) -> str:
    return f"{user.username} {user.email} {user.account.name} {' '.join(user.roles)}"
