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
class Account:
    """An organisation or household."""

    id: int
    name: str
    roles: frozenset[str] = frozenset()


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
