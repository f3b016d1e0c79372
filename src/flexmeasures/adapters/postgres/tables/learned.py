"""What was learned of sensors."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from flexmeasures.adapters.postgres.tables.declaration import Table


class LearnedRow(Table):
    """What was learned of one sensor, by one way of learning."""

    __tablename__ = "learned"

    sensor_id: Mapped[int] = mapped_column(ForeignKey("sensor.id", ondelete="CASCADE"), primary_key=True)
    way: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[datetime]
    content: Mapped[bytes]
