"""``flexmeasures add external-weather-forecasts``."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from flexmeasures.domain.assets import Quantity
from flexmeasures.domain.beliefs import MEASURED, BeliefFilter, Beliefs, most_recent
from flexmeasures.domain.errors import ServiceUnavailable
from flexmeasures.domain.places import Place
from flexmeasures.domain.series import Series
from flexmeasures.domain.timing import TimeGrid, instant
from flexmeasures.testing.clock import NOON, FixedClock
from flexmeasures.testing.command_line import CommandLine
from flexmeasures.usecases.ports.weather import WeatherReport
from flexmeasures.usecases.weather_import import TASK

COMMAND = ("add", "external-weather-forecasts", "--location", "33.4366,126.5269")
HOUR = timedelta(hours=1)
START = NOON - 12 * HOUR
JEJU = Place(33.4366, 126.5269)


@dataclass(slots=True)
class Almanac:
    """A weather service that tells two days from midnight on."""

    quantities: tuple[Quantity, ...] = (Quantity.TEMPERATURE, Quantity.WIND_SPEED, Quantity.IRRADIANCE)
    start: datetime = START
    value: Callable[[Place], float] = lambda _: 500.0
    asked: list[Place] = field(default_factory=list)
    name: str = "Almanac"

    def report(self, place: Place) -> WeatherReport:
        """Tell the same of each hour."""
        self.asked.append(place)
        series = Series(TimeGrid(self.start, HOUR, 48), np.full(48, self.value(place)))
        return WeatherReport(place, dict.fromkeys(self.quantities, series), '{"said": "so"}')


class Silence(Almanac):
    """A weather service that does not answer."""

    def report(self, place: Place) -> WeatherReport:
        """Say nothing.

        Raises:
            ServiceUnavailable: always.
        """
        raise ServiceUnavailable(f"Nothing is known of {place}.")


@pytest.fixture
def almanac(founded: CommandLine) -> Almanac:
    """Return the weather service of the platform."""
    almanac = Almanac()
    founded.program.weather_service = almanac
    return almanac


def add_sensor(line: CommandLine, kind: str, unit: str, minutes: int, latitude: float) -> int:
    words = ("add", "weather-sensor", "--name", f"{kind} {latitude}", "--weather-sensor-type-name", kind)
    place = ("--latitude", str(latitude), "--longitude", "126.5269")
    said = line.says(*words, "--unit", unit, "--event-resolution", str(minutes), *place)
    return int(said.split("ID:")[1].rstrip(".\n"))


def known(line: CommandLine, sensor_id: int, only: BeliefFilter | None = None) -> Beliefs:
    found = line.platform.store.beliefs.latest([sensor_id], START - 48 * HOUR, START + 96 * HOUR, only)
    return most_recent(found.get(sensor_id, []))


def test_values_are_kept_at_the_sensors_near_the_place_in_their_units_and_steps(
    founded: CommandLine, almanac: Almanac
) -> None:
    thermometer = add_sensor(founded, "temperature", "°C", 15, 33.44)
    pyranometer = add_sensor(founded, "radiation", "kW/m²", 120, 33.43)
    almanac.quantities = (Quantity.TEMPERATURE, Quantity.IRRADIANCE)
    said = founded.says(*COMMAND, "--store-in-db")
    assert "Asking Almanac about the weather at 1 location(s) ..." in said
    assert f"temperature: 48 observation(s) and 144 forecast(s) for sensor {thermometer}" in said
    assert said.endswith("Recorded 216 new value(s) of Almanac at 2 weather sensor(s).\n")
    assert "created" not in said
    assert almanac.asked == [JEJU]
    assert set(known(founded, thermometer).value.tolist()) == {500.0}
    assert set(known(founded, pyranometer).value.tolist()) == {0.5}


def test_all_that_is_told_was_recorded_when_it_was_told(founded: CommandLine, almanac: Almanac) -> None:
    thermometer = add_sensor(founded, "temperature", "°C", 60, 33.4366)
    founded.says(*COMMAND, "--store-in-db")
    assert set(known(founded, thermometer).belief_time.tolist()) == {instant(NOON).item()}
    assert known(founded, thermometer, MEASURED).value.size == 12
    assert known(founded, thermometer, BeliefFilter(prior=NOON - HOUR)).value.size == 0
    source = founded.platform.store.sources.all()[-1]
    assert (source.name, source.type) == ("Almanac", "script")


def test_what_is_told_again_says_nothing_new_until_it_is_over(
    founded: CommandLine, almanac: Almanac, clock: FixedClock
) -> None:
    founded.says(*COMMAND, "--store-in-db")
    count = founded.platform.store.beliefs.count
    sensors = [each.sensor.id for each in founded.platform.store.assets.weather_sensors()]
    clock.advance(timedelta(minutes=30))
    assert "Recorded 0 new value(s)" in founded.says(*COMMAND, "--store-in-db")
    assert count(sensors) == 3 * 48
    clock.advance(timedelta(minutes=30))  # one more hour is over
    assert "Recorded 3 new value(s)" in founded.says(*COMMAND, "--store-in-db")
    clock.advance(timedelta(minutes=1))
    almanac.value = lambda _: 400.0
    assert f"Recorded {3 * 48} new value(s)" in founded.says(*COMMAND, "--store-in-db")


def test_sensors_that_are_missing_are_made_once(founded: CommandLine, almanac: Almanac) -> None:
    far = add_sensor(founded, "temperature", "°C", 60, 33.8)
    said = founded.says(*COMMAND, "--store-in-db")
    assert said.count("Successfully created sensor with ID:") == 3
    assert known(founded, far).value.size == 0
    made = founded.platform.store.assets.weather_sensors(Quantity.IRRADIANCE)
    assert [(each.latitude, each.longitude, each.sensor.unit) for each in made] == [
        (JEJU.latitude, JEJU.longitude, "kW/m²")
    ]
    assert "created" not in founded.says(*COMMAND, "--store-in-db")


def test_each_cell_of_a_grid_has_sensors_of_its_own(founded: CommandLine, almanac: Almanac) -> None:
    near = add_sensor(founded, "temperature", "°C", 60, 33.03)
    almanac.value = lambda place: place.latitude
    almanac.quantities = (Quantity.TEMPERATURE,)
    words = ("--location", "33.08,126.52:32.96,126.54", "--num_cells", "2", "--method", "square")
    founded.says("add", "external-weather-forecasts", *words, "--store-in-db")
    north, south = almanac.asked
    assert known(founded, near).value[0] == north.latitude
    made = [each for each in founded.platform.store.assets.weather_sensors() if each.sensor.id != near]
    assert [each.latitude for each in made] == [south.latitude]


def test_answers_are_kept_as_files_by_default(founded: CommandLine, almanac: Almanac, tmp_path: Path) -> None:
    founded.program.folder = tmp_path
    said = founded.says(*COMMAND, "--region", "jeju")
    (file,) = (tmp_path / "weather-forecasts" / "jeju").glob("*/*.json")
    assert file.name == "forecast_lat_33.4366_lng_126.5269.json"
    assert json.loads(file.read_text()) == {"said": "so"}
    assert f"Wrote 1 file(s) into {file.parent}\n" in said
    assert founded.platform.store.assets.weather_sensors() == []


def test_each_run_is_reported(founded: CommandLine, almanac: Almanac) -> None:
    founded.says(*COMMAND, "--store-in-db")
    assert founded.platform.store.tasks.latest(TASK) == (NOON, True)
    founded.program.weather_service = Silence()
    assert founded.refusal(*COMMAND, "--store-in-db").startswith("Nothing is known of")
    assert founded.platform.store.tasks.latest(TASK) == (NOON, False)


def test_a_file_in_the_way_is_told(founded: CommandLine, almanac: Almanac, tmp_path: Path) -> None:
    founded.program.folder = tmp_path / "file"
    founded.program.folder.touch()
    assert "Weather forecasts cannot be written into" in founded.refusal(*COMMAND)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--location", "33"), "'33' is no latitude and longitude"),
        (("--location", "95,0"), "latitude: 95 is not from -90 to 90 degrees."),
        (("--location", "1,1:2,2:3,3"), "has more than two corners"),
        (("--num_cells", "0"), "0 is not in the range"),
        (("--region", "../away"), "cannot be the name of a folder"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    words: tuple[str, ...], reason: str, founded: CommandLine, almanac: Almanac
) -> None:
    assert reason in founded.refusal(*COMMAND, *words)


def test_weather_of_another_time_is_not_taken_in(founded: CommandLine, almanac: Almanac) -> None:
    almanac.start = NOON + timedelta(days=700)
    assert "the platform's clock shows 2026-03-02" in founded.refusal(*COMMAND, "--store-in-db")


def test_a_service_that_says_nothing_is_told(founded: CommandLine, almanac: Almanac) -> None:
    almanac.quantities = ()
    assert founded.refusal(*COMMAND, "--store-in-db") == (
        "Almanac says nothing of temperature, wind speed or radiation there."
    )
