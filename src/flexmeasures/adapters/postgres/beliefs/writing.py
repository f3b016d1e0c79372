"""Writing of beliefs: what is known is kept once, what contradicts is refused or replaced.

Few beliefs are compared and written by a single statement. Many are compared in numpy with all that is known
of their events and streamed in binary form, which is four times faster than having the database compare them.
"""

# ruff: noqa: S608 - queries are put together from parts written here; values go in as parameters

from __future__ import annotations

import numpy as np
from psycopg import Cursor

from flexmeasures.adapters.postgres.beliefs.batch import Batch, conflict
from flexmeasures.adapters.postgres.beliefs.novelty import classify
from flexmeasures.adapters.postgres.beliefs.series import (
    CROWD,
    Statement,
    enter,
    mark_crowded,
    told_quantiles,
)
from flexmeasures.adapters.postgres.beliefs.wire import (
    Integers,
    Numbers,
    Times,
    read_integers,
    read_numbers,
    read_times,
    since_epoch,
)

FEW = 32
"""Up to so many beliefs, one statement is faster than a comparison here."""

CHUNK = 4_096  # rows that are handed to the driver at once

_KEY = "sensor_id, source_id, event_start, belief_time, cumulative_probability"
_COLUMNS = f"{_KEY}, event_value"
_ARRAYS = "%b::int4[], %b::int4[], %b::timestamptz[], %b::timestamptz[], %b::float8[], %b::float8[]"
_SAME_EVENT = """(b.sensor_id, b.source_id, b.event_start, b.cumulative_probability)
    = (posted.sensor_id, posted.source_id, posted.event_start, posted.cumulative_probability)"""

_WRITE_FEW = f"""
WITH compared AS MATERIALIZED (
  SELECT posted.*, known.belief_time AS known_time, known.event_value AS known_value,
    later.event_value AS later_value, series.probabilistic
  FROM unnest({_ARRAYS}, %b::bool[]) AS posted({_COLUMNS}, told_quantiles)
  LEFT JOIN belief_series AS series USING (sensor_id, source_id)
  LEFT JOIN LATERAL (
    SELECT b.belief_time, b.event_value FROM belief AS b
    WHERE {_SAME_EVENT} AND b.belief_time <= posted.belief_time
    ORDER BY b.belief_time DESC LIMIT 1) AS known ON true
  LEFT JOIN LATERAL (
    SELECT b.event_value FROM belief AS b
    WHERE {_SAME_EVENT} AND b.belief_time > posted.belief_time
    ORDER BY b.belief_time LIMIT 1) AS later ON true),
conflicting AS MATERIALIZED (
  SELECT * FROM compared WHERE known_time = belief_time AND known_value <> event_value),
written AS (
  INSERT INTO belief AS b ({_COLUMNS})
  SELECT {_COLUMNS} FROM compared
  WHERE CASE WHEN known_time = belief_time THEN known_value <> event_value
    ELSE told_quantiles OR probabilistic OR known_value IS DISTINCT FROM event_value
      OR later_value IS DISTINCT FROM event_value END
  AND (%b OR NOT EXISTS (SELECT FROM conflicting))
  AND NOT EXISTS (SELECT FROM compared WHERE probabilistic IS NULL)
  ON CONFLICT ({_KEY}) DO UPDATE SET event_value = excluded.event_value
    WHERE %b AND b.event_value <> excluded.event_value
  RETURNING 1)
SELECT (SELECT count(*) FROM written),
  (SELECT count(*) FROM compared WHERE known_time IS NOT NULL OR later_value IS NOT NULL),
  array_agg(sensor_id), array_agg(source_id), array_agg(event_start), array_agg(belief_time),
  array_agg(cumulative_probability), array_agg(event_value)
FROM conflicting"""

_KNOWN = f"""
SELECT array_agg(sensor_id), array_agg(source_id), array_agg(event_start), array_agg(belief_time),
  array_agg(cumulative_probability), array_agg(event_value)
FROM unnest(%b::int4[], %b::int4[], %b::timestamptz[], %b::timestamptz[])
  AS posted(of_sensor, of_source, first_event, last_event)
CROSS JOIN LATERAL (
  SELECT {_COLUMNS} FROM belief
  WHERE sensor_id = of_sensor AND source_id = of_source AND event_start BETWEEN first_event AND last_event
  OFFSET 0) AS known"""

_REPLACE = f"""
UPDATE belief AS b SET event_value = posted.event_value FROM unnest({_ARRAYS}) AS posted({_COLUMNS})
WHERE {_SAME_EVENT} AND b.belief_time = posted.belief_time
  AND b.event_value <> posted.event_value"""

_COPY = f"COPY belief ({_COLUMNS}) FROM STDIN (FORMAT binary)"
_COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_END = b"\xff\xff"
_ROW = np.dtype(
    [
        ("columns", ">i2"),
        ("sensor_size", ">i4"),
        ("sensor_id", ">i4"),
        ("source_size", ">i4"),
        ("source_id", ">i4"),
        ("event_size", ">i4"),
        ("event_start", ">i8"),
        ("belief_size", ">i4"),
        ("belief_time", ">i8"),
        ("probability_size", ">i4"),
        ("probability", ">f8"),
        ("value_size", ">i4"),
        ("value", ">f8"),
    ]
)
_FRAME = np.array((6, 4, 0, 4, 0, 8, 0, 8, 0, 8, 0, 8, 0), _ROW)


def write(cursor: Cursor[tuple[object, ...]], posted: Batch, *, replace: bool) -> int:
    """Write beliefs and return how many were new.

    Args:
        cursor: Inside a transaction, with binary results.
        posted: N beliefs in order.
        replace: Whether another value takes the place of one recorded at the same time.

    Raises:
        ConflictingBelief: there is such a value, and ``replace`` is false. Nothing is written then.
        UnknownEntity: there is no such sensor or source.
    """
    posted = posted.once(replace=replace)
    if posted.size <= FEW and not posted.about_same().any():
        return _write_few(cursor, posted, replace=replace)
    return _write_many(cursor, posted, replace=replace)


def _write_few(cursor: Cursor[tuple[object, ...]], posted: Batch, *, replace: bool) -> int:
    """Compare and write by one statement, which writes nothing while a series is missing."""
    arguments = (*_arrays(posted), told_quantiles(posted).tolist(), replace, replace)
    marks = enter(cursor, posted, Statement(_WRITE_FEW, arguments))
    written, known, *_ = _only_row(cursor)
    conflicting = _batch(cursor, 2)
    if conflicting.size and not replace:
        raise conflict(conflicting)
    if known and not marks.all_crowded:
        mark_crowded(cursor, posted)
    return int(str(written))


def _write_many(cursor: Cursor[tuple[object, ...]], posted: Batch, *, replace: bool) -> int:
    """Compare here with all that is known of the events, and stream what is new."""
    first, end = posted.series()
    keys = Integers(posted.sensor_id[first]), Integers(posted.source_id[first])
    windows = Times(posted.event_start[first]), Times(posted.event_start[end - 1])
    marks = enter(cursor, posted, Statement(_KNOWN, (*keys, *windows)))
    novelty = classify(_batch(cursor, 0), posted)
    if novelty.conflicting.any() and not replace:
        raise conflict(posted.where(novelty.conflicting))
    if novelty.conflicting.any():
        cursor.execute(_REPLACE, _arrays(posted))
    new = novelty.new | (novelty.unchanged & marks.probabilistic)
    _copy(cursor, posted.where(new))
    if novelty.crowd >= CROWD and not marks.all_crowded:
        mark_crowded(cursor, posted)
    return int(np.count_nonzero(new | novelty.conflicting))


def _copy(cursor: Cursor[tuple[object, ...]], beliefs: Batch) -> None:
    if beliefs.size == 0:
        return
    with cursor.copy(_COPY) as stream:
        stream.write(_COPY_HEADER)
        for first in range(0, beliefs.size, CHUNK):
            stream.write(_rows(beliefs, slice(first, first + CHUNK)))
        stream.write(_COPY_END)


def _rows(beliefs: Batch, part: slice) -> bytes:
    """Return some beliefs as rows in binary form: the number of columns, then length and value of each."""
    values = beliefs.value[part]
    rows = np.full(values.size, _FRAME)
    rows["sensor_id"] = beliefs.sensor_id[part]
    rows["source_id"] = beliefs.source_id[part]
    rows["event_start"] = since_epoch(beliefs.event_start[part])
    rows["belief_time"] = since_epoch(beliefs.belief_time[part])
    rows["probability"] = beliefs.probability[part]
    rows["value"] = values
    return rows.tobytes()


def _arrays(beliefs: Batch) -> tuple[Integers, Integers, Times, Times, Numbers, Numbers]:
    return (
        Integers(beliefs.sensor_id),
        Integers(beliefs.source_id),
        Times(beliefs.event_start),
        Times(beliefs.belief_time),
        Numbers(beliefs.probability),
        Numbers(beliefs.value),
    )


def _only_row(cursor: Cursor[tuple[object, ...]]) -> tuple[object, ...]:
    row = cursor.fetchone()
    if row is None:
        raise RuntimeError("PostgreSQL gave no row for an aggregate.")
    return row


def _batch(cursor: Cursor[tuple[object, ...]], column: int) -> Batch:
    """Read the six arrays of the only row of a result, from some column on."""
    result = cursor.pgresult
    parts = [None if result is None else result.get_value(0, column + place) for place in range(6)]
    return Batch(
        read_integers(parts[0]),
        read_integers(parts[1]),
        read_times(parts[2]),
        read_times(parts[3]),
        read_numbers(parts[4]),
        read_numbers(parts[5]),
    )
