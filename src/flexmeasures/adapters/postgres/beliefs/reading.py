"""Queries for beliefs, packed by series.

Series with few beliefs about each event are read through, with all beliefs: to leave out the older ones takes
the server longer than to send them. Those with many are skipped through, in a query of its own.
"""

# ruff: noqa: S608 - queries are put together from parts written here; values go in as parameters

from __future__ import annotations

from datetime import datetime

from flexmeasures.adapters.postgres.beliefs.filters import (
    BELIEF,
    NEWEST,
    NEWEST_MEDIAN,
    OWN,
    PACKED,
    Parameters,
    counts,
    known_by,
    quantiles,
    series_of,
    within,
)
from flexmeasures.domain.beliefs import BeliefFilter


def beliefs_query(only: BeliefFilter, start: datetime, end: datetime) -> tuple[str, Parameters]:
    """Return the query for all beliefs about each event in ``[start, end)``, and its parameters.

    Its rows are sensor, source, whether the series must be skipped through instead, and packed beliefs, the
    newest first.
    """
    series, parameters = series_of(only)
    return (
        f"""
SELECT series.sensor_id, series.source_id, series.crowded, found.packed
FROM (SELECT series.*, series.many_beliefs OR {quantiles(only)} AS crowded FROM {series}) AS series
CROSS JOIN LATERAL (
  SELECT {PACKED} AS packed FROM (
    SELECT {BELIEF} FROM belief AS b
    WHERE {OWN} AND NOT series.crowded AND {within(only)} {counts(only)}
    ORDER BY {NEWEST}) AS answer) AS found
WHERE series.crowded OR found.packed IS NOT NULL""",
        {**parameters, "start": start, "end": end},
    )


def last_query(only: BeliefFilter) -> tuple[str, Parameters]:
    """Return the query for the last belief about the last event of each sensor, and its parameters.

    Its only row packs sensors, sources, event starts, recording times and values.
    """
    series, parameters = series_of(only)
    return (
        f"""
SELECT array_agg(sensor_id), array_agg(source_id), array_agg(event_start), array_agg(belief_time),
  array_agg(event_value)
FROM (
  SELECT DISTINCT ON (series.sensor_id) series.sensor_id, series.source_id, found.*
  FROM {series}
  CROSS JOIN LATERAL (
    SELECT {BELIEF} FROM belief AS b
    WHERE {OWN} AND {known_by(only)} {counts(only)}
    ORDER BY {NEWEST_MEDIAN} LIMIT 1) AS found
  ORDER BY series.sensor_id, found.event_start DESC, found.belief_time DESC) AS last""",
        parameters,
    )


FIRST_EVENT = f"""
SELECT min(found.event_start)
FROM belief_series AS series
CROSS JOIN LATERAL (
  SELECT b.event_start FROM belief AS b WHERE {OWN} ORDER BY b.event_start LIMIT 1) AS found
WHERE series.sensor_id = %(sensor)b"""
