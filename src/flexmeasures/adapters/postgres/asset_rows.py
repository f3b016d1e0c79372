"""Rows of assets, their types and sensors as values of the domain, and back."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import load_only

from flexmeasures.adapters.postgres.tables.assets import AssetRow, AssetTypeRow, SensorRow
from flexmeasures.domain.assets import Asset, AssetType, Documents, Quantity, Sensor

OPTIONS_OF_TYPES = (
    "is_consumer",
    "is_producer",
    "can_curtail",
    "can_shift",
    "daily_seasonality",
    "weekly_seasonality",
    "yearly_seasonality",
)


def assets() -> Select[AssetRow, AssetTypeRow]:
    """Return the query for all assets with their types."""
    return select(AssetRow, AssetTypeRow).join(AssetTypeRow, AssetTypeRow.id == AssetRow.asset_type_id)


def type_of(row: AssetTypeRow) -> AssetType:
    """Return the asset type in a row."""
    options = {name: bool(getattr(row, name)) for name in OPTIONS_OF_TYPES}
    return AssetType(row.id, row.name, row.display_name, row.hover_label, **options)


def type_values(asset_type: AssetType) -> dict[str, object]:
    """Return the columns of an asset type, without its id."""
    options = {name: getattr(asset_type, name) for name in OPTIONS_OF_TYPES}
    texts = {
        "name": asset_type.name,
        "display_name": asset_type.display_name,
        "hover_label": asset_type.hover_label,
    }
    return {**texts, **options}


def asset_of(row: AssetRow, asset_type: AssetTypeRow) -> Asset:
    """Return the asset in a row."""
    return Asset(
        id=row.id,
        name=row.name,
        display_name=row.display_name,
        type=type_of(asset_type),
        account_id=row.account_id,
        owner_id=row.owner_id,
        parent_id=row.parent_asset_id,
        latitude=row.latitude,
        longitude=row.longitude,
        attributes=row.attributes,
    )


def asset_values(asset: Asset) -> dict[str, object]:
    """Return the columns of an asset, without its id."""
    return {
        "name": asset.name,
        "display_name": asset.display_name,
        "asset_type_id": asset.type.id,
        "account_id": asset.account_id,
        "owner_id": asset.owner_id,
        "parent_asset_id": asset.parent_id,
        "latitude": asset.latitude,
        "longitude": asset.longitude,
        "attributes": dict(asset.attributes),
    }


def documents(asset_ids: Sequence[int]) -> Select[AssetRow]:
    """Return the query for what is kept of assets beside their fields."""
    columns = (
        AssetRow.description,
        AssetRow.external_id,
        AssetRow.flex_context,
        AssetRow.flex_model,
        AssetRow.sensors_to_show,
        AssetRow.sensors_to_show_as_kpis,
    )
    return select(AssetRow).where(AssetRow.id.in_(asset_ids)).options(load_only(*columns))


def documents_of(row: AssetRow) -> Documents:
    """Return what is kept of an asset beside its fields."""
    return Documents(
        row.description,
        row.external_id,
        row.flex_context,
        row.flex_model,
        tuple(row.sensors_to_show),
        tuple(row.sensors_to_show_as_kpis),
    )


def document_values(documents: Documents) -> dict[str, object]:
    """Return the columns of what is kept of an asset beside its fields."""
    return {
        "description": documents.description,
        "external_id": documents.external_id,
        "flex_context": dict(documents.flex_context),
        "flex_model": dict(documents.flex_model),
        "sensors_to_show": list(documents.sensors_to_show),
        "sensors_to_show_as_kpis": list(documents.sensors_to_show_as_kpis),
    }


def sensor_of(row: SensorRow) -> Sensor:
    """Return the sensor in a row. A quantity that the platform makes no use of counts as any other."""
    known = row.quantity in Quantity._value2member_map_
    return Sensor(
        id=row.id,
        name=row.name,
        asset_id=row.asset_id,
        unit=row.unit,
        timezone=row.timezone,
        step=row.event_resolution,
        quantity=Quantity(row.quantity) if known else Quantity.OTHER,
        consumption_is_positive=row.consumption_is_positive,
        attributes=row.attributes,
    )


def sensor_values(sensor: Sensor) -> dict[str, object]:
    """Return the columns of a sensor, without its id."""
    return {
        "name": sensor.name,
        "asset_id": sensor.asset_id,
        "unit": sensor.unit,
        "timezone": sensor.timezone,
        "event_resolution": sensor.step,
        "quantity": str(sensor.quantity),
        "consumption_is_positive": sensor.consumption_is_positive,
        "attributes": dict(sensor.attributes),
    }
