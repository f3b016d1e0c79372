"""``flexmeasures delete``."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Asset, Quantity, Sensor
from flexmeasures.domain.beliefs import BeliefBlock
from flexmeasures.domain.errors import UnknownEntity
from flexmeasures.domain.jobs import FORECASTING, SCHEDULING
from flexmeasures.domain.places import Place
from flexmeasures.domain.timing import instant
from flexmeasures.testing.command_line import CommandLine
from flexmeasures.usecases.registering.connections import NewConnection, add_connection
from flexmeasures.usecases.registering.weather import NewWeatherSensor, add_weather_sensor

HOUR = timedelta(hours=1)


class Estate:
    """A user with a battery, and a thermometer, each with a measurement and a forecast of one event."""

    def __init__(self, line: CommandLine) -> None:
        platform = line.platform
        accounts = platform.store.accounts
        account = accounts.add_account("Estate", ["Prosumer"])
        self.user = accounts.add_user(User(0, "eve@example.com", "eve", account), "hash")
        place = Place(52, 5)
        battery = add_connection(NewConnection("Battery", "battery", 1, HOUR, place, self.user.id), platform)
        self.battery, self.power = battery.asset, battery.sensor
        weather = NewWeatherSensor("Thermometer", "temperature", "°C", HOUR, place)
        self.temperature = add_weather_sensor(weather, platform).sensor
        (market,) = platform.store.assets.markets()
        self.price = market.sensor
        for sensor in (self.power, self.temperature):
            _know(sensor, line)
        for queue in (FORECASTING, SCHEDULING):
            platform.queue.put(queue, "work", {})


def _know(sensor: Sensor, line: CommandLine) -> None:
    platform = line.platform
    source = platform.store.sources.of_model("Seita", "demo script")
    start = np.array([instant(platform.now())] * 2)
    recorded = start + np.array([np.timedelta64(-1, "h"), np.timedelta64(1, "h")])
    block = BeliefBlock(sensor.id, source.id, start, recorded, np.array([1.0, 2.0]))
    platform.store.beliefs.add([block])


@pytest.fixture
def estate(founded: CommandLine) -> Estate:
    """Return what can be deleted."""
    return Estate(founded)


def gone(founded: CommandLine, asset: Asset) -> bool:
    try:
        founded.platform.store.assets.asset(asset.id)
    except UnknownEntity:
        return True
    return False


def test_a_user_goes_with_its_assets(founded: CommandLine, estate: Estate) -> None:
    founded.says("delete", "user", "--email", "eve@example.com", "--force")
    assert founded.platform.store.accounts.users() == []
    assert gone(founded, estate.battery)


@pytest.mark.parametrize("answer", ["n\n", "\n", ""])
def test_nothing_goes_unless_somebody_says_yes(answer: str, founded: CommandLine, estate: Estate) -> None:
    assert "Aborted!" in founded.refusal("delete", "user", "--email", "eve@example.com", say=answer)
    assert founded.platform.store.accounts.users() == [estate.user]


def test_a_yes_from_standard_input_is_enough(founded: CommandLine, estate: Estate) -> None:
    said = founded.says("delete", "asset", "--id", str(estate.battery.id), say="y\n")
    assert "Delete asset 'Battery' with 1 sensor(s) and all their data?" in said
    assert gone(founded, estate.battery)


def test_an_unknown_user_is_named(founded: CommandLine) -> None:
    reason = founded.refusal("delete", "user", "--email", "nobody@example.com", "--force")
    assert reason == "Could not find user with email address 'nobody@example.com' ..."


def test_an_account_goes_with_its_users_and_assets(founded: CommandLine, estate: Estate) -> None:
    said = founded.says("delete", "account", "--id", str(estate.user.account.id), say="y\n")
    assert "Delete account 'Estate', including generic assets, users and all their data?" in said
    assert "User: eve" in said
    assert "Asset: Battery" in said
    assert founded.platform.store.accounts.account("Estate") is None
    assert gone(founded, estate.battery)


def test_an_unknown_account_is_named(founded: CommandLine) -> None:
    assert founded.refusal("delete", "account", "--id", "99") == "Account with ID '99' does not exist."


def test_who_loses_a_role_is_told(founded: CommandLine, estate: Estate) -> None:
    said = founded.says("delete", "account-role", "--name", "Prosumer")
    assert "Account 'Estate' has lost the role." in said
    account = founded.platform.store.accounts.account("Estate")
    assert account is not None
    assert account.roles == frozenset()
    assert founded.refusal("delete", "account-role", "--name", "Prosumer") == (
        "Account role 'Prosumer' does not exist."
    )


def test_sensors_go_with_their_beliefs(founded: CommandLine, estate: Estate) -> None:
    ids = [str(estate.power.id), str(estate.temperature.id)]
    said = founded.says("delete", "sensor", "--id", ids[0], "--id", ids[1], say="y\n")
    assert "along with 4 beliefs?" in said
    assert founded.platform.store.assets.sensors([estate.battery.id]) == []


def test_measurements_go_and_forecasts_stay(founded: CommandLine, estate: Estate) -> None:
    said = founded.says("delete", "measurements", "--force")
    assert said == "Deleted 0 Prices\nDeleted 1 Power Measurements\nDeleted 1 Weather Measurements\n"
    assert founded.platform.store.beliefs.count([estate.power.id, estate.temperature.id]) == 2


@pytest.mark.parametrize("name", ["prognoses", "forecasts"])
def test_prognoses_go_with_the_jobs_that_wait(name: str, founded: CommandLine, estate: Estate) -> None:
    said = founded.says("delete", name, say="y\n")
    assert said.splitlines()[1:] == [
        "Deleted 1 Forecast Jobs",
        "Deleted 1 Schedule Jobs",
        "Deleted 10 Price Forecasts",
        "Deleted 1 Power Forecasts",
        "Deleted 1 Weather Forecasts",
    ]
    assert founded.platform.store.beliefs.count([estate.power.id, estate.temperature.id]) == 2


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (("--asset-type", "Asset"), 1),
        (("--asset-type", "WeatherSensor"), 1),
        (("--asset-type", "Market"), 2),
    ],
)
def test_beliefs_of_one_subject_can_go(
    words: tuple[str, ...], left: int, founded: CommandLine, estate: Estate
) -> None:
    founded.says("delete", "measurements", "--force", *words)
    counts = [founded.platform.store.beliefs.count([s.id]) for s in (estate.power, estate.temperature)]
    assert sum(count - 1 for count in counts) == left


def test_beliefs_of_one_asset_or_sensor_can_go(founded: CommandLine, estate: Estate) -> None:
    said = founded.says("delete", "measurements", "--asset-id", str(estate.battery.id), say="y\n")
    assert "Sure to delete measurements from the memory?" in said
    founded.says("delete", "measurements", "--sensor", str(estate.temperature.id), "--force")
    assert founded.platform.store.beliefs.count([estate.power.id, estate.temperature.id]) == 2


def test_an_unknown_asset_is_named(founded: CommandLine) -> None:
    words = ("delete", "prognoses", "--asset-type", "Market", "--asset-id", "99", "--force")
    assert founded.refusal(*words) == "There is no Market with id 99."


def test_all_structure_goes_and_can_be_added_again(founded: CommandLine, estate: Estate) -> None:
    said = founded.says("delete", "structure", say="y\n")
    for line in ("1 Assets", "1 Markets", "1 WeatherSensors", "8 AssetTypes", "1 Users", "1 Accounts"):
        assert f"Deleted {line}\n" in said
    store = founded.platform.store
    assert (store.assets.assets(), store.assets.types(), store.accounts.users()) == ([], [], [])
    assert (store.accounts.roles(), store.accounts.account_roles()) == ({}, {})
    assert estate.price.quantity is Quantity.PRICE
    assert "DB now has 8 AssetType(s)" in founded.says("add", "structure")
