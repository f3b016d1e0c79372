"""Keep a schedule: the power of each device, its state of charge, and the sums at the meters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import BeliefBlock, Beliefs, SourceType
from flexmeasures.domain.quantities import ENERGY, POWER, RATIO
from flexmeasures.domain.series import Array, Series
from flexmeasures.domain.timing import TimeGrid, instant
from flexmeasures.scheduling.equipment import StorageDevice
from flexmeasures.scheduling.solution import Solution
from flexmeasures.usecases.aligning import on_steps
from flexmeasures.usecases.flex.assembly import Assembled
from flexmeasures.usecases.flex.devices import stock_scale
from flexmeasures.usecases.flex.knowledge import Knowledge, consumption_sign, factor_of
from flexmeasures.usecases.flex.wishes import DeviceWish, SiteWish, Wishes
from flexmeasures.usecases.ports.platform import Platform

SCHEDULER = "FlexMeasures"


@dataclass(frozen=True, slots=True)
class Filled:
    """A sensor with what a schedule has for it, in the sensor's unit and with its sign.

    Attributes:
        sensor: Which.
        series: Its values.
    """

    sensor: Sensor
    series: Series


def record(filled: list[Filled], engine: str, recorded: datetime, platform: Platform) -> int:
    """Keep a schedule as beliefs of the scheduler; return the id of their source."""
    source = platform.store.sources.of_model(SCHEDULER, SourceType.SCHEDULER, engine)
    at = instant(recorded)
    blocks = [BeliefBlock.of(one.series, one.sensor.id, source.id, at) for one in filled]
    if blocks:
        platform.store.beliefs.add(blocks, replace=True)
    return source.id


def filled(wishes: Wishes, made: Assembled, solution: Solution, knowledge: Knowledge) -> list[Filled]:
    """Return all sensors that a schedule has something for."""
    found: dict[int, Filled] = {}
    places = {name: place for place, name in enumerate(made.problem.names)}
    for wish, name in zip(wishes.devices, made.names, strict=True):
        if not name:
            continue
        power = Series(knowledge.grid, solution.power[places[name]])
        for one in (*_power(wish, power, knowledge), *_stock(wish, name, made, solution, knowledge)):
            found.setdefault(one.sensor.id, one)
    for site in wishes.sites:
        for one in _sums(site, wishes, made, solution, knowledge):
            found.setdefault(one.sensor.id, one)
    return list(found.values())


def _power(wish: DeviceWish, power: Series, knowledge: Knowledge) -> Iterator[Filled]:
    """Yield the sensors of the power of a device."""
    told = wish.told
    own = told.sensor("sensor")
    if own is not None:
        sensor = knowledge.owners[own][0]
        yield _in_unit(sensor, power, consumption_sign(sensor))
    yield from _sides(told.sensor("consumption"), told.sensor("production"), power, knowledge)


def _sides(
    consumption: int | None, production: int | None, power: Series, knowledge: Knowledge
) -> Iterator[Filled]:
    """Yield sensors of consumption and production: each its part, or all if there is one alone."""
    both = consumption is not None and production is not None
    for sensor_id, sign in ((consumption, 1.0), (production, -1.0)):
        if sensor_id is not None:
            values = sign * power.values
            part = Series(power.grid, np.maximum(values, 0.0) if both else values)
            yield _in_unit(knowledge.owners[sensor_id][0], part, 1.0)


def _in_unit(sensor: Sensor, power: Series, sign: float) -> Filled:
    values = power.values * (sign / factor_of(sensor, (POWER,)))
    return Filled(sensor, _at_own_steps(sensor, Series(power.grid, values)))


def _at_own_steps(sensor: Sensor, series: Series) -> Series:
    """Return a series in the steps of a sensor; instantaneous ones keep those of the schedule."""
    if sensor.step in {timedelta(0), series.grid.step}:
        return series
    grid = series.grid
    size = -((grid.start - grid.end) // sensor.step)
    own = TimeGrid(grid.start, sensor.step, max(size, 1))
    starts = grid.starts()
    told = Beliefs(starts, starts, series.values, np.zeros(starts.size, np.int32))
    return Series(own, on_steps(told, grid.step, own))


def _stock(
    wish: DeviceWish, name: str, made: Assembled, solution: Solution, knowledge: Knowledge
) -> Iterator[Filled]:
    """Yield the sensor of the state of charge of a device: at the start, and at the end of each step."""
    names = [storage.name for storage in made.problem.storages]
    if wish.stock_sensor is None or name not in names:
        return
    sensor, place = knowledge.owners[wish.stock_sensor][0], names.index(name)
    storage: StorageDevice = made.problem.storages[place]
    grid = knowledge.grid
    values: Array = np.append(storage.soc_start, solution.stock[place])
    values = values / (factor_of(sensor, (ENERGY, RATIO)) * stock_scale(wish, knowledge))
    yield Filled(sensor, Series(TimeGrid(grid.start, grid.step, grid.size + 1), values))


def _sums(
    site: SiteWish, wishes: Wishes, made: Assembled, solution: Solution, knowledge: Knowledge
) -> Iterator[Filled]:
    """Yield the sensors of the sum at a meter."""
    told = site.told
    consumption = told.sensor("aggregate-consumption")
    production = told.sensor("aggregate-production")
    own = told.sensor("aggregate-power")
    if own is None and consumption is None and production is None:
        return
    meter = next(one for one in made.problem.sites if one.commodity == site.commodity)
    places = {name: place for place, name in enumerate(made.problem.names)}
    total = meter.inflexible.copy()
    for wish, name in zip(wishes.devices, made.names, strict=True):
        if name and wish.commodity == site.commodity:
            total += solution.power[places[name]]
    power = Series(knowledge.grid, total)
    if own is not None:
        sensor = knowledge.owners[own][0]
        yield _in_unit(sensor, power, consumption_sign(sensor))
    yield from _sides(consumption, production, power, knowledge)
