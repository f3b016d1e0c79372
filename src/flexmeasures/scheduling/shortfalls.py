"""What a schedule does not meet, as values and as sentences for people."""

from __future__ import annotations

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.meter import SITE
from flexmeasures.scheduling.problem import Group, Problem, Process, Site, StorageDevice
from flexmeasures.scheduling.solution import Shortfall

_TINY = 1e-5  # of what the largest device does in one step


def find_shortfalls(problem: Problem, power: Array, stock: Array) -> list[Shortfall]:
    """Return every limit and target that a schedule misses; of a run of steps the worst amount.

    Args:
        problem: What was asked for.
        power: (D, T) power of all devices. [MW]
        stock: (S, T) state of charge at the end of each step. [MWh]
    """
    found = _of_limits(problem, SITE, power, problem.site, problem.site.inflexible)
    for group in problem.groups:
        members = [place for place, name in enumerate(problem.names) if name in group.members]
        found += _of_limits(problem, group.name, power[members], group, np.zeros(problem.grid.size))
    for storage, level in zip(problem.storages, stock, strict=True):
        found += _of_storage(problem, storage, level)
    for process, run in zip(problem.processes, power[len(power) - len(problem.processes) :], strict=True):
        found += _of_process(problem, process, run)
    return found


def sentence(problem: Problem, shortfall: Shortfall, stock: Array, reason: str) -> str:
    """Return what is missed, by how much, when and why.

    Args:
        problem: What was asked for.
        shortfall: Of a schedule for it.
        stock: (D, T) state of charge at the end of each step. [MWh]
        reason: Why it is as it is.
    """
    amount = f"{shortfall.amount:.6g} {shortfall.unit}"
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
        f"{shortfall.device} has {stock[place, step]:.6g} MWh at {time}, {amount} off its target of "
        f"{target:.6g} MWh: {reason}. {_arrival(problem, stock[place], step, target)}"
    )


def _arrival(problem: Problem, stock: Array, step: int, target: float) -> str:
    """Tell when a missed target is reached after all."""
    later = stock[step:]
    there = later >= target - 1e-6 if later[0] < target else later <= target + 1e-6
    if not there.any():
        return "It does not get there in this schedule."
    arrival = problem.grid.start + (step + int(there.argmax()) + 1) * problem.grid.step
    return f"It gets there by {arrival.isoformat()}."


def _of_limits(
    problem: Problem, name: str, power: Array, limits: Site | Group, load: Array
) -> list[Shortfall]:
    net = power.sum(axis=0) + load
    kind = "site" if name == SITE else "group"
    return [
        *_runs(problem, (name, f"{kind}-consumption-capacity"), net - limits.consumption_max, "MW"),
        *_runs(problem, (name, f"{kind}-production-capacity"), -net - limits.production_max, "MW"),
    ]


def _of_process(problem: Problem, process: Process, power: Array) -> list[Shortfall]:
    """Return the energy of a process that found no time to run, if so."""
    hours = problem.grid.step.total_seconds() / 3600
    missing = float(process.profile.sum() - power.sum()) * hours
    if missing <= _tolerance(problem, "MWh"):
        return []
    return [Shortfall(process.name, "process", problem.grid.end, missing, "MWh")]


def _of_storage(problem: Problem, storage: StorageDevice, stock: Array) -> list[Shortfall]:
    if storage.feeds:
        return []
    off_target = np.nan_to_num(np.abs(stock - storage.soc_target))
    clash = storage.power_min - storage.power_max
    return [
        *_runs(problem, (storage.name, "power-min"), clash, "MW"),
        *_runs(problem, (storage.name, "soc-target"), off_target, "MWh"),
        *_runs(problem, (storage.name, "soc-min"), storage.soc_min - stock, "MWh"),
        *_runs(problem, (storage.name, "soc-max"), stock - storage.soc_max, "MWh"),
    ]


def _runs(problem: Problem, subject: tuple[str, str], amount: Array, unit: str) -> list[Shortfall]:
    """Return the largest amount of each run of steps without a break."""
    if amount.max() <= 0:
        return []
    missed = amount > _tolerance(problem, unit)
    if not missed.any():
        return []
    edges = np.flatnonzero(np.diff(missed, prepend=False, append=False))
    at_end = 1 if unit == "MWh" else 0
    device, constraint = subject
    return [
        Shortfall(
            device,
            constraint,
            problem.grid.start + (int(first) + at_end) * problem.grid.step,
            float(amount[first:last].max()),
            unit,
        )
        for first, last in zip(edges[::2], edges[1::2], strict=True)
    ]


def _tolerance(problem: Problem, unit: str) -> float:
    ratings = [np.abs([storage.power_min, storage.power_max]).max() for storage in problem.storages]
    ratings += [process.profile.max() for process in problem.processes]
    rating = float(max(ratings, default=1.0))
    hours = problem.grid.step.total_seconds() / 3600
    return _TINY * rating * (hours if unit == "MWh" else 1.0)
