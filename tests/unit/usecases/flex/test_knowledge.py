"""What is known, brought to the steps of a plan."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from flexmeasures.domain.assets import Quantity, Sensor
from flexmeasures.domain.beliefs import Source, SourceType
from flexmeasures.domain.errors import UnknownEntity
from flexmeasures.domain.quantities import ENERGY, POWER
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.usecases.flex.knowledge import larger, learn, smaller
from flexmeasures.usecases.flex.values import Fixed, Recorded, Segment, Segments
from flexmeasures.usecases.ports.platform import Platform

HOUR = timedelta(hours=1)
GRID = TimeGrid(NOON, HOUR, 4)


def kept(platform: Platform, values: list[float], source: Source | None = None) -> Sensor:
    """Return a sensor of energy for which these values of each hour are kept."""
    make = Factory(platform.store)
    sensor = make.sensor(quantity=Quantity.STATE_OF_CHARGE, step=HOUR)
    platform.store.beliefs.add([block(sensor, source or make.source(), NOON, values, recorded=NOON)])
    return sensor


def test_values_of_events_count_at_both_ends(memory_platform: Platform) -> None:
    told = Recorded(kept(memory_platform, [1.0, 3.0, 2.0]).id, (ENERGY,), Fixed(9.0, ENERGY))
    knowledge = learn([told], GRID, None, memory_platform)
    assert knowledge.on_ticks(told, larger).tolist() == [3.0, 3.0, 2.0, 9.0]
    assert knowledge.on_ticks(told, smaller).tolist() == [1.0, 2.0, 2.0, 9.0]
    assert knowledge.on_ticks(Fixed(5.0, ENERGY)).tolist() == [5.0] * 4


def test_without_a_default_nothing_is_known_where_nothing_is_kept(memory_platform: Platform) -> None:
    told = Recorded(kept(memory_platform, [1.0]).id, (ENERGY,))
    knowledge = learn([told], GRID, None, memory_platform)
    assert np.isnan(knowledge.on_ticks(told)).tolist() == [False, True, True, True]


def test_the_latest_value_is_the_one_nearest_to_the_start(memory_platform: Platform) -> None:
    knowledge = learn([], GRID, None, memory_platform)
    parts = tuple(
        Segment(NOON + hours * HOUR, NOON + hours * HOUR, value) for hours, value in ((-5, 1.0), (1, 2.0))
    )
    assert knowledge.latest(Fixed(3.0, ENERGY), HOUR) == 3.0
    assert knowledge.latest(Segments(parts, ENERGY), 4 * HOUR) == 2.0
    assert knowledge.latest(Segments(parts[:1], ENERGY), 4 * HOUR) is None


def test_a_reading_that_is_too_old_is_not_the_latest(memory_platform: Platform) -> None:
    told = Recorded(kept(memory_platform, [1.0]).id, (ENERGY,))
    empty = Recorded(kept(memory_platform, []).id, (ENERGY,))
    later = TimeGrid(NOON + 3 * HOUR, HOUR, 4)
    knowledge = learn([told, empty], later, None, memory_platform)
    assert knowledge.latest(told, 3 * HOUR) == 1.0
    assert knowledge.latest(told, 2 * HOUR) is None
    assert knowledge.latest(empty, 9 * HOUR) is None


def test_sources_of_some_types_or_other_accounts_do_not_count(memory_platform: Platform) -> None:
    make = Factory(memory_platform.store)
    forecaster, scheduler = make.source(), make.source(SourceType.SCHEDULER)
    user = make.user()
    person = memory_platform.store.sources.of_user(user)
    sensor = kept(memory_platform, [1.0], forecaster)
    later = [
        block(sensor, source, NOON, [value], recorded=NOON + timedelta(minutes=minute))
        for source, value, minute in ((scheduler, 2.0, 1), (person, 3.0, 2))
    ]
    memory_platform.store.beliefs.add(later)
    every = Recorded(sensor.id, (ENERGY,))
    unplanned = Recorded(
        sensor.id, (ENERGY,), excluded_types=(SourceType.SCHEDULER.value, SourceType.USER.value)
    )
    own = Recorded(sensor.id, (ENERGY,), source_account=user.account.id)
    foreign = Recorded(sensor.id, (ENERGY,), source_account=user.account.id + 1000)
    knowledge = learn([every, unplanned, own, foreign], GRID, None, memory_platform)
    assert [knowledge.on_steps(one)[0] for one in (every, unplanned, own)] == [3.0, 1.0, 3.0]
    assert np.isnan(knowledge.on_steps(foreign)).all()


def test_a_sensor_that_is_gone_is_named(memory_platform: Platform) -> None:
    with pytest.raises(UnknownEntity, match="There is no sensor 12345"):
        learn([Recorded(12345, (POWER,))], GRID, None, memory_platform)
