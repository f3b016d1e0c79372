"""What power costs or earns, as it came and as it was expected."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from numpy.testing import assert_allclose

from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import SourceType
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.usecases.analysis import Analysis
from flexmeasures.usecases.analytics import Chosen, analyse
from flexmeasures.usecases.charting import ChartQuery
from flexmeasures.usecases.lines import Role
from flexmeasures.usecases.overview import visible_connections
from flexmeasures.usecases.ports.platform import Platform

HOUR = timedelta(hours=1)
QUERY = ChartQuery(NOON, NOON + HOUR)


@pytest.fixture
def make(memory_platform: Platform) -> Factory:
    return Factory(memory_platform.store)


def analysed(user: User, market: Sensor, platform: Platform) -> Analysis:
    mine = visible_connections(user, platform)
    return analyse(user, mine, Chosen(market=str(market.id)), QUERY, platform)


def test_costs_are_energy_times_price_and_errors_are_of_both(
    memory_platform: Platform, make: Factory
) -> None:
    owner, market = make.user(), make.market()
    sensor = make.sensor(make.asset("battery", owner=owner))
    meter = memory_platform.store.sources.of_user(owner)
    early = NOON - 6 * HOUR
    memory_platform.store.beliefs.add(
        [
            block(sensor, meter, NOON, [4.0, 4.0]),
            block(sensor, make.source(SourceType.FORECASTER), NOON, [2.0, 2.0, 2.0], recorded=early),
            block(sensor, make.source(SourceType.SCHEDULER), NOON, [1.0], recorded=early),
            block(market, make.source(SourceType.MARKET), NOON, [40.0]),
            block(market, make.source(SourceType.FORECASTER), NOON, [30.0], recorded=early),
        ]
    )
    money = analysed(owner, market, memory_platform).quantity("money")
    assert money is not None
    assert (money.name, money.unit) == ("Costs", "EUR")
    realised, expected, planned = money.traces
    assert_allclose(realised.values, [40.0, 40.0, np.nan, np.nan])
    assert_allclose(expected.values, [15.0, 15.0, 15.0, np.nan])
    assert (planned.role, planned.values[0]) == (Role.SCHEDULE, 10.0)
    assert (money.metrics.realised, money.metrics.expected) == (80.0, 30.0)
    assert (money.metrics.mae, money.metrics.wape, money.metrics.count) == (25.0, 0.625, 2)
    assert_allclose(expected.high[:3], 15.0 * 1.625)
    assert expected.band == "± 62 % (WAPE)"


def test_without_prices_nothing_is_told_of_money(memory_platform: Platform, make: Factory) -> None:
    owner, market = make.user(), make.market()
    sensor = make.sensor(make.asset("battery", owner=owner))
    meter = memory_platform.store.sources.of_user(owner)
    memory_platform.store.beliefs.add([block(sensor, meter, NOON, [4.0])])
    money = analysed(owner, market, memory_platform).quantity("money")
    assert money is not None
    assert money.traces == ()
    assert np.isnan(money.metrics.realised)
    assert analysed(owner, sensor, memory_platform).quantity("money") is None
