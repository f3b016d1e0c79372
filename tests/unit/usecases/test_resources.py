"""Addresses name what the caller may know of."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flexmeasures.domain.addresses import ConnectionAddress, SensorAddress
from flexmeasures.domain.assets import Quantity
from flexmeasures.domain.errors import UnknownConnection, UnknownWeatherSensor, UnrecognizedAsset
from flexmeasures.testing.factories import QUARTER, Factory
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.resources import own_connections, weather_sensor


@pytest.fixture
def make(memory_platform: Platform) -> Factory:
    return Factory(memory_platform.store)


def test_an_own_asset_without_power_is_not_recognised(memory_platform: Platform, make: Factory) -> None:
    user = make.user()
    asset = make.asset(owner=user)
    with pytest.raises(UnrecognizedAsset, match=f"Asset {asset.id} has no sensor of its power"):
        own_connections(user, [ConnectionAddress(asset.id)], memory_platform)


def test_of_an_asset_of_somebody_else_nothing_is_said(memory_platform: Platform, make: Factory) -> None:
    bare, metered = make.asset(owner=make.user()), make.asset(owner=make.user())
    make.sensor(metered)
    for asset in (bare, metered):
        with pytest.raises(UnknownConnection, match=f"no connection {asset.id} among yours"):
            own_connections(make.user(), [ConnectionAddress(asset.id)], memory_platform)


def test_a_connection_that_is_not_there_is_unknown(memory_platform: Platform, make: Factory) -> None:
    with pytest.raises(UnknownConnection):
        own_connections(make.user(), [ConnectionAddress(999_999)], memory_platform)


def test_a_weather_sensor_is_found_by_its_number(memory_platform: Platform, make: Factory) -> None:
    wind, sun = (
        make.sensor(make.asset("weather station", place=(52.0, 5.0)), quantity)
        for quantity in (Quantity.WIND_SPEED, Quantity.IRRADIANCE)
    )
    assert weather_sensor(SensorAddress(sun.id), QUARTER, memory_platform) == sun
    assert weather_sensor(SensorAddress(wind.id), QUARTER, memory_platform) == wind


def test_a_sensor_of_anything_else_is_no_weather_sensor(memory_platform: Platform, make: Factory) -> None:
    make.sensor(make.asset("weather station", place=(52.0, 5.0)), Quantity.WIND_SPEED)
    with pytest.raises(UnknownWeatherSensor):
        weather_sensor(SensorAddress(make.sensor().id), timedelta(hours=1), memory_platform)
