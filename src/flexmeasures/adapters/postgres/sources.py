"""The store of data sources."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from flexmeasures.adapters.postgres.sessions import Sessions
from flexmeasures.adapters.postgres.tables.accounts import AccountRoleRow, roles_accounts
from flexmeasures.adapters.postgres.tables.beliefs import BeliefSeriesRow
from flexmeasures.adapters.postgres.tables.sources import SourceRow
from flexmeasures.adapters.postgres.tables.users import RoleRow, UserRow, roles_users
from flexmeasures.domain.accounts import User
from flexmeasures.domain.beliefs import Source, SourceType


class Sources:
    """Data sources in PostgreSQL."""

    def __init__(self, joined: Sessions) -> None:
        self._joined = joined

    def of_user(self, user: User) -> Source:
        known = (SourceRow.type == SourceType.USER) & (SourceRow.user_id == user.id)
        source = Source(0, user.username, SourceType.USER, user_id=user.id, account_id=user.account.id)
        with self._joined() as session:
            return _ensured(session, known, source)

    def of_model(
        self, name: str, source_type: str, model: str | None = None, version: str | None = None
    ) -> Source:
        known = (
            (SourceRow.name == name)
            & (SourceRow.type == source_type)
            & SourceRow.user_id.is_(None)
            & SourceRow.account_id.is_(None)
            & SourceRow.model.is_not_distinct_from(model)
            & SourceRow.version.is_not_distinct_from(version)
        )
        with self._joined() as session:
            return _ensured(session, known, Source(0, name, source_type, model, version))

    def named(self, ids: Iterable[int]) -> dict[int, Source]:
        with self._joined() as session:
            rows = session.scalars(select(SourceRow).where(SourceRow.id.in_(list(ids))))
            return {row.id: _source(row) for row in rows}

    def all(self) -> list[Source]:
        with self._joined() as session:
            return [_source(row) for row in session.scalars(select(SourceRow).order_by(SourceRow.id))]

    def delete_unused(self) -> int:
        used = select(BeliefSeriesRow.source_id)
        with self._joined() as session:
            unused = delete(SourceRow).where(SourceRow.id.not_in(used)).returning(SourceRow.id)
            return len(session.execute(unused).all())

    def of_users(self, user_ids: Iterable[int], roles: Iterable[str]) -> list[Source]:
        ids, names = list(user_ids), [role.casefold() for role in roles]
        if not ids and not names:
            return []
        wanted = or_(SourceRow.user_id.in_(ids), SourceRow.user_id.in_(_holders(names)))
        with self._joined() as session:
            rows = session.scalars(select(SourceRow).where(wanted).order_by(SourceRow.id))
            return [_source(row) for row in rows]


def _holders(names: list[str]) -> Select[int]:
    """Return the ids of active users who, or whose accounts, hold one of these roles."""
    own = select(roles_users.c.user_id).join(RoleRow).where(func.lower(RoleRow.name).in_(names))
    of_account = (
        select(roles_accounts.c.account_id)
        .join(AccountRoleRow)
        .where(func.lower(AccountRoleRow.name).in_(names))
    )
    return select(UserRow.id).where(
        UserRow.active, or_(UserRow.id.in_(own), UserRow.account_id.in_(of_account))
    )


def _ensured(session: Session, known: ColumnElement[bool], source: Source) -> Source:
    """Return the source that is known, or keep a new one; somebody else may do so at the same time."""
    wanted = select(SourceRow).where(known).order_by(SourceRow.id).limit(1)
    row = session.scalar(wanted)
    if row is None:
        session.execute(
            insert(SourceRow)
            .values(
                name=source.name,
                type=source.type,
                model=source.model,
                version=source.version,
                user_id=source.user_id,
                account_id=source.account_id,
            )
            .on_conflict_do_nothing()
        )
        row = session.scalars(wanted).one()
    return _source(row)


def _source(row: SourceRow) -> Source:
    return Source(row.id, row.name, row.type, row.model, row.version, row.user_id, row.account_id)
