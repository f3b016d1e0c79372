"""Queries for beliefs: one row of packed arrays for each series.

Series with few beliefs about each event are read through; in those with many, the index is asked for one
event after the other. Both run backwards through the key, the newest belief first.
"""

# ruff: noqa: S608 - queries are put together from parts written here; values go in as parameters

from __future__ import annotations

from datetime import datetime, timedelta

from flexmeasures.domain.beliefs import MEDIAN, BeliefFilter

Parameters = dict[str, object]

_OWN = "b.sensor_id = series.sensor_id AND b.source_id = series.source_id"
_BELIEF = "b.event_start, b.belief_time, b.event_value"
_NEWEST = "b.event_start DESC, b.belief_time DESC"
_NEWEST_MEDIAN = f"{_NEWEST}, abs(b.cumulative_probability - {MEDIAN}), b.cumulative_probability"
"""Of several quantiles the one nearest the median stands for the belief; of two as near, the lower one."""
_LAST_KNOWN = "CASE WHEN series.forecasts THEN 'infinity' ELSE %(prior)b - series.step END"
"""Start of the last event that can have been known: without forecasts, one that was over."""


def latest_query(only: BeliefFilter, start: datetime, end: datetime) -> tuple[str, Parameters]:
    """Return the query for the most recent belief about each event in ``[start, end)``, and its parameters.

    Its rows are sensor, source, and the arrays of event starts, recording times and values, newest first.
    """
    series, parameters = _series(only)
    counts = _counts(only)
    quantiles = "series.probabilistic" if only.probability is None else "false"
    return (
        f"""
SELECT series.sensor_id, series.source_id, found.event_start, found.belief_time, found.event_value
FROM {series}
CROSS JOIN LATERAL (
  SELECT array_agg(event_start) AS event_start, array_agg(belief_time) AS belief_time,
    array_agg(event_value) AS event_value
  FROM (
    (SELECT DISTINCT ON (b.event_start) {_BELIEF}
    FROM belief AS b
    WHERE {_OWN} AND NOT series.many_beliefs AND NOT {quantiles}
      AND b.event_start >= %(start)b AND b.event_start < %(end)b {counts}
    ORDER BY {_NEWEST})
    UNION ALL
    ({_event_by_event(f"series.many_beliefs AND NOT {quantiles}", counts, _NEWEST)})
    UNION ALL
    ({_event_by_event(quantiles, counts, _NEWEST_MEDIAN)})) AS answer) AS found
WHERE found.event_start IS NOT NULL
ORDER BY series.sensor_id, series.source_id""",
        {**parameters, "start": start, "end": end},
    )


def history_query(start: datetime, end: datetime, most: int) -> tuple[str, Parameters]:
    """Return the query for all medians about events in ``[start, end)``, and its parameters.

    Its rows are sensor, source, and the arrays of event starts, recording times and values, newest first.
    """
    series, parameters = _series(BeliefFilter(probability=MEDIAN))
    return (
        f"""
SELECT series.sensor_id, series.source_id, found.event_start, found.belief_time, found.event_value
FROM {series}
CROSS JOIN LATERAL (
  SELECT array_agg(event_start) AS event_start, array_agg(belief_time) AS belief_time,
    array_agg(event_value) AS event_value
  FROM (
    SELECT {_BELIEF} FROM belief AS b
    WHERE {_OWN} AND b.event_start >= %(start)b AND b.event_start < %(end)b
      AND b.cumulative_probability = %(probability)b
    ORDER BY b.belief_time DESC, b.event_start DESC LIMIT %(most)b) AS answer) AS found
WHERE found.event_start IS NOT NULL
ORDER BY series.sensor_id, series.source_id""",
        {**parameters, "start": start, "end": end, "most": most},
    )


def last_query(only: BeliefFilter) -> tuple[str, Parameters]:
    """Return the query for the last belief about the last event of each sensor, and its parameters.

    Its only row packs sensors, sources, event starts, recording times and values.
    """
    series, parameters = _series(only)
    return (
        f"""
SELECT array_agg(sensor_id), array_agg(source_id), array_agg(event_start), array_agg(belief_time),
  array_agg(event_value)
FROM (
  SELECT DISTINCT ON (series.sensor_id) series.sensor_id, series.source_id, found.*
  FROM {series}
  CROSS JOIN LATERAL (
    SELECT {_BELIEF} FROM belief AS b
    WHERE {_OWN} {_counts(only)}
    ORDER BY {_NEWEST_MEDIAN} LIMIT 1) AS found
  ORDER BY series.sensor_id, found.event_start DESC, found.belief_time DESC) AS last""",
        parameters,
    )


FIRST_EVENT = f"""
SELECT min(found.event_start)
FROM belief_series AS series
CROSS JOIN LATERAL (
  SELECT b.event_start FROM belief AS b WHERE {_OWN} ORDER BY b.event_start LIMIT 1) AS found
WHERE series.sensor_id = %(sensor)b"""


def _event_by_event(condition: str, counts: str, order: str) -> str:
    """Return a query that skips from one event to the one before it."""
    return f"""WITH RECURSIVE event AS (
      (SELECT {_BELIEF} FROM belief AS b
      WHERE {_OWN} AND {condition} AND b.event_start >= %(start)b AND b.event_start < %(end)b {counts}
      ORDER BY {order} LIMIT 1)
      UNION ALL
      SELECT earlier.* FROM event CROSS JOIN LATERAL (
        SELECT {_BELIEF} FROM belief AS b
        WHERE {_OWN} AND b.event_start >= %(start)b AND b.event_start < event.event_start {counts}
        ORDER BY {order} LIMIT 1) AS earlier)
    SELECT * FROM event"""


def _series(only: BeliefFilter) -> tuple[str, Parameters]:
    """Return the series that a filter lets through: what to select from, as one subquery, and parameters."""
    conditions, parameters = ["series.sensor_id = ANY(%(sensors)b::int4[])"], Parameters()
    join = "JOIN sensor ON sensor.id = series.sensor_id"
    if only.source_ids is not None:
        conditions.append("series.source_id = ANY(%(sources)s::int4[])")
        parameters["sources"] = list(only.source_ids)
    if only.source_types is not None:
        join += " JOIN data_source AS source ON source.id = series.source_id"
        conditions.append("source.type = ANY(%(types)s::text[])")
        parameters["types"] = sorted(only.source_types)
    if only.prior is not None:
        parameters["prior"] = only.prior
    if only.horizon_min is not None:
        parameters["horizon_min"] = only.horizon_min
        if only.horizon_min > timedelta(0):
            conditions.append("series.forecasts")
    if only.horizon_max is not None:
        parameters["horizon_max"] = only.horizon_max
        if only.horizon_max <= timedelta(0):
            conditions.append("series.measurements")
    if only.probability is not None:
        parameters["probability"] = only.probability
        if only.probability != MEDIAN:
            conditions.append("series.probabilistic")
    columns = "series.*, sensor.event_resolution AS step"
    where = " AND ".join(conditions)
    return f"(SELECT {columns} FROM belief_series AS series {join} WHERE {where}) AS series", parameters


def _counts(only: BeliefFilter) -> str:
    """Return the conditions on single beliefs."""
    conditions = []
    if only.prior is not None:
        conditions += ["b.belief_time <= %(prior)b", f"b.event_start <= {_LAST_KNOWN}"]
    if only.horizon_min is not None:
        conditions.append("b.belief_time <= b.event_start + series.step - %(horizon_min)b")
    if only.horizon_max is not None:
        conditions.append("b.belief_time >= b.event_start + series.step - %(horizon_max)b")
    if only.probability is not None:
        conditions.append("b.cumulative_probability = %(probability)b")
    return "".join(f" AND {condition}" for condition in conditions)
