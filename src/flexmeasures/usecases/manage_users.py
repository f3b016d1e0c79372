"""Look after users: list, change and lock them, and give them a new password."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import uuid4

from flexmeasures.domain.accounts import Login, User
from flexmeasures.domain.addresses import ID_MAX
from flexmeasures.domain.errors import InvalidField, InvalidFields, NotAuthorized, UnknownEntity
from flexmeasures.usecases.accounts import check_timezone
from flexmeasures.usecases.ports.accounts import LoginStore
from flexmeasures.usecases.ports.platform import Platform

PASSWORD_LENGTH = 24
_FORBIDDEN = "You cannot be authorized for this content or functionality."


@dataclass(frozen=True, slots=True)
class UserChange:
    """What is to be true of a user; None leaves a field as it is.

    Attributes:
        email: With which the user logs in.
        username: Unique.
        active: Whether the user may log in.
        timezone: An IANA name.
        role_ids: Roles held, by id.
    """

    email: str | None = None
    username: str | None = None
    active: bool | None = None
    timezone: str | None = None
    role_ids: tuple[int, ...] | None = None


def list_users(caller: User, platform: Platform, *, include_inactive: bool) -> list[User]:
    """Return all users, for admins.

    Raises:
        NotAuthorized: the caller is none.
    """
    _check_admin(caller)
    return [user for user in platform.store.accounts.users() if user.active or include_inactive]


def known_user(caller: User, user_id: int, platform: Platform) -> User:
    """Return a user: oneself, or for admins anybody.

    Raises:
        UnknownEntity: there is none.
        NotAuthorized: it is somebody else.
    """
    try:
        found = platform.store.accounts.user(user_id if user_id <= ID_MAX else 0)
    except UnknownEntity as error:
        raise UnknownEntity(f"User {user_id} not found") from error
    if found.id != caller.id:
        _check_admin(caller)
    return found


def check_own_change(caller: User, user: User, change: UserChange) -> None:
    """Check that nobody changes their own rights.

    Raises:
        NotAuthorized: somebody would.
    """
    if caller.id == user.id and (change.active is not None or change.role_ids is not None):
        raise NotAuthorized(_FORBIDDEN)


def change_user(user: User, change: UserChange, logins: LoginStore, platform: Platform) -> User:
    """Change a user; one who may not log in any more is logged out at once.

    Raises:
        InvalidFields: a field has a value that it cannot have.
        DuplicateEntity: another user has this email address or name.
    """
    changed = replace(
        user,
        email=change.email or user.email,
        username=change.username or user.username,
        active=user.active if change.active is None else change.active,
        timezone=_timezone(change.timezone) or user.timezone,
        roles=user.roles if change.role_ids is None else _roles(change.role_ids, platform),
    )
    kept = platform.store.accounts.update_user(changed)
    login = logins.by_id(user.id)
    if user.active and not kept.active and login is not None:
        logins.save(replace(login, uniquifier=uuid4().hex))
    return kept


def reset_password(caller: User, user: User, logins: LoginStore, hashed: Callable[[str], str]) -> Login:
    """Give a user a password that nobody knows, and make tokens and cookies void.

    Raises:
        NotAuthorized: the caller is no admin.
        UnknownEntity: the user is gone.
    """
    _check_admin(caller)
    login = logins.by_id(user.id)
    if login is None:
        raise UnknownEntity(f"User {user.id} not found")
    password = "".join(secrets.choice(string.ascii_letters) for _ in range(PASSWORD_LENGTH))
    reset = replace(login, password_hash=hashed(password), uniquifier=uuid4().hex)
    logins.save(reset)
    return reset


def _check_admin(caller: User) -> None:
    if not caller.is_admin:
        raise NotAuthorized(_FORBIDDEN)


def _timezone(name: str | None) -> str | None:
    if name is not None:
        try:
            check_timezone(name)
        except InvalidField as error:
            raise InvalidFields({"timezone": [f"Timezone {name} doesn't exist."]}) from error
    return name


def _roles(ids: tuple[int, ...], platform: Platform) -> frozenset[str]:
    """Return the names of roles.

    Raises:
        InvalidFields: there is no such role.
    """
    names = {number: name for name, number in platform.store.accounts.role_ids().items()}
    unknown = [number for number in ids if number not in names]
    if unknown:
        raise InvalidFields({"flexmeasures_roles": [f"There is no role {unknown[0]}."]})
    return frozenset(names[number] for number in ids)
