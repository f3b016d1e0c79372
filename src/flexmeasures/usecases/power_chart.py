"""What a chart of power shows: measured, forecast and scheduled power of an asset, or of a group of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from flexmeasures.domain.access import may_read
from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Connection
from flexmeasures.domain.beliefs import MEASURED, BeliefFilter, SourceType, most_recent
from flexmeasures.domain.errors import InvalidPeriod, UnknownEntity
from flexmeasures.domain.series import Array
from flexmeasures.domain.slots import slot_means
from flexmeasures.domain.timing import Instants, TimeGrid, instant
from flexmeasures.usecases.ports.platform import Platform

POWER, FORECASTS, SCHEDULES = "power", "forecasts", "schedules"
LARGEST = 100_000
"""So many slots fit into a chart."""

_MACHINES = frozenset({SourceType.FORECASTER, SourceType.SCHEDULER})


@dataclass(frozen=True, slots=True)
class PowerQuery:
    """What is asked of a chart.

    Attributes:
        resource: Name of an asset, or of an asset type for all assets of it.
        start: Of the first slot.
        end: Of the last one.
        step: Length of the slots.
        individually: What is shown for each asset rather than for all together: power or schedules.
        horizon: Forecasts were made at least this long before the end of each event.
    """

    resource: str
    start: datetime
    end: datetime
    step: timedelta
    individually: frozenset[str] = frozenset()
    horizon: timedelta = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Trace:
    """One line of a chart.

    Attributes:
        kind: Power, forecasts or schedules.
        name: Of the asset or group.
        values: (T,) mean power, consumption positive, NaN where nothing is known. [MW]
    """

    kind: str
    name: str
    values: Array


@dataclass(frozen=True, slots=True)
class PowerChart:
    """A chart of power.

    Attributes:
        title: Name of the asset or group.
        timezone: In which people there read the time, an IANA name.
        edges: (T + 1,) edges of its slots.
        traces: Its lines.
    """

    title: str
    timezone: str
    edges: Instants
    traces: tuple[Trace, ...]


def power_chart(caller: User, query: PowerQuery, platform: Platform) -> PowerChart:
    """Return what a chart of power shows.

    Raises:
        InvalidPeriod: it ends before it begins, or has too many slots.
        UnknownEntity: there is no such asset or group that the caller may see.
    """
    if not query.start < query.end or not timedelta(0) < query.step:
        raise InvalidPeriod("A chart should end after its start and have slots.")
    if (query.end - query.start) // query.step > LARGEST:
        raise InvalidPeriod(f"A chart has at most {LARGEST} slots.")
    found = _resource(caller, query.resource, platform)
    grid = TimeGrid(query.start, query.step, -(-(query.end - query.start) // query.step))
    edges = np.append(grid.starts(), instant(grid.end))
    traces: list[Trace] = []
    for kind, only in _filters(query).items():
        traces += _traces(kind, only, found, edges, query, platform)
    return PowerChart(query.resource, found[0].sensor.timezone, edges, tuple(traces))


def _resource(caller: User, name: str, platform: Platform) -> list[Connection]:
    """Return the connection of this name, or those of the asset type of this name.

    Raises:
        UnknownEntity: there is none that the caller may see.
    """
    readable = [one for one in platform.store.assets.connections() if may_read(caller, one.asset)]
    named = [one for one in readable if name in {one.asset.name, one.asset.display_name}]
    grouped = [one for one in readable if name in {one.asset.type.name, one.asset.type.display_name}]
    if not named and not grouped:
        raise UnknownEntity(f"There is no asset or group named '{name}'.")
    return named[:1] or grouped


def _filters(query: PowerQuery) -> Mapping[str, BeliefFilter]:
    return {
        POWER: replace(MEASURED, source_types=frozenset(SourceType) - _MACHINES),
        FORECASTS: BeliefFilter(
            source_types=frozenset({SourceType.USER, SourceType.FORECASTER}), horizon_min=query.horizon
        ),
        SCHEDULES: BeliefFilter(source_types=frozenset({SourceType.SCHEDULER})),
    }


def _traces(
    kind: str,
    only: BeliefFilter,
    found: Sequence[Connection],
    edges: Instants,
    query: PowerQuery,
    platform: Platform,
) -> list[Trace]:
    """Return the lines of one kind that show anything."""
    ids = [connection.sensor.id for connection in found]
    known = platform.store.beliefs.latest(ids, query.start, query.end, only)
    each = [slot_means(most_recent(known.get(sensor_id, [])), edges) for sensor_id in ids]
    if kind in query.individually or len(found) == 1:
        named = zip(found, each, strict=True)
        traces = [Trace(kind, connection.asset.display_name, values) for connection, values in named]
    else:
        traces = [Trace(kind, query.resource, _sum_of_known(np.array(each)))]
    return [trace for trace in traces if not np.isnan(trace.values).all()]


def _sum_of_known(values: Array) -> Array:
    """Return the (T,) sum over (N, T) values of what is known, NaN where nothing is."""
    total: Array = np.where(np.isnan(values).all(axis=0), np.nan, np.nansum(values, axis=0))
    return total
