"""Many assets with their power sensors, read as columns: mapping each row to an object costs the most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import cast

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from flexmeasures.adapters.postgres.asset_rows import type_of
from flexmeasures.adapters.postgres.sessions import FRESH
from flexmeasures.adapters.postgres.tables.assets import AssetRow, AssetTypeRow, SensorRow
from flexmeasures.domain.assets import Asset, AssetType, Connection, Quantity, Sensor
from flexmeasures.domain.attributes import connection

_A = AssetRow.__table__.c
_S = SensorRow.__table__.c
_ASSET = (
    _A.id,
    _A.name,
    _A.display_name,
    _A.asset_type_id,
    _A.account_id,
    _A.owner_id,
    _A.parent_asset_id,
    _A.latitude,
    _A.longitude,
    _A.attributes,
)
_SENSOR = (
    _S.id,
    _S.name,
    _S.unit,
    _S.timezone,
    _S.event_resolution,
    _S.consumption_is_positive,
    _S.attributes,
)


_AssetColumns = tuple[
    int,
    str,
    str,
    int,
    int | None,
    int | None,
    int | None,
    float | None,
    float | None,
    Mapping[str, object],
]
_SensorColumns = tuple[int, str, str, str, timedelta, bool, Mapping[str, object]]


def read_assets(session: Session, *conditions: ColumnElement[bool]) -> list[Asset]:
    """Return all assets of which some conditions hold, newest id first."""
    types = _types(session)
    wanted = select(*_ASSET).where(*conditions).order_by(_A.id.desc())
    rows = session.connection().execute(wanted)
    return [_asset(cast("_AssetColumns", row), types) for row in rows]


def read_connections(session: Session, asset_ids: Sequence[int] | None) -> list[Connection]:
    """Return the assets that have a power sensor, all or some, newest id first.

    Of several power sensors of an asset, the oldest is the one that the grid sees.
    """
    power = select(_S.id).where(_S.quantity == Quantity.POWER).ext(distinct_on(_S.asset_id))
    if asset_ids is not None:
        power = power.where(_S.asset_id.in_(asset_ids))
    oldest = power.order_by(_S.asset_id, _S.id).subquery("power")
    wanted = (
        select(*_ASSET, *_SENSOR)
        .join_from(oldest, SensorRow.__table__, _S.id == oldest.c.id)
        .join(AssetRow.__table__, _A.id == _S.asset_id)
        .order_by(_A.id.desc())
    )
    types = _types(session)
    size = len(_ASSET)
    return [
        connection(
            _asset(cast("_AssetColumns", row[:size]), types),
            _power_sensor(row[0], cast("_SensorColumns", row[size:])),
        )
        for row in session.connection().execute(wanted)
    ]


def _types(session: Session) -> dict[int, AssetType]:
    rows = session.scalars(select(AssetTypeRow), execution_options=FRESH)
    return {row.id: type_of(row) for row in rows}


def _asset(row: _AssetColumns, types: dict[int, AssetType]) -> Asset:
    key, name, shown, kind, account, owner, parent, latitude, longitude, attributes = row
    return Asset(key, name, shown, types[kind], account, owner, parent, latitude, longitude, attributes)


def _power_sensor(asset_id: int, row: _SensorColumns) -> Sensor:
    key, name, unit, timezone, step, positive, attributes = row
    return Sensor(key, name, asset_id, unit, timezone, step, Quantity.POWER, positive, attributes)
