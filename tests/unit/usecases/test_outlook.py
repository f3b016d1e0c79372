"""What schedules will change in the next day."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from flexmeasures.domain.accounts import User
from flexmeasures.domain.beliefs import SourceType
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.usecases.outlook import NOTHING, Outlook, outlook
from flexmeasures.usecases.overview import visible_connections
from flexmeasures.usecases.ports.platform import Platform

HOUR = timedelta(hours=1)


@pytest.fixture
def make(memory_platform: Platform) -> Factory:
    return Factory(memory_platform.store)


def ahead_of(user: User, platform: Platform) -> Outlook:
    return outlook(user, visible_connections(user, platform), platform)


def scheduled(make: Factory, owner: User, market_id: int | None, powers: list[float]) -> None:
    """Make a battery with a schedule for the next hours."""
    attributes: dict[str, object] = {"max_soc_in_mwh": 9.0}
    if market_id is not None:
        attributes["market_id"] = market_id
    sensor = make.sensor(make.asset("battery", owner=owner, attributes=attributes), step=HOUR)
    told = block(sensor, make.source(SourceType.SCHEDULER), NOON + HOUR, powers, recorded=NOON - HOUR)
    make.store.beliefs.add([told])


def test_the_best_opportunity_is_worth_most(memory_platform: Platform, make: Factory) -> None:
    owner, market = make.user(), make.market()
    exchange = make.source(SourceType.MARKET)
    prices = [10.0, 10.0, 50.0, 40.0, 20.0]
    make.store.beliefs.add([block(market, exchange, NOON, prices, recorded=NOON - HOUR)])
    scheduled(make, owner, market.id, [2.0, -1.0, 0.0, -1.0])
    make.sensor(make.asset("battery", owner=owner))
    found = ahead_of(owner, memory_platform)
    assert (found.count, found.currency) == (3, "EUR")
    assert found.worth == pytest.approx(50 + 20 - 2 * 10)
    assert found.best is not None
    asset, best = found.best
    assert found.asset_ids == {asset.id}
    assert (best.start, best.energy, best.worth) == (NOON + 2 * HOUR, 1.0, 50.0)


def test_without_prices_the_first_one_is_told_and_no_worth(memory_platform: Platform, make: Factory) -> None:
    owner = make.user()
    scheduled(make, owner, None, [0.0, 2.0, -1.0])
    found = ahead_of(owner, memory_platform)
    assert np.isnan(found.worth)
    assert found.best is not None
    assert found.best[1].start == NOON + 2 * HOUR


def test_without_schedules_nothing_lies_ahead(memory_platform: Platform, make: Factory) -> None:
    owner = make.user()
    assert ahead_of(owner, memory_platform) == NOTHING
    make.sensor(make.asset("battery", owner=owner))
    assert ahead_of(owner, memory_platform) == NOTHING
    assert NOTHING.best is None
    scheduled(make, owner, None, [0.0, 0.0])
    assert ahead_of(owner, memory_platform).coming == ()
