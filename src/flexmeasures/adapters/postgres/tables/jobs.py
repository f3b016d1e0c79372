"""The durable record of jobs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from flexmeasures.adapters.postgres.tables.declaration import Attributes, Table


class JobRow(Table):
    """One piece of work."""

    __tablename__ = "job"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    queue: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(80))
    arguments: Mapped[Attributes]
    state: Mapped[str] = mapped_column(String(20))
    created: Mapped[datetime]
    key: Mapped[str | None] = mapped_column(String(255), unique=True)
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id", ondelete="SET NULL"), index=True)
    started: Mapped[datetime | None]
    ended: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    error: Mapped[str | None]
    result: Mapped[Attributes]


Index("job_queue_state_created_idx", JobRow.queue, JobRow.state, JobRow.created)
Index("job_created_idx", JobRow.created)
