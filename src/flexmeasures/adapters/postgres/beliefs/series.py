"""The series that beliefs form: one writer at a time each, and marks that steer how they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from psycopg import Cursor

from flexmeasures.adapters.postgres.beliefs.batch import Batch, Mask
from flexmeasures.adapters.postgres.beliefs.wire import (
    Integers,
    Times,
    read_numbers,
    read_truths,
    since_epoch,
)
from flexmeasures.domain.beliefs import MEDIAN
from flexmeasures.domain.series import Array

CROWD = 12
"""From so many beliefs about one event on, skipping from event to event beats reading all of them."""

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
class Held:
    """What is known of the series of a batch, which are locked until the transaction ends.

    Attributes:
        step: (S,) length of the events of each. [s]
        grid: (S,) step of the grid on which its events begin; zero if there is none. [s]
        probabilistic: (S,) whether it knows quantiles.
        many_beliefs: (S,) whether it is marked for many beliefs about one event.
        forecasts: (S,) whether it knows beliefs recorded before the end of their event.
        measurements: (S,) whether it knows such that were recorded later.
    """

    step: Array
    grid: Array
    probabilistic: Mask
    many_beliefs: Mask
    forecasts: Mask
    measurements: Mask


def held(columns: Sequence[bytes | None]) -> Held:
    """Read what the database says of the series that it holds."""
    return Held(
        read_numbers(columns[0]),
        read_numbers(columns[1]),
        read_truths(columns[2]),
        read_truths(columns[3]),
        read_truths(columns[4]),
        read_truths(columns[5]),
    )


def windows(batch: Batch) -> tuple[Integers, Integers, Times, Times]:
    """Return the sensor, the source and the first and last event of each series of a batch, in order."""
    first, end = batch.series()
    return (
        Integers(batch.sensor_id[first]),
        Integers(batch.source_id[first]),
        Times(batch.event_start[first]),
        Times(batch.event_start[end - 1]),
    )


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


def mark(cursor: Cursor[tuple[object, ...]], series: Held, batch: Batch) -> Mask:
    """Mark series of which a batch has the first belief of some kind.

    Args:
        cursor: Inside a transaction.
        series: S series of the batch, in order.
        batch: N beliefs in order.

    Returns:
        (N,) whether the series of each belief knows quantiles.
    """
    first, end = batch.series()
    sizes = end - first
    early = batch.belief_time < batch.event_start + _spread(series.step, sizes).astype("m8[us]")
    kinds = (batch.probability != MEDIAN, early, ~early, _off_grid(series, batch, sizes))
    has = np.stack([np.logical_or.reduceat(kind, first) for kind in kinds])
    marked = np.stack([series.probabilistic, series.forecasts, series.measurements, series.grid == 0])
    news = np.flatnonzero((has & ~marked).any(axis=0))
    if news.size:
        columns = [batch.sensor_id[first[news]], batch.source_id[first[news]], *has[:, news]]
        cursor.execute(_MARK, [column.tolist() for column in columns])
    probabilistic: Mask = np.repeat(has[0] | marked[0], sizes)
    return probabilistic


def _off_grid(series: Held, batch: Batch, sizes: NDArray[np.intp]) -> Mask:
    """Return the (N,) mask of events that do not begin at a step of the grid of their series."""
    step = np.where(series.grid > 0, series.grid, 1e-6)
    off: Mask = since_epoch(batch.event_start) % _spread(step, sizes) != 0
    return off


def _spread(seconds: Array, sizes: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return lengths of time of series for each of their beliefs, or one that all have in common. [µs]"""
    lengths = np.rint(seconds * 1e6).astype(np.int64)
    return lengths[:1] if (lengths == lengths[0]).all() else np.repeat(lengths, sizes)
