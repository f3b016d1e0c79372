"""Histories that no forecaster should fall over: short, broken, odd and hostile ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from flexmeasures.domain.assets import Asset, Quantity, Sensor
from flexmeasures.domain.beliefs import SourceType
from flexmeasures.domain.series import Array
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.usecases.ports.platform import Platform

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Past:
    """What a sensor measured, one value for each step until an end.

    Attributes:
        values: In the unit of the sensor; NaN where nothing was told.
        step: Length of an event.
        quantity: What is measured.
        ends: End of the last event, from noon.
        early: How long before the end of its event each value was recorded.
        attributes: Of the asset.
    """

    values: Array
    step: timedelta = HOUR
    quantity: Quantity = Quantity.POWER
    ends: timedelta = timedelta(0)
    early: timedelta = timedelta(0)
    attributes: Mapping[str, object] | None = None


def daily(days: float, step: timedelta = HOUR) -> Array:
    """Return a noisy daily rhythm."""
    hours = np.arange(round(days * DAY / step)) * (step / HOUR)
    noise = np.random.default_rng(0).normal(0, 0.1, hours.size)
    return np.asarray(2 + np.sin(2 * np.pi * hours / 24) + noise)


def _with(values: Array, change: Callable[[Array], None]) -> Array:
    changed = values.copy()
    change(changed)
    return changed


def _lose(values: Array) -> None:
    values[np.random.default_rng(1).random(values.size) < 0.7] = np.nan


def _lose_an_hour_in_six(values: Array) -> None:
    values[np.arange(values.size) % 24 < 4] = np.nan


def _lose_two_weeks(values: Array) -> None:
    values[-21 * 24 : -7 * 24] = np.nan


def _spike(values: Array) -> None:
    values[::97] = 1e12
    values[5] = -1e15
    values[6] = 1e30


HISTORIES: Mapping[str, Past] = {
    "one value": Past(np.array([1.0])),
    "an hour": Past(daily(1 / 24, 15 * MINUTE), 15 * MINUTE),
    "the first day": Past(daily(1)),
    "a fortnight": Past(daily(14)),
    "most values missing": Past(_with(daily(40), _lose)),
    "two weeks missing": Past(_with(daily(60), _lose_two_weeks)),
    "quarters with missing hours": Past(_with(daily(20, 15 * MINUTE), _lose_an_hour_in_six), 15 * MINUTE),
    "five minutes": Past(daily(16, 5 * MINUTE), 5 * MINUTE),
    "days": Past(daily(60, DAY), DAY),
    "weeks": Past(daily(7 * 60, 7 * DAY), 7 * DAY),
    "always the same": Past(np.full(24 * 30, 3.0)),
    "always nothing": Past(np.zeros(24 * 30)),
    "huge outliers": Past(_with(daily(40), _spike)),
    "negative": Past(-daily(30)),
    "tiny": Past(1e-300 * daily(30)),
    "huge": Past(1e100 * daily(30)),
    "a capacity that shrank": Past(10 * daily(30), attributes={"capacity_in_mw": 1.0}),
    "prices below zero": Past(20 * (daily(30) - 2), quantity=Quantity.PRICE),
    "ended a month ago": Past(daily(30), ends=-30 * DAY),
    "clocks that change": Past(daily(30), ends=-HOUR),
}
"""Pasts of which something can be forecast."""
AHEAD = Past(30 * daily(1), quantity=Quantity.PRICE, ends=36 * HOUR, early=3 * DAY)
"""Prices of a day that begins in twelve hours, and nothing before."""
REFUSED: Mapping[str, tuple[Past, str]] = {
    "prices of the future only": (AHEAD, "The last event that is known began 2026-03-03T23:00"),
    "nothing": (Past(np.empty(0)), "No data available at all"),
    "ended four years ago": (
        Past(daily(30), ends=-4 * 366 * DAY),
        "The last event that is known",
    ),
    "told to be missing": (Past(np.full(24, np.nan)), "No data available at all"),
}
"""Pasts of which nothing can be forecast, with the reason."""


def remember(past: Past, asset: Asset, platform: Platform) -> Sensor:
    """Return a sensor of an asset that measured some past."""
    factory = Factory(platform.store)
    if past.attributes:
        platform.store.assets.set_attributes(asset.id, past.attributes)
    sensor = factory.sensor(asset, past.quantity, step=past.step)
    sensor = platform.store.assets.update_sensor(replace(sensor, timezone="Europe/Amsterdam"))
    start = NOON + past.ends - past.values.size * past.step
    told = block(sensor, factory.source(SourceType.GATEWAY), start, past.values.tolist())
    known = np.isfinite(past.values) | np.isnan(past.values).all()
    told = replace(
        told,
        event_start=told.event_start[known],
        belief_time=told.belief_time[known] - np.timedelta64(past.early),
        value=told.value[known],
        probability=told.probability[known],
    )
    platform.store.beliefs.add([told])
    return sensor
