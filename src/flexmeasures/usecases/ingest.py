"""Take in values: power, prices and weather."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Connection, Sensor
from flexmeasures.domain.beliefs import BeliefBlock, BeliefFilter, most_recent, recording_times
from flexmeasures.domain.errors import (
    InvalidHorizon,
    InvalidResolution,
    InvalidStep,
    InvalidUnit,
    PowerValueTooBig,
    PowerValueTooSmall,
)
from flexmeasures.domain.messages import Posted, Posting, Renewal
from flexmeasures.domain.series import Series
from flexmeasures.domain.slots import local_time
from flexmeasures.domain.timing import Instants, instant, write_duration
from flexmeasures.domain.units import price_factor, weather_factor
from flexmeasures.usecases.forecast_queue import News, queue_forecasts
from flexmeasures.usecases.ports.beliefs import Written
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.resources import market, own_connections, weather_sensor

PLAY = "play"


@dataclass(frozen=True, slots=True)
class _Entry:
    """Values of one sensor, in its unit and steps, and when each was recorded."""

    sensor: Sensor
    series: Series
    recorded: Instants

    @property
    def is_measured(self) -> bool:
        """Whether every value was recorded when its event was over."""
        ends = self.series.grid.starts() + np.timedelta64(self.series.grid.step)
        return bool((self.recorded >= ends).all())


def record_power(caller: User, posted: Posted, platform: Platform) -> Written:
    """Keep power values of the caller's connections. [MW, consumption positive]

    Raises:
        UnknownConnection: a connection is not among the caller's.
        UnrecognizedAsset: an asset has nothing that measures its power.
        InvalidResolution: values do not fit the steps of a sensor, or sensors differ in them.
        InvalidStep: values do not begin with a step of the sensor.
        InvalidHorizon: values that must have been observed were recorded before that.
        PowerValueTooSmall: a pure consumer is said to produce.
        PowerValueTooBig: a pure producer is said to consume.
        ConflictingBelief: another value is known for the same recording time.
    """
    addresses = [posting.address for posting in posted.postings]
    connections = own_connections(caller, addresses, platform)
    sensors = [connection.sensor for connection in connections]
    fitted = _fitted(posted, sensors)
    for posting, connection, series in zip(posted.postings, connections, fitted, strict=True):
        _check_signs(posting, connection, series)
    return _keep(caller, posted, sensors, fitted, platform)


def record_prices(caller: User, posted: Posted, platform: Platform) -> Written:
    """Keep prices of markets, in the unit of the market.

    Raises:
        InvalidUnit: the unit is no unit of prices, or not that of the market.
        UnknownMarket: there is no such market.
        AmbiguousMarket: there are several of this name.
        InvalidResolution: values do not fit the steps of a market, or markets differ in them.
        InvalidStep: values do not begin with a step of the market.
        ConflictingBelief: another value is known for the same recording time.
    """
    markets = [market(posting.address, platform) for posting in posted.postings]
    sensors = [known.sensor for known in markets]
    fitted = _fitted(posted, sensors)
    for posting, known in zip(posted.postings, markets, strict=True):
        price_factor(posting.unit)
        if posting.unit != known.sensor.unit:
            raise InvalidUnit(f"Data for {known.display_name} prices should be given in {known.sensor.unit}.")
    return _keep(caller, posted, sensors, fitted, platform)


def record_weather(caller: User, posted: Posted, platform: Platform) -> Written:
    """Keep weather data.

    Raises:
        UnknownWeatherSensor: there is no sensor at this place.
        InvalidUnit: the unit does not fit what the sensor measures.
        InvalidResolution: values do not fit the steps of a sensor, or sensors differ in them.
        InvalidStep: values do not begin with a step of the sensor.
        ConflictingBelief: another value is known for the same recording time.
    """
    sensors = [
        weather_sensor(posting.address, posting.series.grid.step, platform) for posting in posted.postings
    ]
    fitted = [
        replace(series, values=series.values * weather_factor(posting.unit, sensor.quantity, sensor.unit))
        for posting, sensor, series in zip(posted.postings, sensors, _fitted(posted, sensors), strict=True)
    ]
    return _keep(caller, posted, sensors, fitted, platform)


def _fitted(posted: Posted, sensors: Sequence[Sensor]) -> list[Series]:
    """Return the values of all postings in the steps of their sensors.

    Raises:
        InvalidResolution: values do not fit the steps of a sensor, or sensors differ in them.
        InvalidStep: values do not begin with a step of the sensor.
    """
    first = sensors[0].step
    for sensor in sensors:
        if sensor.step != first:
            raise InvalidResolution(
                "Requested assets do not have matching resolutions. Cannot send data for both"
                f" {write_duration(first)} and {write_duration(sensor.step)}."
            )
    return [_fit(posting.series, sensor) for posting, sensor in zip(posted.postings, sensors, strict=True)]


def _fit(series: Series, sensor: Sensor) -> Series:
    """Repeat values that last several steps.

    Raises:
        InvalidResolution: they do not last whole steps.
        InvalidStep: they do not begin with a step.
    """
    if min(sensor.step, series.grid.step) <= timedelta(0) or series.grid.step % sensor.step:
        raise InvalidResolution(
            f"Only the following resolutions are supported: {write_duration(sensor.step)}"
        )
    if not begins_with_a_step(series.grid.start, sensor):
        raise InvalidStep(f"{series.grid.start} is not at the steps of sensor {sensor.id}.")
    return series.at_step(sensor.step)


def begins_with_a_step(start: datetime, sensor: Sensor) -> bool:
    """Tell whether a time is a whole number of steps behind midnight, where it was written or in UTC."""
    step = sensor.step
    if step % timedelta(days=1) == timedelta(0):
        step = timedelta(days=1)
    clocks = (start, local_time(start, "UTC"), local_time(start, sensor.timezone))
    return any(not (clock - _midnight(clock)) % step for clock in clocks)


def _midnight(clock: datetime) -> datetime:
    return clock.replace(hour=0, minute=0, second=0, microsecond=0)


def _check_signs(posting: Posting, connection: Connection, series: Series) -> None:
    """Check that no consumer produces and no producer consumes.

    Raises:
        PowerValueTooSmall: a consumer does.
        PowerValueTooBig: a producer does.
    """
    if connection.asset.is_pure_consumer and (series.values < 0).any():
        raise PowerValueTooSmall(
            f"Connection {posting.name} is registered as a pure consumer"
            " and can only receive non-negative values."
        )
    if connection.asset.is_pure_producer and (series.values > 0).any():
        raise PowerValueTooBig(
            f"Connection {posting.name} is registered as a pure producer"
            " and can only receive non-positive values."
        )


def _keep(
    caller: User, posted: Posted, sensors: Sequence[Sensor], fitted: Sequence[Series], platform: Platform
) -> Written:
    """Keep values at once, and have forecasts made anew if any of them is new.

    Raises:
        InvalidHorizon: values that must have been observed were recorded before that.
        ConflictingBelief: another value is known for the same recording time.
    """
    now = platform.now()
    entries = []
    for sensor, series in zip(sensors, fitted, strict=True):
        ahead = posted.measured and _is_game(platform)  # games may run ahead of the clock
        arrival = max(now, series.grid.end) if ahead else now
        recorded = recording_times(series.grid, posted.timing, arrival)
        entries.append(_Entry(sensor, series, recorded))
    if posted.observed and not all(entry.is_measured for entry in entries):
        raise InvalidHorizon("Meter data can only be observed after the fact.")
    source = platform.store.sources.of_user(caller)
    blocks = [BeliefBlock.of(entry.series, entry.sensor.id, source.id, entry.recorded) for entry in entries]
    repeated = sum(_repeated(entry, source.id, now, platform) for entry in entries)
    replaces = platform.rules.allow_overwrite or _is_game(platform)
    written = platform.store.beliefs.add(blocks, replace=replaces)
    written = Written(max(0, written.new - repeated), written.known + repeated)
    if written.new:
        _renew(posted, entries, platform)
    return written


def _repeated(entry: _Entry, source_id: int, now: datetime, platform: Platform) -> int:
    """Return how many values, recorded on arrival, only repeat what the same source said last."""
    arrived = entry.recorded == instant(now)
    if not arrived.any():
        return 0
    grid = entry.series.grid
    only = BeliefFilter(source_ids=(source_id,))
    found = platform.store.beliefs.latest([entry.sensor.id], grid.start, grid.end, only)
    said = most_recent(found.get(entry.sensor.id, []))
    earlier = said.on(grid).values == entry.series.values
    moments = np.isin(grid.starts(), said.event_start[said.belief_time < instant(now)])
    return int((arrived & earlier & moments).sum())


def _renew(posted: Posted, entries: Sequence[_Entry], platform: Platform) -> None:
    wanted: dict[Renewal, Callable[[_Entry], bool]] = {
        Renewal.ALWAYS: lambda _: True,
        Renewal.AFTER_MEASUREMENTS: lambda entry: entry.is_measured,
        Renewal.NEVER: lambda _: False,
    }
    spans = {
        (entry.sensor.id, entry.series.grid): entry for entry in entries if wanted[posted.renewal](entry)
    }
    grids = ((entry.sensor, entry.series.grid) for entry in spans.values())
    queue_forecasts([News(sensor, grid.start, grid.end, grid.step) for sensor, grid in grids], platform)


def _is_game(platform: Platform) -> bool:
    return platform.rules.mode == PLAY
