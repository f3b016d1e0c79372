"""UDI events: what devices said of their state and wishes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from flexmeasures.adapters.postgres.tables.declaration import AssetKey, Table


class UdiEventRow(Table):
    """A UDI event. Targets are a list of ``{"due": ISO 8601, "soc": MWh}``."""

    __tablename__ = "udi_event"

    asset_id: Mapped[AssetKey] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(String(40), primary_key=True)
    time: Mapped[datetime]
    soc: Mapped[float]
    targets: Mapped[list[dict[str, object]]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    efficiency: Mapped[float | None]
    soc_min: Mapped[float | None]
    soc_max: Mapped[float | None]
