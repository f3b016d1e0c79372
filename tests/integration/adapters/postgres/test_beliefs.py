from __future__ import annotations

from datetime import timedelta

import pytest
from numpy.testing import assert_array_equal

from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.usecases.ports import Store, Written

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("size", [4, 200])
def test_what_is_written_is_read(any_store: Store, size: int) -> None:
    make = Factory(any_store)
    sensor, source = make.sensor(), make.source()
    values = [float(number) for number in range(size)]
    posted = block(sensor, source, NOON, values)
    assert any_store.beliefs.add([posted]) == Written(size, 0)
    assert any_store.beliefs.add([posted]) == Written(0, size)
    (beliefs,) = any_store.beliefs.latest([sensor.id], NOON, NOON + size * HOUR)[sensor.id]
    assert_array_equal(beliefs.value, values)
    assert_array_equal(beliefs.event_start, posted.event_start)
    assert_array_equal(beliefs.belief_time, posted.belief_time)
    assert set(beliefs.source_id) == {source.id}
