"""The latest state of all assets that somebody may see."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flexmeasures.domain.accounts import ADMIN_READER
from flexmeasures.domain.assets import Quantity
from flexmeasures.domain.beliefs import SourceType
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import QUARTER, Factory, block
from flexmeasures.usecases.overview import Freshness, freshness, overview
from flexmeasures.usecases.ports.platform import Platform

HOUR = timedelta(hours=1)


@pytest.fixture
def make(memory_platform: Platform) -> Factory:
    return Factory(memory_platform.store)


@pytest.mark.parametrize(
    ("age", "step", "expected"),
    [
        (timedelta(minutes=30), QUARTER, Freshness.FRESH),
        (timedelta(minutes=31), QUARTER, Freshness.STALE),
        (timedelta(hours=2), QUARTER, Freshness.STALE),
        (timedelta(hours=2, minutes=1), QUARTER, Freshness.LATE),
        (timedelta(minutes=9), timedelta(seconds=1), Freshness.FRESH),
    ],
)
def test_age_is_told_in_steps_of_the_meter(age: timedelta, step: timedelta, expected: Freshness) -> None:
    assert freshness(age, step) is expected


def test_the_last_measurement_counts_and_forecasts_do_not(memory_platform: Platform, make: Factory) -> None:
    owner = make.user()
    sensor = make.sensor(make.asset(owner=owner))
    meter = memory_platform.store.sources.of_user(owner)
    forecaster = make.source(SourceType.FORECASTER)
    memory_platform.store.beliefs.add(
        [
            block(sensor, meter, NOON - 2 * QUARTER, [0.1, 0.2]),
            block(sensor, forecaster, NOON - QUARTER, [0.7, 0.8, 0.9], recorded=NOON - HOUR),
        ]
    )
    (state,) = overview(owner, memory_platform).states
    assert (state.power, state.time, state.freshness) == (0.2, NOON, Freshness.FRESH)


def test_a_device_without_measurements_shows_what_is_planned(
    memory_platform: Platform, make: Factory
) -> None:
    owner = make.user()
    sensor = make.sensor(make.asset(owner=owner))
    scheduler = make.source(SourceType.SCHEDULER)
    start = NOON - timedelta(minutes=5)
    memory_platform.store.beliefs.add([block(sensor, scheduler, start, [0.3, 0.4], recorded=start - HOUR)])
    (state,) = overview(owner, memory_platform).states
    assert (state.power, state.expected, state.freshness) == (None, 0.3, Freshness.SILENT)


def test_types_sum_what_is_measured_and_leave_out_what_is_late(
    memory_platform: Platform, make: Factory
) -> None:
    owner = make.user()
    meter = memory_platform.store.sources.of_user(owner)
    for value, time in ((0.5, NOON - QUARTER), (-0.2, NOON - QUARTER), (9.0, NOON - 24 * HOUR)):
        sensor = make.sensor(make.asset("battery", owner=owner))
        memory_platform.store.beliefs.add([block(sensor, meter, time, [value])])
    (summary,) = overview(owner, memory_platform).types
    assert summary.count == 3
    assert summary.power == pytest.approx(0.3)


def test_everybody_sees_the_own_account_and_public_assets_with_power(
    memory_platform: Platform, make: Factory
) -> None:
    owner, stranger = make.user(), make.user()
    own = make.asset(owner=owner)
    make.asset(owner=stranger)
    public = make.sensor(make.asset()).asset_id
    make.sensor(make.asset("weather station"), Quantity.TEMPERATURE)
    seen = {state.asset.id for state in overview(owner, memory_platform).states}
    assert seen == {own.id, public}
    for role in ("admin", ADMIN_READER):
        assert len(overview(make.user(role), memory_platform).states) == 3


def test_no_assets_is_an_answer(memory_platform: Platform, make: Factory) -> None:
    found = overview(make.user(), memory_platform)
    assert (found.states, found.types, found.latest) == ((), (), None)
