"""Accounts, users and roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

ADMIN = "admin"
ADMIN_READER = "admin-reader"
ACCOUNT_ADMIN = "account-admin"
CONSULTANT = "consultant"
ANONYMOUS = "anonymous"
TASK_RUNNER = "task-runner"

USEF_ROLES = ("Aggregator", "Supplier", "MDC", "DSO", "Prosumer", "ESCo")


@dataclass(frozen=True, slots=True)
class Look:
    """How the pages look for members of an account; empty where they look as usual.

    Attributes:
        logo: Address of a picture.
        primary: Colour of what stands out, such as ``#0f6e6e``.
        secondary: Colour behind what is chosen.
    """

    logo: str = ""
    primary: str = ""
    secondary: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """An organisation or household."""

    id: int
    name: str
    roles: frozenset[str] = frozenset()
    look: Look = Look()


@dataclass(frozen=True, slots=True)
class User:
    """A person or programme that calls, as a member of an account."""

    id: int
    email: str
    username: str
    account: Account
    roles: frozenset[str] = frozenset()
    timezone: str = "UTC"
    active: bool = True
    last_login: datetime | None = None

    def has_role(self, *names: str) -> bool:
        """Tell whether the user or its account holds one of these roles, in any case of letters."""
        held = {role.casefold() for role in self.roles | self.account.roles}
        return any(name.casefold() in held for name in names)

    @property
    def is_admin(self) -> bool:
        """Whether the user may do everything."""
        return ADMIN in {role.casefold() for role in self.roles}


@dataclass(frozen=True, slots=True)
class Login:
    """What is needed to let a user in.

    Attributes:
        user: The user.
        password_hash: Made by ``web.passwords``.
        uniquifier: Tokens and cookies hold it; another one makes them void.
        count: How often the user has logged in.
    """

    user: User
    password_hash: str
    uniquifier: str
    count: int = 0
