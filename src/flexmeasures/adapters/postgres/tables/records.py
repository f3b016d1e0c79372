"""What was done, by whom, and when: the audit log and the latest runs of recurring tasks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from flexmeasures.adapters.postgres.tables.declaration import AccountKey, AssetKey, Key, Table


class AuditLogRow(Table):
    """Something that was changed."""

    __tablename__ = "audit_log"

    id: Mapped[Key]
    event_datetime: Mapped[datetime]
    event: Mapped[str] = mapped_column(String(500))
    active_user_id: Mapped[int | None] = mapped_column(ForeignKey("fm_user.id", ondelete="SET NULL"))
    active_user_name: Mapped[str | None] = mapped_column(String(255))
    affected_user_id: Mapped[int | None] = mapped_column(ForeignKey("fm_user.id", ondelete="SET NULL"))
    affected_account_id: Mapped[AccountKey | None]
    affected_asset_id: Mapped[AssetKey | None]
    affected_sensor_id: Mapped[int | None] = mapped_column(ForeignKey("sensor.id", ondelete="SET NULL"))


for _column in (
    AuditLogRow.active_user_id,
    AuditLogRow.affected_user_id,
    AuditLogRow.affected_account_id,
    AuditLogRow.affected_asset_id,
    AuditLogRow.affected_sensor_id,
):
    Index(f"audit_log_{_column.key}_idx", _column, AuditLogRow.event_datetime)


class LatestTaskRunRow(Table):
    """The latest run of a recurring task."""

    __tablename__ = "latest_task_run"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    datetime: Mapped[datetime]
    status: Mapped[bool]
