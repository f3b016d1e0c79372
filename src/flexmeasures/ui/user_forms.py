"""Pages that make and change users."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from flexmeasures.domain.accounts import Account, User
from flexmeasures.domain.errors import (
    DuplicateEntity,
    FlexMeasuresError,
    InvalidField,
    InvalidFields,
    UnknownEntity,
)
from flexmeasures.ui.face import Face
from flexmeasures.ui.forms import Form
from flexmeasures.ui.gate import person
from flexmeasures.usecases import people
from flexmeasures.usecases.accounts import NewUser
from flexmeasures.usecases.manage_users import UserChange
from flexmeasures.usecases.ports.accounts import LoginStore
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.web.auth import hashed_here
from flexmeasures.web.invitations import send_invitation

REFUSED = 422
REFUSALS = (InvalidField, DuplicateEntity, UnknownEntity)
"""What can be wrong with what was filled in."""

LONGEST = 255


@dataclass(frozen=True, slots=True)
class Edited:
    """A user in its form.

    Attributes:
        user: Who; None while it is made.
        roles: Descriptions of the roles that there are, by name.
        accounts: That a new user can join.
        chosen: Roles that are ticked.
    """

    user: User | None
    roles: dict[str, str]
    accounts: tuple[Account, ...]
    chosen: frozenset[str]


def add_user_forms(blueprint: Blueprint, face: Face, logins: LoginStore) -> None:
    """Add the pages."""
    _add_creation(blueprint, face, logins)
    _add_changes(blueprint, face.platform, logins)


def _add_creation(blueprint: Blueprint, face: Face, logins: LoginStore) -> None:
    platform = face.platform

    @blueprint.get("/users/new")
    def new_user() -> ResponseReturnValue:
        """Show an empty form."""
        people.check_admin(person())
        return _page(None, Form({"timezone": face.zone}), platform)

    @blueprint.post("/users/new")
    def create_user() -> ResponseReturnValue:
        """Make a user, or say what is wrong."""
        people.check_admin(person())
        form = Form(request.form)
        with platform.transaction():
            new = _new_user(form, platform)
        if form.is_fine:
            try:
                with platform.transaction():
                    made = people.create(person(), new, form.texts.get("password", ""), hashed_here, platform)
                    login = logins.by_id(made.id)
                    if login and not form.texts.get("password"):
                        send_invitation(login)
            except REFUSALS as error:
                _take(form, error)
            else:
                flash(f"User {made.username} was created.")
                return redirect(url_for("pages.user", user_id=made.id), 303)
        return _page(None, form, platform)


def _add_changes(blueprint: Blueprint, platform: Platform, logins: LoginStore) -> None:
    @blueprint.get("/users/<int:user_id>/edit")
    def edit_user(user_id: int) -> ResponseReturnValue:
        """Show the form of a user."""
        with platform.transaction():
            user = people.profile(person(), user_id, platform).user
        texts = {"username": user.username, "email": user.email, "timezone": user.timezone}
        return _page(user, Form(texts), platform)

    @blueprint.post("/users/<int:user_id>/edit")
    def change_user(user_id: int) -> ResponseReturnValue:
        """Change a user, or say what is wrong."""
        form = Form(request.form)
        with platform.transaction():
            user = people.profile(person(), user_id, platform).user
            ids = platform.store.accounts.role_ids()
        change = UserChange(
            email=form.needed("email", LONGEST),
            username=form.needed("username", LONGEST),
            timezone=form.text("timezone") or None,
            role_ids=tuple(ids[role] for role in request.form.getlist("roles") if role in ids),
        )
        if "@" not in (change.email or ""):
            form.note("email", "Give an address like name@example.com.")
        if form.is_fine:
            try:
                with platform.transaction():
                    people.edit(person(), user, change, logins, platform)
            except REFUSALS as error:
                _take(form, error)
            else:
                flash(f"User {change.username} was changed.")
                return redirect(url_for("pages.user", user_id=user_id), 303)
        return _page(user, form, platform)


def _new_user(form: Form, platform: Platform) -> NewUser:
    account, known = form.whole("account", 1, 2**30), platform.store.accounts.roles()
    return NewUser(
        username=form.needed("username", LONGEST),
        email=form.needed("email", LONGEST),
        roles=tuple(role for role in request.form.getlist("roles") if role in known),
        timezone=form.text("timezone") or None,
        account_id=account,
    )


def _take(form: Form, error: FlexMeasuresError) -> None:
    """Note what a use case found wrong, beside its field where that is told."""
    if isinstance(error, InvalidFields):
        form.take(error)
        return
    words = {"email": "email", "username": "username", "Timezone": "timezone", "password": "password"}
    name = next((name for word, name in words.items() if word in str(error)), "")
    form.note(name, str(error))


def _page(user: User | None, form: Form, platform: Platform) -> ResponseReturnValue:
    with platform.transaction():
        roles, accounts = platform.store.accounts.roles(), tuple(platform.store.accounts.accounts())
    sent = request.method == "POST"
    chosen = frozenset(request.form.getlist("roles")) if sent else user.roles if user else frozenset()
    edited = Edited(user, roles, accounts, chosen)
    page = render_template("user_form.html", edited=edited, form=form)
    return page, 200 if form.is_fine else REFUSED
