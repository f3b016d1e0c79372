"""``flexmeasures add``."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from flexmeasures.domain.assets import Quantity
from flexmeasures.testing.command_line import CommandLine

USER = ("add", "user", "--username", "ada", "--email", "ada@example.com")
PASSWORD = "pa ss\npa ss\n"
BATTERY = (
    *("add", "asset", "--name", "my basement battery pack", "--asset-type-name", "battery"),
    *("--capacity-in-MW", "30", "--event-resolution", "2", "--latitude", "65", "--longitude", "123.76"),
)
THERMOMETER = (
    *("add", "weather-sensor", "--name", "my rooftop thermometer", "--weather-sensor-type-name"),
    *("temperature", "--unit", "°C", "--event-resolution", "15", "--latitude", "33", "--longitude", "2.4"),
)
MARKET = (
    *("add", "market", "--name", "epex-da", "--market-type-name", "day_ahead"),
    *("--unit", "EUR/MWh", "--event-resolution", "60"),
)


def last_id(output: str) -> int:
    return int(re.findall(r"ID:(\d+)", output)[-1])


@pytest.fixture
def ada(founded: CommandLine) -> int:
    """Return the id of a prosumer."""
    return last_id(founded.says(*USER, "--roles", "Prosumer", say=PASSWORD))


@pytest.mark.parametrize("name", ["structure", "initial-structure", "initial_structure"])
def test_structure_says_how_much_there_is_and_can_be_added_twice(
    name: str, flexmeasures: CommandLine
) -> None:
    expected = (
        "DB now has 8 AssetType(s)\nDB now has 3 WeatherSensorType(s)\n"
        "DB now has 2 MarketType(s)\nDB now has 1 Market(s)\n"
    )
    assert [flexmeasures.says("add", name) for _ in range(2)] == [expected, expected]


def test_a_user_gets_its_password_roles_and_an_account_of_its_own_name(founded: CommandLine) -> None:
    said = founded.says(*USER, "--roles", "admin, fox", "--timezone", "Europe/Amsterdam", say=PASSWORD)
    user = founded.platform.store.accounts.user(last_id(said))
    assert (user.username, user.account.name, user.timezone) == ("ada", "ada", "Europe/Amsterdam")
    assert user.roles == {"admin", "fox"}
    assert "fox" in founded.platform.store.accounts.roles()
    assert founded.platform.store.sources.of_user(user).name == "ada"


def test_a_user_can_do_without_roles_and_takes_the_time_zone_of_the_platform(founded: CommandLine) -> None:
    said = founded.says(*USER, say=PASSWORD)
    assert "Setting user timezone to Asia/Seoul (taken from FLEXMEASURES_TIMEZONE" in said
    assert founded.platform.store.accounts.user(last_id(said)).roles == frozenset()


def test_a_user_can_join_an_account(founded: CommandLine) -> None:
    account = last_id(founded.says("add", "account", "--name", "House", "--roles", "Prosumer"))
    user = last_id(founded.says(*USER, "--account", str(account), say=PASSWORD))
    assert founded.platform.store.accounts.user(user).account.name == "House"


@pytest.mark.parametrize(
    ("words", "say", "reason"),
    [
        (("--timezone", "Mars/Olympus"), PASSWORD, "Timezone Mars/Olympus is unknown!"),
        ((), "one\ntwo\n", "Passwords do not match!"),
        ((), "\n\n", "The password is empty."),
        ((), "only once\n", "Aborted!"),
        (("--account-id", "99"), PASSWORD, "No account with ID 99 found!"),
        (("--email", "ada"), PASSWORD, "ada is not a valid email address"),
        (("--email", ""), PASSWORD, "No email address provided."),
        (("--username", " "), PASSWORD, "A username has 1 to 255 characters."),
    ],
)
def test_a_user_that_cannot_be_is_refused_with_a_reason(
    words: tuple[str, ...], say: str, reason: str, founded: CommandLine
) -> None:
    assert reason in founded.refusal(*USER, *words, say=say)
    assert founded.platform.store.accounts.users() == []


def test_email_address_and_username_are_unique(founded: CommandLine) -> None:
    founded.says(*USER, say=PASSWORD)
    other = ("--email", "ADA@example.com")
    assert founded.refusal(*USER, say=PASSWORD) == "User with email ada@example.com already exists."
    assert "already exists" in founded.refusal(*USER, "--username", "eve", *other, say=PASSWORD)
    assert (
        founded.refusal(*USER, "--email", "eve@example.com", say=PASSWORD)
        == "User with username ada already exists."
    )


def test_nobody_joins_an_account_by_having_its_name(founded: CommandLine) -> None:
    account = last_id(founded.says("add", "account", "--name", "ada"))
    member = ("add", "user", "--username", "eve", "--email", "eve@example.com", "--account", str(account))
    founded.says(*member, say=PASSWORD)
    assert "State which account the user joins." in founded.refusal(*USER, say=PASSWORD)


def test_an_account_makes_the_roles_that_it_needs(founded: CommandLine) -> None:
    said = founded.says("add", "account", "--name", "House", "--roles", "Prosumer,Fox")
    assert "Adding account role Fox ..." in said
    assert "Adding account role Prosumer ..." not in said
    account = founded.platform.store.accounts.account("House")
    assert account is not None
    assert account.roles == {"Prosumer", "Fox"}
    assert founded.refusal("add", "account", "--name", "House") == "Account 'House' already exists."


def test_an_account_role_is_added_once(founded: CommandLine) -> None:
    words = ("add", "account-role", "--name", "Fox", "--description", "Clever")
    founded.says(*words)
    assert founded.platform.store.accounts.account_roles()["Fox"] == "Clever"
    assert founded.refusal(*words) == "Account role 'Fox' already exists."


def test_the_documented_battery_can_be_added(founded: CommandLine, ada: int) -> None:
    said = founded.says(*BATTERY, "--owner-id", str(ada))
    asset_id = last_id(said)
    assert f"You can access it at its entity address ea1.2021-01.io.flexmeasures:{ada}:{asset_id}" in said
    (battery,) = founded.platform.store.assets.connections([asset_id])
    (market,) = founded.platform.store.assets.markets()
    assert (battery.capacity, battery.market_id) == (30, market.sensor.id)
    assert (battery.sensor.unit, battery.sensor.step) == ("MW", timedelta(minutes=2))
    assert battery.asset.owner_id == ada


def test_a_battery_may_say_how_much_it_stores(founded: CommandLine, ada: int) -> None:
    storage = ("--min-soc-in-MWh", "0.5", "--max-soc-in-MWh", "60")
    asset_id = last_id(founded.says(*BATTERY, "--owner-id", str(ada), *storage))
    (battery,) = founded.platform.store.assets.connections([asset_id])
    assert (battery.storage.soc_min, battery.storage.soc_max) == (0.5, 60)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--owner-id", "99"), "Owner with id 99 doesn't exist."),
        (("--asset-type-name", "unicorn"), "Asset type unicorn doesn't exist."),
        (("--market-id", "99"), "Market with id 99 doesn't exist."),
        (("--unit", "m/s"), "'m/s' is no unit of power"),
        (("--capacity-in-MW", "0"), "capacity_in_mw"),
        (("--capacity-in-MW", "nan"), "capacity_in_mw"),
        (("--latitude", "91"), "latitude"),
        (("--longitude", "-181"), "longitude"),
        (("--latitude", "nan"), "latitude"),
        (("--event-resolution", "0"), "An event resolution is more than zero minutes."),
        (("--event-resolution", "soon"), "neither a number of minutes nor an ISO 8601 duration"),
        (("--timezone", "Mars/Olympus"), "Timezone Mars/Olympus is unknown!"),
        (("--name", ""), "The name of an asset has 1 to 80 characters."),
        (("--max-soc-in-MWh", "1", "--min-soc-in-MWh", "2"), "max_soc_in_mwh"),
    ],
)
def test_a_battery_that_cannot_be_is_refused_with_a_reason(
    words: tuple[str, ...], reason: str, founded: CommandLine, ada: int
) -> None:
    assert reason in founded.refusal(*BATTERY, "--owner-id", str(ada), *words)
    assert founded.platform.store.assets.connections() == []


def test_an_owner_is_a_prosumer_or_an_admin(founded: CommandLine) -> None:
    user = last_id(founded.says(*USER, "--roles", "MDC", say=PASSWORD))
    reason = founded.refusal(*BATTERY, "--owner-id", str(user))
    assert reason == f"Asset owner must have role 'Prosumer'. User {user} has roles ['MDC']."


def test_an_asset_needs_a_market(flexmeasures: CommandLine) -> None:
    reason = flexmeasures.refusal(*BATTERY, "--owner-id", "1")
    assert reason == ("No market ID given and also no dummy TOU market available. Maybe add structure first.")


def test_an_asset_of_one_name_is_added_once(founded: CommandLine, ada: int) -> None:
    founded.says(*BATTERY, "--owner-id", str(ada))
    reason = founded.refusal(*BATTERY, "--owner-id", str(ada))
    assert reason == "An asset with the name my basement battery pack already exists."


def test_missing_options_are_named(founded: CommandLine) -> None:
    assert "Missing option '--owner-id'." in founded.refusal(*BATTERY)


def test_an_asset_without_sensors_can_be_added_with_sensors_to_follow(founded: CommandLine) -> None:
    kind = last_id(founded.says("add", "asset-type", "--name", "kiln", "--description", "Burns clay"))
    account = last_id(founded.says("add", "account", "--name", "Pottery"))
    words = ("add", "asset", "--name", "Kiln 1", "--asset-type", str(kind), "--account", str(account))
    asset = last_id(founded.says(*words, "--latitude", "52", "--longitude", "5"))
    part_of = ("--asset-type-id", str(kind), "--parent-asset", str(asset))
    part = last_id(founded.says("add", "asset", "--name", "Burner", *part_of))
    unit = ("--unit", "kW", "--timezone", "UTC", "--event-resolution", "PT5M")
    sign = ("--attributes", '{"consumption_is_positive": false}')
    sensor = last_id(founded.says("add", "sensor", "--name", "power", "--asset", str(part), *unit, *sign))
    found = founded.platform.store.assets.sensor(sensor)
    assert (found.quantity, found.step) == (Quantity.POWER, timedelta(minutes=5))
    assert not found.consumption_is_positive
    assert founded.platform.store.assets.asset(part).parent_id == asset


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--asset-type", "99"), "Asset type with id 99 doesn't exist."),
        (("--asset-type", "1", "--account", "99"), "No account with ID 99 found!"),
        (("--asset-type", "1", "--parent-asset", "99"), "99"),
        (("--asset-type", "1", "--latitude", "5"), "A place needs both --latitude and --longitude."),
    ],
)
def test_an_asset_that_cannot_be_is_refused_with_a_reason(
    words: tuple[str, ...], reason: str, founded: CommandLine
) -> None:
    kinds = founded.platform.store.assets.types()
    words = tuple(str(kinds[0].id) if word == "1" else word for word in words)
    assert reason in founded.refusal("add", "asset", "--name", "Thing", *words)


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [("{", "Error decoding --attributes. Please check your JSON"), ("[]", "Attributes should be a dict.")],
)
def test_attributes_are_a_json_object(attributes: str, reason: str, founded: CommandLine) -> None:
    words = ("add", "sensor", "--name", "s", "--unit", "MW", "--timezone", "UTC", "--asset", "1")
    assert reason in founded.refusal(*words, "--event-resolution", "5", "--attributes", attributes)


def test_the_documented_weather_sensor_can_be_added_once_per_place(founded: CommandLine) -> None:
    sensor = last_id(founded.says(*THERMOMETER))
    (found,) = founded.platform.store.assets.weather_sensors(Quantity.TEMPERATURE)
    assert (found.sensor.id, found.latitude, found.longitude) == (sensor, 33, 2.4)
    assert "already exists" in founded.refusal(*THERMOMETER)
    assert "at this place already" in founded.refusal(*THERMOMETER, "--name", "another")


def test_an_unknown_type_of_weather_sensor_is_refused(founded: CommandLine) -> None:
    reason = founded.refusal(*THERMOMETER, "--weather-sensor-type-name", "luck")
    assert reason.startswith("Weather sensor type luck doesn't exist; expected one of temperature")


def test_a_market_can_be_added(founded: CommandLine) -> None:
    sensor = last_id(founded.says(*MARKET, "--knowledge-horizon", "PT12H", "--display-name", "EPEX"))
    market = next(m for m in founded.platform.store.assets.markets() if m.name == "epex-da")
    assert (market.sensor.id, market.type, market.display_name) == (sensor, "day_ahead", "EPEX")
    assert market.sensor.attributes["knowledge_horizon"] == "PT12H"
    assert founded.refusal(*MARKET) == "A market with the name epex-da already exists."


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--market-type-name", "flea"), "Market type flea doesn't exist"),
        (("--unit", "EUR"), "'EUR' is no price of energy"),
        (("--name", "1st"), "'1st' should be made of letters"),
    ],
)
def test_a_market_that_cannot_be_is_refused_with_a_reason(
    words: tuple[str, ...], reason: str, founded: CommandLine
) -> None:
    assert reason in founded.refusal(*MARKET, *words)
