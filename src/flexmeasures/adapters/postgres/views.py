"""What the documents call assets, markets and weather sensors, seen in assets and their sensors."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from flexmeasures.adapters.postgres.asset_rows import asset_of, assets, sensor_of
from flexmeasures.adapters.postgres.sessions import FRESH
from flexmeasures.adapters.postgres.tables.assets import AssetRow, AssetTypeRow, SensorRow
from flexmeasures.domain.assets import WEATHER, Connection, Market, Quantity, WeatherSensor
from flexmeasures.domain.attributes import MARKET_TYPE, connection, market


def connections(session: Session, asset_ids: Sequence[int] | None) -> list[Connection]:
    """Return the assets that have a power sensor, all or some, newest id first.

    Of several power sensors of an asset, the oldest is the one that the grid sees.
    """
    power = (
        select(SensorRow)
        .where(SensorRow.quantity == Quantity.POWER)
        .ext(distinct_on(SensorRow.asset_id))
        .order_by(SensorRow.asset_id, SensorRow.id)
    )
    if asset_ids is not None:
        power = power.where(SensorRow.asset_id.in_(asset_ids))
    sensor = aliased(SensorRow, power.subquery("power"))
    wanted = assets().join(sensor, sensor.asset_id == AssetRow.id).add_columns(sensor)
    rows = session.execute(wanted.order_by(AssetRow.id.desc()), execution_options=FRESH)
    return [connection(asset_of(row, kind), sensor_of(meter)) for row, kind, meter in rows]


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
