"""How an analysis became known."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from numpy.testing import assert_allclose

from flexmeasures.domain.accounts import User
from flexmeasures.domain.beliefs import BeliefBlock, SourceType
from flexmeasures.domain.errors import InvalidPeriod
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import from_instant, instant
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import QUARTER, Factory, block
from flexmeasures.usecases import analysis_replay
from flexmeasures.usecases.analysis_replay import AnalysisReplay, replay_analysis
from flexmeasures.usecases.analytics import Chosen, analyse
from flexmeasures.usecases.charting import ChartQuery
from flexmeasures.usecases.overview import visible_connections
from flexmeasures.usecases.ports.platform import Platform

HOUR = timedelta(hours=1)
START = NOON - 3 * HOUR
QUERY = ChartQuery(START, START + 2 * HOUR)


def replayed(user: User, chosen: Chosen, platform: Platform, query: ChartQuery = QUERY) -> AnalysisReplay:
    return replay_analysis(user, visible_connections(user, platform), chosen, query, platform)


def as_known(found: AnalysisReplay, time: int) -> dict[tuple[str, str], Array]:
    """Return the values of each line at one of the times, as a page puts them together."""
    lines: dict[tuple[str, str], Array] = {}
    for quantity in found.quantities:
        for track in quantity.tracks:
            values = np.full(found.grid.size, np.nan)
            for event, seen, value in zip(track.event, track.time, track.value, strict=True):
                if seen <= time:
                    values[event] = value
            lines[quantity.key, track.name] = values
    return lines


def scattered(rng: np.random.Generator, told: BeliefBlock) -> list[BeliefBlock]:
    """Return some beliefs recorded at several times before the window, each time with other values."""
    found = []
    for _ in range(3):
        keeps = rng.random(told.value.size) < 0.8
        time = instant(START - timedelta(minutes=int(rng.integers(0, 300))))
        recorded = np.full(told.value.size, time)[keeps]
        value = np.round(rng.normal(size=recorded.size), 3)
        found.append(BeliefBlock(told.sensor_id, told.source_id, told.event_start[keeps], recorded, value))
    return found


@pytest.mark.parametrize("seed", range(6))
def test_a_replay_agrees_with_what_is_known_at_each_time(memory_platform: Platform, seed: int) -> None:
    make, rng = Factory(memory_platform.store), np.random.default_rng(seed)
    owner = make.user()
    meter, forecaster = memory_platform.store.sources.of_user(owner), make.source(SourceType.FORECASTER)
    market = make.market(step=HOUR)
    sensors = [make.sensor(make.asset("battery", owner=owner), step=QUARTER) for _ in range(2)]
    blocks = [
        one for sensor in sensors for one in scattered(rng, block(sensor, forecaster, START, [0.0] * 8))
    ]
    blocks += [block(sensor, meter, START, rng.normal(size=5).round(3).tolist()) for sensor in sensors]
    blocks += scattered(rng, block(market, make.source("market"), START, [0.0, 0.0]))
    memory_platform.store.beliefs.add(blocks)
    chosen = Chosen(market=str(market.id))
    found = replayed(owner, chosen, memory_platform)
    mine = visible_connections(owner, memory_platform)
    for number, time in enumerate(found.times.starts()):
        shown = as_known(found, number)
        known = analyse(owner, mine, chosen, replace(QUERY, known=from_instant(time)), memory_platform)
        for quantity in known.quantities:
            for trace in quantity.traces:
                if " of " not in trace.name:
                    assert_allclose(shown[quantity.key, trace.name], trace.values, atol=1e-9)


def test_longer_and_shorter_events_are_replayed_in_steps(memory_platform: Platform) -> None:
    make = Factory(memory_platform.store)
    owner = make.user()
    meter = memory_platform.store.sources.of_user(owner)
    slow = make.sensor(make.asset("battery", owner=owner), step=HOUR)
    fast = make.sensor(make.asset("battery", owner=owner), step=timedelta(minutes=5))
    memory_platform.store.beliefs.add(
        [block(slow, meter, START, [1.0, 2.0]), block(fast, meter, START, [3.0, 6.0, 9.0] * 8)]
    )
    found = replayed(owner, Chosen(), memory_platform)
    last = as_known(found, found.times.size - 1)["power", "Measured"]
    assert_allclose(last, [7.0] * 4 + [8.0] * 4)
    assert np.isnan(as_known(found, 0)["power", "Measured"][1:]).all()


def test_assets_that_begin_later_count_as_nothing_before(memory_platform: Platform) -> None:
    make = Factory(memory_platform.store)
    owner = make.user()
    meter = memory_platform.store.sources.of_user(owner)
    old, new = (make.sensor(make.asset("battery", owner=owner)) for _ in range(2))
    memory_platform.store.beliefs.add(
        [
            block(old, meter, START - 48 * HOUR, [1.0]),
            block(old, meter, START, [1.0] * 8),
            block(new, meter, START + HOUR, [10.0] * 4),
        ]
    )
    expected = [1.0] * 4 + [11.0] * 4
    found = replayed(owner, Chosen(), memory_platform)
    assert_allclose(as_known(found, found.times.size - 1)["power", "Measured"], expected)
    mine = visible_connections(owner, memory_platform)
    shown = analyse(owner, mine, Chosen(), QUERY, memory_platform).quantities[0]
    assert_allclose(shown.traces[0].values, expected)
    gap = replace(QUERY, start=START - HOUR)
    assert np.isnan(
        analyse(owner, mine, Chosen(), gap, memory_platform).quantities[0].traces[0].values[:4]
    ).all()


def test_prices_that_are_no_prices_are_worth_nothing(memory_platform: Platform) -> None:
    make = Factory(memory_platform.store)
    owner = make.user()
    sensor = make.sensor(make.asset("battery", owner=owner))
    found = replayed(owner, Chosen(market=str(sensor.id)), memory_platform)
    assert [each.key for each in found.quantities] == ["power", "price", "money"]
    assert found.quantities[2].tracks == ()


@pytest.mark.parametrize("told", [[], [40.0]])
def test_prices_that_nobody_knows_yet_are_left_out(memory_platform: Platform, told: list[float]) -> None:
    make = Factory(memory_platform.store)
    owner, market = make.user(), make.market(step=HOUR)
    sensor = make.sensor(make.asset("battery", owner=owner))
    early = block(sensor, make.source(), NOON, [1.0], recorded=NOON - HOUR)
    later = block(market, make.source("market"), NOON + HOUR, told, recorded=NOON + HOUR / 2)
    memory_platform.store.beliefs.add([early, later])
    query = ChartQuery(NOON, NOON + 2 * HOUR)
    found = replayed(owner, Chosen(market=str(market.id)), memory_platform, query)
    assert [len(quantity.tracks) for quantity in found.quantities] == [1, 0, 0]


def test_long_windows_and_large_groups_are_not_replayed(
    memory_platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = Factory(memory_platform.store).user()
    long = ChartQuery(NOON, NOON + timedelta(days=15))
    with pytest.raises(InvalidPeriod, match="at most 14 days of 50 assets"):
        replayed(owner, Chosen(), memory_platform, long)
    monkeypatch.setattr(analysis_replay, "MEMBERS_AT_MOST", -1)
    with pytest.raises(InvalidPeriod):
        replayed(owner, Chosen(), memory_platform)
