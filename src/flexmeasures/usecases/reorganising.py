"""Give assets to other accounts and parents, and values to other steps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.assets import Asset, Sensor
from flexmeasures.domain.beliefs import BeliefBlock
from flexmeasures.domain.errors import InvalidField, InvalidResolution
from flexmeasures.usecases.accounts import account_with
from flexmeasures.usecases.ports.beliefs import Selection
from flexmeasures.usecases.ports.platform import Platform

MOST = 10_000_000
"""Beliefs of a series that are resampled at once."""


def transfer_ownership(asset_id: int, account_id: int, platform: Platform) -> list[Asset]:
    """Give an asset with all its parts to an account; who owned it as a user does not any more.

    Raises:
        UnknownEntity: there is no such asset or account.
        DuplicateEntity: the account has an asset of the same name.
    """
    account_with(account_id, platform)
    platform.store.assets.asset(asset_id)
    return [
        platform.store.assets.update_asset(replace(part, account_id=account_id, owner_id=None))
        for part in platform.store.assets.branch(asset_id)
    ]


def transfer_parenthood(asset_id: int, parent_id: int | None, platform: Platform) -> Asset:
    """Make an asset part of another one, or of none.

    Raises:
        UnknownEntity: there is no such asset or parent.
        InvalidField: the parent is the asset itself, or a part of it.
    """
    asset = platform.store.assets.asset(asset_id)
    if parent_id is not None:
        platform.store.assets.asset(parent_id)
        if any(part.id == parent_id for part in platform.store.assets.branch(asset_id)):
            raise InvalidField(f"Asset {parent_id} is asset {asset_id} or a part of it.")
    return platform.store.assets.update_asset(replace(asset, parent_id=parent_id))


@dataclass(frozen=True, slots=True)
class Resampled:
    """How many beliefs there were, and how many there are now."""

    before: int
    after: int


def resample(
    sensor: Sensor, step: timedelta, start: datetime | None, end: datetime | None, platform: Platform
) -> Resampled:
    """Bring what is known of a sensor to other steps: means of finer values, repetitions of coarser ones.

    Without a span, the sensor gets the new step too.

    Raises:
        InvalidResolution: neither step is a whole multiple of the other, the sensor has none, or it has
            quantiles, whose means are none.
    """
    if min(step, sensor.step) <= timedelta(0) or (step % sensor.step and sensor.step % step):
        raise InvalidResolution(f"Steps of {sensor.step} cannot become steps of {step}.")
    store = platform.store.beliefs
    first = store.first_event(sensor.id)
    if first is None:
        _note_step(sensor, step, start, end, platform)
        return Resampled(0, 0)
    since, until = start or first, end or _end_of(sensor, platform)
    blocks = store.history([sensor.id], since, until, MOST)
    before = store.prune(Selection((sensor.id,), None, since, until))
    _note_step(sensor, step, start, end, platform)
    if before != sum(block.value.size for block in blocks):
        raise InvalidResolution(
            f"Sensor {sensor.id} has quantiles, or too many beliefs: they cannot be resampled."
        )
    written = [store.add([_in_steps(block, sensor.step, step)]) for block in blocks]
    return Resampled(before, sum(each.new for each in written))


def _end_of(sensor: Sensor, platform: Platform) -> datetime:
    """Return the end of the last event that anything is known of."""
    last = platform.store.beliefs.last([sensor.id])[sensor.id].event_start[-1]
    latest: datetime = last.astype("datetime64[us]").item()
    return latest.replace(tzinfo=platform.now().tzinfo) + sensor.step


def _note_step(
    sensor: Sensor, step: timedelta, start: datetime | None, end: datetime | None, platform: Platform
) -> None:
    if start is None and end is None:
        platform.store.assets.update_sensor(replace(sensor, step=step))


def _in_steps(block: BeliefBlock, old: timedelta, new: timedelta) -> BeliefBlock:
    """Return beliefs about events of another length."""
    if new < old:
        times = old // new
        shift = np.tile(np.arange(times) * np.timedelta64(new), block.value.size)
        return BeliefBlock(
            block.sensor_id,
            block.source_id,
            np.repeat(block.event_start, times) + shift,
            np.repeat(block.belief_time, times),
            np.repeat(block.value, times),
        )
    return _coarser(block, new // old, new)


def _coarser(block: BeliefBlock, parts: int, step: timedelta) -> BeliefBlock:
    """Return what was believed of longer events: from when something was known of all their parts on.

    Of an event whose parts were never all known, the mean of the known ones, recorded with the last of them.
    """
    length = np.timedelta64(step, "us")
    event = (block.event_start - np.datetime64(0, "us")) // length
    found: list[tuple[int, int, float]] = []
    for rows in _by_event(event, block.belief_time.astype(np.int64)):
        known: dict[int, float] = {}
        whole: dict[int, float] = {}
        for row in rows:
            known[int(block.event_start[row].astype(np.int64))] = float(block.value[row])
            if len(known) == parts:
                whole[int(block.belief_time[row].astype(np.int64))] = sum(known.values()) / parts
        last = int(block.belief_time[rows[-1]].astype(np.int64))
        told = whole or {last: sum(known.values()) / len(known)}
        found += [(int(event[rows[0]]), recorded, value) for recorded, value in told.items()]
    return BeliefBlock(
        block.sensor_id,
        block.source_id,
        np.datetime64(0, "us") + np.array([each[0] for each in found]) * length,
        np.array([each[1] for each in found], np.int64).astype("datetime64[us]"),
        np.array([each[2] for each in found]),
    )


def _by_event(event: NDArray[np.int64], recorded: NDArray[np.int64]) -> list[NDArray[np.intp]]:
    """Return the rows of each event, in the order of recording."""
    order = np.lexsort((recorded, event))
    edges = np.flatnonzero(np.diff(event[order])) + 1
    return np.split(order, edges)
