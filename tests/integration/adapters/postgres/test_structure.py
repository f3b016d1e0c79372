"""The structure of a platform comes and goes, in memory as in PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flexmeasures.domain.accounts import User
from flexmeasures.domain.errors import UnknownEntity
from flexmeasures.domain.places import Place
from flexmeasures.testing.factories import Factory
from flexmeasures.usecases.ports.platform import Platform, Store
from flexmeasures.usecases.registering.weather import NewWeatherSensor, add_weather_sensor
from flexmeasures.usecases.removing import Removed, delete_structure
from flexmeasures.usecases.structure import ASSET_TYPES, DUMMY_MARKET, add_structure


def test_structure_is_the_same_after_it_was_added_again(memory_platform: Platform, any_store: Store) -> None:
    platform = replace(memory_platform, store=any_store)
    first = add_structure(platform)
    kinds = any_store.assets.types()
    assert add_structure(platform) == first
    assert any_store.assets.types() == kinds
    assert [kind.name for kind in kinds[:8]] == [kind.name for kind in ASSET_TYPES]


def test_the_dummy_market_has_ten_prices_that_are_known_from_its_beginning(
    memory_platform: Platform, any_store: Store
) -> None:
    add_structure(replace(memory_platform, store=any_store))
    (market,) = any_store.assets.markets()
    start, end = (datetime(year, 1, 1, tzinfo=UTC) for year in (2015, 2030))
    (prices,) = any_store.beliefs.latest([market.sensor.id], start, end)[market.sensor.id]
    assert (market.name, market.type, market.sensor.unit) == (DUMMY_MARKET, "tou_tariff", "EUR/MWh")
    assert prices.value.tolist() == [50.0] * 10
    assert set(prices.belief_time.tolist()) == {start.replace(tzinfo=None)}


def test_all_structure_goes(memory_platform: Platform, any_store: Store) -> None:
    platform = replace(memory_platform, store=any_store)
    add_structure(platform)
    account = any_store.accounts.add_account("Estate", ["Prosumer"])
    user = any_store.accounts.add_user(
        User(0, "eve@example.com", "eve", account, frozenset({"admin"})), "hash"
    )
    any_store.sources.of_user(user)
    add_weather_sensor(NewWeatherSensor("t", "temperature", "°C", timedelta(hours=1), Place(52, 5)), platform)
    removed = delete_structure(platform)
    assert Removed("Users", 1) in removed
    assert Removed("WeatherSensors", 1) in removed
    assert Removed("DataSources", 2) in removed
    assert Removed("Roles", 11) in removed
    assert (any_store.assets.assets(), any_store.assets.types(), any_store.accounts.users()) == ([], [], [])
    assert any_store.accounts.roles() == any_store.accounts.account_roles() == {}


def test_what_is_still_used_stays(memory_platform: Platform, any_store: Store) -> None:
    add_structure(replace(memory_platform, store=any_store))
    any_store.sources.of_model("Nobody", "script")
    assert any_store.sources.delete_unused() == 1
    assert any_store.assets.delete_unused_types() == len(ASSET_TYPES) + 1
    assert [kind.name for kind in any_store.assets.types()] == ["market"]


def test_attributes_of_a_sensor_can_be_set_and_removed(any_store: Store) -> None:
    sensor = Factory(any_store).sensor(attributes={"kept": 1, "gone": 2})
    any_store.assets.set_sensor_attributes(sensor.id, {"gone": None, "new": {"a": [1]}})
    assert any_store.assets.sensor(sensor.id).attributes == {"kept": 1, "new": {"a": [1]}}
    with pytest.raises(UnknownEntity):
        any_store.assets.set_sensor_attributes(sensor.id + 1, {})


def test_sources_are_listed_in_order(any_store: Store) -> None:
    names = ["b", "a", "c"]
    made = [any_store.sources.of_model(name, "script") for name in names]
    assert any_store.sources.all() == made
