"""From what is said of a device to what the scheduler takes: a storage, a load, a generator or a process."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import sqrt

import numpy as np

from flexmeasures.domain.errors import InvalidParts
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.scheduling.equipment import (
    Adjustable,
    Curtailable,
    Mask,
    Process,
    ProcessKind,
    Running,
    StorageDevice,
)
from flexmeasures.usecases.flex.knowledge import Knowledge, larger, smaller
from flexmeasures.usecases.flex.limits import completed, limit
from flexmeasures.usecases.flex.model_fields import INFLEXIBLE, STOCK_FIELDS
from flexmeasures.usecases.flex.told import Told
from flexmeasures.usecases.flex.values import Fixed, Segment, Segments, Value
from flexmeasures.usecases.flex.wishes import DeviceWish

NEAR_STEPS = 4
"""A state of charge counts that was known so many steps before or after the start."""

Device = StorageDevice | Adjustable | Curtailable | Process


@dataclass(frozen=True, slots=True)
class Place:
    """What a device gets from where it is.

    Attributes:
        name: Unique.
        capacity: (T,) of the site, where nothing is said of the device. [MW]
        soc: Last known state of charge, where nothing else is said. [MWh]
        feeds: Name of the storage whose stock it shares; empty for its own.
        is_process: Whether it runs once.
        priced: Sides, ``consumption`` and ``production``, whose capacity may be exceeded at a price.
    """

    name: str
    capacity: Array
    soc: float | None = None
    feeds: str = ""
    is_process: bool = False
    priced: frozenset[str] = frozenset()


def device(wish: DeviceWish, place: Place, knowledge: Knowledge) -> Device:
    """Return a device as the scheduler takes it.

    Raises:
        InvalidParts: nothing is said of its largest power.
    """
    told = wish.told
    if place.is_process or "process-type" in told.texts:
        return _process(wish, place, knowledge)
    if told.names & STOCK_FIELDS or place.feeds:
        return _storage(wish, place, knowledge)
    least, most = power_limits(wish, place, knowledge)
    common = (place.name, wish.commodity)
    bands = wish.bands
    if not most.any() and not bands and not told.texts.get("coupling"):
        cost = _fixed(told, "curtailment-cost", 0.0)
        later = told.flags.get("prefer-curtailing-later", True)
        return Curtailable(common[0], -least, cost, common[1], later)
    return Adjustable(place.name, least, most, wish.commodity, _fixed(told, "wear-cost", 0.0), bands)


def power_limits(wish: DeviceWish, place: Place, knowledge: Knowledge) -> tuple[Array, Array]:
    """Return the (T,) least and largest power of a device. [MW]

    Raises:
        InvalidParts: nothing is said of it.
    """
    told = wish.told
    names = ("consumption", "production")
    sides = [limit(told, f"{side}-capacity", knowledge) for side in names]
    given = [f"{side}-capacity" in told.values for side in names]
    firm = [side not in place.priced or not most.any() for side, most in zip(names, sides, strict=True)]
    own = limit(told, "power-capacity", knowledge)
    if "power-capacity" not in told.values:
        known = [side for side, there in zip(sides, given, strict=True) if there]
        own = np.maximum.reduce(known) if known else np.full(own.size, np.inf)
        own = np.where(np.isfinite(own), own, place.capacity)
    found = []
    for number, here in enumerate(sides):
        closed = not given[number] and given[1 - number] and bool(sides[1 - number].any())
        most = np.minimum(own, here) if firm[number] else own
        found.append(np.zeros(own.size) if closed else most)
    if not all(np.isfinite(side).all() for side in found):
        text = "Neither the device nor its site says how large its power can be, such as '10 kW'."
        raise InvalidParts({"power-capacity": [text]})
    bands = wish.bands
    if bands:
        reach = [min(low for low, _ in bands), max(high for _, high in bands)]
        return np.maximum(-found[1], min(reach[0], 0.0)), np.minimum(found[0], max(reach[1], 0.0))
    return -found[1], found[0]


def _storage(wish: DeviceWish, place: Place, knowledge: Knowledge) -> StorageDevice:
    told, grid = wish.told, knowledge.grid
    least, most = power_limits(wish, place, knowledge)
    targets = ticks(told, "soc-targets", knowledge)
    soc_minima, soc_maxima = (ticks(told, name, knowledge) for name in ("soc-minima", "soc-maxima"))
    made = StorageDevice(
        name=place.name,
        power_min=least,
        power_max=most,
        soc_start=soc_at_start(wish, place, knowledge),
        soc_min=np.full(grid.size, _fixed(told, "soc-min", 0.0)),
        soc_max=np.full(grid.size, _soc_max(told, (targets, soc_minima))),
        soc_target=targets,
        soc_minima=soc_minima if "soc-minima" in told.values else None,
        soc_maxima=soc_maxima if "soc-maxima" in told.values else None,
        retention=_retention(told, knowledge),
        inflow=_inflow(told, knowledge),
        wear_cost=_fixed(told, "wear-cost", 0.0),
        end_value=_fixed(told, "end-value", 0.0),
        feeds=place.feeds,
    )
    charging, discharging = _efficiencies(told, knowledge)
    return replace(
        made,
        charging_efficiency=charging,
        discharging_efficiency=discharging,
        running=_running(told, grid),
        commodity=wish.commodity,
        bands=wish.bands,
        prefers_sooner=told.flags.get("prefer-charging-sooner", True),
    )


def ticks(told: Told, name: str, knowledge: Knowledge) -> Array:
    """Return the (T,) state of charge that a field names for the end of each step, NaN where none. [MWh]"""
    value = told.values.get(name)
    if value is None:
        return np.full(knowledge.grid.size, np.nan)
    if name == "soc-targets":
        return knowledge.on_ticks(_before(value, knowledge.grid))
    return knowledge.on_ticks(value, larger if name == "soc-minima" else smaller)


def _before(value: Value, grid: TimeGrid) -> Value:
    """Return targets in time that lie at ends of steps: the last one before each, or the first one."""
    if not isinstance(value, Segments):
        return value

    def snapped(time: datetime) -> datetime:
        steps = (time - grid.start) // grid.step
        inside = time > grid.start
        return grid.start + max(steps, 1) * grid.step if inside else time

    parts = tuple(Segment(snapped(part.start), snapped(part.end), part.value) for part in value.parts)
    return replace(value, parts=parts)


def soc_at_start(wish: DeviceWish, place: Place, knowledge: Knowledge) -> float:
    """Return the state of charge at the start: as told, as last measured, as last known, or none. [MWh]"""
    told = wish.told.values.get("soc-at-start")
    if isinstance(told, Fixed):
        return told.value
    if wish.stock is not None:
        found = knowledge.latest(wish.stock, NEAR_STEPS * knowledge.grid.step)
        if found is not None:
            return found * stock_scale(wish, knowledge)
    return place.soc or 0.0


def stock_scale(wish: DeviceWish, knowledge: Knowledge) -> float:
    """Return what readings of the state of charge are multiplied with: of shares, the largest one. [MWh]"""
    sensor_id = wish.stock_sensor
    if sensor_id is None or knowledge.owners[sensor_id][0].unit not in {"%", ""}:
        return 1.0
    return _fixed(wish.told, "soc-max", 1.0)


def _soc_max(told: Told, wanted: tuple[Array, ...]) -> float:
    """Return the largest state of charge: as told, or the largest wish; infinite without any. [MWh]"""
    value = told.values.get("soc-max")
    if isinstance(value, Fixed):
        return value.value
    highest = max((float(np.nanmax(part)) for part in wanted if not np.isnan(part).all()), default=np.inf)
    return max(highest, _fixed(told, "soc-at-start", 0.0))


def _fixed(told: Told, name: str, otherwise: float) -> float:
    value = told.values.get(name)
    return value.value if isinstance(value, Fixed) else otherwise


def _efficiencies(told: Told, knowledge: Knowledge) -> tuple[float | Array, float | Array]:
    if "roundtrip-efficiency" in told.values:
        half = sqrt(_fixed(told, "roundtrip-efficiency", 1.0))
        return half, half
    return _share(told, "charging-efficiency", knowledge), _share(told, "discharging-efficiency", knowledge)


def _share(told: Told, name: str, knowledge: Knowledge) -> float | Array:
    """Return a share, one value or (T,); where it is not known, the nearest value."""
    value = told.values.get(name)
    if value is None:
        return 1.0
    if isinstance(value, Fixed):
        return value.value
    return np.maximum(completed(knowledge.on_steps(value), 1.0), 1e-4)


def _retention(told: Told, knowledge: Knowledge) -> float | Array:
    """Return what is left after a step; what a sensor says is for its own steps."""
    found = _share(told, "storage-efficiency", knowledge)
    value = told.values.get("storage-efficiency")
    if value is None or isinstance(value, (Fixed, Segments)):
        return found
    step = knowledge.owners[value.sensor_id][0].step
    power = knowledge.grid.step / step if step else 1.0
    return np.minimum(np.asarray(found, float) ** power, 1.0)


def _inflow(told: Told, knowledge: Knowledge) -> float | Array:
    """Return the (T,) power into the stock by itself. [MW]"""
    total: float | Array = 0.0
    for name, sign in (("soc-gain", 1.0), ("soc-usage", -1.0)):
        for value in told.sums.get(name, ()):
            total = total + sign * np.nan_to_num(knowledge.on_steps(value))
    return total


def _running(told: Told, grid: TimeGrid) -> Running | None:
    if not {"minimum-power", "start-cost", "minimum-run-time", "minimum-rest-time"} & told.names:
        return None
    run, rest = (
        max(1, -(-told.lengths.get(name, timedelta(0)) // grid.step))
        for name in ("minimum-run-time", "minimum-rest-time")
    )
    power, cost = _fixed(told, "minimum-power", 0.0), _fixed(told, "start-cost", 0.0)
    return Running(power, run, rest, cost, told.flags.get("was-on", False))


def _process(wish: DeviceWish, place: Place, knowledge: Knowledge) -> Process:
    """Return a load that runs once."""
    told, grid = wish.told, knowledge.grid
    steps = max(1, -(-told.lengths.get("duration", grid.step) // grid.step))
    profile = np.array(wish.profile) if wish.profile else np.full(steps, _fixed(told, "power", 0.0))
    kind = ProcessKind(told.texts.get("process-type", INFLEXIBLE).lower())
    return Process(place.name, kind, profile, _allowed(wish, grid), wish.commodity)


def _allowed(wish: DeviceWish, grid: TimeGrid) -> Mask:
    """Return the (T,) steps in which a process may run."""
    allowed = np.ones(grid.size, bool)
    for start, end in wish.forbidden:
        first, last = ((time - grid.start) / grid.step for time in (start, end))
        allowed[max(int(np.floor(first)), 0) : max(int(np.ceil(last)), 0)] = False
    return allowed
