"""What a schedule does and what that is worth."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexmeasures.domain.beliefs import SourceType
from flexmeasures.domain.series import Series
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import QUARTER, Factory, block
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.reasons import Reasons, explain, price_factor_of, reasons_of

START = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
powers = st.lists(st.floats(-5, 5), min_size=1, max_size=30)


def of(power: list[float], price: list[float], capacity: float | None = None) -> Reasons:
    return explain(Series(TimeGrid(START, HOUR, len(power)), np.array(power)), np.array(price), capacity)


def test_buying_cheap_and_selling_dear_earns() -> None:
    found = of([0.0, 1.0, 1.0, 0.0, -0.5, -1.0], [30, 20, 10, 30, 40, 60], capacity=1.0)
    assert (found.consumed.energy, found.consumed.price) == (2.0, 15.0)
    assert found.produced.energy == 1.5
    assert found.produced.price == pytest.approx(80 / 1.5)
    assert found.earnings == pytest.approx(50.0)
    assert (found.full_steps, found.busy_steps) == (3, 4)
    assert found.next is not None
    assert (found.next.start, found.next.end) == (START + HOUR, START + 3 * HOUR)
    assert (found.next.power, found.next.price) == (1.0, 15.0)


def test_doing_nothing_has_no_next() -> None:
    found = of([0.0, 0.0], [30, 20])
    assert found.next is None
    assert found.earnings == 0.0
    assert np.isnan(found.consumed.price)


def test_without_prices_nothing_is_claimed() -> None:
    found = of([1.0, -1.0], [np.nan, np.nan])
    assert np.isnan([found.earnings, found.mean_price, found.consumed.price]).all()


@given(powers, st.floats(-200, 200))
def test_at_a_flat_price_earnings_are_the_net_energy(power: list[float], price: float) -> None:
    found = of(power, [price] * len(power))
    assert found.earnings == pytest.approx(price * (found.produced.energy - found.consumed.energy), abs=1e-6)


def test_the_rest_of_the_latest_schedule_counts(memory_platform: Platform) -> None:
    make = Factory(memory_platform.store)
    market = make.market()
    asset = make.asset(owner=make.user(), attributes={"market_id": market.id, "capacity_in_mw": 0.5})
    sensor = make.sensor(asset)
    (connection,) = memory_platform.store.assets.connections([asset.id])
    assert reasons_of(connection, memory_platform) is None
    scheduler, exchange = make.source(SourceType.SCHEDULER), make.source(SourceType.MARKET)
    memory_platform.store.beliefs.add(
        [
            block(sensor, scheduler, NOON - HOUR, [9.0] * 4 + [0.5, 0.0, -0.5], recorded=NOON - 2 * HOUR),
            block(market, exchange, NOON, [40.0], recorded=NOON - 24 * HOUR),
        ]
    )
    found = reasons_of(connection, memory_platform)
    assert found is not None
    assert found.end == NOON + 3 * QUARTER
    assert (found.consumed.energy, found.consumed.price) == (0.125, 40.0)
    assert found.full_steps == 2


def test_instantaneous_power_has_no_schedule_to_explain(memory_platform: Platform) -> None:
    make = Factory(memory_platform.store)
    asset = make.asset()
    make.sensor(asset, step=timedelta(0))
    (connection,) = memory_platform.store.assets.connections([asset.id])
    assert reasons_of(connection, memory_platform) is None


def test_a_schedule_without_market_is_worth_nothing_known(memory_platform: Platform) -> None:
    make = Factory(memory_platform.store)
    asset = make.asset()
    sensor = make.sensor(asset)
    planned = block(sensor, make.source(SourceType.SCHEDULER), NOON, [1.0] * 4, recorded=NOON - HOUR)
    memory_platform.store.beliefs.add([planned])
    (connection,) = memory_platform.store.assets.connections([asset.id])
    found = reasons_of(connection, memory_platform)
    assert found is not None
    assert found.consumed.energy == 1.0
    assert np.isnan([found.earnings, found.consumed.price]).all()


def test_prices_of_anything_but_energy_count_for_nothing(memory_platform: Platform) -> None:
    market = Factory(memory_platform.store).market()
    assert price_factor_of(market) == 1.0
    assert np.isnan(price_factor_of(replace(market, unit="EUR/t")))
