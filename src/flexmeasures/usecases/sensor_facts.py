"""What is known of a sensor: its last value, and who said how much over some time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from flexmeasures.domain.access import may_read
from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Asset, Sensor
from flexmeasures.domain.audit import Change
from flexmeasures.domain.beliefs import MEASURED, Beliefs, Source, most_recent
from flexmeasures.domain.errors import NotAuthorized
from flexmeasures.domain.timing import from_instant
from flexmeasures.usecases.overview import Freshness, freshness, visible_assets
from flexmeasures.usecases.ports.platform import Platform

AHEAD = timedelta(days=7)
"""Forecasts and schedules reach this far at most, in statistics."""


@dataclass(frozen=True, slots=True)
class Last:
    """What was measured last, or what holds now where things are known ahead, as prices are.

    Attributes:
        value: In the unit of the sensor.
        time: End of the event.
        freshness: How old it is.
        is_measured: Whether it was recorded when the event was over.
    """

    value: float
    time: datetime
    freshness: Freshness
    is_measured: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """A sensor in a list.

    Attributes:
        sensor: Which.
        asset: What it measures something of.
        last: What was measured last, if anything was.
    """

    sensor: Sensor
    asset: Asset
    last: Last | None


@dataclass(frozen=True, slots=True)
class Share:
    """What a source said of the events of a sensor, of each the most recent.

    Attributes:
        source: Who.
        count: Of how many events.
        first: When the first of these began.
        until: When the last of these ended.
        recorded: When anything was said last.
        least: Of the values.
        largest: Of the values.
        mean: Of the values.
        total: Of the values; of power, the energy in MWh.
    """

    source: Source
    count: int
    first: datetime
    until: datetime
    recorded: datetime
    least: float
    largest: float
    mean: float
    total: float


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the page of a sensor tells.

    Attributes:
        row: The sensor, its asset and its last value.
        shares: By source, those with most values first.
        first_event: When the first known event began.
        beliefs: How many beliefs there are of all times.
        history: Who changed what.
    """

    row: Row
    shares: tuple[Share, ...]
    first_event: datetime | None
    beliefs: int
    history: tuple[Change, ...]


def readable_sensor(user: User, sensor_id: int, platform: Platform) -> tuple[Sensor, Asset]:
    """Return a sensor that a user may see, and its asset.

    Raises:
        UnknownEntity: there is none.
        NotAuthorized: the user may not see it.
    """
    sensor = platform.store.assets.sensor(sensor_id)
    asset = platform.store.assets.asset(sensor.asset_id)
    if not may_read(user, asset):
        raise NotAuthorized(f"Sensor {sensor_id} belongs to another account.")
    return sensor, asset


def visible_sensors(user: User, platform: Platform) -> list[tuple[Sensor, Asset]]:
    """Return the sensors that a user may see, each with its asset, by the names of the assets."""
    assets = {asset.id: asset for asset in visible_assets(user, platform)}
    order = {asset_id: place for place, asset_id in enumerate(assets)}
    sensors = sorted(
        platform.store.assets.sensors(list(assets)), key=lambda sensor: (order[sensor.asset_id], sensor.id)
    )
    return [(sensor, assets[sensor.asset_id]) for sensor in sensors]


def rows_of(pairs: list[tuple[Sensor, Asset]], platform: Platform) -> list[Row]:
    """Return sensors with what was measured last."""
    now = platform.now()
    found = platform.store.beliefs.last([sensor.id for sensor, _ in pairs], MEASURED) if pairs else {}
    ahead = _ahead([sensor for sensor, _ in pairs if sensor.id not in found and sensor.step], platform)
    return [
        Row(
            sensor, asset, _last(found.get(sensor.id), sensor, now) or _now(ahead.get(sensor.id), sensor, now)
        )
        for sensor, asset in pairs
    ]


def facts(user: User, sensor_id: int, over: timedelta, platform: Platform) -> Facts:
    """Return what is known of a sensor, with statistics of the time before now and what is ahead.

    Raises:
        UnknownEntity: there is no such sensor.
        NotAuthorized: the user may not see it.
    """
    sensor, asset = readable_sensor(user, sensor_id, platform)
    now, beliefs = platform.now(), platform.store.beliefs
    parts = beliefs.latest([sensor.id], now - over, now + AHEAD)[sensor.id]
    told = [part for part in parts if part.value.size]
    sources = platform.store.sources.named({int(part.source_id[0]) for part in told})
    shares = [_share(part, sensor, sources) for part in told]
    return Facts(
        row=rows_of([(sensor, asset)], platform)[0],
        shares=tuple(sorted(shares, key=lambda share: -share.count)),
        first_event=beliefs.first_event(sensor.id),
        beliefs=beliefs.count([sensor.id]),
        history=tuple(platform.store.audit.about_sensor(sensor.id, 20)),
    )


def _ahead(sensors: list[Sensor], platform: Platform) -> dict[int, list[Beliefs]]:
    """Return what is believed of the event that lasts now, by the ids of sensors.

    Sensors of one step are read at once: the step of a yearly tariff would be many steps of other sensors.
    """
    now, by_step = platform.now(), defaultdict[timedelta, list[int]](list)
    for sensor in sensors:
        by_step[sensor.step].append(sensor.id)
    found: dict[int, list[Beliefs]] = {}
    for step, sensor_ids in by_step.items():
        found |= platform.store.beliefs.latest(sensor_ids, now - step, now)
    return found


def _last(found: Beliefs | None, sensor: Sensor, now: datetime) -> Last | None:
    if found is None or not found.value.size:
        return None
    time = from_instant(found.event_start[-1]) + sensor.step
    return Last(float(found.value[-1]), time, freshness(now - time, sensor.step))


def _now(parts: list[Beliefs] | None, sensor: Sensor, now: datetime) -> Last | None:
    """Return what is believed of the event that lasts now."""
    believed = most_recent(parts or [])
    if not believed.value.size:
        return None
    time = from_instant(believed.event_start[-1]) + sensor.step
    return Last(float(believed.value[-1]), time, Freshness.FRESH, is_measured=False) if time > now else None


def _share(part: Beliefs, sensor: Sensor, sources: dict[int, Source]) -> Share:
    hours = sensor.step / timedelta(hours=1) if sensor.unit == "MW" else 1.0
    return Share(
        source=sources[int(part.source_id[0])],
        count=part.value.size,
        first=from_instant(part.event_start[0]),
        until=from_instant(part.event_start[-1]) + sensor.step,
        recorded=from_instant(np.max(part.belief_time)),
        least=float(np.min(part.value)),
        largest=float(np.max(part.value)),
        mean=float(np.mean(part.value)),
        total=float(np.sum(part.value)) * hours,
    )
