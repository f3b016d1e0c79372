"""What the documents call markets and weather sensors, seen in assets and their sensors."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from flexmeasures.adapters.postgres.asset_rows import sensor_of
from flexmeasures.adapters.postgres.sessions import FRESH
from flexmeasures.adapters.postgres.tables.assets import AssetRow, AssetTypeRow, SensorRow
from flexmeasures.domain.assets import WEATHER, Market, Quantity, WeatherSensor
from flexmeasures.domain.attributes import MARKET_TYPE, market


def markets(session: Session) -> list[Market]:
    """Return the price sensors of public markets, in order of their ids."""
    wanted = (
        select(SensorRow)
        .join(AssetRow, AssetRow.id == SensorRow.asset_id)
        .join(AssetTypeRow, AssetTypeRow.id == AssetRow.asset_type_id)
        .where(
            SensorRow.quantity == Quantity.PRICE,
            AssetTypeRow.name == MARKET_TYPE,
            AssetRow.account_id.is_(None),
        )
        .order_by(SensorRow.id)
    )
    return [market(sensor_of(row)) for row in session.scalars(wanted, execution_options=FRESH)]


def weather_sensors(session: Session, quantity: Quantity | None) -> list[WeatherSensor]:
    """Return the sensors of the weather on public assets that have a place, in order of their ids."""
    quantities = list(WEATHER) if quantity is None else [quantity]
    wanted = (
        select(SensorRow, AssetRow.latitude, AssetRow.longitude)
        .join(AssetRow, AssetRow.id == SensorRow.asset_id)
        .where(
            SensorRow.quantity.in_(quantities),
            AssetRow.account_id.is_(None),
        )
        .order_by(SensorRow.id)
    )
    rows = session.execute(wanted, execution_options=FRESH)
    return [
        WeatherSensor(sensor_of(row), latitude, longitude)
        for row, latitude, longitude in rows
        if latitude is not None and longitude is not None
    ]
