"""The store of what lets users in."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select, update

from flexmeasures.adapters.postgres.sessions import FRESH, Sessions
from flexmeasures.adapters.postgres.tables.users import UserRow
from flexmeasures.adapters.postgres.user_rows import user_of
from flexmeasures.domain.accounts import Login
from flexmeasures.domain.addresses import ID_MAX


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

    def _one(self, condition: ColumnElement[bool]) -> Login | None:
        wanted = select(UserRow).where(condition)
        with self._joined() as session:
            row = session.scalar(wanted, execution_options=FRESH)
            if row is None:
                return None
            return Login(user_of(row), row.password or "", row.fs_uniquifier, row.login_count)
