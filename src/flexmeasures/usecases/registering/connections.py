"""Make assets with their power sensor, as the documents of version 0.2.4 add them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import inf

from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Asset, AssetType, Connection, Quantity, Sensor
from flexmeasures.domain.errors import (
    DuplicateEntity,
    InvalidField,
    MissingMarket,
    UnknownEntity,
    UnknownMarket,
)
from flexmeasures.domain.places import Place
from flexmeasures.usecases.accounts import check_timezone
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.registering.checks import check_place, check_step, checked_name, in_words
from flexmeasures.usecases.structure import DUMMY_MARKET, type_named

LEAST_CAPACITY = 1e-4
"""Of a connection. [MW]"""

POWER_UNITS = ("W", "kW", "MW", "GW")


@dataclass(frozen=True, slots=True)
class NewConnection:
    """An asset with its power sensor.

    Attributes:
        name: Unique in the account of its owner.
        type: Name of its asset type.
        capacity: Largest power. [MW]
        step: Of its power sensor.
        place: Where it is.
        owner_id: User that owns it.
        unit: In which its power is spoken of; it is kept in MW.
        market_id: Price sensor of its market; None for the dummy market.
        timezone: Of its power sensor.
        soc_min: Least state of charge, for storage. [MWh]
        soc_max: Largest state of charge, for storage. [MWh]
    """

    name: str
    type: str
    capacity: float
    step: timedelta
    place: Place
    owner_id: int
    unit: str = "MW"
    market_id: int | None = None
    timezone: str = "UTC"
    soc_min: float | None = None
    soc_max: float | None = None


def add_connection(new: NewConnection, platform: Platform) -> Connection:
    """Make an asset with its power sensor.

    Raises:
        InvalidField: a field has a value that it cannot have.
        MissingMarket: no market is given and there is no dummy market.
        UnknownMarket: there is no such market.
        UnknownEntity: there is no such owner or asset type.
        DuplicateEntity: the owner's account has an asset of this name.
    """
    check_timezone(new.timezone)
    market_id = _market_id(new.market_id, platform)
    _check_electricity(new)
    check_place(new.place)
    kind, owner = _type_of(new, platform), _owner_of(new, platform)
    name = checked_name(new.name.replace(" (MW)", ""), "an asset")
    if any(
        asset.name == name
        for asset in platform.store.assets.assets(account_id=owner.account.id, public=False)
    ):
        raise DuplicateEntity(f"An asset with the name {name} already exists.")
    asset = platform.store.assets.add_asset(
        Asset(
            id=0,
            name=name,
            display_name=in_words(name),
            type=kind,
            account_id=owner.account.id,
            owner_id=owner.id,
            latitude=new.place.latitude,
            longitude=new.place.longitude,
            attributes=_attributes(new, market_id),
        )
    )
    sensor = platform.store.assets.add_sensor(
        Sensor(0, "power", asset.id, "MW", new.timezone, new.step, Quantity.POWER)
    )
    return Connection(asset, sensor, new.capacity, market_id)


def _attributes(new: NewConnection, market_id: int) -> dict[str, object]:
    attributes: dict[str, object] = {"capacity_in_mw": new.capacity, "market_id": market_id}
    storage = {"min_soc_in_mwh": new.soc_min, "max_soc_in_mwh": new.soc_max}
    return attributes | {name: value for name, value in storage.items() if value is not None}


def _market_id(market_id: int | None, platform: Platform) -> int:
    markets = platform.store.assets.markets()
    if market_id is None:
        for market in markets:
            if market.name == DUMMY_MARKET:
                return market.sensor.id
        raise MissingMarket(
            "No market ID given and also no dummy TOU market available. Maybe add structure first."
        )
    if all(market.sensor.id != market_id for market in markets):
        raise UnknownMarket(f"Market with id {market_id} doesn't exist.")
    return market_id


def _check_electricity(new: NewConnection) -> None:
    check_step(new.step)
    if new.unit not in POWER_UNITS:
        raise InvalidField(f"unit: '{new.unit}' is no unit of power; expected {', '.join(POWER_UNITS)}.")
    if not new.capacity >= LEAST_CAPACITY:
        raise InvalidField(f"capacity_in_mw: {new.capacity:g} is less than {LEAST_CAPACITY:g} MW.")
    least, largest = new.soc_min or 0.0, inf if new.soc_max is None else new.soc_max
    if not 0 <= least <= largest:
        raise InvalidField(
            f"max_soc_in_mwh: {largest:g} MWh is less than min_soc_in_mwh, or that is negative."
        )


def _type_of(new: NewConnection, platform: Platform) -> AssetType:
    kind = type_named(new.type, platform)
    if kind is None:
        raise UnknownEntity(f"Asset type {new.type} doesn't exist.")
    return kind


def _owner_of(new: NewConnection, platform: Platform) -> User:
    """Return the owner: whoever has an asset consumes or produces, or looks after everything."""
    try:
        owner = platform.store.accounts.user(new.owner_id)
    except UnknownEntity as error:
        raise UnknownEntity(f"Owner with id {new.owner_id} doesn't exist.") from error
    if not owner.is_admin and not owner.has_role("Prosumer"):
        roles = sorted(owner.roles | owner.account.roles)
        raise InvalidField(f"Asset owner must have role 'Prosumer'. User {owner.id} has roles {roles}.")
    return owner
