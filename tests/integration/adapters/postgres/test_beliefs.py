"""Beliefs as they are written: kept, refused, replaced, and told again."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from tests.integration.adapters.postgres.book import FEW_AND_MANY, HOUR, YEAR, Book

from flexmeasures.domain.beliefs import BeliefBlock
from flexmeasures.domain.errors import ConflictingBelief, UnknownEntity
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.usecases.ports.beliefs import Written
from flexmeasures.usecases.ports.platform import Store


@pytest.mark.parametrize("size", [1, 4, 200])
def test_what_is_written_is_read(any_store: Store, size: int) -> None:
    book = Book(any_store)
    values = [float(number) for number in range(size)]
    posted = block(book.sensor, book.source, NOON, values)
    assert any_store.beliefs.add([posted]) == Written(size, 0)
    assert any_store.beliefs.add([posted]) == Written(0, size)
    (beliefs,) = any_store.beliefs.latest([book.sensor.id], NOON, NOON + size * HOUR)[book.sensor.id]
    assert_array_equal(beliefs.value, values)
    assert_array_equal(beliefs.event_start, posted.event_start)
    assert_array_equal(beliefs.belief_time, posted.belief_time)
    assert set(beliefs.source_id) == {book.source.id}


def test_nothing_is_written_by_an_empty_post(any_store: Store) -> None:
    book = Book(any_store)
    assert any_store.beliefs.add([block(book.sensor, book.source, NOON, [])]) == Written(0, 0)
    assert any_store.beliefs.add([]) == Written(0, 0)


def test_each_sensor_asked_for_is_in_the_answer(any_store: Store) -> None:
    book = Book(any_store)
    assert any_store.beliefs.latest([book.sensor.id], NOON, NOON + HOUR) == {book.sensor.id: []}
    assert any_store.beliefs.latest([], NOON, NOON + HOUR) == {}


@FEW_AND_MANY
def test_a_later_belief_stands_beside_the_earlier_one(any_store: Store, size: int) -> None:
    book = Book(any_store, size)
    assert book.post(1.0, hours=1) == Written(size, 0)
    assert book.post(2.0, hours=2) == Written(size, 0)
    assert book.read() == [2.0] * size
    assert book.read(prior=1.5) == [1.0] * size
    assert book.read(prior=0.5) == []
    assert book.count() == 2 * size


@FEW_AND_MANY
def test_another_value_recorded_at_the_same_time_is_refused(any_store: Store, size: int) -> None:
    book = Book(any_store, size)
    book.post(1.0, hours=1)
    with pytest.raises(ConflictingBelief):
        book.post(2.0, hours=1)
    assert book.read() == [1.0] * size


@FEW_AND_MANY
def test_another_value_takes_the_place_of_the_first_where_that_is_allowed(
    any_store: Store, size: int
) -> None:
    book = Book(any_store, size)
    book.post(1.0, hours=1)
    assert book.post(2.0, hours=1, replace=True) == Written(size, 0)
    assert book.post(2.0, hours=1, replace=True) == Written(0, size)
    assert book.read() == [2.0] * size
    assert book.count() == size


@FEW_AND_MANY
def test_of_a_post_that_is_refused_nothing_is_kept(any_store: Store, size: int) -> None:
    book = Book(any_store, size)
    book.post(1.0, hours=1)
    longer = block(book.sensor, book.source, NOON, [2.0] * (size + 1), recorded=NOON + HOUR)
    other = block(book.make.sensor(), book.source, NOON, [3.0])
    with pytest.raises(ConflictingBelief):
        any_store.beliefs.add([other, longer])
    assert any_store.beliefs.count([book.sensor.id, other.sensor_id]) == size


@FEW_AND_MANY
def test_a_missing_value_is_a_value_of_its_own(any_store: Store, size: int) -> None:
    book = Book(any_store, size)
    book.post(np.nan, hours=1)
    assert book.post(np.nan, hours=1) == Written(0, size)
    assert np.isnan(book.read()).all()
    with pytest.raises(ConflictingBelief):
        book.post(1.0, hours=1)
    assert book.post(1.0, hours=1, replace=True) == Written(size, 0)
    assert book.read() == [1.0] * size


@FEW_AND_MANY
def test_a_belief_between_two_that_say_the_same_is_not_kept(any_store: Store, size: int) -> None:
    book = Book(any_store, size)
    book.post(1.0, hours=1)
    book.post(1.0, hours=3)
    assert book.post(1.0, hours=2) == Written(0, size)
    assert book.post(5.0, hours=2) == Written(size, 0)


@FEW_AND_MANY
def test_the_last_belief_is_kept_even_if_it_repeats_the_one_before(any_store: Store, size: int) -> None:
    book = Book(any_store, size)
    book.post(1.0, hours=1)
    assert book.post(1.0, hours=3) == Written(size, 0)
    book.post(2.0, hours=2)
    assert book.read() == [1.0] * size
    assert book.read(prior=2.5) == [2.0] * size


def test_a_post_that_repeats_itself_is_kept_once(any_store: Store) -> None:
    book = Book(any_store)
    once = block(book.sensor, book.source, NOON, [1.0, 2.0])
    assert any_store.beliefs.add([once, once]) == Written(2, 2)


def test_a_post_that_contradicts_itself_is_refused_unless_the_last_value_may_win(any_store: Store) -> None:
    book = Book(any_store)
    first, second = (block(book.sensor, book.source, NOON, [value]) for value in (1.0, 2.0))
    with pytest.raises(ConflictingBelief):
        any_store.beliefs.add([first, second])
    assert any_store.beliefs.add([first, second], replace=True) == Written(1, 1)
    assert book.read() == [2.0]


def test_several_beliefs_about_one_event_can_be_posted_at_once(any_store: Store) -> None:
    book = Book(any_store)
    told = [
        block(book.sensor, book.source, NOON, [float(hour)], recorded=NOON + hour * HOUR)
        for hour in (3, 1, 2)
    ]
    assert any_store.beliefs.add(told) == Written(3, 0)
    assert [book.read(prior=hour) for hour in (1, 2, 3)] == [[1.0], [2.0], [3.0]]


@FEW_AND_MANY
def test_beliefs_of_several_sensors_and_sources_are_kept_apart(any_store: Store, size: int) -> None:
    make = Factory(any_store)
    sensors, sources = [make.sensor(), make.sensor()], [make.source(), make.source()]
    told = [
        block(sensor, source, NOON, [float(sensor.id * 1000 + source.id)] * size)
        for sensor in reversed(sensors)
        for source in reversed(sources)
    ]
    assert any_store.beliefs.add(told) == Written(4 * size, 0)
    read = any_store.beliefs.latest([sensor.id for sensor in sensors], NOON, NOON + YEAR)
    for sensor in sensors:
        assert [beliefs.source_id[0] for beliefs in read[sensor.id]] == [source.id for source in sources]
        for beliefs in read[sensor.id]:
            assert beliefs.value.tolist() == [sensor.id * 1000 + beliefs.source_id[0]] * size


def test_what_is_unknown_cannot_be_written_to(any_store: Store) -> None:
    book = Book(any_store)
    told = block(book.sensor, book.source, NOON, [1.0])
    stranger = BeliefBlock(10**6, told.source_id, told.event_start, told.belief_time, told.value)
    with pytest.raises(UnknownEntity):
        any_store.beliefs.add([stranger])
