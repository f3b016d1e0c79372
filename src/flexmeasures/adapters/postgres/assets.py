"""The store of assets, their types and their sensors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, Text, cast, delete, select, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.orm import InstrumentedAttribute

from flexmeasures.adapters.postgres import views
from flexmeasures.adapters.postgres.asset_columns import read_assets, read_connections
from flexmeasures.adapters.postgres.asset_rows import (
    asset_of,
    asset_values,
    assets,
    document_values,
    documents,
    documents_of,
    sensor_of,
    sensor_values,
    type_of,
    type_values,
)
from flexmeasures.adapters.postgres.refusals import unique
from flexmeasures.adapters.postgres.sessions import FRESH, Sessions
from flexmeasures.adapters.postgres.tables.assets import AssetRow, AssetTypeRow, SensorRow
from flexmeasures.domain.assets import (
    Asset,
    AssetType,
    Connection,
    Documents,
    Market,
    Quantity,
    Sensor,
    WeatherSensor,
)
from flexmeasures.domain.errors import UnknownEntity


class Assets:
    """Assets and sensors in PostgreSQL. What is removed takes its parts, sensors and beliefs along."""

    def __init__(self, joined: Sessions) -> None:
        self._joined = joined

    def types(self) -> list[AssetType]:
        with self._joined() as session:
            rows = session.scalars(select(AssetTypeRow).order_by(AssetTypeRow.id), execution_options=FRESH)
            return [type_of(row) for row in rows]

    def add_type(self, asset_type: AssetType) -> AssetType:
        kept = select(AssetTypeRow).where(AssetTypeRow.name == asset_type.name)
        with self._joined() as session:
            session.execute(insert(AssetTypeRow).values(type_values(asset_type)).on_conflict_do_nothing())
            return type_of(session.scalars(kept, execution_options=FRESH).one())

    def delete_unused_types(self) -> int:
        used = select(AssetRow.asset_type_id)
        with self._joined() as session:
            unused = delete(AssetTypeRow).where(AssetTypeRow.id.not_in(used)).returning(AssetTypeRow.id)
            return len(session.execute(unused).all())

    def asset(self, asset_id: int) -> Asset:
        with self._joined() as session:
            found = session.execute(
                assets().where(AssetRow.id == asset_id), execution_options=FRESH
            ).one_or_none()
        if found is None:
            raise UnknownEntity(f"There is no asset {asset_id}.")
        return asset_of(*found)

    def assets(self, *, account_id: int | None = None, public: bool = True) -> list[Asset]:
        conditions = []
        if account_id is not None:
            own = AssetRow.account_id == account_id
            conditions.append(own | AssetRow.account_id.is_(None) if public else own)
        elif not public:
            conditions.append(AssetRow.account_id.is_not(None))
        with self._joined() as session:
            return read_assets(session, *conditions)

    def add_asset(self, asset: Asset) -> Asset:
        statement = insert(AssetRow).values(asset_values(asset)).returning(AssetRow.id)
        with self._joined() as session, unique(session, _taken(asset)):
            return replace(asset, id=session.execute(statement).scalar_one())

    def update_asset(self, asset: Asset) -> Asset:
        statement = update(AssetRow).where(AssetRow.id == asset.id).values(asset_values(asset))
        with self._joined() as session, unique(session, _taken(asset)):
            if session.connection().execute(statement).rowcount == 0:
                raise UnknownEntity(f"There is no asset {asset.id}.")
        return asset

    def set_attributes(self, asset_id: int, attributes: Mapping[str, object]) -> None:
        changed = _changed(AssetRow.attributes, attributes)
        statement = update(AssetRow).where(AssetRow.id == asset_id).values(attributes=changed)
        with self._joined() as session:
            if session.connection().execute(statement).rowcount == 0:
                raise UnknownEntity(f"There is no asset {asset_id}.")

    def set_sensor_attributes(self, sensor_id: int, attributes: Mapping[str, object]) -> None:
        changed = _changed(SensorRow.attributes, attributes)
        statement = update(SensorRow).where(SensorRow.id == sensor_id).values(attributes=changed)
        with self._joined() as session:
            if session.connection().execute(statement).rowcount == 0:
                raise UnknownEntity(f"There is no sensor {sensor_id}.")

    def documents(self, asset_ids: Sequence[int]) -> dict[int, Documents]:
        with self._joined() as session:
            rows = session.execute(documents(asset_ids), execution_options=FRESH)
            return {row.id: documents_of(row) for row in rows.scalars()}

    def set_documents(self, asset_id: int, documents: Documents) -> None:
        statement = update(AssetRow).where(AssetRow.id == asset_id).values(document_values(documents))
        message = f"Another asset of the account has the external id {documents.external_id}."
        with self._joined() as session, unique(session, message):
            if session.connection().execute(statement).rowcount == 0:
                raise UnknownEntity(f"There is no asset {asset_id}.")

    def branch(self, asset_id: int) -> list[Asset]:
        top = select(AssetRow.id).where(AssetRow.id == asset_id).cte(recursive=True)
        within = top.union(select(AssetRow.id).where(AssetRow.parent_asset_id == top.c.id))
        wanted = assets().where(AssetRow.id.in_(select(within.c.id))).order_by(AssetRow.id)
        with self._joined() as session:
            return [asset_of(row, kind) for row, kind in session.execute(wanted, execution_options=FRESH)]

    def hold(self, asset_id: int) -> None:
        held = select(AssetRow.id).where(AssetRow.id == asset_id).with_for_update(key_share=True)
        with self._joined() as session:
            session.execute(held)

    def delete_asset(self, asset_id: int) -> None:
        with self._joined() as session:
            session.connection().execute(delete(AssetRow).where(AssetRow.id == asset_id))

    def sensor(self, sensor_id: int) -> Sensor:
        with self._joined() as session:
            row = session.scalar(select(SensorRow).where(SensorRow.id == sensor_id), execution_options=FRESH)
        if row is None:
            raise UnknownEntity(f"There is no sensor {sensor_id}.")
        return sensor_of(row)

    def sensors(self, asset_ids: Sequence[int]) -> list[Sensor]:
        wanted = select(SensorRow).where(SensorRow.asset_id.in_(asset_ids)).order_by(SensorRow.id)
        with self._joined() as session:
            return [sensor_of(row) for row in session.scalars(wanted, execution_options=FRESH)]

    def owners(self, sensor_ids: Sequence[int]) -> dict[int, tuple[Sensor, Asset]]:
        wanted = assets().add_columns(SensorRow).join(SensorRow, SensorRow.asset_id == AssetRow.id)
        wanted = wanted.where(SensorRow.id.in_(sensor_ids))
        with self._joined() as session:
            rows = session.execute(wanted, execution_options=FRESH).all()
            return {sensor.id: (sensor_of(sensor), asset_of(row, kind)) for row, kind, sensor in rows}

    def add_sensor(self, sensor: Sensor) -> Sensor:
        statement = insert(SensorRow).values(sensor_values(sensor)).returning(SensorRow.id)
        message = f"Asset {sensor.asset_id} has a sensor {sensor.name} already."
        with self._joined() as session, unique(session, message):
            return replace(sensor, id=session.execute(statement).scalar_one())

    def update_sensor(self, sensor: Sensor) -> Sensor:
        statement = update(SensorRow).where(SensorRow.id == sensor.id).values(sensor_values(sensor))
        message = f"Asset {sensor.asset_id} has a sensor {sensor.name} already."
        with self._joined() as session, unique(session, message):
            if session.connection().execute(statement).rowcount == 0:
                raise UnknownEntity(f"There is no sensor {sensor.id}.")
        return sensor

    def delete_sensor(self, sensor_id: int) -> None:
        with self._joined() as session:
            session.connection().execute(delete(SensorRow).where(SensorRow.id == sensor_id))

    def connections(self, asset_ids: Sequence[int] | None = None) -> list[Connection]:
        with self._joined() as session:
            return read_connections(session, asset_ids)

    def markets(self) -> list[Market]:
        with self._joined() as session:
            return views.markets(session)

    def weather_sensors(self, quantity: Quantity | None = None) -> list[WeatherSensor]:
        with self._joined() as session:
            return views.weather_sensors(session, quantity)


def _changed(
    attributes: InstrumentedAttribute[Mapping[str, object]], changes: Mapping[str, object]
) -> ColumnElement[Mapping[str, object]]:
    """Return attributes with changes; None removes one."""
    removed = [name for name, value in changes.items() if value is None]
    told = {name: value for name, value in changes.items() if value is not None}
    return attributes.op("||")(cast(told, JSONB)).op("-")(cast(removed, ARRAY(Text)))


def _taken(asset: Asset) -> str:
    owner = (
        "Among the public assets there"
        if asset.account_id is None
        else f"In account {asset.account_id} there"
    )
    return f"{owner} is an asset {asset.name} already."
