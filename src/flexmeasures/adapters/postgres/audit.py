"""The log of changes."""

from __future__ import annotations

from sqlalchemy import insert, select
from sqlalchemy.orm import InstrumentedAttribute

from flexmeasures.adapters.postgres.sessions import FRESH, Sessions
from flexmeasures.adapters.postgres.tables.records import AuditLogRow
from flexmeasures.domain.audit import Change

LONGEST = 500
"""Characters of a text."""


class Audit:
    """Changes in PostgreSQL."""

    def __init__(self, joined: Sessions) -> None:
        self._joined = joined

    def note(self, change: Change) -> None:
        row = {
            "event_datetime": change.time,
            "event": change.text[:LONGEST],
            "active_user_id": change.by_id,
            "active_user_name": change.by_name[:255],
            "affected_user_id": change.user_id,
            "affected_account_id": change.account_id,
            "affected_asset_id": change.asset_id,
            "affected_sensor_id": change.sensor_id,
        }
        with self._joined() as session:
            session.execute(insert(AuditLogRow).values(row))

    def about_asset(self, asset_id: int, limit: int = 100) -> list[Change]:
        return self._about(AuditLogRow.affected_asset_id, asset_id, limit)

    def about_user(self, user_id: int, limit: int = 100) -> list[Change]:
        return self._about(AuditLogRow.affected_user_id, user_id, limit)

    def about_account(self, account_id: int, limit: int = 100) -> list[Change]:
        return self._about(AuditLogRow.affected_account_id, account_id, limit)

    def about_sensor(self, sensor_id: int, limit: int = 100) -> list[Change]:
        return self._about(AuditLogRow.affected_sensor_id, sensor_id, limit)

    def _about(self, column: InstrumentedAttribute[int | None], number: int, limit: int) -> list[Change]:
        newest = (AuditLogRow.event_datetime.desc(), AuditLogRow.id.desc())
        wanted = select(AuditLogRow).where(column == number).order_by(*newest).limit(limit)
        with self._joined() as session:
            return [_change(row) for row in session.scalars(wanted, execution_options=FRESH)]


def _change(row: AuditLogRow) -> Change:
    return Change(
        time=row.event_datetime,
        text=row.event,
        by_id=row.active_user_id,
        by_name=row.active_user_name or "",
        user_id=row.affected_user_id,
        account_id=row.affected_account_id,
        asset_id=row.affected_asset_id,
        sensor_id=row.affected_sensor_id,
    )
