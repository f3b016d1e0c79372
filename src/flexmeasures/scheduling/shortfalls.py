"""What a schedule does not meet, as values and as sentences for people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.scheduling.accounts import power_held, stock_held
from flexmeasures.scheduling.case import Case
from flexmeasures.scheduling.contracts import Commitment, Group, Site, StockCommitment
from flexmeasures.scheduling.equipment import Process, StorageDevice
from flexmeasures.scheduling.meter import SITE, site_name
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.solution import Shortfall

_TINY = 1e-5  # of what the largest device does in one step


def find_shortfalls(problem: Problem, case: Case, power: Array, stock: Array) -> list[Shortfall]:
    """Return every limit and target that a schedule misses; of a run of steps the worst amount.

    Args:
        problem: What was asked for.
        case: The same as it was worked on, before anything was eased.
        power: (D, T) power of all devices. [MW]
        stock: (S, T) state of charge at the end of each step. [MWh]
    """
    fleet = case.fleet
    ratings = [np.abs(fleet.power_min).max(initial=0.0), np.abs(fleet.power_max).max(initial=0.0)]
    ratings += [process.profile.max() for process in problem.processes]
    ratings += [np.abs(load.power_max - load.power_min).max() for load in problem.adjustables]
    finder = _Finder(problem.grid, _TINY * (float(max(ratings)) or 1.0), fleet.hours)
    found = []
    for site in case.sites:
        net = power[case.behind(site.commodity)].sum(axis=0) + site.inflexible
        found += finder.of_limits(site_name(site), "site", site, net)
    for group in problem.groups:
        found += finder.of_limits(group.name, "group", group, power[case.places(group.members)].sum(axis=0))
    near = finder.rounding * fleet.hours
    off = np.any((stock < fleet.floor - near) | (stock > fleet.ceiling + near), axis=1)
    for place, storage in enumerate(problem.storages):
        if off[place] or (storage.power_min > storage.power_max).any():
            found += finder.of_storage(storage, stock[place])
    for process in problem.processes:
        found += finder.of_process(process, power[case.names.index(process.name)])
    return found


def find_breaches(problem: Problem, case: Case, power: Array, stock: Array) -> list[Shortfall]:
    """Return where a schedule goes beyond limits that may be broken at a price.

    Args:
        problem: What was asked for.
        case: The same as it was worked on.
        power: (D, T) power of all devices. [MW]
        stock: (S, T) state of charge at the end of each step. [MWh]
    """
    rating = max(float(np.abs(power).max(initial=0.0)), float(np.abs(problem.site.inflexible).max()))
    finder = _Finder(problem.grid, _TINY * (rating or 1.0), case.fleet.hours)
    found = []
    for commitment in case.commitments:
        if commitment.limit:
            missed = _missed(power_held(case, commitment, power), commitment)
            owner = " and ".join(commitment.members) or (
                SITE if commitment.commodity == problem.site.commodity else commitment.commodity
            )
            found += finder.runs(owner, commitment.limit, missed, "MW")
    for promise in case.stock_commitments:
        if promise.limit:
            missed = _missed(stock_held(case, promise, stock), promise)
            found += finder.runs(promise.storage, promise.limit, missed, "MWh")
    return found


def _missed(held: Array, commitment: Commitment | StockCommitment) -> Array:
    """Return how far something is on the side of a commitment that costs."""
    deviation = np.where(np.isfinite(commitment.quantity), held - commitment.quantity, 0.0)
    above_costs = (np.asarray(commitment.up_price) > 0) | (commitment.up_peak_price > 0)
    below_costs = (np.asarray(commitment.down_price) < 0) | (commitment.down_peak_price > 0)
    return np.where(above_costs, np.maximum(deviation, 0), 0) + np.where(
        below_costs, np.maximum(-deviation, 0), 0
    )


def sentence(problem: Problem, shortfall: Shortfall, stock: Array, reason: str) -> str:
    """Return what is missed, by how much, when and why.

    Args:
        problem: What was asked for.
        shortfall: Of a schedule for it.
        stock: (S, T) state of charge at the end of each step. [MWh]
        reason: Why it is as it is.
    """
    amount = _said(shortfall.amount, shortfall.unit)
    time = shortfall.time.isoformat()
    if shortfall.constraint == "process":
        return f"{shortfall.device} finds no time to run until {time}: {amount} are not consumed."
    if shortfall.constraint != "soc-target":
        return (
            f"{shortfall.device} misses its {shortfall.constraint} by up to {amount} from {time}: {reason}."
        )
    place = next(i for i, storage in enumerate(problem.storages) if storage.name == shortfall.device)
    step = (shortfall.time - problem.grid.start) // problem.grid.step - 1
    target = float(problem.storages[place].soc_target[step])
    return (
        f"{shortfall.device} has {_said(stock[place, step], 'MWh')} at {time}, {amount} off its target of "
        f"{_said(target, 'MWh')}: {reason}. {_arrival(problem, stock[place], step, target)}"
    )


def _said(amount: float, unit: str) -> str:
    """Return an amount as people say it: in thousandths of MW or MWh where it is less than one."""
    if abs(amount) >= 1 or amount == 0:
        return f"{amount:.4g} {unit}"
    return f"{1000 * amount:.4g} k{unit.removeprefix('M')}"


def _arrival(problem: Problem, stock: Array, step: int, target: float) -> str:
    """Tell when a missed target is reached after all."""
    later = stock[step:]
    there = later >= target - 1e-6 if later[0] < target else later <= target + 1e-6
    if not there.any():
        return "It does not get there in this schedule."
    arrival = problem.grid.start + (step + int(there.argmax()) + 1) * problem.grid.step
    return f"It gets there by {arrival.isoformat()}."


@dataclass(frozen=True, slots=True)
class _Finder:
    """Finds what is missed by more than rounding.

    Attributes:
        grid: T steps.
        rounding: Of powers. [MW]
        hours: Length of a step. [h]
    """

    grid: TimeGrid
    rounding: float
    hours: float

    def of_limits(self, name: str, kind: str, limits: Site | Group, net: Array) -> list[Shortfall]:
        """Return where a site or group is beyond its limits."""
        return [
            *self.runs(name, f"{kind}-consumption-capacity", net - limits.consumption_max, "MW"),
            *self.runs(name, f"{kind}-production-capacity", -net - limits.production_max, "MW"),
        ]

    def of_storage(self, storage: StorageDevice, stock: Array) -> list[Shortfall]:
        """Return what a storage misses."""
        clash = self.runs(storage.name, "power-min", storage.power_min - storage.power_max, "MW")
        if storage.feeds:
            return clash
        off_target = np.nan_to_num(np.abs(stock - storage.soc_target))
        return [
            *clash,
            *self.runs(storage.name, "soc-target", off_target, "MWh"),
            *self._wish(storage.name, "soc-minima", storage.soc_minima, lambda wish: wish - stock),
            *self._wish(storage.name, "soc-maxima", storage.soc_maxima, lambda wish: stock - wish),
            *self.runs(storage.name, "soc-min", storage.soc_min - stock, "MWh"),
            *self.runs(storage.name, "soc-max", stock - storage.soc_max, "MWh"),
        ]

    def of_process(self, process: Process, power: Array) -> list[Shortfall]:
        """Return the energy of a process that found no time to run, if so."""
        missing = float(process.profile.sum() - power.sum()) * self.hours
        if missing <= self.rounding * self.hours:
            return []
        return [Shortfall(process.name, "process", self.grid.end, missing, "MWh")]

    def _wish(
        self, device: str, constraint: str, wish: Array | None, missed: Callable[[Array], Array]
    ) -> list[Shortfall]:
        return [] if wish is None else self.runs(device, constraint, np.nan_to_num(missed(wish)), "MWh")

    def runs(self, device: str, constraint: str, amount: Array, unit: str) -> list[Shortfall]:
        """Return the largest amount of each run of steps without a break."""
        missed = amount > self.rounding * (self.hours if unit == "MWh" else 1.0)
        if not missed.any():
            return []
        edges = np.flatnonzero(np.diff(missed, prepend=False, append=False))
        at_end = 1 if unit == "MWh" else 0
        return [
            Shortfall(
                device,
                constraint,
                self.grid.start + (int(first) + at_end) * self.grid.step,
                float(amount[first:last].max()),
                unit,
            )
            for first, last in zip(edges[::2], edges[1::2], strict=True)
        ]
