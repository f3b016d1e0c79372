"""Values as they are posted: twice, again, in a game, under all addresses, and what follows them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest
from tests.unit.api.messages.conftest import HOST, SINCE, VERSIONS, Portfolio
from tests.unit.api.messages.meter_data import post_values, read_values

from flexmeasures.testing.clock import FixedClock
from flexmeasures.testing.memory.logins import MemoryLogins
from flexmeasures.testing.web import web_over


def test_another_value_for_the_same_time_is_refused(portfolio: Portfolio) -> None:
    post_values(portfolio, horizon="PT0H")

    reply = post_values(portfolio, horizon="PT0H", values=[9, 2, 3, 4])

    assert reply["results"] == "Rejected"
    assert reply["status"] == "INVALID_REPLACEMENT"
    assert read_values(portfolio)["values"] == [1, 2, 3, 4]


def test_in_play_mode_values_can_be_replaced(portfolio: Portfolio) -> None:
    platform = portfolio.web.platform
    play = replace(platform, rules=replace(platform.rules, mode="play"))
    caller = web_over(play, MemoryLogins(portfolio.tables)).as_user(portfolio.owner)
    message = {**portfolio.right("postMeterData"), "horizon": "PT0H"}
    caller.post("v2_0/postMeterData", message)

    reply = caller.post("v2_0/postMeterData", {**message, "values": [9, 9, 9, 9]})

    assert reply.status == "PROCESSED"
    assert read_values(portfolio)["values"] == [9, 9, 9, 9]


def test_in_play_mode_an_unknown_place_gets_a_weather_sensor(portfolio: Portfolio) -> None:
    platform = portfolio.web.platform
    play = replace(platform, rules=replace(platform.rules, mode="play"))
    caller = web_over(play, MemoryLogins(portfolio.tables)).as_user(portfolio.owner)
    place = {"sensor": f"{HOST}:wind_speed:10.5:-20.25", "unit": "m/s"}

    reply = caller.post("v1_3/postWeatherData", {**portfolio.right("postWeatherData"), **place})

    assert reply.status == "PROCESSED"
    made = [one for one in platform.store.assets.weather_sensors() if one.latitude == 10.5]
    assert [(one.longitude, one.sensor.unit, one.sensor.step) for one in made] == [
        (-20.25, "m/s", timedelta(minutes=15))
    ]
    assert platform.store.assets.asset(made[0].sensor.asset_id).name == (
        "weather_sensor_for_wind_speed_at_latitude_10.5_and_longitude_-20.25"
    )


@pytest.mark.parametrize("service", ["postMeterData", "postPrognosis"])
@pytest.mark.parametrize("version", VERSIONS)
def test_forecasts_are_renewed_after_measurements(portfolio: Portfolio, service: str, version: str) -> None:
    if VERSIONS.index(SINCE[service]) > VERSIONS.index(version):
        return
    message = {**portfolio.right(service), "start": "2026-02-20T00:00:00Z", "horizon": "-PT5M"}

    assert portfolio.caller.post(f"{version}/{service}", message).status == "PROCESSED"

    jobs = [job for job in portfolio.tables.jobs.values() if job.kind == "forecast"]
    expected = {60, 360, 1440, 2880}
    if (service, version) == ("postPrognosis", "v2_0"):
        expected = set()
    assert {job.arguments["horizon_minutes"] for job in jobs} == expected


def test_prognoses_ahead_of_time_renew_nothing(portfolio: Portfolio) -> None:
    portfolio.caller.post("v1_3/postPrognosis", portfolio.right("postPrognosis"))

    assert portfolio.tables.jobs == {}


def test_prices_are_followed_by_forecasts_of_their_last_day(portfolio: Portfolio) -> None:
    days = {"start": "2026-02-01T00:00:00Z", "duration": "P2D", "values": [50.0] * 48}
    message = {k: v for k, v in portfolio.right("postPriceData").items() if k != "value"}

    portfolio.caller.post("v2_0/postPriceData", {**message, **days})

    jobs = [job.arguments for job in portfolio.tables.jobs.values() if job.kind == "forecast"]
    assert [(job["start"], job["end"], job["horizon_minutes"]) for job in jobs] == [
        ("2026-02-03T00:00:00+00:00", "2026-02-04T00:00:00+00:00", 1440),
        ("2026-02-04T00:00:00+00:00", "2026-02-05T00:00:00+00:00", 2880),
    ]


def test_the_same_again_later_is_received_already_and_renews_nothing(portfolio: Portfolio) -> None:
    first = post_values(portfolio)
    jobs = len(portfolio.tables.jobs)
    cast("FixedClock", portfolio.web.platform.now).advance(timedelta(minutes=1))

    again = post_values(portfolio)

    assert first["status"] == "PROCESSED"
    assert again["status"] == "ALREADY_RECEIVED_AND_SUCCESSFULLY_PROCESSED"
    assert len(portfolio.tables.jobs) == jobs


@pytest.mark.parametrize("version", ["v1"])
@pytest.mark.parametrize("form", ["{owner}:{asset}", "{asset}"])
def test_version_1_reads_short_addresses(portfolio: Portfolio, version: str, form: str) -> None:
    name = form.format(owner=portfolio.owner.id, asset=portfolio.battery.id)

    assert post_values(portfolio, version, connection=name)["status"] == "PROCESSED"
    assert read_values(portfolio, version, connection=name)["connection"] == name


@pytest.mark.parametrize("version", VERSIONS)
def test_all_forms_of_addresses_are_read(portfolio: Portfolio, version: str) -> None:
    sensor = portfolio.web.platform.store.assets.sensors([portfolio.battery.id])[0]
    forms = [
        f"ea1.2021-01.io.flexmeasures:{portfolio.battery.id}",
        f"ea1.2021-01.io.flexmeasures:999:{portfolio.battery.id}",
        f"ea1.2021-01.localhost:5000:{portfolio.owner.id}:{portfolio.battery.id}",
        f"ea1.2021-01.io.flexmeasures:fm0.{portfolio.owner.id}:{portfolio.battery.id}",
        f"ea1.2021-01.io.flexmeasures:fm1.{sensor.id}",
    ]
    for name in forms:
        assert read_values(portfolio, version, connection=name)["status"] == "PROCESSED", name
