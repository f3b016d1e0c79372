"""Writing of beliefs: what is known is kept once, what contradicts is refused or replaced.

Few beliefs are compared and written by one call of the database. Many are compared in numpy with all that is
known of their events and streamed in binary form, four times faster than having the database compare them.
Series with quantiles keep all that they are told: theirs are streamed, and compared only if some were known.
"""

# ruff: noqa: S608 - queries are put together from parts written here; values go in as parameters

from __future__ import annotations

from collections.abc import Sequence
from typing import LiteralString

import numpy as np
from psycopg import Cursor
from psycopg.errors import ForeignKeyViolation, UniqueViolation

from flexmeasures.adapters.postgres.beliefs.batch import Batch, conflict
from flexmeasures.adapters.postgres.beliefs.novelty import classify
from flexmeasures.adapters.postgres.beliefs.series import (
    CROWD,
    held,
    mark,
    mark_crowded,
    told_quantiles,
    windows,
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
from flexmeasures.domain.errors import UnknownEntity

FEW = 100
"""Up to so many beliefs, one call is faster than a comparison here."""

CHUNK = 4_096  # rows that are handed to the driver at once

_KEY = "sensor_id, source_id, event_start, belief_time, cumulative_probability"
_COLUMNS = f"{_KEY}, event_value"
_WINDOWS = "%b::int4[], %b::int4[], %b::timestamptz[], %b::timestamptz[]"
_ARRAYS = "%b::int4[], %b::int4[], %b::timestamptz[], %b::timestamptz[], %b::float8[], %b::float8[]"
_SAME_EVENT = """(b.sensor_id, b.source_id, b.event_start, b.cumulative_probability)
    = (posted.sensor_id, posted.source_id, posted.event_start, posted.cumulative_probability)"""

_POST = f"SELECT * FROM post_beliefs({_WINDOWS}, {_ARRAYS}, %b::bool[], %b)"
_KNOWN = f"SELECT * FROM known_beliefs({_WINDOWS})"
_HOLD = "SELECT * FROM hold_series(%b::int4[], %b::int4[])"
_OF_SERIES, _OF_BELIEFS = 6, 6  # columns of both, in this order

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
    if told_quantiles(posted).all():
        return _write_quantiles(cursor, posted, replace=replace)
    return _write_many(cursor, posted, replace=replace)


def _write_few(cursor: Cursor[tuple[object, ...]], posted: Batch, *, replace: bool) -> int:
    """Have the database compare and write, in one call."""
    arguments = (*windows(posted), *_arrays(posted), told_quantiles(posted).tolist(), replace)
    row = _only_row(cursor, _POST, arguments)
    conflicting = _batch(row)
    if conflicting.size and not replace:
        raise conflict(conflicting)
    series = held(row)
    mark(cursor, series, posted)
    new, known = (int.from_bytes(count or b"") for count in row[_OF_SERIES + _OF_BELIEFS :])
    if known and not series.many_beliefs.all():
        mark_crowded(cursor, posted)
    return new


def _write_quantiles(cursor: Cursor[tuple[object, ...]], posted: Batch, *, replace: bool) -> int:
    """Stream beliefs of series that keep all that they are told; compare them if some are known already."""
    sensors, sources, _, _ = windows(posted)
    series = held(_only_row(cursor, _HOLD, (sensors, sources)))
    mark(cursor, series, posted)
    try:
        with cursor.connection.transaction():
            _copy(cursor, posted)
    except UniqueViolation:
        return _write_many(cursor, posted, replace=replace)
    if not series.many_beliefs.all():
        mark_crowded(cursor, posted)
    return posted.size


def _write_many(cursor: Cursor[tuple[object, ...]], posted: Batch, *, replace: bool) -> int:
    """Compare here with all that is known of the events, and stream what is new."""
    row = _only_row(cursor, _KNOWN, windows(posted))
    novelty = classify(_batch(row), posted)
    if novelty.conflicting.any() and not replace:
        raise conflict(posted.where(novelty.conflicting))
    series = held(row)
    probabilistic = mark(cursor, series, posted)
    if novelty.conflicting.any():
        cursor.execute(_REPLACE, _arrays(posted))
    new = novelty.new | (novelty.unchanged & probabilistic)
    _copy(cursor, posted.where(new))
    if novelty.crowd >= CROWD and not series.many_beliefs.all():
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


def _only_row(
    cursor: Cursor[tuple[object, ...]], query: LiteralString, arguments: tuple[object, ...]
) -> list[bytes | None]:
    """Call a function of the database, and return its row as it was received.

    Raises:
        UnknownEntity: there is no such sensor or source.
    """
    try:
        cursor.execute(query, arguments, prepare=True)
    except ForeignKeyViolation as error:
        raise UnknownEntity(
            f"Beliefs cannot be kept: {error.diag.message_detail or 'a sensor or source is missing.'}"
        ) from error
    result = cursor.pgresult
    return [] if result is None else [result.get_value(0, column) for column in range(result.nfields)]


def _batch(row: Sequence[bytes | None]) -> Batch:
    """Read the beliefs in a row."""
    sensor, source, start, recorded, probability, value = row[_OF_SERIES : _OF_SERIES + _OF_BELIEFS]
    return Batch(
        read_integers(sensor),
        read_integers(source),
        read_times(start),
        read_times(recorded),
        read_numbers(probability),
        read_numbers(value),
    )
