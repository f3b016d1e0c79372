"""Rows of accounts and users as values of the domain."""

from __future__ import annotations

from flexmeasures.adapters.postgres.tables.accounts import AccountRow
from flexmeasures.adapters.postgres.tables.users import UserRow
from flexmeasures.domain.accounts import Account, Look, User


def account_of(row: AccountRow) -> Account:
    """Return the account in a row."""
    look = Look(row.logo_url or "", row.primary_color or "", row.secondary_color or "")
    return Account(row.id, row.name, frozenset(role.name for role in row.roles), look)


def user_of(row: UserRow) -> User:
    """Return the user in a row."""
    return User(
        id=row.id,
        email=row.email,
        username=row.username,
        account=account_of(row.account),
        roles=frozenset(role.name for role in row.roles),
        timezone=row.timezone,
        active=row.active,
        last_login=row.last_login_at,
    )
