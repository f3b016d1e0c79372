"""Which series and which of their beliefs a query is about: the parts that queries have in common."""

# ruff: noqa: S608 - queries are put together from parts written here; values go in as parameters

from __future__ import annotations

from datetime import timedelta

from flexmeasures.domain.beliefs import MEDIAN, BeliefFilter

Parameters = dict[str, object]

OWN = "b.sensor_id = series.sensor_id AND b.source_id = series.source_id"
BELIEF = "b.event_start, b.belief_time, b.event_value"
NEAREST_MEDIAN = f"abs(b.cumulative_probability - {MEDIAN}), b.cumulative_probability"
"""Of several quantiles the one nearest the median stands for the belief; of two as near, the lower one."""
NEWEST = "b.event_start DESC, b.belief_time DESC"
NEWEST_MEDIAN = f"{NEWEST}, {NEAREST_MEDIAN}"
PACKED = """string_agg(timestamptz_send(event_start) || timestamptz_send(belief_time)
    || float8send(event_value), '')"""
"""Beliefs one after the other in binary form, which takes the server less time than rows or arrays do."""

_LAST_KNOWN = "CASE WHEN series.forecasts THEN 'infinity' ELSE %(prior)b - series.step END"
"""Start of the last event that can have been known: without forecasts, one that was over."""


def series_of(only: BeliefFilter) -> tuple[str, Parameters]:
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


def quantiles(only: BeliefFilter) -> str:
    """Return the condition on a series that one of several quantiles must be chosen."""
    return "series.probabilistic" if only.probability is None else "false"


def within(only: BeliefFilter) -> str:
    """Return the conditions on the start of an event in the window of a query."""
    return f"b.event_start >= %(start)b AND b.event_start < %(end)b AND {known_by(only)}"


def known_by(only: BeliefFilter) -> str:
    """Return the condition on the start of an event that it can have been known."""
    return "true" if only.prior is None else f"b.event_start <= {_LAST_KNOWN}"


def counts(only: BeliefFilter, event_start: str = "b.event_start") -> str:
    """Return the conditions on a single belief, each led by AND.

    Args:
        only: Which beliefs count.
        event_start: How the query calls the start of the event.
    """
    conditions = [f"b.belief_time <= {bound}" for bound in latest_recording(only, event_start)]
    if only.horizon_max is not None:
        conditions.append(f"b.belief_time >= {event_start} + series.step - %(horizon_max)b")
    if only.probability is not None:
        conditions.append("b.cumulative_probability = %(probability)b")
    return "".join(f" AND {condition}" for condition in conditions)


def latest_recording(only: BeliefFilter, event_start: str) -> list[str]:
    """Return until when a belief must have been recorded, as expressions of which the earliest counts."""
    bounds = []
    if only.prior is not None:
        bounds.append("%(prior)b")
    if only.horizon_min is not None:
        bounds.append(f"{event_start} + series.step - %(horizon_min)b")
    return bounds
