"""The store of what lets users in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update

from flexmeasures.adapters.postgres.sessions import Sessions
from flexmeasures.adapters.postgres.tables.accounts import AccountRoleRow, AccountRow, roles_accounts
from flexmeasures.adapters.postgres.tables.users import RoleRow, UserRow, roles_users
from flexmeasures.domain.accounts import Account, Login, Look, User
from flexmeasures.domain.addresses import ID_MAX

_U = UserRow.__table__.c
_A = AccountRow.__table__.c

_ROLES = func.array(
    select(RoleRow.name).join(roles_users).where(roles_users.c.user_id == _U.id).scalar_subquery()
)
_ACCOUNT_ROLES = func.array(
    select(AccountRoleRow.name)
    .join(roles_accounts)
    .where(roles_accounts.c.account_id == _A.id)
    .scalar_subquery()
)
_LOGIN = select(
    _ROLES,
    _ACCOUNT_ROLES,
    _A.logo_url,
    _A.primary_color,
    _A.secondary_color,
    _A.id,
    _A.name,
    _U.id,
    _U.email,
    _U.username,
    _U.timezone,
    _U.active,
    _U.last_login_at,
    _U.password,
    _U.fs_uniquifier,
    _U.login_count,
).join_from(UserRow.__table__, AccountRow.__table__)
"""Whom a call comes from is asked at every call: one statement, and no objects mapped on the way."""


class Logins:
    """Logins in PostgreSQL."""

    def __init__(self, joined: Sessions) -> None:
        self._joined = joined

    def by_email(self, email: str) -> Login | None:
        return self._one(func.lower(UserRow.email) == func.lower(email))

    def by_id(self, user_id: int) -> Login | None:
        return self._one(UserRow.id == user_id) if 0 < user_id <= ID_MAX else None

    def by_uniquifier(self, uniquifier: str) -> Login | None:
        return self._one(UserRow.fs_uniquifier == uniquifier)

    def save(self, login: Login) -> None:
        changed = {
            UserRow.password: login.password_hash,
            UserRow.fs_uniquifier: login.uniquifier,
            UserRow.active: login.user.active,
            UserRow.last_login_at: login.user.last_login,
            UserRow.login_count: login.count,
        }
        with self._joined() as session:
            session.execute(update(UserRow).where(UserRow.id == login.user.id).values(changed))

    def arrive(self, user_id: int, time: datetime) -> None:
        changed = {UserRow.last_login_at: time, UserRow.login_count: UserRow.login_count + 1}
        with self._joined() as session:
            session.execute(update(UserRow).where(UserRow.id == user_id).values(changed))

    def _one(self, condition: ColumnElement[bool]) -> Login | None:
        with self._joined() as session:
            row = session.connection().execute(_LOGIN.where(condition)).one_or_none()
        if row is None:
            return None
        roles, account_roles, *look, account_id, account_name = row[:7]
        account = Account(
            account_id, account_name, frozenset(account_roles), Look(*(text or "" for text in look))
        )
        key, email, username, *others, password, uniquifier, count = row[7:]
        user = User(key, email, username, account, frozenset(roles), *others)
        return Login(user, password or "", uniquifier, count)
