"""What all tables have in common: their registry, names of constraints, and types of columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated

from sqlalchemy import DateTime, Double, ForeignKey, Interval, MetaData, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

Json = Mapping[str, object]
Key = Annotated[int, mapped_column(primary_key=True)]
Attributes = Annotated[Json, mapped_column(JSONB, server_default=text("'{}'::jsonb"))]
Document = Annotated[Json | None, mapped_column(JSONB(none_as_null=True))]
AccountKey = Annotated[int, mapped_column(ForeignKey("account.id", ondelete="CASCADE"))]
AssetKey = Annotated[int, mapped_column(ForeignKey("asset.id", ondelete="CASCADE"))]
SensorKey = Annotated[int, mapped_column(ForeignKey("sensor.id", ondelete="CASCADE"))]


class Table(DeclarativeBase):
    """A table of the platform."""

    metadata = MetaData(
        naming_convention={
            "pk": "%(table_name)s_pkey",
            "fk": "%(table_name)s_%(column_0_name)s_fkey",
            "uq": "%(table_name)s_%(column_0_N_name)s_key",
            "ix": "%(table_name)s_%(column_0_N_name)s_idx",
            "ck": "%(table_name)s_%(constraint_name)s_check",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as an attribute of the class
        datetime: DateTime(timezone=True),
        timedelta: Interval,
        float: Double,
    }
