"""The most frequent problem, one storage behind a meter, from its numbers to its schedule in one pass.

It is the exact method without anything around it that takes longer than itself: checks, limits, preference,
schedule, bound and costs are one compiled loop over the steps. Whatever is not plain, wrong or impossible is
left to the methods that can say why.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.compiled import IS_AVAILABLE, compiled
from flexmeasures.scheduling.contracts import Site
from flexmeasures.scheduling.equipment import ELECTRICITY, StorageDevice
from flexmeasures.scheduling.goal import Goal
from flexmeasures.scheduling.lone import Lone, close
from flexmeasures.scheduling.nonconvex import cheapest_of_all
from flexmeasures.scheduling.preference import EFFORT, slope
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.slopes import cheapest, least_cost
from flexmeasures.scheduling.solution import Solution

_SLACK = 1e-9  # of the cost: what the bound and the cost of one schedule may differ by


def schedule_alone(problem: Problem) -> Solution | None:
    """Return the cheapest schedule of one storage, or None where there is more to say or to do.

    Args:
        problem: Whatever is asked for.
    """
    if not IS_AVAILABLE or not _is_plain(problem):
        return None
    site, storage = problem.site, problem.storages[0]
    asked = _Asked(
        site.buy_price,
        site.sell_price,
        site.inflexible,
        site.consumption_max,
        site.production_max,
        storage.power_min,
        storage.power_max,
        storage.soc_min,
        storage.soc_max,
        storage.soc_target,
        _series(storage.charging_efficiency),
        _series(storage.discharging_efficiency),
        _series(storage.retention),
        _series(storage.inflow),
        float(storage.soc_start),
        float(storage.wear_cost),
        float(storage.end_value),
        problem.grid.step.total_seconds() / 3600,
    )
    if not _fits(asked, problem.grid.size):
        return None
    power, stock = np.empty((1, problem.grid.size)), np.empty((1, problem.grid.size))
    prefers = problem.prefer_charging_sooner and storage.prefers_sooner
    found = _schedule(asked, float(prefers), power[0], stock[0])
    return _solution(storage, found, power, stock) if found.is_best else None


def _is_plain(problem: Problem) -> bool:
    """Tell whether a problem is one storage behind the meter, and nothing else."""
    if len(problem.storages) != 1 or len(problem.devices) != 1 or problem.goals != (Goal.COST,):
        return False
    around = problem.networks or problem.groups or problem.commitments or problem.stock_commitments
    if around or problem.couplings or problem.co2_price:
        return False
    return _is_simple(problem.storages[0]) and _is_certain(problem.site)


def _is_simple(storage: StorageDevice) -> bool:
    extras = (storage.running, storage.soc_minima, storage.soc_maxima)
    special = storage.bands or storage.feeds or any(extra is not None for extra in extras)
    return not special and storage.commodity == ELECTRICITY


def _is_certain(site: Site) -> bool:
    return site.co2_intensity is None and site.uncertainty is None


class _Asked(NamedTuple):
    """The numbers of a site and of a storage, (T,) each; efficiencies and so on (1,) if all are equal."""

    buy: Array
    sell: Array
    load: Array
    consumption_max: Array
    production_max: Array
    power_min: Array
    power_max: Array
    soc_min: Array
    soc_max: Array
    target: Array
    charging: Array
    discharging: Array
    retention: Array
    inflow: Array
    start: float
    wear_cost: float
    end_value: float
    hours: float


class _Found(NamedTuple):
    """What a schedule costs, by what for and by the storage alone; whether it is the best. [currency]"""

    is_best: bool
    energy: float
    wear: float
    left: float
    bound: float
    own: float


_NOTHING = _Found(False, 0.0, 0.0, 0.0, 0.0, 0.0)


def _series(value: float | Array) -> Array:
    return value if isinstance(value, np.ndarray) else np.array([value], float)


def _fits(asked: _Asked, size: int) -> bool:
    """Tell whether all series are plain arrays of the right size, for which the machine code is made."""
    for place, series in enumerate(asked[:14]):
        if series.dtype != np.float64 or not series.flags.c_contiguous:
            return False
        if series.shape != (size,) and (place < 10 or series.shape != (1,)):
            return False
    return size > 0


@compiled
def _schedule(asked: _Asked, prefers: float, power: Array, stock: Array) -> _Found:
    """Write the best schedule and return its cost; from numbers that make no sense, nothing."""
    size = asked.buy.size
    rise = prefers * slope(asked.buy, asked.sell)
    lone = Lone(
        np.empty(size),
        np.empty(size),
        asked.load,
        np.empty(size),
        np.empty(size),
        np.empty(size),
        np.empty(size),
        np.empty(size),
        np.empty(size),
        np.empty(size),
        np.empty(size),
        asked.start,
        asked.wear_cost + EFFORT * rise,
        asked.end_value,
        asked.hours,
    )
    known = _write_limits(asked, rise, lone)
    if not (known and np.isfinite(asked.start)):
        return _NOTHING
    close(lone)
    bound, paid = cheapest(lone, power, stock)
    is_convex = abs(paid - bound) <= _SLACK * (1 + abs(paid))
    if np.isfinite(bound) and not is_convex:
        bound, paid = cheapest_of_all(lone, power, stock)
    if not (np.isfinite(bound) and abs(paid - bound) <= _SLACK * (1 + abs(paid))):
        return _NOTHING
    if rise > 0:
        plain = _without_preference(asked, lone)
        bound = least_cost(plain) if is_convex else cheapest_of_all(plain, np.empty(size), np.empty(size))[0]
    energy, moved, own = 0.0, 0.0, 0.0
    for t in range(size):
        net = asked.load[t] + power[t]
        price = asked.buy[t] if net > 0 else asked.sell[t]
        energy, own = energy + price * net, own + price * power[t]
        moved += abs(power[t])
    hours = asked.hours
    wear, left = moved * asked.wear_cost * hours, -asked.end_value * stock[size - 1]
    return _Found(True, energy * hours, wear, left, bound, own * hours)


@compiled
def _without_preference(asked: _Asked, lone: Lone) -> Lone:
    """Return the same storage behind its meter where cost alone decides."""
    return Lone(
        asked.buy,
        asked.sell,
        lone.load,
        lone.least,
        lone.largest,
        lone.floor,
        lone.ceiling,
        lone.charging,
        lone.discharging,
        lone.retention,
        lone.inflow,
        lone.start,
        asked.wear_cost,
        lone.end_value,
        lone.hours,
    )


@compiled
def _write_limits(asked: _Asked, rise: float, lone: Lone) -> bool:
    """Write prices with the preference, and limits with those of the site; return whether all are known."""
    size, known = asked.buy.size, True
    for t in range(size):
        late = rise * t / max(size - 1, 1)
        lone.buy[t], lone.sell[t] = asked.buy[t] + late, asked.sell[t] + late
        lone.least[t] = max(asked.power_min[t], -asked.production_max[t] - asked.load[t])
        lone.largest[t] = min(asked.power_max[t], asked.consumption_max[t] - asked.load[t])
        lone.floor[t], lone.ceiling[t] = asked.soc_min[t], asked.soc_max[t]
        if not np.isnan(asked.target[t]):
            lone.floor[t] = max(lone.floor[t], asked.target[t])
            lone.ceiling[t] = min(lone.ceiling[t], asked.target[t])
        keep = asked.retention[min(t, asked.retention.size - 1)]
        within = (keep - 1) / np.log(keep) if 0 < keep < 1 else 1.0
        lone.retention[t] = keep
        lone.charging[t] = asked.charging[min(t, asked.charging.size - 1)] * within
        lone.discharging[t] = asked.discharging[min(t, asked.discharging.size - 1)] / within
        lone.inflow[t] = asked.inflow[min(t, asked.inflow.size - 1)] * within * asked.hours
        powers = lone.least[t] + lone.largest[t] + asked.power_min[t] + asked.power_max[t] + lone.inflow[t]
        known &= bool(np.isfinite(lone.buy[t] + lone.sell[t] + asked.load[t] + powers))
        shares = min(keep, lone.charging[t], lone.discharging[t])
        known &= bool(shares > 0 and keep <= 1 and np.isfinite(lone.charging[t] + lone.discharging[t]))
        known &= bool(lone.least[t] <= lone.largest[t] and asked.power_min[t] <= asked.power_max[t])
        known &= bool(np.isfinite(lone.floor[t]) and not np.isnan(lone.ceiling[t]))
    return known


def _solution(storage: StorageDevice, found: _Found, power: Array, stock: Array) -> Solution:
    """Return the schedule as all methods do."""
    parts = {"energy": found.energy}
    if found.wear:
        parts["wear"] = found.wear
    if found.left:
        parts["end value"] = found.left
    cost = sum(parts.values())
    return Solution(
        power,
        stock,
        cost,
        min(cost, found.bound),
        "optimal",
        "exact programme",
        costs=parts,
        costs_of_devices={storage.name: found.own},
    )
