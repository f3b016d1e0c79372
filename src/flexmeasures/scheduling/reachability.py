"""Which states of charge each storage can have, checked before anything is solved.

What a storage cannot reach is relaxed in the order of time: it comes as near as it can, and goes on at full
power until it is there.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.case import Case
from flexmeasures.scheduling.equipment import StorageDevice
from flexmeasures.scheduling.fleet import Fleet
from flexmeasures.scheduling.problem import Problem

_FADED = 1e-6  # share of a stock: when less is left, shares of it are no good measure
_TOLERANCE = 1e-9  # of the largest state of charge in question, for sums of many steps


def with_headroom(case: Case) -> Fleet:
    """Narrow the power of each storage to what the site can carry when all others do what they can for it."""
    fleet = case.fleet
    number = fleet.power_min.shape[0]
    least, largest = extremes(case)
    power_min, power_max = fleet.power_min.copy(), fleet.power_max.copy()
    for site in case.sites:
        behind = case.behind(site.commodity)
        own = [place for place in behind if place < number]
        room_up = site.consumption_max - site.inflexible - least[behind].sum(axis=0) + least[own]
        room_down = -site.production_max - site.inflexible - largest[behind].sum(axis=0) + largest[own]
        power_max[own] = np.clip(room_up, least[own], largest[own])
        power_min[own] = np.clip(room_down, least[own], largest[own])
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
    """Return the (d,) places of the storages that cannot keep all limits and targets, or may not.

    The highest reachable stock is the least of all ceilings so far, each raised at full power since then;
    the lowest one likewise. All are shares of what would be left of one unit in stock at the start.
    """
    left = np.cumprod(fleet.retention, axis=1)
    faded = left[:, -1] < _FADED
    share = np.maximum(left, _FADED)
    risen, fallen = np.cumsum(fleet.rise / share, axis=1), np.cumsum(fleet.fall / share, axis=1)
    floor, ceiling, start = fleet.floor / share, fleet.ceiling / share, fleet.start[:, None]
    highest = risen + np.minimum(start, np.minimum.accumulate(ceiling - risen, axis=1))
    lowest = fallen + np.maximum(start, np.maximum.accumulate(floor - fallen, axis=1))
    excess = np.maximum(lowest - highest, np.maximum(floor - highest, lowest - ceiling)) * share
    return np.flatnonzero((excess > _tolerance(fleet)[:, None]).any(axis=1) | faded)


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
