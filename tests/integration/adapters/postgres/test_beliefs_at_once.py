"""Many writers at once: nothing is lost, nothing is doubled, nobody waits for ever."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from flexmeasures.adapters.postgres.database import Database
from flexmeasures.domain.errors import ConflictingBelief, ServiceUnavailable
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.usecases.ports.beliefs import Written

pytestmark = pytest.mark.services
HOUR = timedelta(hours=1)
WRITERS = 8
TURNS = 5
SIZES = pytest.mark.parametrize("size", [5, 200])


def at_once(post: Callable[[int, int], Written]) -> list[Written]:
    """Let all writers post at the same time, several times, and return what became of it."""
    barrier = Barrier(WRITERS, timeout=60)

    def write(writer: int) -> list[Written]:
        done = []
        for turn in range(TURNS):
            barrier.wait()
            done.append(post(writer, turn))
        return done

    with ThreadPoolExecutor(WRITERS) as pool:
        return [written for done in pool.map(write, range(WRITERS)) for written in done]


@SIZES
def test_the_same_from_all_is_kept_once(database: Database, size: int) -> None:
    make = Factory(database.store)
    sensors, sources = [make.sensor(), make.sensor()], [make.source(), make.source()]

    def post(writer: int, turn: int) -> Written:
        pairs = [(sensor, source) for sensor in sensors for source in sources]
        told = [
            block(sensor, source, NOON, [float(turn)] * size, recorded=NOON + turn * HOUR)
            for sensor, source in (pairs if writer % 2 else reversed(pairs))
        ]
        return database.store.beliefs.add(told)

    done = at_once(post)
    told = TURNS * size * len(sensors) * len(sources)
    assert sum(written.new for written in done) == told
    assert sum(written.known for written in done) == (WRITERS - 1) * told
    assert database.store.beliefs.count([sensor.id for sensor in sensors]) == told


@SIZES
def test_nothing_is_lost_of_what_each_tells(database: Database, size: int) -> None:
    make = Factory(database.store)
    sensors, source = [make.sensor(), make.sensor()], make.source()

    def post(writer: int, turn: int) -> Written:
        recorded = NOON + (turn * WRITERS + writer) * HOUR
        told = [
            block(sensor, source, NOON, [float(writer)] * size, recorded=recorded)
            for sensor in (sensors if writer % 2 else reversed(sensors))
        ]
        return database.store.beliefs.add(told)

    done = at_once(post)
    told = TURNS * WRITERS * size * len(sensors)
    assert sum(written.new for written in done) == told
    assert database.store.beliefs.count([sensor.id for sensor in sensors]) == told


@SIZES
def test_of_those_who_contradict_each_other_one_is_believed(database: Database, size: int) -> None:
    make = Factory(database.store)
    sensor, source = make.sensor(), make.source()

    def post(writer: int, turn: int) -> Written:
        told = block(sensor, source, NOON, [float(writer)] * size, recorded=NOON + turn * HOUR)
        try:
            return database.store.beliefs.add([told])
        except ConflictingBelief:
            return Written(0, 0)

    done = at_once(post)
    assert sorted(written.new for written in done) == [0] * TURNS * (WRITERS - 1) + [size] * TURNS


def test_of_two_who_wait_for_each_other_one_fails_and_the_other_is_kept(database: Database) -> None:
    make = Factory(database.store)
    sensors, source = [make.sensor(), make.sensor()], make.source()
    barrier = Barrier(2, timeout=60)

    def write(writer: int) -> int:
        with database.transaction():
            for turn, sensor in enumerate(reversed(sensors) if writer else sensors):
                if turn:
                    barrier.wait()
                recorded = NOON + writer * HOUR
                database.store.beliefs.add([block(sensor, source, NOON, [float(writer)], recorded=recorded)])
        return 1

    with ThreadPoolExecutor(2) as pool:
        ends = [pool.submit(write, writer) for writer in range(2)]
        failures = [error for end in ends if (error := end.exception()) is not None]
    (failure,) = failures
    assert isinstance(failure, ServiceUnavailable)
    assert "deadlock" in str(failure)
    assert database.store.beliefs.count([sensor.id for sensor in sensors]) == len(sensors)
