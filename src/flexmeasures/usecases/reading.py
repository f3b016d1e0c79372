"""Read what is known: measured power and prognoses of connections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from flexmeasures.domain.access import owns
from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Connection, Sensor
from flexmeasures.domain.beliefs import Beliefs, SourceType, most_recent
from flexmeasures.domain.errors import InvalidPeriod, InvalidResolution, InvalidSource
from flexmeasures.domain.messages import Query, SourceChoice
from flexmeasures.domain.series import Array
from flexmeasures.domain.slots import SlotLength, local_time, slot_edges, slot_means, slots_of_step
from flexmeasures.domain.timing import Instants, from_instant, write_duration
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.resources import own_connections

METER_DATA_COMPANY = "MDC"
LARGEST_ANSWER = 5_000_000
"""So many slots may be between the first and the last known value."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of some things, in slots that begin with the first and end with the last known value.

    Attributes:
        edges: (T + 1,) edges of the slots; empty where nothing is known.
        values: (T,) mean in each slot for each thing asked for, NaN where nothing is known.
    """

    edges: Instants
    values: tuple[Array, ...]


def read_power(caller: User, query: Query, platform: Platform) -> Reading:
    """Return power of the caller's connections. [MW, consumption positive]

    Per event the most recent belief counts; among beliefs recorded at the same time the caller's own counts
    first, then that of a meter data company.

    Raises:
        InvalidPeriod: more slots than can be answered lie between the first and the last known value.
        InvalidResolution: the slots asked for do not fit the steps of a sensor, or sensors differ in them.
        UnknownConnection: a connection is not among the caller's.
        UnrecognizedAsset: an asset has nothing that measures its power.
    """
    connections = own_connections(caller, query.addresses, platform)
    slots = _slots(query, connections)
    sensors = {connection.sensor.id: connection.sensor for connection in connections}
    beliefs = _believed(caller, query, sensors, platform)
    edges = _edges(query, slots, connections[0].sensor, beliefs.values())
    means = {sensor_id: slot_means(known, edges) for sensor_id, known in beliefs.items()}
    return Reading(edges, tuple(means[connection.sensor.id] for connection in connections))


def chosen_sources(caller: User, choice: SourceChoice, platform: Platform) -> frozenset[int]:
    """Return the ids of the sources of users that count: those chosen, and the caller's own.

    Raises:
        InvalidSource: no source is chosen.
    """
    own = platform.store.sources.of_user(caller)
    roles = [role for role in choice.roles if role.isprintable()]  # no other text is the name of a role
    found = platform.store.sources.of_users(choice.user_ids, roles)
    if not found:
        named = ", ".join([*map(str, choice.user_ids), *choice.roles])
        raise InvalidSource(named)
    return frozenset({own.id, *(source.id for source in found)})


def _slots(query: Query, connections: Sequence[Connection]) -> SlotLength:
    """Return how long the slots of the answer are.

    Raises:
        InvalidResolution: those asked for do not fit the steps of a sensor, or sensors differ in them.
    """
    steps = {connection.sensor.step for connection in connections}
    if query.slots is None:
        if len(steps) > 1:
            one, other = sorted(steps)[:2]
            raise InvalidResolution(
                "Requested assets do not have matching resolutions. Cannot send data for both"
                f" {write_duration(one)} and {write_duration(other)}."
            )
        return slots_of_step(steps.pop())
    for step in steps:
        if step <= timedelta(0) or query.slots.whole % step:
            raise InvalidResolution(
                f"Only the following resolutions are supported: {write_duration(step)} or a multiple hereof."
            )
    return query.slots


def _believed(
    caller: User,
    query: Query,
    sensors: Mapping[int, Sensor],
    platform: Platform,
) -> dict[int, Beliefs]:
    """Return by sensor what counts as believed."""
    if query.end <= query.start:
        return dict.fromkeys(sensors, Beliefs.none())
    step = max(sensor.step for sensor in sensors.values())
    begin = query.start - step + timedelta.resolution
    found = platform.store.beliefs.latest(list(sensors), begin, query.end, query.only)
    parts = {sensor_id: found.get(sensor_id, []) for sensor_id in sensors}
    if query.sources is not None:
        parts = _from_chosen(parts, query.sources, platform)
    preferred = _preferred(caller, platform) if any(len(part) > 1 for part in parts.values()) else ()
    return {sensor_id: most_recent(part, preferred) for sensor_id, part in parts.items()}


def _from_chosen(
    parts: Mapping[int, list[Beliefs]], chosen: frozenset[int], platform: Platform
) -> dict[int, list[Beliefs]]:
    """Leave out what users said who are not chosen."""
    ids = {int(part.source_id[0]) for known in parts.values() for part in known if part.source_id.size}
    users = {
        source.id
        for source in platform.store.sources.named(ids - chosen).values()
        if source.type == SourceType.USER
    }
    return {
        sensor_id: [part for part in known if part.source_id.size and int(part.source_id[0]) not in users]
        for sensor_id, known in parts.items()
    }


def _preferred(caller: User, platform: Platform) -> tuple[int, ...]:
    companies = platform.store.sources.of_users((), (METER_DATA_COMPANY,))
    return (platform.store.sources.of_user(caller).id, *(source.id for source in companies))


def _edges(query: Query, slots: SlotLength, sensor: Sensor, beliefs: Iterable[Beliefs]) -> Instants:
    """Return the edges of the slots from the first until the last known value.

    Raises:
        InvalidPeriod: they are too many.
    """
    known = [part for part in beliefs if part.event_start.size]
    if not known:
        return np.empty(0, "datetime64[us]")
    first = min(part.event_start[0] for part in known)
    end = max(part.event_start[-1] for part in known) + np.timedelta64(1, "us")
    anchor = min(query.start, from_instant(first)) if query.slots else from_instant(first)
    span: timedelta = from_instant(end) - anchor
    if slots.equal and span // slots.equal > LARGEST_ANSWER:
        raise InvalidPeriod(f"The answer would have more than {LARGEST_ANSWER} values.")
    return slot_edges(_on_clock(anchor, sensor), first, end, slots)


def _on_clock(anchor: datetime, sensor: Sensor) -> datetime:
    return local_time(anchor, sensor.timezone)


def list_connections(caller: User, platform: Platform) -> list[Connection]:
    """Return the caller's connections, newest first."""
    connections = platform.store.assets.connections()
    return [connection for connection in connections if owns(caller, connection.asset)]
