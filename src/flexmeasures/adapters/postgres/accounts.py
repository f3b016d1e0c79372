"""The store of accounts, users and roles."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import uuid4

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from flexmeasures.adapters.postgres.refusals import unique
from flexmeasures.adapters.postgres.sessions import FRESH, Sessions
from flexmeasures.adapters.postgres.tables.accounts import AccountRoleRow, AccountRow, roles_accounts
from flexmeasures.adapters.postgres.tables.users import RoleRow, UserRow, roles_users
from flexmeasures.adapters.postgres.user_rows import account_of, user_of
from flexmeasures.domain.accounts import Account, Look, User
from flexmeasures.domain.errors import UnknownEntity


class Accounts:
    """Accounts, users and roles in PostgreSQL."""

    def __init__(self, joined: Sessions) -> None:
        self._joined = joined

    def account(self, name: str) -> Account | None:
        with self._joined() as session:
            row = session.scalar(select(AccountRow).where(AccountRow.name == name), execution_options=FRESH)
            return None if row is None else account_of(row)

    def accounts(self) -> list[Account]:
        with self._joined() as session:
            rows = session.scalars(select(AccountRow).order_by(AccountRow.id), execution_options=FRESH)
            return [account_of(row) for row in rows]

    def delete_account(self, account_id: int) -> None:
        with self._joined() as session:
            session.connection().execute(delete(AccountRow).where(AccountRow.id == account_id))

    def add_account(self, name: str, roles: Iterable[str] = ()) -> Account:
        names = list(roles)
        for role in names:
            self.add_account_role(role)
        with self._joined() as session:
            session.execute(insert(AccountRow).values(name=name).on_conflict_do_nothing())
            held = (
                select(AccountRow.id, AccountRoleRow.id)
                .join(AccountRoleRow, AccountRoleRow.name.in_(names))
                .where(AccountRow.name == name)
            )
            columns = ["account_id", "role_id"]
            session.execute(insert(roles_accounts).from_select(columns, held).on_conflict_do_nothing())
            rows = session.scalars(select(AccountRow).where(AccountRow.name == name), execution_options=FRESH)
            return account_of(rows.one())

    def set_look(self, account_id: int, look: Look) -> None:
        told = {
            "logo_url": look.logo or None,
            "primary_color": look.primary or None,
            "secondary_color": look.secondary or None,
        }
        with self._joined() as session:
            kept = update(AccountRow).where(AccountRow.id == account_id).values(told).returning(AccountRow.id)
            if session.scalar(kept) is None:
                raise UnknownEntity(f"There is no account {account_id}.")

    def add_account_role(self, name: str, description: str = "") -> None:
        row = insert(AccountRoleRow).values(name=name, description=description)
        with self._joined() as session:
            session.execute(row.on_conflict_do_nothing())

    def delete_account_role(self, name: str) -> None:
        with self._joined() as session:
            session.connection().execute(delete(AccountRoleRow).where(AccountRoleRow.name == name))

    def delete_roles(self) -> int:
        with self._joined() as session:
            held = session.scalars(delete(RoleRow).returning(RoleRow.id)).all()
            return len(held) + len(session.scalars(delete(AccountRoleRow).returning(AccountRoleRow.id)).all())

    def account_roles(self) -> dict[str, str]:
        wanted = select(AccountRoleRow.name, AccountRoleRow.description).order_by(AccountRoleRow.id)
        with self._joined() as session:
            return dict(session.execute(wanted).all())

    def add_role(self, name: str, description: str = "") -> None:
        row = insert(RoleRow).values(name=name, description=description)
        with self._joined() as session:
            session.execute(row.on_conflict_do_nothing())

    def roles(self) -> dict[str, str]:
        wanted = select(RoleRow.name, RoleRow.description).order_by(RoleRow.id)
        with self._joined() as session:
            return dict(session.execute(wanted).all())

    def role_ids(self) -> dict[str, int]:
        with self._joined() as session:
            rows = session.scalars(select(RoleRow).order_by(RoleRow.id), execution_options=FRESH)
            return {row.name: row.id for row in rows}

    def user(self, user_id: int) -> User:
        with self._joined() as session:
            return user_of(_found(session, user_id))

    def user_by_email(self, email: str) -> User | None:
        wanted = select(UserRow).where(func.lower(UserRow.email) == func.lower(email))
        with self._joined() as session:
            row = session.scalar(wanted, execution_options=FRESH)
            return None if row is None else user_of(row)

    def users(self) -> list[User]:
        with self._joined() as session:
            rows = session.scalars(select(UserRow).order_by(UserRow.id), execution_options=FRESH)
            return [user_of(row) for row in rows]

    def add_user(self, user: User, password_hash: str) -> User:
        for role in user.roles:
            self.add_role(role)
        with self._joined() as session:
            row = UserRow(
                email=user.email,
                username=user.username,
                password=password_hash,
                active=user.active,
                fs_uniquifier=uuid4().hex,
                last_login_at=user.last_login,
                timezone=user.timezone,
                account_id=user.account.id,
            )
            with unique(session, f"A user with email {user.email} or name {user.username} exists already."):
                session.add(row)
            held = (
                select(RoleRow.id, UserRow.id)
                .join(UserRow, UserRow.id == row.id)
                .where(RoleRow.name.in_(user.roles))
            )
            session.execute(insert(roles_users).from_select(["role_id", "user_id"], held))
            return user_of(_found(session, row.id))

    def update_user(self, user: User) -> User:
        with self._joined() as session:
            row = _found(session, user.id)
            with unique(session, f"A user with email {user.email} or name {user.username} exists already."):
                row.email, row.username = user.email, user.username
                row.active, row.timezone = user.active, user.timezone
            row.roles = list(session.scalars(select(RoleRow).where(RoleRow.name.in_(user.roles))))
            session.flush()
            return user_of(_found(session, user.id))

    def delete_user(self, user_id: int) -> None:
        with self._joined() as session:
            session.connection().execute(delete(UserRow).where(UserRow.id == user_id))


def _found(session: Session, user_id: int) -> UserRow:
    row = session.scalar(select(UserRow).where(UserRow.id == user_id), execution_options=FRESH)
    if row is None:
        raise UnknownEntity(f"There is no user {user_id}.")
    return row
