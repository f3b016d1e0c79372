"""Notes on a period, for an account, an asset or a sensor."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, String, UniqueConstraint
from sqlalchemy import Table as Link
from sqlalchemy.orm import Mapped, mapped_column

from flexmeasures.adapters.postgres.tables.declaration import Key, Table


class AnnotationRow(Table):
    """A note on a period."""

    __tablename__ = "annotation"
    __table_args__ = (
        UniqueConstraint("content", "start", "belief_time", "source_id", "type"),
        CheckConstraint("type IN ('alert', 'holiday', 'label', 'feedback', 'warning', 'error')", name="type"),
    )

    id: Mapped[Key]
    start: Mapped[datetime]
    end: Mapped[datetime]
    belief_time: Mapped[datetime | None]
    source_id: Mapped[int | None] = mapped_column(
        ForeignKey("data_source.id", ondelete="SET NULL"), index=True
    )
    type: Mapped[str] = mapped_column(String(20))
    content: Mapped[str] = mapped_column(String(1024))


def _links(owner: str, owners: str) -> Link:
    return Link(
        f"annotations_{owners}",
        Table.metadata,
        Column(f"{owner}_id", ForeignKey(f"{owner}.id", ondelete="CASCADE"), primary_key=True),
        Column(
            "annotation_id", ForeignKey("annotation.id", ondelete="CASCADE"), primary_key=True, index=True
        ),
    )


annotations_accounts = _links("account", "accounts")
annotations_assets = _links("asset", "assets")
annotations_sensors = _links("sensor", "sensors")
