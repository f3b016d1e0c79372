"""Which states of charge each storage can have, checked before anything is solved.

What a storage cannot reach is relaxed in the order of time: it comes as near as it can, and goes on at full
power until it is there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.case import Case
from flexmeasures.scheduling.compiled import compiled
from flexmeasures.scheduling.equipment import Mask, StorageDevice
from flexmeasures.scheduling.fleet import Fleet
from flexmeasures.scheduling.problem import Problem

_TOLERANCE = 1e-9  # of the largest state of charge in question, for sums of many steps


def with_headroom(case: Case) -> Fleet:
    """Narrow the power of each storage to what the site can carry when all others do what they can for it.

    Doing nothing stays possible where it was: a site that is beyond its limits anyhow demands nothing.
    """
    fleet = case.fleet
    least, largest = extremes(case)
    power_min, power_max = fleet.power_min, fleet.power_max
    for site in case.sites:
        behind = np.array([own == site.commodity for own in case.commodities], bool)
        room_up = site.consumption_max - site.inflexible - least[behind].sum(axis=0)
        room_down = -site.production_max - site.inflexible - largest[behind].sum(axis=0)
        spread = (largest - least)[behind].max(axis=0, initial=0.0)
        if (spread > room_up).any() or (-spread < room_down).any():
            own = behind[: len(power_min)]
            powers = power_min[own], power_max[own]
            power_max, power_min = power_max.copy(), power_min.copy()
            still = np.clip(0.0, *powers)
            power_max[own] = np.clip(room_up + powers[0], still, powers[1])
            power_min[own] = np.clip(room_down + powers[1], powers[0], still)
    return replace(fleet, power_max=power_max, power_min=power_min)


def extremes(case: Case) -> tuple[Array, Array]:
    """Return the (D, T) least and largest power that each device can ever have. [MW]"""
    fleet, size = case.fleet, case.site.inflexible.size
    nothing = np.zeros((1, size))
    least, largest = [fleet.power_min], [fleet.power_max]
    for device in case.curtailables:
        least, largest = [*least, -device.potential[None]], [*largest, nothing]
    for process in case.processes:
        least, largest = [*least, nothing], [*largest, nothing + float(process.profile.max())]
    for load in case.adjustables:
        least, largest = [*least, load.power_min[None]], [*largest, load.power_max[None]]
    return np.concatenate(least), np.concatenate(largest)


def out_of_reach(fleet: Fleet) -> NDArray[np.intp]:
    """Return the (d,) places of the storages that cannot keep all limits and targets."""
    able = np.ones(fleet.start.size, np.bool_)
    rise, fall, tolerance = fleet.rise, fleet.fall, _tolerance(fleet)
    _mark_unable(
        _Reach(fleet.retention, rise, fall, fleet.floor, fleet.ceiling), fleet.start, tolerance, able
    )
    return np.flatnonzero(~able)


class _Reach(NamedTuple):
    """What bounds the stock of S storages in each step, (S, T) each. [MWh]"""

    retention: Array
    rise: Array
    fall: Array
    floor: Array
    ceiling: Array


@compiled
def _mark_unable(reach: _Reach, start: Array, tolerance: Array, able: Mask) -> None:
    """Mark the storages of which no stock within the limits leads on, at some step."""
    for i in range(start.size):
        low = high = start[i]
        for t in range(reach.rise.shape[1]):
            low = max(reach.retention[i, t] * low + reach.fall[i, t], reach.floor[i, t])
            high = min(reach.retention[i, t] * high + reach.rise[i, t], reach.ceiling[i, t])
            if low > high + tolerance[i]:
                able[i] = False
                break


def within_reach(problem: Problem, case: Case) -> tuple[Case, frozenset[str]]:
    """Return a case with limits that each storage can keep alone, and the names of those that were eased."""
    fleet, powered = case.fleet, with_headroom(case)
    unable = out_of_reach(powered)
    if not unable.size:
        return case, frozenset()
    floor, ceiling = fleet.floor.copy(), fleet.ceiling.copy()
    for place in unable:
        floor[place], ceiling[place] = _approach(
            problem.storages[place], powered.retention[place], powered.rise[place], powered.fall[place]
        )
    names = frozenset(problem.storages[place].name for place in unable)
    return replace(case, fleet=replace(fleet, floor=floor, ceiling=ceiling)), names


def _approach(storage: StorageDevice, retention: Array, rise: Array, fall: Array) -> tuple[Array, Array]:
    """Follow the reachable stock through time, as near as can be to its limits and targets.

    This is a loop over time for a reason: what is possible later depends on what was given up before.

    Args:
        storage: Whose limits and targets.
        retention: (T,) share of its stock that is left after each step. [-]
        rise: (T,) largest change of its stock in each step. [MWh]
        fall: (T,) least change of its stock in each step. [MWh]

    Returns:
        (T,) least and (T,) largest stock at the end of each step. [MWh]
    """
    floor, ceiling = np.empty(rise.size), np.empty(rise.size)
    minima, maxima = _wishes(storage)
    low = high = storage.soc_start
    owed = np.nan
    for step in range(rise.size):
        kept = float(retention[step])
        low, high = kept * low + float(fall[step]), kept * high + float(rise[step])
        low, high = _nearest(low, high, float(storage.soc_min[step]), float(storage.soc_max[step]))
        low, high = _nearest(low, high, float(minima[step]), float(maxima[step]))
        owed = float(np.where(np.isnan(storage.soc_target[step]), owed, storage.soc_target[step]))
        if not np.isnan(owed):
            low, high = _nearest(low, high, owed, owed)
            owed = np.nan if low <= owed <= high else owed
        floor[step], ceiling[step] = low, high
    return floor, ceiling


def _wishes(storage: StorageDevice) -> tuple[Array, Array]:
    """Return the (T,) least and largest stock wished for, infinite where there is no wish."""
    nothing = np.full(storage.soc_min.size, np.nan)
    minima = nothing if storage.soc_minima is None else storage.soc_minima
    maxima = nothing if storage.soc_maxima is None else storage.soc_maxima
    return np.fmax(minima, -np.inf), np.fmin(maxima, np.inf)


def _nearest(low: float, high: float, least: float, largest: float) -> tuple[float, float]:
    """Return the part of ``[low, high]`` in ``[least, largest]``, or the point of it nearest to that."""
    return min(max(low, least), high), max(min(high, largest), low)


def _tolerance(fleet: Fleet) -> Array:
    extent = np.where(np.isfinite(fleet.ceiling), np.abs(fleet.ceiling), np.abs(fleet.floor)).max(axis=1)
    moved = np.abs(fleet.rise).sum(axis=1)
    tolerance: Array = _TOLERANCE * np.maximum(np.maximum(extent, np.abs(fleet.start)), moved)
    return tolerance
