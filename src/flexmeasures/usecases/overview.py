"""The latest state of all assets that somebody may see, and what each kind of them does now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np

from flexmeasures.domain.access import may_read
from flexmeasures.domain.accounts import ADMIN_READER, User
from flexmeasures.domain.assets import Asset, AssetType, Connection
from flexmeasures.domain.beliefs import MEASURED, Beliefs, most_recent
from flexmeasures.domain.timing import from_instant
from flexmeasures.usecases.ports.platform import Platform

STALE_AFTER = 2
LATE_AFTER = 8
"""Steps without a measurement."""

LEAST_STEP = timedelta(minutes=5)
"""Meters of shorter steps may be as late as ones of this step."""


class Freshness(StrEnum):
    """How old the last measurement of an asset is."""

    FRESH = "fresh"
    STALE = "stale"
    LATE = "late"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class AssetState:
    """What is known of an asset now.

    Attributes:
        asset: Which.
        connection: Its connection to the grid, if it has one.
        power: Measured last, consumption positive. [MW]
        time: End of the last measured event.
        expected: Scheduled or forecast for now, consumption positive. [MW]
        freshness: How old the measurement is.
    """

    asset: Asset
    connection: Connection | None
    power: float | None
    time: datetime | None
    expected: float | None
    freshness: Freshness


@dataclass(frozen=True, slots=True)
class TypeSummary:
    """What all assets of a type do now.

    Attributes:
        type: Which.
        count: How many assets there are.
        power: Sum of what was measured last, consumption positive; None where nothing was. [MW]
    """

    type: AssetType
    count: int
    power: float | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The state of all assets that somebody may see."""

    states: tuple[AssetState, ...]
    types: tuple[TypeSummary, ...]

    @property
    def latest(self) -> datetime | None:
        """When the most recent measurement ended."""
        return max((state.time for state in self.states if state.time is not None), default=None)

    def of(self, freshness: Freshness) -> list[AssetState]:
        """Return the assets of which the last measurement is this old."""
        return [state for state in self.states if state.freshness is freshness]


def overview(user: User, platform: Platform) -> Overview:
    """Return the state of all assets that a user may see; public ones only where they have power."""
    connections = {connection.id: connection for connection in platform.store.assets.connections()}
    assets = [
        asset
        for asset in visible_assets(user, platform)
        if asset.id in connections or asset.account_id is not None
    ]
    states = states_of(assets, connections, platform)
    return Overview(states, _by_type(states))


def visible_connections(user: User, platform: Platform) -> list[Connection]:
    """Return the assets with power that a user may see, newest id first."""
    return [each for each in platform.store.assets.connections() if may_read(user, each.asset)]


def visible_assets(user: User, platform: Platform) -> list[Asset]:
    """Return the assets that a user may see, in the order of their names."""
    sees_all = user.is_admin or user.has_role(ADMIN_READER)
    found = platform.store.assets.assets(account_id=None if sees_all else user.account.id)
    return sorted(
        (asset for asset in found if may_read(user, asset)), key=lambda asset: asset.display_name.casefold()
    )


def states_of(
    assets: Sequence[Asset], connections: Mapping[int, Connection], platform: Platform
) -> tuple[AssetState, ...]:
    """Return what is known of assets now.

    Args:
        assets: Which, in the order of the answer.
        connections: Those of them that have power, by id.
        platform: What is known.
    """
    now = platform.now()
    sensors = [connections[asset.id].sensor for asset in assets if asset.id in connections]
    ids = [sensor.id for sensor in sensors]
    longest = max((sensor.step for sensor in sensors), default=LEAST_STEP)
    measured = platform.store.beliefs.last(ids, MEASURED)
    current = platform.store.beliefs.latest(ids, now - longest, now) if ids else {}
    return tuple(_state(asset, connections.get(asset.id), measured, current, now) for asset in assets)


def freshness(age: timedelta, step: timedelta) -> Freshness:
    """Return how old a measurement of this age is, for a meter of this step.

    >>> freshness(timedelta(hours=1), timedelta(minutes=15))
    <Freshness.STALE: 'stale'>
    """
    steps = age / max(step, LEAST_STEP)
    if steps <= STALE_AFTER:
        return Freshness.FRESH
    return Freshness.STALE if steps <= LATE_AFTER else Freshness.LATE


def _state(
    asset: Asset,
    connection: Connection | None,
    measured: Mapping[int, Beliefs],
    current: Mapping[int, Sequence[Beliefs]],
    now: datetime,
) -> AssetState:
    if connection is None:
        return AssetState(asset, None, None, None, None, Freshness.SILENT)
    sensor = connection.sensor
    expected = _holding(most_recent(list(current.get(sensor.id, []))), now, sensor.step)
    last = measured.get(sensor.id)
    if last is None or last.value.size == 0:
        return AssetState(asset, connection, None, None, expected, Freshness.SILENT)
    time = from_instant(last.event_start[-1]) + sensor.step
    age = freshness(now - time, sensor.step)
    return AssetState(asset, connection, float(last.value[-1]), time, expected, age)


def _holding(beliefs: Beliefs, now: datetime, step: timedelta) -> float | None:
    """Return the value of the event that lasts now."""
    if beliefs.value.size == 0 or from_instant(beliefs.event_start[-1]) + step <= now:
        return None
    return float(beliefs.value[-1])


def _by_type(states: Sequence[AssetState]) -> tuple[TypeSummary, ...]:
    types = {state.asset.type.id: state.asset.type for state in states}
    return tuple(
        _summary(kind, [state for state in states if state.asset.type.id == kind.id])
        for kind in sorted(types.values(), key=lambda kind: kind.display_name.casefold())
    )


def _summary(kind: AssetType, states: Sequence[AssetState]) -> TypeSummary:
    powers = [
        state.power for state in states if state.power is not None and state.freshness is not Freshness.LATE
    ]
    return TypeSummary(kind, len(states), float(np.sum(powers)) if powers else None)
