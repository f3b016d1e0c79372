"""The weather near an asset."""

from __future__ import annotations

from datetime import timedelta

from flexmeasures.domain.assets import Quantity, Sensor
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.regressors import Span, regressors_near

HOUR = timedelta(hours=1)
SPAN = Span(TimeGrid(NOON - 24 * HOUR, HOUR, 24), TimeGrid(NOON, HOUR, 2), NOON, None)


def test_the_nearest_sensor_that_told_anything_counts(memory_platform: Platform) -> None:
    make = Factory(memory_platform.store)

    def mast(north: float, values: list[float]) -> Sensor:
        station = make.asset("weather station", place=(north, 5.0))
        sensor = make.sensor(station, Quantity.WIND_SPEED, step=HOUR)
        said = block(sensor, make.source(), NOON, values, recorded=NOON - 2 * HOUR)
        memory_platform.store.beliefs.add([said])
        return sensor

    mast(52.1, [])
    mast(52.5, [6.0, 7.0])
    mast(52.4, [4.0, 5.0])
    mast(54.0, [8.0, 9.0])
    asset = make.asset("wind", place=(52.0, 5.0))
    (found,) = regressors_near(asset, make.sensor(asset, step=HOUR), SPAN, memory_platform)
    assert found.future.tolist() == [4.0, 5.0]


def test_weather_of_far_away_does_not_count(memory_platform: Platform) -> None:
    make = Factory(memory_platform.store)
    sensor = make.sensor(make.asset("weather station", place=(54.0, 5.0)), Quantity.WIND_SPEED, step=HOUR)
    memory_platform.store.beliefs.add([block(sensor, make.source(), NOON, [8.0], recorded=NOON - HOUR)])
    asset = make.asset("wind", place=(52.0, 5.0))
    assert regressors_near(asset, make.sensor(asset, step=HOUR), SPAN, memory_platform) == ()
