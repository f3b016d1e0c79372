"""Why a schedule is as it is: which limits it touches, and what a little more room would be worth.

A storage that shares nothing is solved again with a little more room, which takes no more than a moment; for
others there are shadow prices.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.binding import Binding
from flexmeasures.scheduling.equipment import Mask, StorageDevice
from flexmeasures.scheduling.exact import EXACT
from flexmeasures.scheduling.meter import SITE
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.schedule import schedule
from flexmeasures.scheduling.solution import Solution
from flexmeasures.scheduling.worths import worths

MOST_ALONE = 200
"""So many storages are tried out."""

_TOUCH = 1e-6  # of the limit: nearer is at it
_MORE = 1e-3  # of the limit: small enough for the worth of the next bit


@dataclass(frozen=True, slots=True)
class _Limit:
    """A limit and the problem with a little more room within it.

    Attributes:
        device: Whose.
        constraint: Which.
        touched: (T,) where the schedule is at the limit.
        wider: The problem with more room.
        more: How much more. [MW or MWh]
        unit: Of that.
    """

    device: str
    constraint: str
    touched: Mask
    wider: Problem
    more: float
    unit: str


def explain(problem: Problem, solution: Solution) -> tuple[Binding, ...]:
    """Return the limits that a schedule touches and that cost something, the dearest first.

    Args:
        problem: What was asked for.
        solution: Its schedule. Where it had to be relaxed, nothing is said here: its shortfalls say more.

    Raises:
        SolverFailure: a solver ended without an answer.
    """
    if solution.shortfalls:
        return ()
    found = _each_alone(problem, solution) if solution.engine == EXACT else worths(problem, solution)
    return tuple(sorted(found, key=lambda binding: -binding.worth))


def _each_alone(problem: Problem, solution: Solution) -> list[Binding]:
    """Return the limits of storages that share nothing that binds."""
    if len(problem.storages) == 1:
        return _tried_out(problem, solution)
    each = (replace(problem, storages=(one,)) for one in problem.storages[:MOST_ALONE])
    return [binding for alone in each for binding in _tried_out(alone, schedule(alone))]


def _tried_out(problem: Problem, solution: Solution) -> list[Binding]:
    """Return the limits by solving with a little more room in each."""
    found = []
    for limit in _limits(problem, solution):
        if limit.touched.any():
            saved = solution.bound - schedule(limit.wider).bound
            worth = saved / limit.more
            if worth > _TOUCH * float(np.abs(problem.site.buy_price).max()):
                at_end = 1 if limit.unit == "MWh" else 0
                first = problem.grid.start + (int(limit.touched.argmax()) + at_end) * problem.grid.step
                steps = int(limit.touched.sum())
                hours = steps * (problem.grid.step / timedelta(hours=1))
                lower = limit.constraint == "soc-min"
                found.append(
                    Binding(limit.device, limit.constraint, first, steps, hours, worth, limit.unit, lower)
                )
    return found


def _limits(problem: Problem, solution: Solution) -> Iterator[_Limit]:
    """Return the limits of the site and of storages that can be widened."""
    site = problem.site
    net = solution.power.sum(axis=0) + site.inflexible
    entry, leave = _bit(site.consumption_max), _bit(site.production_max)
    for constraint, touched, wider, more in (
        (
            "site-consumption-capacity",
            _at(net, site.consumption_max),
            replace(site, consumption_max=site.consumption_max + entry),
            entry,
        ),
        (
            "site-production-capacity",
            _at(-net, site.production_max),
            replace(site, production_max=site.production_max + leave),
            leave,
        ),
    ):
        yield _Limit(SITE, constraint, touched, replace(problem, site=wider), more, "MW")
    for place, storage in enumerate(problem.storages):
        power, stock = solution.power[place], solution.stock[place]
        yield from _limits_of(problem, place, storage, power, stock)


def _limits_of(
    problem: Problem, place: int, storage: StorageDevice, power: Array, stock: Array
) -> Iterator[_Limit]:
    """Return the limits of a storage; a direction that is closed stays closed."""
    rating = _bit(np.maximum(storage.power_max, -storage.power_min))
    room = _bit(storage.soc_max)
    up, down = storage.power_max > 0, storage.power_min < 0
    still = np.zeros(power.size)
    for constraint, touched, wider in (
        (
            "power-max",
            up & _at(power, storage.power_max),
            _with_power(storage, np.where(up, rating, still), still),
        ),
        (
            "power-min",
            down & _at(-power, -storage.power_min),
            _with_power(storage, still, np.where(down, rating, still)),
        ),
        ("soc-max", _at(stock, storage.soc_max), replace(storage, soc_max=storage.soc_max + room)),
        ("soc-min", _at(-stock, -storage.soc_min), replace(storage, soc_min=storage.soc_min - room)),
    ):
        storages = (*problem.storages[:place], wider, *problem.storages[place + 1 :])
        more, unit = (rating, "MW") if constraint.startswith("power") else (room, "MWh")
        yield _Limit(storage.name, constraint, touched, replace(problem, storages=storages), more, unit)


def _with_power(storage: StorageDevice, up: Array, down: Array) -> StorageDevice:
    return replace(storage, power_max=storage.power_max + up, power_min=storage.power_min - down)


def _at(values: Array, limit: Array) -> Mask:
    """Return where values are at a limit."""
    known = np.isfinite(limit)
    level = np.where(known, limit, 0.0)
    reached: Mask = known & (values >= level - _TOUCH * np.maximum(np.abs(level), _MORE))
    return reached


def _bit(limit: Array) -> float:
    """Return a little of a limit."""
    known = np.abs(limit[np.isfinite(limit)])
    return _MORE * float(known.max(initial=0.0)) or _MORE
