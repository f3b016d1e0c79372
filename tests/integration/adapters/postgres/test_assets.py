from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from flexmeasures.domain.assets import Asset, AssetType, Documents, Quantity, Sensor
from flexmeasures.domain.errors import DuplicateEntity, UnknownEntity
from flexmeasures.domain.flexibility import SocTarget, UdiEvent
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import QUARTER, Factory
from flexmeasures.usecases.ports.platform import Store

HOUR = timedelta(hours=1)


def test_a_type_is_made_once(any_store: Store) -> None:
    wind = AssetType(0, "wind", "wind turbine", "turns", is_producer=True, yearly_seasonality=True)
    kept = any_store.assets.add_type(wind)
    assert kept == replace(wind, id=kept.id)
    assert any_store.assets.add_type(replace(wind, display_name="other")) == kept
    assert any_store.assets.types() == [kept]


def test_an_asset_is_found_as_it_was_added(any_store: Store) -> None:
    make = Factory(any_store)
    owner, parent = make.user(), make.asset()
    given = Asset(
        id=0,
        name="roof",
        display_name="Roof",
        type=make.type("solar"),
        account_id=owner.account.id,
        owner_id=owner.id,
        parent_id=parent.id,
        latitude=52.3,
        longitude=-4.8,
        attributes={"capacity_in_mw": 0.5, "nested": {"list": [1, None, "ü"]}},
    )
    kept = any_store.assets.add_asset(given)
    assert kept == replace(given, id=kept.id)
    assert any_store.assets.asset(kept.id) == kept


def test_assets_are_listed_by_account_newest_first(any_store: Store) -> None:
    make = Factory(any_store)
    user = make.user()
    public, own, foreign = make.asset(), make.asset(owner=user), make.asset(owner=make.user())
    listed = any_store.assets.assets
    assert listed() == [foreign, own, public]
    assert listed(public=False) == [foreign, own]
    assert listed(account_id=user.account.id) == [own, public]
    assert listed(account_id=user.account.id, public=False) == [own]


def test_a_name_can_be_had_once_in_an_account(any_store: Store) -> None:
    make = Factory(any_store)
    user = make.user()
    make.asset(owner=user, name="roof")
    make.asset(owner=make.user(), name="roof")
    make.asset(name="roof")
    for owner in (user, None):
        with pytest.raises(DuplicateEntity, match="roof"):
            make.asset(owner=owner, name="roof")


def test_an_asset_can_be_changed(any_store: Store) -> None:
    make = Factory(any_store)
    asset, other = make.asset(), make.asset()
    changed = replace(asset, name="new name", latitude=1.0, attributes={"a": 1})
    assert any_store.assets.update_asset(changed) == changed
    assert any_store.assets.asset(asset.id) == changed
    with pytest.raises(DuplicateEntity):
        any_store.assets.update_asset(replace(asset, name=other.name))
    with pytest.raises(UnknownEntity):
        any_store.assets.update_asset(replace(asset, id=10**6, name="nothing"))


def test_some_attributes_can_be_set(any_store: Store) -> None:
    asset = Factory(any_store).asset(attributes={"kept": 1, "changed": 2, "removed": 3})
    any_store.assets.set_attributes(asset.id, {"changed": "two", "added": [4], "removed": None})
    assert any_store.assets.asset(asset.id).attributes == {"kept": 1, "changed": "two", "added": [4]}
    any_store.assets.set_attributes(asset.id, {})
    with pytest.raises(UnknownEntity):
        any_store.assets.set_attributes(10**6, {"a": 1})


def test_an_asset_goes_with_its_parts(any_store: Store) -> None:
    make = Factory(any_store)
    site = make.asset()
    part = any_store.assets.add_asset(replace(site, name="part", parent_id=site.id))
    sensor = make.sensor(part)
    any_store.events.add(UdiEvent(part.id, 1, "soc", NOON, 1.0))
    any_store.assets.delete_asset(site.id)
    assert any_store.assets.assets() == []
    with pytest.raises(UnknownEntity):
        any_store.assets.sensor(sensor.id)
    assert any_store.events.event(part.id, 1, "soc") is None


def test_a_sensor_is_found_as_it_was_added(any_store: Store) -> None:
    make = Factory(any_store)
    given = Sensor(
        id=0,
        name="heat",
        asset_id=make.asset().id,
        unit="kW",
        timezone="Europe/Amsterdam",
        step=QUARTER,
        quantity=Quantity.OTHER,
        consumption_is_positive=False,
        attributes={"a": [1]},
    )
    kept = any_store.assets.add_sensor(given)
    assert kept == replace(given, id=kept.id)
    assert any_store.assets.sensor(kept.id) == kept
    assert any_store.assets.sensors([given.asset_id]) == [kept]
    assert any_store.assets.sensors([]) == []


@pytest.mark.parametrize("step", [timedelta(0), timedelta(seconds=1), timedelta(days=1), timedelta(days=365)])
def test_steps_are_kept_to_the_second(any_store: Store, step: timedelta) -> None:
    sensor = Factory(any_store).sensor(step=step)
    assert any_store.assets.sensor(sensor.id).step == step


def test_an_asset_has_one_sensor_of_a_name(any_store: Store) -> None:
    make = Factory(any_store)
    sensor = make.sensor()
    with pytest.raises(DuplicateEntity, match=sensor.name):
        any_store.assets.add_sensor(sensor)
    with pytest.raises(UnknownEntity):
        any_store.assets.add_sensor(replace(sensor, asset_id=10**6))
    any_store.assets.delete_sensor(sensor.id)
    assert any_store.assets.add_sensor(sensor).name == sensor.name


def test_connections_are_assets_with_a_power_sensor(any_store: Store) -> None:
    make = Factory(any_store)
    battery = make.asset(attributes={"capacity_in_mw": 2, "max_soc_in_mwh": 5, "market_id": 9})
    meter = make.sensor(battery)
    make.sensor(battery)
    make.sensor(battery, Quantity.STATE_OF_CHARGE)
    make.sensor(make.asset(), Quantity.PRICE)
    newest = make.sensor()
    found = any_store.assets.connections()
    assert [(one.id, one.sensor.id) for one in found] == [
        (newest.asset_id, newest.id),
        (battery.id, meter.id),
    ]
    assert (found[1].capacity, found[1].storage.soc_max, found[1].market_id) == (2.0, 5.0, 9)
    assert any_store.assets.connections([battery.id]) == [found[1]]
    assert any_store.assets.connections([]) == []


def test_markets_are_price_sensors_of_public_markets(any_store: Store) -> None:
    make = Factory(any_store)
    sensor = make.market("kr_spot")
    make.sensor(make.asset("market", owner=make.user()), Quantity.PRICE)
    make.sensor(make.asset(), Quantity.PRICE)
    make.sensor(make.asset("market"), Quantity.OTHER)
    (market,) = any_store.assets.markets()
    assert (market.name, market.type, market.sensor) == ("kr_spot", "day_ahead", sensor)


def test_weather_sensors_are_those_with_a_public_place(any_store: Store) -> None:
    make = Factory(any_store)
    station = make.asset("weather station", place=(33.4, 126.0))
    wind, sun = make.sensor(station, Quantity.WIND_SPEED), make.sensor(station, Quantity.IRRADIANCE)
    make.sensor(station)
    make.sensor(make.asset("weather station"), Quantity.WIND_SPEED)
    make.sensor(make.asset(owner=make.user(), place=(1.0, 1.0)), Quantity.WIND_SPEED)
    found = any_store.assets.weather_sensors()
    assert [(one.sensor, one.latitude, one.longitude) for one in found] == [
        (wind, 33.4, 126.0),
        (sun, 33.4, 126.0),
    ]
    assert any_store.assets.weather_sensors(Quantity.IRRADIANCE) == [found[1]]
    assert any_store.assets.weather_sensors(Quantity.TEMPERATURE) == []


def test_the_same_udi_event_again_takes_the_place_of_the_earlier_one(any_store: Store) -> None:
    asset = Factory(any_store).asset()
    first = UdiEvent(asset.id, 203, "soc", NOON, 1.5)
    targets = (SocTarget(NOON + HOUR, 2.0), SocTarget(NOON + 2 * HOUR, 2.5))
    other = UdiEvent(asset.id, 203, "soc-with-targets", NOON, 1.5, targets, 0.9, 0.5, 4.0)
    for event in (first, other):
        any_store.events.add(event)
        assert any_store.events.event(asset.id, 203, event.type) == event
    any_store.events.add(replace(first, soc=2.5))
    assert any_store.events.event(asset.id, 203, "soc") == replace(first, soc=2.5)
    assert any_store.events.event(asset.id, 204, "soc") is None


def test_the_latest_run_of_a_task_is_known(any_store: Store) -> None:
    assert any_store.tasks.latest("import") is None
    any_store.tasks.report("import", NOON, succeeded=True)
    any_store.tasks.report("import", NOON + HOUR, succeeded=False)
    assert any_store.tasks.latest("import") == (NOON + HOUR, False)


def test_documents_of_an_asset_are_kept_beside_its_fields(any_store: Store) -> None:
    asset = Factory(any_store).asset()
    assert any_store.assets.documents([asset.id]) == {asset.id: Documents()}
    told = Documents("a battery", "x1", {"site-power-capacity": "1 MW"}, {"soc-max": "2 MWh"}, (1,), (2,))
    any_store.assets.set_documents(asset.id, told)
    assert any_store.assets.documents([asset.id]) == {asset.id: told}
    with pytest.raises(UnknownEntity):
        any_store.assets.set_documents(0, told)


def test_two_assets_of_an_account_have_no_external_id_in_common(any_store: Store) -> None:
    factory = Factory(any_store)
    user = factory.user()
    one, other = factory.asset(owner=user), factory.asset(owner=user)
    any_store.assets.set_documents(one.id, Documents(external_id="x1"))
    with pytest.raises(DuplicateEntity):
        any_store.assets.set_documents(other.id, Documents(external_id="x1"))


def test_a_branch_holds_the_parts_of_parts_even_in_a_ring(any_store: Store) -> None:
    factory = Factory(any_store)
    top, middle, leaf = (factory.asset() for _ in range(3))
    for part, parent in ((middle, top), (leaf, middle)):
        any_store.assets.update_asset(replace(part, parent_id=parent.id))
    assert [one.id for one in any_store.assets.branch(top.id)] == [top.id, middle.id, leaf.id]
    any_store.assets.update_asset(replace(top, parent_id=leaf.id))
    assert [one.id for one in any_store.assets.branch(middle.id)] == [top.id, middle.id, leaf.id]
    assert any_store.assets.branch(0) == []
