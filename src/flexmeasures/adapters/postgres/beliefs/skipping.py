"""The query for series with many beliefs about each event: the index is asked for one event after the other.

Where all events lie on a grid, its steps say which event comes next; elsewhere the index does. The newest
belief is looked for among recent ones first: a search reads all that it may give on a page of the index.
"""

# ruff: noqa: S608 - queries are put together from parts written here; values go in as parameters

from __future__ import annotations

from flexmeasures.adapters.postgres.beliefs.filters import (
    BELIEF,
    NEAREST_MEDIAN,
    NEWEST_MEDIAN,
    OWN,
    PACKED,
    counts,
    latest_recording,
    quantiles,
    within,
)
from flexmeasures.domain.beliefs import BeliefFilter

RECENT = 3
"""Steps before the last time of recording that counts, in which the newest belief is looked for first."""


def newest_query(only: BeliefFilter) -> str:
    """Return the query for the newest belief about each event of the series that are asked for.

    It takes the parameters of the query for all beliefs, with ``of_sensors`` and ``of_sources`` for the
    series. Its rows are sensor, source and packed beliefs, the newest first. The series that are asked for
    are found before anything else: a plan that is kept would search all series else, and drop most of them.
    """
    one = f"series.grid IS NOT NULL AND NOT {quantiles(only)}"
    several = f"series.grid IS NOT NULL AND {quantiles(only)}"
    return f"""
WITH series AS MATERIALIZED (
  SELECT series.*, sensor.event_resolution AS step
  FROM unnest(%(of_sensors)b::int4[], %(of_sources)b::int4[]) AS asked(sensor_id, source_id)
  JOIN belief_series AS series USING (sensor_id, source_id)
  JOIN sensor ON sensor.id = series.sensor_id)
SELECT series.sensor_id, series.source_id, found.packed
FROM series
CROSS JOIN LATERAL (
  SELECT {PACKED} AS packed FROM (
    ({_step_by_step(only, one, "b.belief_time DESC")})
    UNION ALL
    ({_step_by_step(only, several, f"b.belief_time DESC, {NEAREST_MEDIAN}")})
    UNION ALL
    ({_event_by_event(only, "series.grid IS NULL")})) AS answer) AS found
WHERE found.packed IS NOT NULL"""


def _step_by_step(only: BeliefFilter, condition: str, order: str) -> str:
    """Return a query that goes through the steps of the grid, from the last known event to the first."""
    start = "event.start"
    bounds = ", ".join([f"{start} + series.step", *latest_recording(only, start)])
    recent = f"b.belief_time >= least({bounds}) - make_interval(secs => series.grid * {RECENT})"
    search = f"SELECT {BELIEF} FROM belief AS b WHERE {OWN} AND b.event_start = {start} {counts(only, start)}"
    return f"""SELECT newest.* FROM (
      SELECT min(b.event_start) AS first, max(b.event_start) AS last FROM belief AS b
      WHERE {OWN} AND {condition} AND {within(only)}) AS known
    CROSS JOIN generate_series(known.last, known.first, make_interval(secs => -series.grid)) AS event(start)
    CROSS JOIN LATERAL (
      SELECT * FROM (
        ({search} AND {recent} ORDER BY {order} LIMIT 1)
        UNION ALL
        ({search} ORDER BY {order} LIMIT 1)) AS either
      LIMIT 1) AS newest"""


def _event_by_event(only: BeliefFilter, condition: str) -> str:
    """Return a query that skips from one event to the one before it."""
    search = f"SELECT {BELIEF} FROM belief AS b WHERE {OWN} AND {within(only)} {counts(only)}"
    return f"""WITH RECURSIVE event AS (
      ({search} AND {condition} ORDER BY {NEWEST_MEDIAN} LIMIT 1)
      UNION ALL
      SELECT earlier.* FROM event CROSS JOIN LATERAL (
        {search} AND b.event_start < event.event_start ORDER BY {NEWEST_MEDIAN} LIMIT 1) AS earlier)
    SELECT * FROM event"""
