"""The store of beliefs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from psycopg import Cursor
from sqlalchemy import text

from flexmeasures.adapters.postgres.beliefs.batch import Batch
from flexmeasures.adapters.postgres.beliefs.history import history_query
from flexmeasures.adapters.postgres.beliefs.pruning import prune
from flexmeasures.adapters.postgres.beliefs.reading import (
    FIRST_EVENT,
    beliefs_query,
    last_query,
)
from flexmeasures.adapters.postgres.beliefs.skipping import newest_query
from flexmeasures.adapters.postgres.beliefs.wire import (
    Integers,
    read_integers,
    read_numbers,
    read_packed,
    read_times,
)
from flexmeasures.adapters.postgres.beliefs.writing import write
from flexmeasures.adapters.postgres.changes import note
from flexmeasures.adapters.postgres.sessions import Sessions, driver
from flexmeasures.domain.beliefs import BeliefBlock, BeliefFilter, Beliefs
from flexmeasures.usecases.ports.beliefs import Selection, Written

_COUNT = text("SELECT count(*) FROM belief WHERE sensor_id = ANY(:sensors)")
_DELETE = text("""
DELETE FROM belief USING sensor
WHERE sensor.id = belief.sensor_id AND belief.sensor_id = ANY(:sensors)
  AND CASE WHEN belief.belief_time < belief.event_start + sensor.event_resolution
    THEN :forecasts ELSE :measurements END""")

_WITHDRAW = text("""
DELETE FROM belief
WHERE sensor_id = :sensor AND source_id = :source AND belief_time = :recorded
  AND event_start >= :start AND event_start < :end""")


Series = tuple[int, int]
"""Ids of a sensor and a source."""


class BeliefTable:
    """Beliefs in PostgreSQL."""

    def __init__(self, joined: Sessions) -> None:
        self._joined = joined

    def add(self, blocks: Sequence[BeliefBlock], *, replace: bool = False) -> Written:
        told = [block for block in blocks if block.value.size]
        if not told:
            return Written(0, 0)
        batch = Batch.of(told)
        with self._joined() as session, driver(session).cursor(binary=True) as cursor:
            new = write(cursor, batch, replace=replace)
            if new:
                note(session, sensors={block.sensor_id for block in told})
        return Written(new, batch.size - new)

    def latest(
        self, sensor_ids: Sequence[int], start: datetime, end: datetime, only: BeliefFilter | None = None
    ) -> dict[int, list[Beliefs]]:
        only = only or BeliefFilter()
        query, parameters = beliefs_query(only, start, end)
        with self._joined() as session, driver(session).cursor(binary=True) as cursor:
            cursor.execute(query, {**parameters, **_asked(sensor_ids)}, prepare=True)
            crowded, found = _told(cursor)
            if crowded:
                asked = {"of_sensors": _integers(crowded, 0), "of_sources": _integers(crowded, 1)}
                cursor.execute(newest_query(only), {**parameters, **asked}, prepare=True)
                found |= _newest(cursor)
        answer: dict[int, list[Beliefs]] = {sensor_id: [] for sensor_id in sensor_ids}
        for sensor_id, source_id in sorted(found):
            answer[sensor_id].append(found[sensor_id, source_id])
        return answer

    def history(
        self, sensor_ids: Sequence[int], start: datetime, end: datetime, most: int
    ) -> list[BeliefBlock]:
        query, parameters = history_query(start, end, most)
        with self._joined() as session, driver(session).cursor(binary=True) as cursor:
            cursor.execute(query, {**parameters, **_asked(sensor_ids)}, prepare=True)
            rows = [_columns(cursor, row, 5) for row in range(cursor.rowcount)]
        return [
            BeliefBlock(
                _number(sensor),
                _number(source),
                read_times(start)[::-1],
                read_times(recorded)[::-1],
                read_numbers(value)[::-1],
            )
            for sensor, source, start, recorded, value in rows
        ]

    def last(self, sensor_ids: Sequence[int], only: BeliefFilter | None = None) -> dict[int, Beliefs]:
        query, parameters = last_query(only or BeliefFilter())
        with self._joined() as session, driver(session).cursor(binary=True) as cursor:
            cursor.execute(query, {**parameters, **_asked(sensor_ids)}, prepare=True)
            sensor, source, start, recorded, value = _columns(cursor, 0, 5)
        sources, starts, times = read_integers(source), read_times(start), read_times(recorded)
        values = read_numbers(value)
        return {
            sensor_id: Beliefs(starts[one], times[one], values[one], sources[one])
            for sensor_id, one in _places(read_integers(sensor))
        }

    def first_event(self, sensor_id: int) -> datetime | None:
        with self._joined() as session, driver(session).cursor() as cursor:
            row = cursor.execute(FIRST_EVENT, {"sensor": sensor_id}).fetchone()
        first = row[0] if row else None
        return first if isinstance(first, datetime) else None

    def count(self, sensor_ids: Sequence[int]) -> int:
        with self._joined() as session:
            return int(session.execute(_COUNT, {"sensors": list(sensor_ids)}).scalar_one())

    def delete(self, sensor_ids: Sequence[int], *, forecasts: bool, measurements: bool) -> int:
        kinds = {"forecasts": forecasts, "measurements": measurements}
        with self._joined() as session:
            note(session, sensors=sensor_ids)
            result = session.connection().execute(_DELETE, {"sensors": list(sensor_ids), **kinds})
            return result.rowcount

    def prune(self, selection: Selection) -> int:
        with self._joined() as session:
            note(session, sensors=selection.sensor_ids)
            return prune(session.connection(), selection)

    def withdraw(
        self, sensor_id: int, source_id: int, recorded: datetime, start: datetime, end: datetime
    ) -> int:
        told = {"sensor": sensor_id, "source": source_id, "recorded": recorded, "start": start, "end": end}
        with self._joined() as session:
            note(session, sensors=(sensor_id,))
            return session.connection().execute(_WITHDRAW, told).rowcount


def _places(sensor_ids: NDArray[np.int32]) -> Iterator[tuple[int, slice]]:
    """Return each sensor with its place in columns of one row for each."""
    for place, sensor_id in enumerate(sensor_ids.tolist()):
        yield sensor_id, slice(place, place + 1)


def _asked(sensor_ids: Sequence[int]) -> dict[str, Integers]:
    return {"sensors": Integers(np.array(sensor_ids, np.int32))}


def _told(cursor: Cursor[tuple[object, ...]]) -> tuple[list[Series], dict[Series, Beliefs]]:
    """Return the series that must be skipped through, and the newest beliefs of the others."""
    crowded, packed = [], {}
    for row in range(cursor.rowcount):
        sensor, source, must_skip, beliefs = _columns(cursor, row, 4)
        series = _number(sensor), _number(source)
        if must_skip == b"\x01":
            crowded.append(series)
        else:
            packed[series] = beliefs or b""
    return crowded, _beliefs(packed)


def _newest(cursor: Cursor[tuple[object, ...]]) -> dict[Series, Beliefs]:
    rows = (_columns(cursor, row, 3) for row in range(cursor.rowcount))
    return _beliefs({(_number(sensor), _number(source)): packed or b"" for sensor, source, packed in rows})


def _beliefs(packed: Mapping[Series, bytes]) -> dict[Series, Beliefs]:
    told = read_packed(list(packed.values()))
    sizes = np.array([each[2].size for each in told], np.int64)
    sources = np.repeat(np.array([source for _, source in packed], np.int32), sizes)
    places = pairwise([0, *np.cumsum(sizes).tolist()])
    return {
        series: Beliefs(*each, sources[a:b])
        for series, each, (a, b) in zip(packed, told, places, strict=True)
    }


def _integers(series: Sequence[Series], place: int) -> Integers:
    return Integers(np.array([one[place] for one in series], np.int32))


def _number(data: bytes | None) -> int:
    return int.from_bytes(data or b"")


def _columns(cursor: Cursor[tuple[object, ...]], row: int, count: int) -> list[bytes | None]:
    """Return the columns of a row as they were received."""
    result = cursor.pgresult
    return [None if result is None else result.get_value(row, column) for column in range(count)]
