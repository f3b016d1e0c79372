"""What was learned of sensors, in both stores."""

from __future__ import annotations

from datetime import timedelta

from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory
from flexmeasures.usecases.ports.learned import Learned
from flexmeasures.usecases.ports.platform import Store

HOUR = timedelta(hours=1)


def test_what_was_learned_takes_the_place_of_what_was_before(any_store: Store) -> None:
    sensor, other = Factory(any_store).sensor(), Factory(any_store).sensor()
    first, second = Learned(sensor.id, NOON, b"\0one"), Learned(sensor.id, NOON + HOUR, b"two")
    any_store.learned.keep("trees", first)
    assert any_store.learned.since("trees", [other.id, sensor.id], NOON - HOUR) == [first]
    any_store.learned.keep("trees", second)
    any_store.learned.keep("trees", Learned(other.id, NOON, b""))
    assert any_store.learned.since("trees", [sensor.id], NOON) == [second]
    assert any_store.learned.since("trees", [sensor.id], NOON + HOUR) == []
    assert any_store.learned.since("lines", [sensor.id], NOON) == []


def test_what_was_learned_goes_with_its_sensor(any_store: Store) -> None:
    sensor = Factory(any_store).sensor()
    any_store.learned.keep("trees", Learned(sensor.id, NOON, b"one"))
    any_store.assets.delete_sensor(sensor.id)
    assert any_store.learned.since("trees", [sensor.id], NOON - HOUR) == []
