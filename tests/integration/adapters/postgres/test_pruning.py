"""Selected beliefs are removed, and no others: in memory and in PostgreSQL alike."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import BeliefBlock, Source
from flexmeasures.domain.timing import instant
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import QUARTER, Factory, block
from flexmeasures.usecases.ports.beliefs import Rank, Selection
from flexmeasures.usecases.ports.platform import Store


@pytest.fixture
def sensor(any_store: Store) -> Sensor:
    """Return a sensor."""
    return Factory(any_store).sensor()


@pytest.fixture
def source(any_store: Store) -> Source:
    """Return a source."""
    return Factory(any_store).source()


def values(store: Store, sensor: Sensor) -> list[float]:
    """Return all that is known of a sensor, in the order of recording."""
    found = store.beliefs.history([sensor.id], NOON - timedelta(days=2), NOON + timedelta(days=2), 100)
    return [value for part in found for value in part.value.tolist()]


def test_a_span_of_some_sources_is_removed(any_store: Store, sensor: Sensor, source: Source) -> None:
    other = Factory(any_store).source()
    any_store.beliefs.add([block(sensor, source, NOON, [1.0, 2.0, 3.0]), block(sensor, other, NOON, [9.0])])
    span = Selection((sensor.id,), (source.id,), NOON + QUARTER, NOON + 2 * QUARTER)
    assert any_store.beliefs.prune(span) == 1
    assert sorted(values(any_store, sensor)) == [1.0, 3.0, 9.0]
    assert any_store.beliefs.prune(Selection((sensor.id,))) == 3
    assert any_store.beliefs.prune(Selection((sensor.id,))) == 0


def test_only_forecasts_or_only_measurements_are_removed(
    any_store: Store, sensor: Sensor, source: Source
) -> None:
    any_store.beliefs.add([block(sensor, source, NOON, [1.0], recorded=NOON)])
    any_store.beliefs.add([block(sensor, source, NOON, [2.0])])
    assert any_store.beliefs.prune(Selection((sensor.id,), measurements=False)) == 1
    assert values(any_store, sensor) == [2.0]
    assert any_store.beliefs.prune(Selection((sensor.id,), measurements=False)) == 0
    assert any_store.beliefs.prune(Selection((sensor.id,), forecasts=False)) == 1


def test_what_repeats_the_belief_before_is_removed(any_store: Store, sensor: Sensor, source: Source) -> None:
    for hours, value in ((9, 1.0), (8, 1.0), (7, 2.0), (6, 1.0), (5, 1.0)):
        recorded = NOON - timedelta(hours=hours)
        any_store.beliefs.add([block(sensor, source, NOON, [value], recorded=recorded)])
    any_store.beliefs.add([block(sensor, source, NOON, [1.0])])
    assert any_store.beliefs.prune(Selection((sensor.id,), rank=Rank.UNCHANGED)) == 2
    assert values(any_store, sensor) == [1.0, 2.0, 1.0, 1.0]


def test_quantiles_are_never_taken_for_repetitions(any_store: Store, sensor: Sensor, source: Source) -> None:
    for hours in (9, 8):
        median = block(sensor, source, NOON, [1.0], recorded=NOON - timedelta(hours=hours))
        low = BeliefBlock(
            sensor.id, source.id, median.event_start, median.belief_time, np.array([0.5]), np.array([0.1])
        )
        any_store.beliefs.add([median, low])
    assert any_store.beliefs.prune(Selection((sensor.id,), rank=Rank.UNCHANGED)) == 0


def test_values_that_are_no_numbers_are_removed(any_store: Store, sensor: Sensor, source: Source) -> None:
    starts = instant(NOON) + np.arange(2) * np.timedelta64(QUARTER)
    any_store.beliefs.add([BeliefBlock(sensor.id, source.id, starts, starts, np.array([np.nan, 1.0]))])
    assert any_store.beliefs.prune(Selection((sensor.id,), rank=Rank.NO_NUMBER)) == 1
    assert values(any_store, sensor) == [1.0]
