"""Weather comes from a service over HTTP into PostgreSQL, and out of it into forecasts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pytest

from flexmeasures.adapters.weather.providers import Choice, weather_service
from flexmeasures.domain.assets import Quantity
from flexmeasures.domain.beliefs import MEASURED, most_recent
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.testing import weather
from flexmeasures.testing.clock import NOON, FixedClock
from flexmeasures.testing.command_line import CommandLine
from flexmeasures.testing.factories import Factory
from flexmeasures.testing.weather import StandIn
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.regressors import Span, regressors_near

pytestmark = pytest.mark.services

COMMAND = ("add", "external-weather-forecasts", "--location", "33.4366,126.5269", "--store-in-db")
HOUR = timedelta(hours=1)


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    """Return a server that answers as weather services do: yesterday, today and tomorrow."""
    with weather.serving(weather.yesterday(NOON)) as serving:
        yield serving


@pytest.fixture
def line(platform: Platform, stand_in: StandIn) -> CommandLine:
    """Return the command line of a platform over PostgreSQL that asks the stand-in."""
    line = CommandLine(platform)
    line.program.weather_service = weather_service(Choice("open-meteo", stand_in.url))
    line.says("add", "structure")
    return line


def test_a_service_is_asked_each_hour(line: CommandLine, stand_in: StandIn, clock: FixedClock) -> None:
    assert line.says(*COMMAND).count("Successfully created sensor with ID:") == 3
    clock.advance(HOUR)
    assert "Recorded 3 new value(s) of Open-Meteo at 3 weather sensor(s)." in line.says(*COMMAND)
    assert len(stand_in.asked) == 2
    (thermometer,) = line.platform.store.assets.weather_sensors(Quantity.TEMPERATURE)
    start, end = weather.yesterday(NOON), NOON + 48 * HOUR
    found = line.platform.store.beliefs.latest([thermometer.sensor.id], start, end, MEASURED)
    assert most_recent(found[thermometer.sensor.id]).value.size == 37
    said = line.says("monitor", "latest-run", "--task", "external-weather-forecasts", "60")
    assert said == "All tasks ran lately and well.\n"


def test_forecasts_of_a_solar_panel_know_the_weather_to_come(line: CommandLine) -> None:
    line.says(*COMMAND)
    platform, make = line.platform, Factory(line.platform.store)
    panel = make.asset("solar", place=(33.5, 126.5))
    power = make.sensor(panel, step=HOUR)
    span = Span(TimeGrid(NOON - 6 * HOUR, HOUR, 6), TimeGrid(NOON, HOUR, 6), NOON, None)
    known = {one.name: one.future for one in regressors_near(panel, power, span, platform)}
    assert set(known) == {Quantity.IRRADIANCE.value, Quantity.TEMPERATURE.value}
    expected = [weather.radiation(36 + hour) / 1000 for hour in range(6)]
    np.testing.assert_allclose(known[Quantity.IRRADIANCE.value], expected, rtol=1e-12)
