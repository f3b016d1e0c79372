"""Make the schedule of a device after a UDI event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import sqrt

import numpy as np

from flexmeasures.domain.addresses import UdiAddress
from flexmeasures.domain.assets import Connection
from flexmeasures.domain.beliefs import BeliefBlock, BeliefFilter, Beliefs, SourceType, most_recent
from flexmeasures.domain.errors import (
    InvalidField,
    MissingMarket,
    UnknownPrices,
    UnknownUdiEvent,
    UnsupportedAsset,
)
from flexmeasures.domain.flexibility import UdiEvent
from flexmeasures.domain.quantities import unit_of
from flexmeasures.domain.series import Array, Series
from flexmeasures.domain.slots import slot_means
from flexmeasures.domain.timing import TimeGrid, instant, parse_datetime
from flexmeasures.domain.units import price_factor
from flexmeasures.scheduling.binding import Binding
from flexmeasures.scheduling.contracts import Site
from flexmeasures.scheduling.equipment import StorageDevice
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.solution import Solution
from flexmeasures.usecases.flex.explained import explained, told_limits
from flexmeasures.usecases.flexibility import schedule_arguments
from flexmeasures.usecases.ports.platform import Platform

SCHEDULER = "FlexMeasures"
BATTERY = "battery"
CHARGING_STATIONS = frozenset({"one-way_evse", "two-way_evse"})


@dataclass(frozen=True, slots=True)
class _Prices:
    """What energy costs in each step, and how complete that is known.

    Attributes:
        series: T prices, all of them known. [currency/MWh]
        currency: In which.
        notes: What was missing, in sentences.
    """

    series: Series
    currency: str
    notes: tuple[str, ...] = ()


def make_schedule(arguments: Mapping[str, object], platform: Platform) -> Mapping[str, object]:
    """Schedule a device after a UDI event, and keep the schedule as beliefs of a scheduler.

    Args:
        arguments: ``asset_id``, ``event_id`` and ``event_type``.
        platform: All that is needed.

    Returns:
        What became of it: window, cost, shortfalls and sentences for people.

    Raises:
        UnknownUdiEvent: there is no such event.
        UnsupportedAsset: this kind of asset cannot be scheduled, or nothing measures its power in steps.
        InvalidField: the asset lacks a limit that is needed.
        MissingMarket: the asset has no market.
        UnknownPrices: no price at all is known.
        InfeasibleProblem: no schedule can keep all hard limits.
        SolverFailure: a solver is missing or ended without an answer.
    """
    event = _event(schedule_arguments(arguments), platform)
    connection = _connection(event, platform)
    prices = _known_prices(connection, _window(event, connection, platform), _prior(arguments), platform)
    grid = prices.series.grid
    site, device = Site.at_price(prices.series.values), _device(event, connection, grid)
    problem = Problem(grid, site, (device,), asset_type=connection.asset.type.name)
    solution = platform.scheduler(problem)
    _keep(solution, connection, grid, platform)
    reasons = platform.explainer(problem, solution)
    return _summary(solution, grid, prices, reasons)


def _prior(arguments: Mapping[str, object]) -> datetime | None:
    """Return by when prices must have been known, where the job says so."""
    told = arguments.get("prior")
    return None if told is None else parse_datetime(str(told))


def _event(address: UdiAddress, platform: Platform) -> UdiEvent:
    event = platform.store.events.event(address.asset_id, address.event_id, address.event_type)
    if event is None:
        raise UnknownUdiEvent(
            f"The requested UDI event (id = {address.event_id}, type = {address.event_type}) is not known."
        )
    return event


def _connection(event: UdiEvent, platform: Platform) -> Connection:
    found = platform.store.assets.connections([event.asset_id])
    if not found:
        raise UnsupportedAsset(f"Nothing measures the power of asset {event.asset_id}.")
    return found[0]


def _window(event: UdiEvent, connection: Connection, platform: Platform) -> TimeGrid:
    """Return the steps from the one that the event falls in, as far as schedules look ahead."""
    step = connection.sensor.step
    if step <= timedelta(0):
        raise UnsupportedAsset(f"Sensor {connection.sensor.id} has instantaneous events: no steps to plan.")
    late = (event.time - event.time.replace(hour=0, minute=0, second=0, microsecond=0)) % step
    start = event.time - late
    return TimeGrid.between(start, event.time + platform.rules.planning_horizon, step)


def _known_prices(
    connection: Connection, window: TimeGrid, prior: datetime | None, platform: Platform
) -> _Prices:
    """Return the prices of as much of a window as they are known for; gaps inside are bridged.

    Raises:
        MissingMarket: the asset has no market.
        UnknownPrices: no price at all is known.
    """
    if connection.market_id is None:
        raise MissingMarket(f"Asset {connection.id} has no market to look up prices in.")
    market = platform.store.assets.sensor(connection.market_id)
    only = BeliefFilter(prior=prior)
    found = platform.store.beliefs.latest([market.id], window.start - market.step, window.end, only)
    prices = price_factor(market.unit) * _on_steps(most_recent(found.get(market.id, [])), market.step, window)
    known = np.flatnonzero(~np.isnan(prices))
    if not known.size:
        raise UnknownPrices("Prices unknown for planning window.")
    first, last = int(known[0]), int(known[-1])
    grid = TimeGrid(window.start + first * window.step, window.step, last - first + 1)
    inside = np.interp(np.arange(first, last + 1), known, prices[known])
    return _Prices(
        Series(grid, inside), unit_of(market.unit).currency, _notes(window, grid, grid.size - known.size)
    )


def _on_steps(prices: Beliefs, length: timedelta, window: TimeGrid) -> Array:
    """Return the (T,) price of each step: that of the event it lies in, or the mean of those in it."""
    starts = window.starts()
    if length <= window.step:
        return slot_means(prices, np.append(starts, instant(window.end)))
    place = np.searchsorted(prices.event_start, starts, side="right") - 1
    inside = place >= 0
    inside[inside] = starts[inside] < prices.event_start[place[inside]] + np.timedelta64(length)
    values = np.full(window.size, np.nan)
    values[inside] = prices.value[place[inside]]
    return values


def _notes(window: TimeGrid, grid: TimeGrid, bridged: int) -> tuple[str, ...]:
    notes = []
    if grid != window:
        notes.append(
            f"Prices are known from {grid.start.isoformat()} until {grid.end.isoformat()}:"
            " the schedule covers this time only."
        )
    if bridged:
        notes.append(f"Prices of {bridged} steps are missing and were taken from those around them.")
    return tuple(notes)


def _device(event: UdiEvent, connection: Connection, grid: TimeGrid) -> StorageDevice:
    """Return what the scheduler needs to know of a device.

    Raises:
        UnsupportedAsset: this kind of asset cannot be scheduled.
        InvalidField: the asset lacks a limit that is needed.
    """
    kind = connection.asset.type.name
    if kind != BATTERY and kind not in CHARGING_STATIONS:
        raise UnsupportedAsset(f"Scheduling is not (yet) supported for asset type {kind}.")
    capacity = _needed(connection.capacity, "capacity_in_mw", connection)
    asset, storage = connection.asset, connection.storage
    efficiency = sqrt(event.efficiency if event.efficiency is not None else storage.efficiency)
    station = kind in CHARGING_STATIONS
    device = StorageDevice(
        name=asset.name,
        power_min=np.full(grid.size, 0.0 if station and asset.is_pure_consumer else -capacity),
        power_max=np.full(grid.size, 0.0 if station and asset.is_pure_producer else capacity),
        soc_start=event.soc,
        soc_min=np.full(grid.size, event.soc_min if event.soc_min is not None else storage.soc_min),
        soc_max=np.full(grid.size, _soc_max(event, connection)),
        soc_target=_targets(event, grid),
    )
    return replace(device, charging_efficiency=efficiency, discharging_efficiency=efficiency)


def _soc_max(event: UdiEvent, connection: Connection) -> float:
    """Return the largest state of charge: as the event says, or the asset, or the targets of a station. [MWh]

    Raises:
        InvalidField: a battery lacks it.
    """
    if event.soc_max is not None:
        return event.soc_max
    if connection.asset.type.name == BATTERY:
        return _needed(connection.storage.soc_max, "max_soc_in_mwh", connection)
    if connection.storage.soc_max is not None:
        return connection.storage.soc_max
    return max((target.soc for target in event.targets), default=np.inf)


def _needed(value: float | None, name: str, connection: Connection) -> float:
    if value is None:
        raise InvalidField(f"Asset {connection.id} cannot be scheduled without {name}.")
    return value


def _targets(event: UdiEvent, grid: TimeGrid) -> Array:
    """Return the (T,) state of charge to be reached at the end of each step, NaN where none is. [MWh]"""
    targets = np.full(grid.size, np.nan)
    for target in event.targets:
        step = (target.due - grid.start) // grid.step - 1
        if 0 <= step < grid.size:
            targets[step] = target.soc
    return targets


def _keep(solution: Solution, connection: Connection, grid: TimeGrid, platform: Platform) -> None:
    """Keep the power of a schedule; one made at the same moment takes the place of an earlier one."""
    source = platform.store.sources.of_model(SCHEDULER, SourceType.SCHEDULER, solution.engine)
    block = BeliefBlock.of(
        Series(grid, solution.power[0]), connection.sensor.id, source.id, instant(platform.now())
    )
    platform.store.beliefs.add([block], replace=True)


def _summary(
    solution: Solution, grid: TimeGrid, prices: _Prices, reasons: Sequence[Binding]
) -> Mapping[str, object]:
    return {
        "start": grid.start.isoformat(),
        "end": grid.end.isoformat(),
        "cost": solution.cost,
        "bound": solution.bound if np.isfinite(solution.bound) else None,
        "costs": dict(solution.costs),
        "status": solution.status,
        "engine": solution.engine,
        "soc_end": float(solution.stock[0, -1]),
        "shortfalls": [
            {
                "device": shortfall.device,
                "constraint": shortfall.constraint,
                "time": shortfall.time.isoformat(),
                "amount": shortfall.amount,
                "unit": shortfall.unit,
            }
            for shortfall in solution.shortfalls
        ],
        "explanation": [*prices.notes, *solution.explanation, *explained(reasons, prices.currency)],
        "limits": told_limits(reasons, prices.currency, {}),
    }
