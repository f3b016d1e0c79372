"""Many quantiles at once: streamed without a look at what is known, unless some of it is the same."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from flexmeasures.adapters.postgres.beliefs.series import CROWD
from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import BeliefBlock, BeliefFilter, Source
from flexmeasures.domain.errors import ConflictingBelief, UnknownEntity
from flexmeasures.domain.timing import instant
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import QUARTER, Factory
from flexmeasures.usecases.ports.beliefs import Written
from flexmeasures.usecases.ports.platform import Store

HOUR = timedelta(hours=1)
EVENTS = 60
LEVELS = (0.1, 0.5, 0.9)


def quantiles(sensor: Sensor, source: Source, recorded: datetime, value: float) -> list[BeliefBlock]:
    """Return three quantiles of many events, recorded at one time."""
    starts = instant(NOON) + np.arange(EVENTS) * np.timedelta64(QUARTER)
    times = np.full(EVENTS, instant(recorded))
    return [
        BeliefBlock(
            sensor.id, source.id, starts, times, np.full(EVENTS, value + level), np.full(EVENTS, level)
        )
        for level in LEVELS
    ]


def read(store: Store, sensor: Sensor, level: float) -> list[float]:
    """Return the distinct latest quantiles of one probability."""
    only = BeliefFilter(probability=level)
    (found,) = store.beliefs.latest([sensor.id], NOON, NOON + EVENTS * QUARTER, only)[sensor.id]
    return sorted(set(found.value.tolist()))


def test_later_quantiles_stand_beside_earlier_ones(any_store: Store) -> None:
    make = Factory(any_store)
    sensor, source = make.sensor(), make.source()
    for hour in range(CROWD + 1):
        told = quantiles(sensor, source, NOON - hour * HOUR, 1.0)
        assert any_store.beliefs.add(told) == Written(3 * EVENTS, 0)
    assert any_store.beliefs.count([sensor.id]) == 3 * EVENTS * (CROWD + 1)
    assert [read(any_store, sensor, level) for level in LEVELS] == [[1.1], [1.5], [1.9]]


def test_quantiles_that_are_known_are_kept_once(any_store: Store) -> None:
    make = Factory(any_store)
    sensor, other, source = make.sensor(), make.sensor(), make.source()
    told = quantiles(sensor, source, NOON - HOUR, 1.0)
    any_store.beliefs.add(told)
    more = quantiles(other, source, NOON - HOUR, 1.0)
    assert any_store.beliefs.add([*told, *more]) == Written(3 * EVENTS, 3 * EVENTS)
    assert any_store.beliefs.count([sensor.id, other.id]) == 6 * EVENTS


def test_other_quantiles_of_the_same_time_contradict(any_store: Store) -> None:
    make = Factory(any_store)
    sensor, source = make.sensor(), make.source()
    any_store.beliefs.add(quantiles(sensor, source, NOON - HOUR, 1.0))
    others = quantiles(sensor, source, NOON - HOUR, 2.0)
    with pytest.raises(ConflictingBelief):
        any_store.beliefs.add(others)
    assert read(any_store, sensor, 0.5) == [1.5]
    any_store.beliefs.add(others, replace=True)
    assert [read(any_store, sensor, level) for level in LEVELS] == [[2.1], [2.5], [2.9]]


@pytest.mark.services
def test_quantiles_of_nobody_are_refused(store: Store) -> None:
    make = Factory(store)
    sensor, source = make.sensor(), make.source()
    store.assets.delete_sensor(sensor.id)
    with pytest.raises(UnknownEntity):
        store.beliefs.add(quantiles(sensor, source, NOON - HOUR, 1.0))
