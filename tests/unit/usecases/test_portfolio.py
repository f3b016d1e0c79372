"""Statements about somebody's portfolio."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from flexmeasures.domain.accounts import Account, User
from flexmeasures.domain.assets import Asset, AssetType, Quantity, Sensor
from flexmeasures.domain.beliefs import SourceType
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import QUARTER, Factory, block
from flexmeasures.usecases.effects import schedule_effect
from flexmeasures.usecases.holdings import Holding, holdings, prices_of, steps_of
from flexmeasures.usecases.portfolio import all_measured, flows, portfolio
from flexmeasures.usecases.ports.platform import Platform

HOUR = timedelta(hours=1)
GRID = TimeGrid(NOON, HOUR, 3)
NAN = float("nan")
NOBODY = User(1, "a@example.com", "a", Account(1, "a"))
SUPPLIER = User(1, "a@example.com", "a", Account(1, "a", frozenset({"Supplier"})))
BATTERY = AssetType(1, "battery", "battery", is_consumer=True, is_producer=True)
SOLAR = AssetType(2, "solar", "solar panel", is_producer=True)


def holding(
    power: list[float],
    price: list[float] | None = None,
    *,
    kind: AssetType = BATTERY,
    measured: list[bool] | None = None,
    schedule: list[float] | None = None,
) -> Holding:
    size = len(power)
    return Holding(
        Asset(1, "it", "It", kind),
        np.array(power),
        np.array(measured if measured is not None else [True] * size),
        np.array(schedule if schedule is not None else [NAN] * size),
        np.array(price if price is not None else [NAN] * size),
        None,
    )


def test_consumption_costs_and_production_earns() -> None:
    found = portfolio(NOBODY, [holding([2.0, -1.0, 0.0], [10, 30, 50])], GRID)
    (statement,) = found.statements
    assert (statement.consumption, statement.production) == (2.0, 1.0)
    assert (statement.money.costs, statement.money.revenues, statement.money.profit) == (20.0, 30.0, 10.0)


def test_a_supplier_is_paid_for_what_others_consume() -> None:
    found = portfolio(SUPPLIER, [holding([2.0, -1.0, 0.0], [10, 30, 50])], GRID)
    assert (found.total.money.costs, found.total.money.revenues) == (30.0, 20.0)


def test_without_prices_there_is_energy_but_no_money() -> None:
    found = portfolio(NOBODY, [holding([2.0, NAN, NAN])], GRID)
    assert found.total.consumption == 2.0
    assert np.isnan(found.total.money.costs)
    assert found.total.money.revenues == 0.0


def test_markets_without_prices_are_named() -> None:
    market = Sensor(3, "price", 9, "EUR/MWh", "UTC", HOUR, Quantity.PRICE, attributes={"display_name": "KPX"})
    bare = replace(holding([2.0, NAN, NAN]), market=market)
    found = portfolio(NOBODY, [bare, holding([1.0, 1.0, 1.0]), holding([0.0, 0.0, 0.0])], GRID)
    assert found.total.unpriced == ("", "KPX")
    (price,) = prices_of([bare])
    assert (price.name, price.known) == ("KPX", 0.0)
    assert np.isnan(price.mean)


def test_types_have_the_sides_that_they_can_have() -> None:
    charger = AssetType(3, "one-way_evse", "charger", is_consumer=True)
    for user, sides in ((NOBODY, (True, False)), (SUPPLIER, (False, True))):
        (statement,) = portfolio(user, [holding([2.0, 0.0, 0.0], kind=charger)], GRID).statements
        assert (statement.pays, statement.earns) == sides
    (sun,) = portfolio(NOBODY, [holding([-2.0, 0.0, 0.0], kind=SOLAR)], GRID).statements
    assert (sun.pays, sun.earns) == (False, True)


def test_what_is_not_measured_is_told_as_a_share() -> None:
    found = portfolio(NOBODY, [holding([1.0, 1.0, 2.0], measured=[True, True, False])], GRID)
    assert found.total.expected == 0.5


def test_statements_are_by_type_and_add_up() -> None:
    held = [holding([1.0, 1.0, 1.0]), holding([-2.0, 0.0, 0.0], kind=SOLAR), holding([3.0, 0.0, 0.0])]
    found = portfolio(NOBODY, held, GRID)
    assert [(each.name, each.count) for each in found.statements] == [("battery", 2), ("solar panel", 1)]
    assert found.total.consumption == sum(each.consumption for each in found.statements) == 6.0
    assert found.total.production == 2.0


def test_schedules_are_told_against_doing_nothing() -> None:
    held = [holding([1.0, 0.0, -1.0], [10, 20, 40], schedule=[1.0, 0.0, -1.0]), holding([5.0, 5.0, 5.0])]
    found = portfolio(NOBODY, held, GRID)
    assert len(found.effects) == 1
    assert (found.effect.shifted, found.effect.moved, found.effect.money.profit) == (1.0, 2.0, 30.0)
    assert_allclose(schedule_effect(held, GRID), [-1.0, 0.0, 1.0])


def test_an_empty_portfolio_is_an_answer() -> None:
    found = portfolio(NOBODY, [], GRID)
    assert (found.statements, found.total.count, found.effects) == ((), 0, ())
    assert np.isnan(flows([], GRID).consumption).all()
    assert np.isnan(schedule_effect([], GRID)).all()


@given(st.lists(st.lists(st.floats(-9, 9), min_size=3, max_size=3), min_size=1, max_size=5))
def test_both_sides_together_are_the_net_power(powers: list[list[float]]) -> None:
    held = [holding(power) for power in powers]
    both = flows(held, GRID)
    assert_allclose(both.consumption - both.production, np.sum(powers, axis=0), atol=1e-9)
    assert (both.consumption >= 0).all()
    assert (both.production >= 0).all()
    assert all_measured(held, GRID).all()


@pytest.mark.parametrize(("days", "step"), [(1, QUARTER), (14, QUARTER), (15, HOUR)])
def test_long_windows_are_counted_in_hours(days: int, step: timedelta) -> None:
    grid = steps_of(NOON + timedelta(minutes=7), NOON + timedelta(days=days, minutes=7))
    assert grid.step == step
    assert grid.start == NOON
    assert grid.end >= NOON + timedelta(days=days, minutes=7)


def test_measurements_count_first_then_schedules_then_forecasts(memory_platform: Platform) -> None:
    make = Factory(memory_platform.store)
    owner = make.user()
    market = make.market()
    sensor = make.sensor(make.asset(owner=owner, attributes={"market_id": market.id}))
    meter = memory_platform.store.sources.of_user(owner)
    forecaster, scheduler = make.source(SourceType.FORECASTER), make.source(SourceType.SCHEDULER)
    early = NOON - 5 * HOUR
    memory_platform.store.beliefs.add(
        [
            block(sensor, meter, NOON, [1.0]),
            block(sensor, scheduler, NOON, [2.0, 2.0], recorded=early),
            block(sensor, forecaster, NOON, [3.0, 3.0, 3.0], recorded=early),
            block(market, make.source(SourceType.MARKET), NOON, [40.0], recorded=early),
        ]
    )
    grid = TimeGrid(NOON, QUARTER, 5)
    (held,) = holdings(owner, grid, memory_platform)
    assert_allclose(held.power, [1.0, 2.0, 3.0, NAN, NAN])
    assert held.is_measured.tolist() == [True, False, False, False, False]
    assert_allclose(held.price, [40.0, 40.0, 40.0, 40.0, NAN])
    assert holdings(make.user(), grid, memory_platform) == []
