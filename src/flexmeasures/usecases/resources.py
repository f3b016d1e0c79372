"""Find what addresses name, as far as the caller may know of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from math import cos, hypot, radians

from flexmeasures.domain.access import owns
from flexmeasures.domain.accounts import User
from flexmeasures.domain.addresses import (
    ID_MAX,
    ConnectionAddress,
    MarketAddress,
    SensorAddress,
    WeatherAddress,
)
from flexmeasures.domain.assets import Asset, AssetType, Connection, Market, Quantity, Sensor, WeatherSensor
from flexmeasures.domain.errors import (
    AmbiguousMarket,
    UnknownConnection,
    UnknownEntity,
    UnknownMarket,
    UnknownWeatherSensor,
    UnrecognizedAsset,
)
from flexmeasures.domain.messages import Address
from flexmeasures.usecases.ports.platform import Platform

WEATHER_STATION = "weather station"
_QUANTITIES = {
    "temperature": Quantity.TEMPERATURE,
    "radiation": Quantity.IRRADIANCE,
    "irradiance": Quantity.IRRADIANCE,
    "wind_speed": Quantity.WIND_SPEED,
    "wind speed": Quantity.WIND_SPEED,
}
_UNITS = {Quantity.TEMPERATURE: "°C", Quantity.IRRADIANCE: "kW/m²", Quantity.WIND_SPEED: "m/s"}


def own_connections(caller: User, addresses: Sequence[Address], platform: Platform) -> list[Connection]:
    """Return the caller's connections that these addresses name, in their order.

    Raises:
        UnknownConnection: there is no such asset among the caller's.
        UnrecognizedAsset: an asset of the caller has nothing that measures its power.
    """
    asset_ids = [_asset_id(address, platform) for address in addresses]
    found = {item.id: item for item in platform.store.assets.connections(sorted(set(asset_ids)))}
    for asset_id in asset_ids:
        if asset_id not in found:
            _own_asset(caller, asset_id, platform)
            raise UnrecognizedAsset(f"Asset {asset_id} has no sensor of its power.")
        if not owns(caller, found[asset_id].asset):
            raise UnknownConnection(f"There is no connection {asset_id} among yours.")
    return [found[asset_id] for asset_id in asset_ids]


def market(address: Address, platform: Platform) -> Market:
    """Return the market that an address names.

    Raises:
        UnknownMarket: there is none.
        AmbiguousMarket: there are several.
    """
    name = address.name if isinstance(address, MarketAddress) else str(address)
    found = [
        known
        for known in platform.store.assets.markets()
        if address in {MarketAddress(known.name), SensorAddress(known.sensor.id)}
    ]
    if len(found) > 1:
        raise AmbiguousMarket(f"Multiple sensors were found named {name}.")
    if not found:
        raise UnknownMarket(f"The requested market named {name} is not known.")
    return found[0]


def weather_sensor(address: Address, step: timedelta, platform: Platform) -> Sensor:
    """Return the weather sensor that an address names. In play mode, a place that has none gets one.

    Args:
        address: Of the sensor.
        step: Of a sensor that is made.
        platform: All that is needed.

    Raises:
        UnknownWeatherSensor: there is none; the text names the nearest.
    """
    if isinstance(address, SensorAddress):
        for known in platform.store.assets.weather_sensors():
            if known.sensor.id == address.sensor_id:
                return known.sensor
    if not isinstance(address, WeatherAddress) or address.quantity not in _QUANTITIES:
        raise UnknownWeatherSensor(_nearest(None, []))
    quantity = _QUANTITIES[address.quantity]
    sensors = platform.store.assets.weather_sensors(quantity)
    for known in sensors:
        if (known.latitude, known.longitude) == (address.latitude, address.longitude):
            return known.sensor
    if platform.rules.mode == "play":
        return _new_weather_sensor(address, quantity, step, platform)
    raise UnknownWeatherSensor(_nearest(address, sensors))


def _asset_id(address: Address, platform: Platform) -> int:
    """Return which asset an address names.

    Raises:
        UnknownConnection: it names none.
    """
    if isinstance(address, ConnectionAddress) and address.asset_id <= ID_MAX:
        return address.asset_id
    if isinstance(address, SensorAddress) and address.sensor_id <= ID_MAX:
        try:
            return platform.store.assets.sensor(address.sensor_id).asset_id
        except UnknownEntity as error:
            raise UnknownConnection(str(error)) from error
    raise UnknownConnection(f"{address} is no connection.")


def _own_asset(caller: User, asset_id: int, platform: Platform) -> Asset:
    """Return an asset of the caller.

    Raises:
        UnknownConnection: there is no such asset among the caller's.
    """
    try:
        asset = platform.store.assets.asset(asset_id)
    except UnknownEntity as error:
        raise UnknownConnection(str(error)) from error
    if not owns(caller, asset):
        raise UnknownConnection(f"There is no connection {asset_id} among yours.")
    return asset


def _nearest(address: WeatherAddress | None, sensors: Sequence[WeatherSensor]) -> str:
    """Say where the nearest sensor is. Distances are those of a plane, which ranks near ones right."""
    if address is None or not sensors:
        return "In fact, we can't find any sensors."

    def distance(sensor: WeatherSensor) -> float:
        west = abs(sensor.longitude - address.longitude)
        shrunk = min(west, 360 - west) * cos(radians(address.latitude))
        return hypot(sensor.latitude - address.latitude, shrunk)

    nearest = min(sensors, key=distance)
    return f"The nearest sensor is at latitude {nearest.latitude} and longitude {nearest.longitude}"


def _new_weather_sensor(
    address: WeatherAddress, quantity: Quantity, step: timedelta, platform: Platform
) -> Sensor:
    title = (
        f"Weather sensor for {address.quantity} at latitude {address.latitude}"
        f" and longitude {address.longitude}"
    )
    assets = platform.store.assets
    station = Asset(
        id=0,
        name=title.lower().replace(" ", "_"),
        display_name=title,
        type=assets.add_type(AssetType(0, WEATHER_STATION, WEATHER_STATION)),
        latitude=address.latitude,
        longitude=address.longitude,
    )
    sensor = Sensor(
        0, address.quantity, 0, _UNITS[quantity], platform.rules.timezone, step, quantity=quantity
    )
    return assets.add_sensor(replace(sensor, asset_id=assets.add_asset(station).id))
