"""Remove users, accounts, assets, sensors, and what is known of them."""

from __future__ import annotations

from dataclasses import dataclass

from flexmeasures.domain.accounts import Account, User
from flexmeasures.domain.assets import WEATHER, Asset, Quantity, Sensor
from flexmeasures.domain.errors import UnknownEntity
from flexmeasures.domain.jobs import QUEUES
from flexmeasures.usecases.accounts import missing_account_roles
from flexmeasures.usecases.jobs import Cleared, clear
from flexmeasures.usecases.noting import Actor, note_account, note_asset
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.structure import asset_types


@dataclass(frozen=True, slots=True)
class Removed:
    """How much of a kind is gone."""

    kind: str
    number: int


def remove_asset(actor: Actor, asset: Asset, platform: Platform) -> None:
    """Remove an asset with its parts, sensors and all their data."""
    platform.store.assets.delete_asset(asset.id)
    note_account(actor, asset.account_id, f"Deleted asset {asset.id}, {asset.display_name}.", platform)


def remove_sensor(actor: Actor, sensor: Sensor, platform: Platform) -> None:
    """Remove a sensor with what is known of it."""
    asset = platform.store.assets.asset(sensor.asset_id)
    platform.store.assets.delete_sensor(sensor.id)
    note_asset(actor, asset, f"Deleted sensor {sensor.id}, {sensor.name}.", platform)


def remove_user(actor: Actor, user: User, platform: Platform) -> None:
    """Remove a user with the assets that it owns and their data."""
    platform.store.accounts.delete_user(user.id)
    note_account(actor, user.account.id, f"Deleted user {user.username} ({user.email}).", platform)


def delete_account(account: Account, platform: Platform) -> None:
    """Remove an account with its users and assets and their data."""
    platform.store.accounts.delete_account(account.id)


def delete_account_role(name: str, platform: Platform) -> list[Account]:
    """Forget a role that accounts can have; return the accounts that held it.

    Raises:
        UnknownEntity: there is no such role.
    """
    if missing_account_roles((name,), platform):
        raise UnknownEntity(f"Account role '{name}' does not exist.")
    held = [account for account in platform.store.accounts.accounts() if name in account.roles]
    platform.store.accounts.delete_account_role(name)
    return held


def delete_structure(platform: Platform) -> list[Removed]:
    """Remove all assets, markets, weather sensors and their types, users, accounts, roles and sources."""
    store = platform.store
    connections, markets = store.assets.connections(), store.assets.markets()
    weather, users, accounts = (
        store.assets.weather_sensors(),
        store.accounts.users(),
        store.accounts.accounts(),
    )
    types = asset_types(platform)
    for asset in store.assets.assets():
        store.assets.delete_asset(asset.id)
    for account in accounts:
        store.accounts.delete_account(account.id)
    store.assets.delete_unused_types()
    return [
        Removed("Assets", len(connections)),
        Removed("AssetTypes", len(types)),
        Removed("Markets", len(markets)),
        Removed("WeatherSensors", len(weather)),
        Removed("DataSources", store.sources.delete_unused()),
        Removed("Roles", store.accounts.delete_roles()),
        Removed("Users", len(users)),
        Removed("Accounts", len(accounts)),
    ]


@dataclass(frozen=True, slots=True)
class Choice:
    """Whose beliefs are meant; of all sensors, if nothing is given.

    Attributes:
        kind: ``Asset``, ``Market`` or ``WeatherSensor``.
        id: Of an asset; of a market or weather sensor, that of its sensor.
        sensor_id: Of a single sensor.
    """

    kind: str | None = None
    id: int | None = None
    sensor_id: int | None = None

    @property
    def is_all(self) -> bool:
        """Whether all sensors are meant."""
        return self == Choice()


def chosen(choice: Choice, platform: Platform) -> list[Sensor]:
    """Return the sensors that are meant.

    Raises:
        UnknownEntity: there is no such asset or sensor.
    """
    assets = platform.store.assets
    if choice.sensor_id is not None:
        return [assets.sensor(choice.sensor_id)]
    if choice.is_all:
        return assets.sensors([asset.id for asset in assets.assets()])
    if choice.kind == "Market":
        found = {market.sensor.id: market.sensor for market in assets.markets()}
    elif choice.kind == "WeatherSensor":
        found = {weather.sensor.id: weather.sensor for weather in assets.weather_sensors()}
    else:
        found = {connection.id: connection.sensor for connection in assets.connections()}
    if choice.id is None:
        return list(found.values())
    if choice.id not in found:
        raise UnknownEntity(f"There is no {choice.kind or 'Asset'} with id {choice.id}.")
    return [found[choice.id]]


def delete_measurements(sensors: list[Sensor], platform: Platform) -> list[Removed]:
    """Remove what was recorded after the events."""
    delete = platform.store.beliefs.delete
    return [
        Removed(names.measurements, delete(ids, forecasts=False, measurements=True))
        for names, ids in _by_subject(sensors)
    ]


def delete_prognoses(sensors: list[Sensor], platform: Platform) -> list[Removed]:
    """Remove what was recorded before the end of the events: forecasts and schedules."""
    delete = platform.store.beliefs.delete
    return [
        Removed(names.forecasts, delete(ids, forecasts=True, measurements=False))
        for names, ids in _by_subject(sensors)
    ]


def clear_queues(platform: Platform) -> list[Cleared]:
    """Cancel all jobs that wait.

    Raises:
        ServiceUnavailable: the queue does not answer.
    """
    return [clear(queue, platform) for queue in QUEUES]


@dataclass(frozen=True, slots=True)
class _Names:
    measurements: str
    forecasts: str


_PRICES = _Names("Prices", "Price Forecasts")
_POWER = _Names("Power Measurements", "Power Forecasts")
_WEATHER = _Names("Weather Measurements", "Weather Forecasts")
_OTHER = _Names("Other Measurements", "Other Forecasts")


def _by_subject(sensors: list[Sensor]) -> list[tuple[_Names, list[int]]]:
    """Return the ids of sensors by subject; the documented subjects are always there."""
    ids: dict[_Names, list[int]] = {_PRICES: [], _POWER: [], _WEATHER: []}
    for sensor in sensors:
        ids.setdefault(_subject(sensor), []).append(sensor.id)
    return list(ids.items())


def _subject(sensor: Sensor) -> _Names:
    if sensor.quantity in WEATHER:
        return _WEATHER
    return {Quantity.PRICE: _PRICES, Quantity.POWER: _POWER}.get(sensor.quantity, _OTHER)
