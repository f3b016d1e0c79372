"""What a schedule earns against doing nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from flexmeasures.domain.assets import Connection
from flexmeasures.domain.beliefs import BeliefFilter, SourceType, most_recent
from flexmeasures.domain.errors import MissingMarket, UnknownSchedule
from flexmeasures.domain.series import Series
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.usecases.ports.platform import Platform

SCHEDULED = BeliefFilter(source_types=frozenset({SourceType.SCHEDULER}))


@dataclass(frozen=True, slots=True)
class Benefit:
    """What a schedule does with energy and money.

    Attributes:
        start: From when it counts.
        duration: Over what time.
        charged: Energy that is consumed. [MWh]
        discharged: Energy that is produced. [MWh]
        earned: What is got for production less what is paid for consumption. [currency]
        unit: Of the prices.
    """

    start: datetime
    duration: timedelta
    charged: float
    discharged: float
    earned: float
    unit: str

    @property
    def currency(self) -> str:
        """Of what is earned."""
        return self.unit.partition("/")[0]


def benefit(power: Series, price: Series, unit: str) -> Benefit:
    """Return what a schedule earns at these prices, against consuming and producing nothing.

    Args:
        power: (T,) consumption positive, NaN where nothing is scheduled. [MW]
        price: (T,) on the same grid, NaN where unknown. [currency/MWh]
        unit: Of the prices.
    """
    energy = np.where(np.isnan(power.values + price.values), 0.0, power.values)
    energy = energy * (power.grid.step / timedelta(hours=1))
    return Benefit(
        start=power.grid.start,
        duration=power.grid.duration,
        charged=float(np.maximum(energy, 0.0).sum()),
        discharged=float(np.maximum(-energy, 0.0).sum()),
        earned=float(-(energy * np.nan_to_num(price.values)).sum()),
        unit=unit,
    )


def benefit_of_schedule(
    connection: Connection, start: datetime, duration: timedelta, platform: Platform
) -> Benefit:
    """Return what the schedule of an asset earns, from the schedule and the prices that are stored.

    Raises:
        MissingMarket: the asset has no market.
        UnknownSchedule: nothing is scheduled for this time.
    """
    if connection.market_id is None:
        raise MissingMarket(f"Asset {connection.id} has no market to look up prices in.")
    sensor, market = connection.sensor, platform.store.assets.sensor(connection.market_id)
    grid = TimeGrid.between(start, start + duration, sensor.step)
    power = stored_schedule(connection, grid, platform)
    hours = TimeGrid.between(
        start.replace(minute=0, second=0, microsecond=0), grid.end + market.step, market.step
    )
    prices = most_recent(
        platform.store.beliefs.latest([market.id], hours.start, hours.end).get(market.id, [])
    )
    fine = prices.on(hours).at_step(sensor.step)
    offset = (grid.start - hours.start) // sensor.step
    price = Series(grid, fine.values[offset : offset + grid.size])
    return benefit(power, price, market.unit)


def stored_schedule(connection: Connection, grid: TimeGrid, platform: Platform) -> Series:
    """Return what is scheduled last for an asset, on the steps of its sensor; NaN where nothing is. [MW]

    Raises:
        UnknownSchedule: nothing at all is scheduled for this time.
    """
    sensor = connection.sensor
    found = platform.store.beliefs.latest([sensor.id], grid.start, grid.end, SCHEDULED)
    schedule = most_recent(found.get(sensor.id, []))
    if not schedule.value.size:
        raise UnknownSchedule(
            f"Nothing is scheduled for asset {connection.id} from {grid.start.isoformat()} on."
        )
    return schedule.on(grid)
