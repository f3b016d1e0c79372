"""Values of any sensor, as people post and read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from flexmeasures.domain.assets import Quantity, Sensor
from flexmeasures.domain.beliefs import BeliefTiming
from flexmeasures.domain.errors import InvalidFields
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import QUARTER, Factory
from flexmeasures.usecases.inventory.values import FLOORS, Asked, Posted, read_values, record_values
from flexmeasures.usecases.ports.platform import Platform

HOUR = timedelta(hours=1)
POSTED = Posted(NOON - HOUR, HOUR, np.array([2.0]), "MW", BeliefTiming(None))


@pytest.fixture
def make(memory_platform: Platform) -> Factory:
    return Factory(memory_platform.store)


def kept(sensor: Sensor, posted: Posted, make: Factory, platform: Platform) -> dict[str, float]:
    """Return by time of day what is kept of a posting."""
    record_values(make.user(), sensor, posted, platform)
    (told,) = platform.store.beliefs.latest([sensor.id], NOON - 2 * HOUR, NOON + HOUR)[sensor.id]
    return {
        str(start)[11:16]: value for start, value in zip(told.event_start, told.value.tolist(), strict=True)
    }


@pytest.mark.parametrize(
    ("unit", "said"), [("blorps", "blorps"), ("°C", "Required unit for this sensor is MW, got incompatible")]
)
def test_a_unit_that_does_not_fit_is_refused(
    memory_platform: Platform, make: Factory, unit: str, said: str
) -> None:
    with pytest.raises(InvalidFields, match=said):
        record_values(make.user(), make.sensor(step=HOUR), replace(POSTED, unit=unit), memory_platform)


def test_power_is_the_energy_of_its_steps(memory_platform: Platform, make: Factory) -> None:
    sensor = make.sensor(quantity=Quantity.STATE_OF_CHARGE, step=QUARTER)
    posted = replace(POSTED, duration=QUARTER)
    assert kept(sensor, posted, make, memory_platform) == {"11:00": 0.5}


def test_several_instantaneous_values_need_a_duration(memory_platform: Platform, make: Factory) -> None:
    sensor = make.sensor(step=timedelta(0))
    posted = replace(POSTED, duration=timedelta(0), values=np.array([1.0, 2.0]))
    with pytest.raises(InvalidFields, match="Several values need a duration"):
        record_values(make.user(), sensor, posted, memory_platform)


@pytest.mark.parametrize(("floors", "start"), [(True, "11:00"), (False, "11:05")])
def test_times_begin_with_a_step_unless_a_sensor_wants_them_as_they_are(
    memory_platform: Platform, make: Factory, floors: bool, start: str
) -> None:
    sensor = make.sensor(step=HOUR, attributes={FLOORS: floors})
    posted = replace(POSTED, start=POSTED.start + timedelta(minutes=5))
    assert kept(sensor, posted, make, memory_platform) == {start: 2.0}


def test_too_many_values_are_not_read(memory_platform: Platform, make: Factory) -> None:
    asked = Asked(NOON, timedelta(days=20), resolution=timedelta(seconds=1))
    with pytest.raises(InvalidFields, match="1728000 values are too many"):
        read_values(make.sensor(), asked, memory_platform)
