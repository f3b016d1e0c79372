"""Assets, what kinds there are, and the sensors on them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false, func, text, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from flexmeasures.adapters.postgres.tables.declaration import (
    AccountKey,
    AssetKey,
    Attributes,
    Document,
    Key,
    Table,
)


class AssetTypeRow(Table):
    """A kind of asset and what it can do."""

    __tablename__ = "asset_type"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    display_name: Mapped[str] = mapped_column(String(80), server_default="")
    hover_label: Mapped[str | None] = mapped_column(String(80))
    is_consumer: Mapped[bool] = mapped_column(server_default=false())
    is_producer: Mapped[bool] = mapped_column(server_default=false())
    can_curtail: Mapped[bool] = mapped_column(server_default=false())
    can_shift: Mapped[bool] = mapped_column(server_default=false())
    daily_seasonality: Mapped[bool] = mapped_column(server_default=false())
    weekly_seasonality: Mapped[bool] = mapped_column(server_default=false())
    yearly_seasonality: Mapped[bool] = mapped_column(server_default=false())


class AssetRow(Table):
    """A physical or virtual thing with sensors, part of a tree. Documents are read when asked for."""

    __tablename__ = "asset"
    __table_args__ = (UniqueConstraint("account_id", "external_id"),)

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80))
    display_name: Mapped[str] = mapped_column(String(80), server_default="")
    description: Mapped[str] = mapped_column(String(255), server_default="")
    asset_type_id: Mapped[int] = mapped_column(ForeignKey("asset_type.id"), index=True)
    account_id: Mapped[AccountKey | None]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("fm_user.id", ondelete="CASCADE"), index=True)
    parent_asset_id: Mapped[AssetKey | None] = mapped_column(index=True)
    external_id: Mapped[str | None] = mapped_column(String(255))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    attributes: Mapped[Attributes]
    secrets: Mapped[Document] = mapped_column(deferred=True)
    flex_context: Mapped[Attributes] = mapped_column(deferred=True)
    flex_model: Mapped[Attributes] = mapped_column(deferred=True)
    sensors_to_show: Mapped[list[object]] = mapped_column(
        JSONB, server_default=text("'[]'::jsonb"), deferred=True
    )
    sensors_to_show_as_kpis: Mapped[list[object]] = mapped_column(
        JSONB, server_default=text("'[]'::jsonb"), deferred=True
    )


Index("asset_name_key", func.coalesce(AssetRow.account_id, 0), AssetRow.name, unique=True)


class SensorRow(Table):
    """What a series of events belongs to."""

    __tablename__ = "sensor"
    __table_args__ = (UniqueConstraint("asset_id", "name"),)

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(120))
    asset_id: Mapped[AssetKey]
    unit: Mapped[str] = mapped_column(String(80), server_default="")
    timezone: Mapped[str] = mapped_column(String(80), server_default="UTC")
    event_resolution: Mapped[timedelta] = mapped_column(server_default="PT0S")
    quantity: Mapped[str] = mapped_column(String(80), server_default="", index=True)
    consumption_is_positive: Mapped[bool] = mapped_column(server_default=true())
    knowledge_horizon_fnc: Mapped[str] = mapped_column(String(80), server_default="ex_post")
    knowledge_horizon_par: Mapped[Attributes] = mapped_column(
        server_default=text("""'{"ex_post_horizon": "PT0S"}'::jsonb"""), deferred=True
    )
    attributes: Mapped[Attributes]
