"""The series that beliefs form: one writer at a time each, and marks that steer how they are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import LiteralString

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection, Cursor
from psycopg.errors import ForeignKeyViolation

from flexmeasures.adapters.postgres.beliefs.batch import Batch, Mask
from flexmeasures.adapters.postgres.beliefs.wire import Integers, Times, since_epoch
from flexmeasures.domain.beliefs import MEDIAN
from flexmeasures.domain.errors import UnknownEntity

CROWD = 12
"""From so many beliefs about one event on, skipping from event to event beats reading all of them."""

_LOCK = """
SELECT count(pg_advisory_xact_lock(sensor_id, source_id)::text)
FROM unnest(%b::int4[], %b::int4[]) AS asked(sensor_id, source_id)"""

_SERIES = """
SELECT series.sensor_id, series.source_id, extract(epoch FROM sensor.event_resolution)::float8,
  series.grid, series.probabilistic, series.many_beliefs, series.forecasts, series.measurements
FROM unnest(%b::int4[], %b::int4[]) AS asked(sensor_id, source_id)
JOIN belief_series AS series USING (sensor_id, source_id)
JOIN sensor ON sensor.id = series.sensor_id
FOR KEY SHARE OF series"""

_BEGIN = """
INSERT INTO belief_series (sensor_id, source_id, grid)
SELECT asked.*, nullif(extract(epoch FROM sensor.event_resolution)::float8, 0)
FROM unnest(%b::int4[], %b::int4[]) AS asked(sensor_id, source_id)
LEFT JOIN sensor ON sensor.id = asked.sensor_id
ON CONFLICT DO NOTHING"""

_MARK = """
UPDATE belief_series AS series
SET probabilistic = series.probabilistic OR mark.probabilistic,
  forecasts = series.forecasts OR mark.forecasts,
  measurements = series.measurements OR mark.measurements,
  grid = CASE WHEN NOT mark.irregular THEN series.grid END
FROM unnest(%s::int4[], %s::int4[], %s::bool[], %s::bool[], %s::bool[], %s::bool[])
  AS mark(sensor_id, source_id, probabilistic, forecasts, measurements, irregular)
WHERE (series.sensor_id, series.source_id) = (mark.sensor_id, mark.source_id)"""

_MARK_CROWDED = """
UPDATE belief_series AS series
SET many_beliefs = true
FROM unnest(%b::int4[], %b::int4[], %b::timestamptz[]) AS asked(sensor_id, source_id, event_start)
WHERE (series.sensor_id, series.source_id) = (asked.sensor_id, asked.source_id)
  AND NOT series.many_beliefs
  AND %b <= (SELECT count(*) FROM (
    SELECT FROM belief
    WHERE (belief.sensor_id, belief.source_id, belief.event_start)
      = (asked.sensor_id, asked.source_id, asked.event_start)
    LIMIT %b) AS about_one)"""


@dataclass(frozen=True, slots=True)
class Marks:
    """What is known of the series of a batch.

    Attributes:
        probabilistic: (N,) whether the series of each belief knows quantiles.
        all_crowded: Whether all of them are marked for many beliefs about one event.
    """

    probabilistic: Mask
    all_crowded: bool


@dataclass(frozen=True, slots=True)
class Statement:
    """A query with its arguments."""

    query: LiteralString
    arguments: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Series:
    sensor_id: int
    source_id: int
    step: float
    grid: float | None
    probabilistic: bool
    many_beliefs: bool
    forecasts: bool
    measurements: bool


def enter(cursor: Cursor[tuple[object, ...]], batch: Batch, then: Statement) -> Marks:
    """Lock the series of a batch until the transaction ends, begin those that are new, and mark them.

    The locks are taken in the order of the key, so that writers wait for each other in turn.

    Args:
        cursor: Inside a transaction; it holds the result of the statement afterwards.
        batch: N beliefs in order.
        then: What to run once the series are locked. It travels with the lock. It runs again when a series
            had to be begun, and must have written nothing before.

    Raises:
        UnknownEntity: there is no such sensor or source.
    """
    first, end = batch.series()
    sizes = end - first
    keys = Integers(batch.sensor_id[first]), Integers(batch.source_id[first])
    found = _locked(cursor, keys, then)
    if len(found) < first.size:
        _begin(cursor, keys)
        found = _locked(cursor, keys, then)
    by_key = {(one.sensor_id, one.source_id): one for one in found}
    series = [by_key[key] for key in zip(keys[0].array.tolist(), keys[1].array.tolist(), strict=True)]
    probabilistic = _mark(cursor.connection, series, batch, sizes)
    return Marks(np.repeat(probabilistic, sizes), all(one.many_beliefs for one in series))


def told_quantiles(batch: Batch) -> Mask:
    """Return the (N,) mask of beliefs with whose series a batch tells of other quantiles than the median."""
    first, end = batch.series()
    told: Mask = np.logical_or.reduceat(batch.probability != MEDIAN, first)
    return np.repeat(told, end - first)


def mark_crowded(cursor: Cursor[tuple[object, ...]], batch: Batch) -> None:
    """Mark those series of which the first event of a batch has many beliefs."""
    first, _ = batch.series()
    cursor.execute(
        _MARK_CROWDED,
        (
            Integers(batch.sensor_id[first]),
            Integers(batch.source_id[first]),
            Times(batch.event_start[first]),
            CROWD,
            CROWD,
        ),
        prepare=True,
    )


def _locked(
    cursor: Cursor[tuple[object, ...]], keys: tuple[Integers, Integers], then: Statement
) -> list[_Series]:
    """Return those of these series that there are, locked, having run a statement in the same round trip.

    Whoever had to wait for a lock must look afterwards only, in a statement of its own.
    """
    connection = cursor.connection
    with connection.cursor(binary=True) as looking:
        with connection.pipeline():
            connection.execute(_LOCK, keys, prepare=True)
            looking.execute(_SERIES, keys, prepare=True)
            cursor.execute(then.query, then.arguments, prepare=True)
        rows = looking.fetchall()
    return [_Series(*row) for row in rows]


def _begin(cursor: Cursor[tuple[object, ...]], keys: tuple[Integers, Integers]) -> None:
    try:
        cursor.execute(_BEGIN, keys, prepare=True)
    except ForeignKeyViolation as error:
        raise UnknownEntity(
            f"Beliefs cannot be kept: {error.diag.message_detail or 'a sensor or source is missing.'}"
        ) from error


def _mark(
    connection: Connection[tuple[object, ...]], series: list[_Series], batch: Batch, sizes: NDArray[np.intp]
) -> Mask:
    """Mark series of which a batch has the first belief of some kind.

    Args:
        connection: Inside a transaction.
        series: S series of the batch, in order.
        batch: N beliefs in order.
        sizes: (S,) how many of them belong to each series.

    Returns:
        (S,) whether each knows quantiles.
    """
    starts = np.cumsum(sizes) - sizes
    step = np.array([one.step for one in series]) * 1e6
    ends = batch.event_start + np.repeat(step, sizes).astype("m8[us]")
    early = batch.belief_time < ends
    kinds = (batch.probability != MEDIAN, early, ~early, _off_grid(series, batch, sizes))
    has = np.stack([np.logical_or.reduceat(kind, starts) for kind in kinds], axis=1)
    marked = np.array(
        [(one.probabilistic, one.forecasts, one.measurements, one.grid is None) for one in series]
    )
    news = np.flatnonzero((has & ~marked).any(axis=1))
    if news.size:
        columns = [batch.sensor_id[starts[news]], batch.source_id[starts[news]], *has[news].T]
        connection.execute(_MARK, [column.tolist() for column in columns])
    probabilistic: Mask = has[:, 0] | marked[:, 0]
    return probabilistic


def _off_grid(series: list[_Series], batch: Batch, sizes: NDArray[np.intp]) -> Mask:
    """Return the (N,) mask of events that do not begin at a step of the grid of their series."""
    step = np.array([round((one.grid or 0) * 1e6) or 1 for one in series])
    each = step[0] if (step == step[0]).all() else np.repeat(step, sizes)
    off: Mask = since_epoch(batch.event_start) % each != 0
    return off
