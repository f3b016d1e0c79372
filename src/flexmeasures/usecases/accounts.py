"""Make and remove users, accounts and roles."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import available_timezones

from flexmeasures.domain.accounts import Account, User
from flexmeasures.domain.errors import DuplicateEntity, InvalidField, UnknownEntity
from flexmeasures.usecases.ports.platform import Platform

Hash = Callable[[str], str]
"""Turns a password into what is kept of it."""

LONGEST_NAME = 255
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)*")


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user to be made.

    Attributes:
        username: Unique.
        email: Unique; with it the user logs in.
        roles: Made when they are missing.
        timezone: An IANA name; None for that of the platform.
        account_id: Whose member it is; None for an account of its own name.
    """

    username: str
    email: str
    roles: tuple[str, ...] = ()
    timezone: str | None = None
    account_id: int | None = None


def names_in(text: str) -> tuple[str, ...]:
    """Read names that are separated by commas.

    >>> names_in("Prosumer, MDC")
    ('Prosumer', 'MDC')
    """
    names = (name.strip() for name in text.split(","))
    return tuple(dict.fromkeys(name for name in names if name))


def check_timezone(timezone: str) -> None:
    """Check that a time zone is known.

    Raises:
        InvalidField: it is not.
    """
    if timezone not in available_timezones():
        raise InvalidField(f"Timezone {timezone} is unknown!")


def add_user(new: NewUser, password: str, hashed: Hash, platform: Platform) -> User:
    """Make a user and the data source of what it will send.

    Args:
        new: The user.
        password: In clear; only its hash is kept.
        hashed: Turns it into what is kept.
        platform: All that is needed.

    Raises:
        InvalidField: the email address, name, password or time zone cannot be used.
        DuplicateEntity: the email address, name or the account's name is taken.
        UnknownEntity: there is no such account.
    """
    check_user(new, platform)
    if not password:
        raise InvalidField("The password is empty.")
    accounts = platform.store.accounts
    user = accounts.add_user(
        User(
            id=0,
            email=new.email.strip(),
            username=new.username.strip(),
            account=_account_of(new, platform),
            roles=frozenset(new.roles),
            timezone=new.timezone or platform.rules.timezone,
        ),
        hashed(password),
    )
    platform.store.sources.of_user(user)
    return user


def check_user(new: NewUser, platform: Platform) -> None:
    """Check what can be known of a user before its password is asked for.

    Raises:
        InvalidField: the email address, name or time zone cannot be used.
        DuplicateEntity: the email address or name is taken.
        UnknownEntity: there is no such account.
    """
    check_timezone(new.timezone or platform.rules.timezone)
    email, username = new.email.strip(), new.username.strip()
    if not email:
        raise InvalidField("No email address provided.")
    if not _EMAIL.fullmatch(email) or len(email) > LONGEST_NAME:
        raise InvalidField(f"{email} is not a valid email address: expected a form like name@example.com.")
    if not username or len(username) > LONGEST_NAME:
        raise InvalidField(f"A username has 1 to {LONGEST_NAME} characters.")
    users = platform.store.accounts.users()
    if any(user.email.casefold() == email.casefold() for user in users):
        raise DuplicateEntity(f"User with email {email} already exists.")
    if any(user.username == username for user in users):
        raise DuplicateEntity(f"User with username {username} already exists.")
    if new.account_id is not None:
        account_with(new.account_id, platform)


def _account_of(new: NewUser, platform: Platform) -> Account:
    """Return the account that a new user joins, or a new one; nobody joins others by having their name."""
    if new.account_id is not None:
        return account_with(new.account_id, platform)
    accounts, name = platform.store.accounts, new.username.strip()
    account = accounts.account(name)
    if account is not None and any(user.account.id == account.id for user in accounts.users()):
        raise DuplicateEntity(
            f"There is an account named '{name}' already, with members. State which account the user joins."
        )
    return account or accounts.add_account(name)


def account_with(account_id: int, platform: Platform) -> Account:
    """Return an account by its id.

    Raises:
        UnknownEntity: there is none.
    """
    for account in platform.store.accounts.accounts():
        if account.id == account_id:
            return account
    raise UnknownEntity(f"No account with ID {account_id} found!")


def add_account(name: str, roles: tuple[str, ...], platform: Platform) -> Account:
    """Make an account.

    Raises:
        DuplicateEntity: there is one of this name.
        InvalidField: the name is empty or too long.
    """
    if not name.strip() or len(name) > 100:
        raise InvalidField("The name of an account has 1 to 100 characters.")
    if platform.store.accounts.account(name) is not None:
        raise DuplicateEntity(f"Account '{name}' already exists.")
    return platform.store.accounts.add_account(name, roles)


def missing_account_roles(roles: tuple[str, ...], platform: Platform) -> tuple[str, ...]:
    """Return those of these roles that no account can have yet."""
    known = {role.casefold() for role in platform.store.accounts.account_roles()}
    return tuple(role for role in roles if role.casefold() not in known)


def add_account_role(name: str, description: str, platform: Platform) -> None:
    """Make a role that accounts can have.

    Raises:
        DuplicateEntity: there is one of this name.
    """
    if not missing_account_roles((name,), platform):
        raise DuplicateEntity(f"Account role '{name}' already exists.")
    platform.store.accounts.add_account_role(name, description)


def user_with_email(email: str, platform: Platform) -> User:
    """Return a user by its email address.

    Raises:
        UnknownEntity: there is none.
    """
    user = platform.store.accounts.user_by_email(email.strip())
    if user is None:
        raise UnknownEntity(f"Could not find user with email address '{email}' ...")
    return user


def members(account: Account, platform: Platform) -> list[User]:
    """Return the users of an account."""
    return [user for user in platform.store.accounts.users() if user.account.id == account.id]
