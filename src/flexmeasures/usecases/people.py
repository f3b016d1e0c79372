"""Look after users as admins do on pages: make, change, lock and remove them, and note who did what."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from flexmeasures.domain.accounts import ADMIN, Login, User
from flexmeasures.domain.assets import Asset
from flexmeasures.domain.audit import Change
from flexmeasures.domain.errors import InvalidFields, NotAuthorized
from flexmeasures.usecases.accounts import Hash, NewUser, add_user
from flexmeasures.usecases.manage_users import UserChange, change_user, known_user, reset_password
from flexmeasures.usecases.noting import acting, note_user, note_user_change
from flexmeasures.usecases.ports.accounts import LoginStore
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.removing import remove_user

SHORTEST_PASSWORD = 8


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a user.

    Attributes:
        user: Who.
        assets: That the user owns.
        history: Who changed what.
        locked_in: Why the user can neither be locked nor removed; empty if they can.
    """

    user: User
    assets: tuple[Asset, ...]
    history: tuple[Change, ...]
    locked_in: str


def profile(caller: User, user_id: int, platform: Platform) -> Profile:
    """Return what is known of a user, for admins.

    Raises:
        UnknownEntity: there is no such user.
        NotAuthorized: the caller is no admin.
    """
    check_admin(caller)
    user = known_user(caller, user_id, platform)
    owned = tuple(asset for asset in platform.store.assets.assets() if asset.owner_id == user.id)
    history = tuple(platform.store.audit.about_user(user.id, 20))
    return Profile(user, owned, history, _locked_in(caller, user, platform))


def check_admin(caller: User) -> None:
    """Check that a user may look after others.

    Raises:
        NotAuthorized: they may not.
    """
    if not caller.is_admin:
        raise NotAuthorized("To look after users needs the role admin.")


def create(caller: User, new: NewUser, password: str, hashed: Hash, platform: Platform) -> User:
    """Make a user. Without a password, one is made that nobody knows.

    Raises:
        NotAuthorized: the caller is no admin.
        InvalidFields: the password is too short.
        InvalidField: the email address, name or time zone cannot be used.
        DuplicateEntity: the email address, name or the account's name is taken.
        UnknownEntity: there is no such account.
    """
    check_admin(caller)
    if password and len(password) < SHORTEST_PASSWORD:
        raise InvalidFields({"password": [f"A password has at least {SHORTEST_PASSWORD} characters."]})
    made = add_user(new, password or secrets.token_urlsafe(24), hashed, platform)
    roles = ", ".join(sorted(made.roles)) or "no roles"
    text = f"Created user {made.username} in {made.account.name}, with {roles}."
    note_user(acting(caller), made, text, platform)
    return made


def edit(caller: User, user: User, change: UserChange, logins: LoginStore, platform: Platform) -> User:
    """Change a user.

    Raises:
        NotAuthorized: the caller is no admin, or the platform would lose its last one.
        InvalidFields: a field has a value that it cannot have.
        DuplicateEntity: another user has this email address or name.
    """
    check_admin(caller)
    roles = {number: name for name, number in platform.store.accounts.role_ids().items()}
    loses = change.role_ids is not None and ADMIN not in {roles.get(role) for role in change.role_ids}
    if change.active is False or (user.is_admin and loses):
        _check_free(caller, user, platform)
    return change_noted(caller, user, change, logins, platform)


def change_noted(
    caller: User, user: User, change: UserChange, logins: LoginStore, platform: Platform
) -> User:
    """Change a user whom the caller may change, and note it.

    Raises:
        InvalidFields: a field has a value that it cannot have.
        DuplicateEntity: another user has this email address or name.
    """
    kept = change_user(user, change, logins, platform)
    note_user_change(acting(caller), user, kept, platform)
    return kept


def renew_password(caller: User, user: User, logins: LoginStore, hashed: Hash, platform: Platform) -> Login:
    """Give a user a password that nobody knows.

    Raises:
        NotAuthorized: the caller is no admin.
        UnknownEntity: the user is gone.
    """
    login = reset_password(caller, user, logins, hashed)
    note_user(acting(caller), user, "Reset the password.", platform)
    return login


def remove(caller: User, user: User, platform: Platform) -> None:
    """Remove a user with the assets that it owns, and their data.

    Raises:
        NotAuthorized: the caller is no admin or would remove themselves, or the last admin would go.
    """
    check_admin(caller)
    _check_free(caller, user, platform)
    remove_user(acting(caller), user, platform)


def _check_free(caller: User, user: User, platform: Platform) -> None:
    """Check that a user can be locked or removed.

    Raises:
        NotAuthorized: they cannot.
    """
    reason = _locked_in(caller, user, platform)
    if reason:
        raise NotAuthorized(reason)


def _locked_in(caller: User, user: User, platform: Platform) -> str:
    if caller.id == user.id:
        return "Nobody can lock, demote or remove themselves. Ask another admin."
    others = (each for each in platform.store.accounts.users() if each.id != user.id)
    if user.is_admin and not any(each.is_admin and each.active for each in others):
        return "This is the last active admin. Make somebody else admin first."
    return ""
