"""Make an account to play with: a house with solar panels and a battery, and day-ahead prices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flexmeasures.domain.accounts import ACCOUNT_ADMIN, Account
from flexmeasures.domain.assets import Asset, Quantity, Sensor
from flexmeasures.domain.errors import DuplicateEntity
from flexmeasures.usecases.accounts import NewUser, add_user
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.registering.checks import in_words
from flexmeasures.usecases.structure import ASSET_TYPES, MARKET, public_type

EMAIL = "toy-user@flexmeasures.io"
PASSWORD = "toy-password"  # noqa: S105 - documented, for toys
ZONE = "Europe/Amsterdam"
ZONE_ASSET = "NL transmission zone"
PRICES = "Day ahead prices"
_LATITUDE, _LONGITUDE = 52.374, 4.88969
_BATTERY = {"capacity_in_mw": 0.5, "min_soc_in_mwh": 0.05, "max_soc_in_mwh": 0.45}


@dataclass(frozen=True, slots=True)
class Toys:
    """What was made."""

    account: Account
    building: Asset
    solar: Asset
    battery: Asset
    power: Sensor
    prices: Sensor


def add_toy_account(name: str, hashed: Callable[[str], str], platform: Platform) -> Toys:
    """Make a toy account, unless there is an account of this name.

    Args:
        name: Of the account.
        hashed: Makes of a password what is kept of it.
        platform: All that is needed.

    Raises:
        DuplicateEntity: there is an account of this name, or a toy user.
    """
    if platform.store.accounts.account(name) is not None:
        raise DuplicateEntity(f"Account {name} already exists. Aborting ...")
    account = platform.store.accounts.add_account(name, ["Prosumer"])
    user = NewUser("toy-user", EMAIL, (ACCOUNT_ADMIN,), ZONE, account.id)
    owner_id = add_user(user, PASSWORD, hashed, platform).id
    prices = _prices(platform)
    building = _asset("toy-building", "building", None, platform, account.id, owner_id)
    solar = _asset("toy-solar", "solar", building.id, platform, account.id, owner_id)
    battery = _asset("toy-battery", "battery", building.id, platform, account.id, owner_id)
    platform.store.assets.set_attributes(battery.id, {**_BATTERY, "market_id": prices.id})
    power = platform.store.assets.add_sensor(
        Sensor(0, "charging", battery.id, "MW", ZONE, timedelta(minutes=15), Quantity.POWER)
    )
    return Toys(account, building, solar, battery, power, prices)


def _asset(
    name: str, kind: str, parent_id: int | None, platform: Platform, account_id: int, owner_id: int
) -> Asset:
    asset_type = next(known for known in ASSET_TYPES if known.name == kind)
    return platform.store.assets.add_asset(
        Asset(
            id=0,
            name=name,
            display_name=in_words(name),
            type=platform.store.assets.add_type(asset_type),
            account_id=account_id,
            owner_id=owner_id,
            parent_id=parent_id,
            latitude=_LATITUDE,
            longitude=_LONGITUDE,
        )
    )


def _prices(platform: Platform) -> Sensor:
    """Return the sensor of day-ahead prices, made when it is missing."""
    store = platform.store.assets
    for market in store.markets():
        if market.sensor.name == PRICES:
            return market.sensor
    kind = public_type(MARKET, platform)
    zone = store.add_asset(Asset(id=0, name=ZONE_ASSET, display_name=ZONE_ASSET, type=kind))
    told = {"market_name": "nl_day_ahead", "market_type": "day_ahead", "display_name": PRICES}
    hour = timedelta(hours=1)
    return store.add_sensor(
        Sensor(0, PRICES, zone.id, "EUR/MWh", ZONE, hour, Quantity.PRICE, attributes=told)
    )
