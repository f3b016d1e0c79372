"""Values are brought to other steps."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import QUARTER, Factory, block
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.reorganising import Resampled, resample

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("whole", [True, False])
def test_a_sensor_gets_the_new_step_only_with_all_its_values(memory_platform: Platform, whole: bool) -> None:
    make = Factory(memory_platform.store)
    sensor = make.sensor()
    memory_platform.store.beliefs.add([block(sensor, make.source(), NOON, [1.0, 2.0, 3.0, 6.0])])
    start, end = (None, None) if whole else (NOON, NOON + HOUR)
    assert resample(sensor, HOUR, start, end, memory_platform) == Resampled(4, 1)
    (told,) = memory_platform.store.beliefs.latest([sensor.id], NOON, NOON + HOUR)[sensor.id]
    assert told.value.tolist() == [3.0]
    assert memory_platform.store.assets.sensor(sensor.id).step == (HOUR if whole else QUARTER)
