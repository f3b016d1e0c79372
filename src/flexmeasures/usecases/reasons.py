"""What a schedule does and what that is worth: volumes, prices, and the limit that it runs into."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.assets import Connection, Sensor
from flexmeasures.domain.beliefs import BeliefFilter, SourceType, most_recent
from flexmeasures.domain.errors import InvalidUnit
from flexmeasures.domain.series import Array, Series
from flexmeasures.domain.timing import TimeGrid, from_instant, instant
from flexmeasures.domain.units import price_factor
from flexmeasures.usecases.aligning import on_steps
from flexmeasures.usecases.ports.platform import Platform

SCHEDULED = BeliefFilter(source_types=frozenset({SourceType.SCHEDULER}))
IDLE = 1e-6
"""Less power than this is none. [MW]"""


@dataclass(frozen=True, slots=True)
class Side:
    """What a schedule does in one direction.

    Attributes:
        energy: How much. [MWh]
        price: Mean over this energy; NaN where no price is known. [currency/MWh]
    """

    energy: float
    price: float


@dataclass(frozen=True, slots=True)
class Action:
    """What a schedule does next.

    Attributes:
        start: When it begins.
        end: When it ends.
        power: Largest, consumption positive. [MW]
        price: Mean of the time; NaN where no price is known. [currency/MWh]
    """

    start: datetime
    end: datetime
    power: float
    price: float


@dataclass(frozen=True, slots=True)
class Reasons:
    """What the rest of a schedule does.

    Attributes:
        end: Until when it is planned.
        consumed: What it consumes.
        produced: What it produces.
        mean_price: Over all the time; NaN where no price is known. [currency/MWh]
        earnings: Against doing nothing; NaN where no price is known. [currency]
        next: What it does next, if it does anything.
        full_steps: In how many steps it runs at its capacity.
        busy_steps: In how many steps it runs at all.
        currency: Of prices and earnings.
    """

    end: datetime
    consumed: Side
    produced: Side
    mean_price: float
    earnings: float
    next: Action | None
    full_steps: int
    busy_steps: int
    currency: str = ""


@dataclass(frozen=True, slots=True)
class _Prices:
    """Prices of steps.

    Attributes:
        values: (T,) NaN where unknown. [currency/MWh]
        currency: Of them.
    """

    values: Array
    currency: str


def reasons_of(connection: Connection, platform: Platform) -> Reasons | None:
    """Return what the rest of the latest schedule of an asset does; None if there is none.

    Args:
        connection: The asset, with its power sensor and market.
        platform: What is known.
    """
    sensor, now = connection.sensor, platform.now()
    if not sensor.step:
        return None
    until = now + platform.rules.planning_horizon
    lasting = now - sensor.step + timedelta(microseconds=1)
    found = platform.store.beliefs.latest([sensor.id], lasting, until, SCHEDULED)
    schedule = most_recent(found.get(sensor.id, []))
    if not schedule.value.size:
        return None
    first, last = from_instant(schedule.event_start[0]), from_instant(schedule.event_start[-1])
    grid = TimeGrid.between(first, last + sensor.step, sensor.step)
    prices = _prices(connection, grid, platform)
    reasons = explain(schedule.on(grid), prices.values, connection.capacity)
    return replace(reasons, currency=prices.currency)


def explain(schedule: Series, price: Array, capacity: float | None) -> Reasons:
    """Return what a schedule does.

    Args:
        schedule: T steps, consumption positive. [MW]
        price: (T,) NaN where unknown. [currency/MWh]
        capacity: Largest power either way. [MW]
    """
    power = np.nan_to_num(schedule.values)
    hours = schedule.grid.step / timedelta(hours=1)
    busy = np.abs(power) > IDLE
    full = busy & (np.abs(power) >= (capacity or np.inf) - IDLE)
    known = ~np.isnan(price)
    worth = float(-(power * price)[known].sum() * hours) if known.any() else np.nan
    return Reasons(
        schedule.grid.end,
        _side(np.maximum(power, 0.0), price, hours),
        _side(np.maximum(-power, 0.0), price, hours),
        float(price[known].mean()) if known.any() else np.nan,
        worth,
        _next(power, price, busy, schedule.grid),
        int(full.sum()),
        int(busy.sum()),
    )


def _prices(connection: Connection, grid: TimeGrid, platform: Platform) -> _Prices:
    """Return the (T,) price of each step, NaN where none is known, and in which currency."""
    if connection.market_id is None:
        return _Prices(np.full(grid.size, np.nan), "")
    market = platform.store.assets.sensor(connection.market_id)
    found = platform.store.beliefs.latest([market.id], grid.start - market.step, grid.end)
    known = most_recent(found.get(market.id, []))
    prices = on_steps(known, market.step, grid) * price_factor_of(market)
    return _Prices(prices, market.unit.split("/", maxsplit=1)[0])


def price_factor_of(market: Sensor) -> float:
    """Return what brings prices of a market to currency/MWh; NaN if they are no such prices."""
    try:
        return price_factor(market.unit)
    except InvalidUnit:
        return np.nan


def _side(power: Array, price: Array, hours: float) -> Side:
    known = ~np.isnan(price) & (power > IDLE)
    total = power[known].sum()
    mean = float((power * price)[known].sum() / total) if total > 0 else np.nan
    return Side(float(power.sum() * hours), mean)


def _next(power: Array, price: Array, busy: NDArray[np.bool_], grid: TimeGrid) -> Action | None:
    if not busy.any():
        return None
    first = int(np.argmax(busy))
    same = np.sign(power[first:]) == np.sign(power[first])
    run = int(np.argmin(same)) if not same.all() else same.size
    inside = slice(first, first + run)
    known = price[inside][~np.isnan(price[inside])]
    strongest = float(power[inside][np.argmax(np.abs(power[inside]))])
    start = from_instant(instant(grid.start) + first * np.timedelta64(grid.step))
    return Action(start, start + run * grid.step, strongest, float(known.mean()) if known.size else np.nan)
