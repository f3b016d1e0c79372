"""Keep what was uploaded, and take it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from flexmeasures.domain.access import may_update
from flexmeasures.domain.accounts import ANONYMOUS, User
from flexmeasures.domain.assets import WEATHER, Asset, Quantity, Sensor
from flexmeasures.domain.beliefs import BeliefBlock
from flexmeasures.domain.errors import NotAuthorized
from flexmeasures.domain.timing import instant
from flexmeasures.usecases.forecast_queue import News, queue_forecasts
from flexmeasures.usecases.noting import acting, note_sensor
from flexmeasures.usecases.overview import visible_assets
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.uploads.told import Told

FORECAST = WEATHER | {Quantity.POWER, Quantity.PRICE}
"""Quantities of which forecasts are made."""


@dataclass(frozen=True, slots=True)
class Upload:
    """What became of an upload.

    Attributes:
        sensor_id: Of which.
        source_id: Whose name it bears.
        recorded: When it was recorded; None where each value counts as recorded when its event was over.
        start: Of the first event.
        end: Of the last event.
        new: How many values were kept.
        known: How many were known already.
        jobs: How many forecasts were ordered.
    """

    sensor_id: int
    source_id: int
    recorded: datetime | None
    start: datetime
    end: datetime
    new: int
    known: int
    jobs: int


def writable_sensor(caller: User, sensor_id: int, platform: Platform) -> tuple[Sensor, Asset]:
    """Return a sensor that a user may add values to, and its asset.

    Raises:
        UnknownEntity: there is none.
        NotAuthorized: it is somebody else's, or the caller is a guest.
    """
    sensor = platform.store.assets.sensor(sensor_id)
    asset = platform.store.assets.asset(sensor.asset_id)
    if not may_update(caller, asset) or caller.has_role(ANONYMOUS):
        raise NotAuthorized(f"Values of sensor {sensor_id} can be added by its account and by admins.")
    return sensor, asset


def writable_sensors(caller: User, platform: Platform) -> list[tuple[Sensor, Asset]]:
    """Return all sensors that a user may add values to, each with its asset."""
    assets = {asset.id: asset for asset in visible_assets(caller, platform) if may_update(caller, asset)}
    order = {asset_id: place for place, asset_id in enumerate(assets)}
    sensors = platform.store.assets.sensors(list(assets))
    ranked = sorted(sensors, key=lambda sensor: (order[sensor.asset_id], sensor.id))
    return [(sensor, assets[sensor.asset_id]) for sensor in ranked]


def keep(
    caller: User, sensor_id: int, told: Told, platform: Platform, *, at_once: bool, origin: str
) -> Upload:
    """Keep uploaded values under the caller's name, and have forecasts made anew.

    Args:
        caller: Who uploads.
        sensor_id: Of which sensor.
        told: In its unit and steps.
        platform: All that is needed.
        at_once: Whether the values count as recorded now, or each when its event was over.
        origin: Name of the file, for the history.

    Raises:
        UnknownEntity: there is no such sensor.
        NotAuthorized: it is somebody else's.
        ConflictingBelief: other values are known that were recorded at the same times.
    """
    sensor, _ = writable_sensor(caller, sensor_id, platform)
    now = platform.now()
    source = platform.store.sources.of_user(caller)
    ends = told.ends()
    recorded = np.broadcast_to(instant(now), ends.shape) if at_once else np.minimum(ends, instant(now))
    block = BeliefBlock(sensor.id, source.id, told.starts, recorded, told.values)
    written = platform.store.beliefs.add([block], replace=platform.rules.allow_overwrite)
    jobs = []
    if written.new and sensor.step and sensor.quantity in FORECAST:
        jobs = queue_forecasts([News(sensor, told.start, told.end, sensor.step)], platform)
    span = f"{told.start:%Y-%m-%d %H:%M} to {told.end:%Y-%m-%d %H:%M} UTC"
    text = f"Uploaded {written.new} values from {origin}, {span}."
    note_sensor(acting(caller), sensor, text, platform)
    undoable = at_once and not platform.rules.allow_overwrite
    return Upload(
        sensor_id=sensor.id,
        source_id=source.id,
        recorded=now if undoable else None,
        start=told.start,
        end=told.end,
        new=written.new,
        known=written.known,
        jobs=len(jobs),
    )


def take_back(caller: User, upload: Upload, platform: Platform) -> int:
    """Remove what an upload brought; what was known before it counts again. Return how many values went.

    Raises:
        UnknownEntity: there is no such sensor any more.
        NotAuthorized: the upload is somebody else's, or cannot be told from what others recorded.
    """
    sensor, _ = writable_sensor(caller, upload.sensor_id, platform)
    own = platform.store.sources.of_user(caller)
    if upload.recorded is None or (own.id != upload.source_id and not caller.is_admin):
        raise NotAuthorized("This upload cannot be taken back.")
    gone = platform.store.beliefs.withdraw(
        sensor.id, upload.source_id, upload.recorded, upload.start, upload.end
    )
    note_sensor(acting(caller), sensor, f"Took back {gone} uploaded values.", platform)
    return gone
