"""Schedules that are read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import SourceType
from flexmeasures.domain.errors import InvalidField, InvalidUnit, UnknownSchedule
from flexmeasures.domain.jobs import SCHEDULING, Job, JobState
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.usecases.flex.answer import Wanted, planned
from flexmeasures.usecases.flex.order import PLAN
from flexmeasures.usecases.ports.platform import Platform

HOUR = timedelta(hours=1)
WINDOW = {"start": NOON.isoformat(), "end": (NOON + 2 * HOUR).isoformat()}
JOB = Job("1", SCHEDULING, PLAN, {}, JobState.FINISHED, NOON, result=WINDOW)


@pytest.fixture
def power(memory_platform: Platform) -> Sensor:
    make = Factory(memory_platform.store)
    sensor = make.sensor(step=HOUR, attributes={"consumption_is_positive": True})
    told = block(sensor, make.source(SourceType.SCHEDULER), NOON, [1.0, 2.0], recorded=NOON)
    memory_platform.store.beliefs.add([told])
    return sensor


def test_a_schedule_is_read_as_far_as_it_is_asked_for(power: Sensor, memory_platform: Platform) -> None:
    found = planned(JOB, power, Wanted(HOUR, "kW"), memory_platform)
    assert found.unit == "kW"
    assert found.series is not None
    assert found.series.grid.size == 1
    assert abs(found.series.values[0]) == 1000.0


def test_a_schedule_that_is_not_done_is_not_known(power: Sensor, memory_platform: Platform) -> None:
    with pytest.raises(UnknownSchedule, match="has not finished"):
        planned(replace(JOB, state=JobState.FAILED), power, Wanted(), memory_platform)


def test_no_schedule_is_shorter_than_nothing(power: Sensor, memory_platform: Platform) -> None:
    with pytest.raises(InvalidField, match="no length of time"):
        planned(JOB, power, Wanted(timedelta(0)), memory_platform)


def test_a_unit_of_something_else_is_refused(power: Sensor, memory_platform: Platform) -> None:
    with pytest.raises(InvalidUnit, match="EUR"):
        planned(JOB, power, Wanted(unit="EUR"), memory_platform)


def test_a_scheduler_that_keeps_nothing_tells_what_it_found(power: Sensor, memory_platform: Platform) -> None:
    job = replace(JOB, result={"scheduler_info": {"scheduler": "own"}})
    found = planned(job, power, Wanted(), memory_platform)
    assert (found.info, found.unit, found.series) == ({"scheduler": "own"}, "MW", None)
