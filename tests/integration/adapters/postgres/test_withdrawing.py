from __future__ import annotations

from datetime import timedelta

from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import QUARTER, Factory, block
from flexmeasures.usecases.ports.platform import Store


def test_what_was_recorded_at_once_can_be_withdrawn_and_nothing_else(any_store: Store) -> None:
    make = Factory(any_store)
    sensor, meter, other = make.sensor(), make.source("meter"), make.source("other")
    earlier = block(sensor, meter, NOON, [1.0, 2.0, 3.0], recorded=NOON + timedelta(hours=1))
    later = block(sensor, meter, NOON, [4.0, 5.0, 6.0], recorded=NOON + timedelta(hours=2))
    theirs = block(sensor, other, NOON, [7.0], recorded=NOON + timedelta(hours=2))
    any_store.beliefs.add([earlier, later, theirs])
    span = (NOON, NOON + 2 * QUARTER)
    assert any_store.beliefs.withdraw(sensor.id, meter.id, NOON + timedelta(hours=2), *span) == 2
    assert any_store.beliefs.withdraw(sensor.id, meter.id, NOON + timedelta(hours=2), *span) == 0
    found = any_store.beliefs.latest([sensor.id], NOON, NOON + timedelta(hours=1))[sensor.id]
    assert {part.source_id[0]: part.value.tolist() for part in found} == {
        meter.id: [1.0, 2.0, 6.0],
        other.id: [7.0],
    }
