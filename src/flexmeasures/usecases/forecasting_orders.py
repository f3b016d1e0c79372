"""Have forecasts made of a window in the past or future, now or by jobs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.errors import FlexMeasuresError, InvalidPeriod, UnknownEntity
from flexmeasures.usecases.forecast_queue import rolling_job
from flexmeasures.usecases.forecasts import default_horizons, make_forecast
from flexmeasures.usecases.ports.platform import Platform

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Order:
    """Forecasts that somebody wants.

    Attributes:
        sensor: Of which.
        start: Start of the first event.
        end: End of the last one.
        horizon: How long before the end of each event.
    """

    sensor: Sensor
    start: datetime
    end: datetime
    horizon: timedelta


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an order.

    Attributes:
        order: What was wanted.
        count: How many values were recorded.
        reason: Why there are none; empty if there are.
    """

    order: Order
    count: int
    reason: str = ""


def orders(
    sensors: Sequence[Sensor], start: datetime, end: datetime, horizons: Sequence[timedelta]
) -> list[Order]:
    """Return an order for each sensor and horizon; the default horizons of each sensor if none are given.

    Raises:
        InvalidPeriod: the window has no length.
    """
    if end <= start:
        raise InvalidPeriod(f"Nothing lies from {start.isoformat()} until {end.isoformat()}.")
    return [
        Order(sensor, start, end, horizon)
        for sensor in sensors
        for horizon in (horizons or default_horizons(sensor.step))
    ]


def make(wanted: Sequence[Order], platform: Platform) -> Iterator[Outcome]:
    """Make forecasts one after the other, each in a transaction of its own; what cannot be made says why."""
    for order in wanted:
        try:
            with platform.transaction():
                made = make_forecast(order.sensor.id, order.start, order.end, order.horizon, platform)
        except FlexMeasuresError as error:
            yield Outcome(order, 0, str(error))
        else:
            yield Outcome(order, made.count)


def queue(wanted: Sequence[Order], platform: Platform) -> int:
    """Queue a job for each order and return how many."""
    jobs = [rolling_job(order.sensor, order.start, order.end, order.horizon) for order in wanted]
    return len(platform.queue.put_all(jobs))


def asset_named(name: str, platform: Platform) -> Sensor:
    """Return the power sensor of an asset by the asset's name.

    Raises:
        UnknownEntity: there is no such asset, or there are several.
    """
    found = [
        connection.sensor
        for connection in platform.store.assets.connections()
        if name in {connection.asset.name, connection.asset.display_name}
    ]
    if len(found) != 1:
        raise UnknownEntity(f"There are {len(found)} assets named '{name}'. State one by its id.")
    return found[0]
