"""Make asset types, assets and sensors, as the documents of version 1.0 add them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from flexmeasures.domain.assets import Asset, AssetType, Quantity, Sensor
from flexmeasures.domain.errors import DuplicateEntity, InvalidField, UnknownEntity
from flexmeasures.domain.places import Place
from flexmeasures.usecases.accounts import account_with, check_timezone
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.registering.checks import check_place, checked_name, in_words
from flexmeasures.usecases.registering.connections import POWER_UNITS
from flexmeasures.usecases.registering.markets import PRICE_UNIT
from flexmeasures.usecases.structure import type_named

_WEATHER_UNITS = {
    "°C": Quantity.TEMPERATURE,
    "W/m²": Quantity.IRRADIANCE,
    "W/m2": Quantity.IRRADIANCE,
    "m/s": Quantity.WIND_SPEED,
}


@dataclass(frozen=True, slots=True)
class NewAsset:
    """An asset; its sensors come later.

    Attributes:
        name: Unique within its account.
        type_id: Its asset type.
        account_id: Who it belongs to; None for a public asset.
        place: Where it is, if it is somewhere.
        parent_id: What it is part of.
    """

    name: str
    type_id: int
    account_id: int | None = None
    place: Place | None = None
    parent_id: int | None = None


@dataclass(frozen=True, slots=True)
class NewSensor:
    """A sensor on an asset.

    Attributes:
        name: Unique within its asset.
        asset_id: What it measures something of.
        unit: Of its values; tells the quantity.
        step: Of its values; zero for instantaneous ones.
        timezone: An IANA name.
        attributes: Anything else; ``consumption_is_positive`` tells the sign of power.
    """

    name: str
    asset_id: int
    unit: str
    step: timedelta
    timezone: str
    attributes: Mapping[str, object] = field(default_factory=dict)


def add_asset_type(name: str, description: str, platform: Platform) -> AssetType:
    """Make an asset type.

    Raises:
        InvalidField: the name is empty or too long.
        DuplicateEntity: there is one of this name.
    """
    name = checked_name(name, "an asset type")
    if type_named(name, platform) is not None:
        raise DuplicateEntity(f"An asset type with the name {name} already exists.")
    return platform.store.assets.add_type(AssetType(0, name, in_words(name), hover_label=description or None))


def add_asset(new: NewAsset, platform: Platform) -> Asset:
    """Make an asset without sensors.

    Raises:
        InvalidField: the name or place cannot be used.
        UnknownEntity: there is no such type, account or parent.
        DuplicateEntity: the account has an asset of this name.
    """
    if new.place is not None:
        check_place(new.place)
    name = checked_name(new.name, "an asset")
    kinds = {kind.id: kind for kind in platform.store.assets.types()}
    if new.type_id not in kinds:
        raise UnknownEntity(f"Asset type with id {new.type_id} doesn't exist.")
    if new.account_id is not None:
        account_with(new.account_id, platform)
    if new.parent_id is not None:
        platform.store.assets.asset(new.parent_id)
    return platform.store.assets.add_asset(
        Asset(
            id=0,
            name=name,
            display_name=in_words(name),
            type=kinds[new.type_id],
            account_id=new.account_id,
            parent_id=new.parent_id,
            latitude=new.place.latitude if new.place else None,
            longitude=new.place.longitude if new.place else None,
        )
    )


def add_sensor(new: NewSensor, platform: Platform) -> Sensor:
    """Make a sensor.

    Raises:
        InvalidField: the name, step or time zone cannot be used.
        UnknownEntity: there is no such asset.
        DuplicateEntity: the asset has a sensor of this name.
    """
    check_timezone(new.timezone)
    if new.step < timedelta(0):
        raise InvalidField("An event resolution is not less than zero.")
    platform.store.assets.asset(new.asset_id)
    return platform.store.assets.add_sensor(
        Sensor(
            id=0,
            name=checked_name(new.name, "a sensor"),
            asset_id=new.asset_id,
            unit=new.unit,
            timezone=new.timezone,
            step=new.step,
            quantity=quantity_in(new.unit),
            consumption_is_positive=bool(new.attributes.get("consumption_is_positive", True)),
            attributes=new.attributes,
        )
    )


def quantity_in(unit: str) -> Quantity:
    """Return what a sensor of this unit measures, as far as the unit tells.

    >>> quantity_in("EUR/MWh")
    <Quantity.PRICE: 'price'>
    """
    if unit in POWER_UNITS:
        return Quantity.POWER
    if PRICE_UNIT.fullmatch(unit):
        return Quantity.PRICE
    return _WEATHER_UNITS.get(unit, Quantity.OTHER)
