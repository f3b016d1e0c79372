"""Weather services, stood in for by a server on this machine that answers as their documentation shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from flexmeasures.adapters.weather.line import LONGEST_PAUSE, PAUSES
from flexmeasures.adapters.weather.providers import Choice, weather_service
from flexmeasures.domain.assets import Quantity
from flexmeasures.domain.errors import InvalidSetting, ServiceUnavailable
from flexmeasures.domain.places import Place
from flexmeasures.testing import weather
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.weather import KEY, StandIn
from flexmeasures.usecases.ports.weather import WeatherReport

START = weather.yesterday(NOON)
HERE = Place(33.4366, 126.5269)
ALL = {Quantity.TEMPERATURE, Quantity.WIND_SPEED, Quantity.IRRADIANCE}
PROVIDERS = ["open-meteo", "openweathermap", "dark-sky"]
HOUR = timedelta(hours=1)


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    """Return a server that answers as weather services do."""
    with weather.serving(START) as serving:
        yield serving


def report(provider: str, stand_in: StandIn, slept: list[float] | None = None) -> WeatherReport:
    pauses: list[float] = [] if slept is None else slept
    choice = Choice(provider, stand_in.url, KEY, KEY, sleep=pauses.append)
    return weather_service(choice).report(HERE)


@pytest.mark.parametrize(
    ("provider", "name", "quantities"),
    [
        ("open-meteo", "Open-Meteo", ALL),
        ("openweathermap", "OpenWeatherMap", ALL - {Quantity.IRRADIANCE}),
        ("dark-sky", "Pirate Weather", ALL),
    ],
)
def test_each_service_tells_what_it_can(
    provider: str, name: str, quantities: set[Quantity], stand_in: StandIn
) -> None:
    assert weather_service(Choice(provider, stand_in.url, KEY, KEY)).name == name
    told = report(provider, stand_in)
    assert set(told.series) == quantities
    assert told.place == HERE
    assert "{" in told.answer
    for series in told.series.values():
        assert (series.grid.start, series.grid.step) == (START, HOUR)


@pytest.mark.parametrize("provider", ["open-meteo", "openweathermap"])
def test_values_of_a_moment_become_means_of_the_hours_between(provider: str, stand_in: StandIn) -> None:
    series = report(provider, stand_in).series[Quantity.TEMPERATURE]
    assert series.grid.size == stand_in.hours - 1
    expected = [(weather.temperature(hour) + weather.temperature(hour + 1)) / 2 for hour in range(71)]
    np.testing.assert_allclose(series.values, expected, rtol=1e-12)


def test_radiation_of_open_meteo_is_that_of_the_hour_before(stand_in: StandIn) -> None:
    series = report("open-meteo", stand_in).series[Quantity.IRRADIANCE]
    assert series.values.tolist() == [weather.radiation(hour) for hour in range(71)]


def test_hours_of_dark_sky_begin_at_their_time(stand_in: StandIn) -> None:
    told = report("dark-sky", stand_in).series
    assert told[Quantity.WIND_SPEED].values.tolist() == [weather.wind_speed(hour) for hour in range(72)]
    assert told[Quantity.IRRADIANCE].values.tolist() == [weather.radiation(hour) for hour in range(72)]


@pytest.mark.parametrize(
    ("provider", "path", "query"),
    [
        (
            "open-meteo",
            "/v1/forecast",
            {"latitude": "33.436600", "longitude": "126.526900", "wind_speed_unit": "ms", "timezone": "GMT"},
        ),
        ("openweathermap", "/data/3.0/onecall", {"lat": "33.436600", "units": "metric", "appid": KEY}),
        ("dark-sky", f"/forecast/{KEY}/33.436600,126.526900", {"units": "si", "extend": "hourly"}),
    ],
)
def test_services_are_asked_as_they_are_documented(
    provider: str, path: str, query: dict[str, str], stand_in: StandIn
) -> None:
    report(provider, stand_in)
    (asked,) = stand_in.asked
    found = {name: values[0] for name, values in parse_qs(urlsplit(asked).query).items()}
    assert urlsplit(asked).path == path
    assert query.items() <= found.items()


def test_troubles_that_pass_are_waited_for(stand_in: StandIn) -> None:
    slept: list[float] = []
    stand_in.troubles = [(503, {}), (429, {"Retry-After": "900"})]
    assert set(report("open-meteo", stand_in, slept).series) == ALL
    assert slept == [PAUSES[0], LONGEST_PAUSE]


def test_a_service_that_stays_away_is_given_up(stand_in: StandIn) -> None:
    slept: list[float] = []
    stand_in.troubles = [(503, {})] * 3
    with pytest.raises(ServiceUnavailable, match=r"Open-Meteo at 127.0.0.1:\d+ does not answer \(503"):
        report("open-meteo", stand_in, slept)
    assert slept == list(PAUSES)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_without_a_network_it_is_said_so(provider: str) -> None:
    with pytest.raises(ServiceUnavailable, match=r"asked 3 times\. Is there a network\?") as told:
        report(provider, StandIn(START, url="http://127.0.0.1:9"))
    assert KEY not in str(told.value)


@pytest.mark.parametrize(
    ("provider", "setting"),
    [("openweathermap", "OPENWEATHERMAP_API_KEY"), ("dark-sky", "DARK_SKY_API_KEY")],
)
def test_a_key_is_needed_and_may_be_refused(provider: str, setting: str, stand_in: StandIn) -> None:
    with pytest.raises(InvalidSetting, match=f"set {setting}, or set FLEXMEASURES_WEATHER_PROVIDER"):
        weather_service(Choice(provider, stand_in.url))
    stand_in.troubles = [(401, {})]
    with pytest.raises(ServiceUnavailable, match=f"refuses the key in {setting}") as told:
        report(provider, stand_in)
    assert KEY not in str(told.value)
    assert len(stand_in.asked) == 1


def test_a_refused_request_is_not_repeated(stand_in: StandIn) -> None:
    stand_in.troubles = [(400, {})]
    with pytest.raises(ServiceUnavailable, match=r"refuses the request \(400\)"):
        report("open-meteo", stand_in)
    assert len(stand_in.asked) == 1
