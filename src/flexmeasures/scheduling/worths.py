"""What limits are worth, by the shadow prices of one linear programme around a schedule.

Where a schedule needed switches, they are settled as it has them: each step has the direction, the price, the
band and the processes of the schedule. What is left is a linear programme with the same optimum, of which the
price of each bound and each row is what a little more room there would save. Where it comes out cheaper than
any schedule can be, switches were left that matter, and nothing is said; nor is it with goals beside cost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.binding import Binding
from flexmeasures.scheduling.case import Case, as_case
from flexmeasures.scheduling.contracts import Site
from flexmeasures.scheduling.equipment import Adjustable, StorageDevice
from flexmeasures.scheduling.formulation import Formulation, formulate
from flexmeasures.scheduling.goal import Goal
from flexmeasures.scheduling.meter import SITE, limits, site_name
from flexmeasures.scheduling.plan import Outcome
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.programme import without_preference
from flexmeasures.scheduling.solution import Solution
from flexmeasures.scheduling.solver import Answer, Model

MOST_POWERS = 30_000
"""Devices times steps, from which on nothing is tried out: it would take longer than a moment."""

_SAME = 1e-4  # of the cost: less than that is no difference
_TINY = 1e-7  # of the largest price: less than that is worth nothing


def worths(problem: Problem, solution: Solution) -> list[Binding]:
    """Return the limits that a schedule runs into and that cost something.

    Args:
        problem: What was asked for.
        solution: Its schedule.

    Raises:
        SolverFailure: the solver ended without an answer.
    """
    if len(problem.names) * problem.grid.size > MOST_POWERS or problem.goals != (Goal.COST,):
        return []
    for local in (_settled(problem, solution), _one_way(_settled(problem, solution), solution)):
        case = as_case(local)
        formulation = formulate(case, np.zeros(case.fleet.floor.shape, bool))
        programme = without_preference(formulation.programme)
        answer = Model(replace(programme, integer=np.zeros_like(programme.integer))).solve()
        if answer.outcome is not Outcome.OPTIMAL:
            continue
        cost = (answer.objective + formulation.fixed[Goal.COST]) * formulation.scale.money
        slack = _SAME * max(abs(cost), abs(solution.cost)) + _TINY
        if solution.bound - slack <= cost <= solution.cost + slack:
            return list(_Reader(local, case, formulation, answer).bindings())
    return []


def _settled(problem: Problem, solution: Solution) -> Problem:
    """Return a problem in which prices, bands, processes and what runs are as a schedule has them."""
    power = dict(zip(problem.names, solution.power, strict=True))
    processes = tuple(
        Adjustable(one.name, power[one.name], power[one.name], one.commodity) for one in problem.processes
    )
    return replace(
        problem,
        site=_at_one_price(problem.site, problem, power),
        networks=tuple(_at_one_price(site, problem, power) for site in problem.networks),
        storages=tuple(_running(one, power[one.name]) for one in problem.storages),
        processes=(),
        adjustables=(*processes, *(_within_band(one, power[one.name]) for one in problem.adjustables)),
        goals=(Goal.COST,),
    )


def _at_one_price(site: Site, problem: Problem, power: dict[str, Array]) -> Site:
    """Return a meter with the price of its direction, where selling pays more than buying costs."""
    members = [device.name for device in problem.devices if device.commodity == site.commodity]
    net = sum((power[name] for name in members), start=site.inflexible)
    upside_down = site.buy_price < site.sell_price
    price = np.where(net > 0, site.buy_price, site.sell_price)
    return replace(
        site,
        buy_price=np.where(upside_down, price, site.buy_price),
        sell_price=np.where(upside_down, price, site.sell_price),
    )


def _running(storage: StorageDevice, power: Array) -> StorageDevice:
    """Return a storage that runs when it runs, in the band that it is in."""
    if storage.running is not None:
        least = np.where(power > 0, storage.running.least_power, 0.0)
        storage = replace(
            storage,
            running=None,
            power_min=np.maximum(storage.power_min, np.where(power > 0, least, storage.power_min)),
            power_max=np.where(power > 0, storage.power_max, np.minimum(storage.power_max, 0.0)),
        )
    low, high = _band(storage.bands, power)
    return replace(
        storage,
        bands=(),
        power_min=np.maximum(storage.power_min, low),
        power_max=np.minimum(storage.power_max, high),
    )


def _within_band(load: Adjustable, power: Array) -> Adjustable:
    """Return a load that stays in the band that it is in."""
    low, high = _band(load.bands, power)
    return replace(
        load,
        bands=(),
        power_min=np.maximum(load.power_min, low),
        power_max=np.minimum(load.power_max, high),
    )


def _band(bands: tuple[tuple[float, float], ...], power: Array) -> tuple[Array, Array]:
    """Return the (T,) ends of the band that a power is in, infinite where there are none."""
    low, high = np.full(power.size, -np.inf), np.full(power.size, np.inf)
    near = 1e-6 * max((abs(end) for band in bands for end in band), default=0.0)
    for least, most in bands:
        inside = (power >= least - near) & (power <= most + near)
        low, high = np.where(inside, least, low), np.where(inside, most, high)
    return low, high


def _one_way(problem: Problem, solution: Solution) -> Problem:
    """Return a problem in which each storage has the direction only that it has in a schedule."""
    return replace(
        problem,
        storages=tuple(
            replace(
                one,
                power_min=np.where(power >= 0, np.maximum(one.power_min, 0.0), one.power_min),
                power_max=np.where(power < 0, np.minimum(one.power_max, 0.0), one.power_max),
            )
            for one, power in zip(problem.storages, solution.power, strict=False)
        ),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads what limits are worth from the prices of a programme.

    Attributes:
        problem: That was solved.
        case: The same as it was worked on.
        formulation: The same as a programme.
        answer: With its prices.
    """

    problem: Problem
    case: Case
    formulation: Formulation
    answer: Answer

    def bindings(self) -> Iterator[Binding]:
        """Yield all limits that are worth something."""
        yield from self._meters()
        owned = self.case.fleet.owner == np.arange(self.case.fleet.owner.size)
        for place, storage in enumerate(self.problem.storages):
            yield from self._power(place, storage)
            if owned[place]:
                yield from self._stock(place, storage)

    def _meters(self) -> Iterator[Binding]:
        """Yield the limits of sites and groups."""
        kinds = dict.fromkeys((group.name for group in self.case.groups), "group")
        kinds |= dict.fromkeys((site_name(site) for site in self.case.sites), SITE)
        known = limits(self.case, self.formulation.flows, self.formulation.scale)
        money = self.formulation.scale.money / self.formulation.scale.power
        sites = self.case.sites
        inner = {site_name(one) for one in sites if not (one.production_max + one.consumption_max).any()}
        for limit, rows in zip(known, self.formulation.limit_rows, strict=True):
            if limit.name in inner:  # what no grid delivers adds up to zero: that is no limit to widen
                continue
            prices = self.answer.prices[rows] * money
            yield from self._of(limit.name, f"{kinds[limit.name]}-consumption-capacity", -prices, "MW")
            yield from self._of(limit.name, f"{kinds[limit.name]}-production-capacity", prices, "MW")

    def _power(self, place: int, storage: StorageDevice) -> Iterator[Binding]:
        """Yield the limits of the power of a storage; a direction that is closed stays closed."""
        columns, scale = self.formulation.storages, self.formulation.scale
        money = scale.money / scale.power
        for constraint, column, is_open in (
            ("power-max", columns.charge[place], storage.power_max > 0),
            ("power-min", columns.discharge[place], storage.power_min < 0),
        ):
            worth = np.where(is_open, -self.answer.reduced[column] * money, 0.0)
            yield from self._of(storage.name, constraint, worth, "MW")

    def _stock(self, place: int, storage: StorageDevice) -> Iterator[Binding]:
        """Yield the limits of the stock of a storage."""
        scale = self.formulation.scale
        prices = self.answer.reduced[self.formulation.storages.stock[place]] * scale.money / scale.energy
        aimed = ~np.isnan(storage.soc_target)
        asked = _beyond(storage.soc_minima, storage.soc_min, 1.0)
        capped = _beyond(storage.soc_maxima, storage.soc_max, -1.0)
        for constraint, where, sign in (
            ("soc-target", aimed, 1.0),
            ("soc-target", aimed, -1.0),
            ("soc-minima", asked & ~aimed, 1.0),
            ("soc-min", ~asked & ~aimed, 1.0),
            ("soc-maxima", capped & ~aimed, -1.0),
            ("soc-max", ~capped & ~aimed, -1.0),
        ):
            worth = np.where(where, sign * prices, 0.0)
            yield from self._of(storage.name, constraint, worth, "MWh", lower=sign > 0)

    def _of(
        self, name: str, constraint: str, worth: Array, unit: str, *, lower: bool = False
    ) -> Iterator[Binding]:
        """Yield a limit if it is worth something, by its (T,) worth. [currency/MW or currency/MWh]"""
        largest = max(self.formulation.scale.price, _TINY)
        costs = worth > _TINY * largest * self.case.fleet.hours
        if costs.any():
            grid = self.problem.grid
            at_end = 1 if unit == "MWh" else 0
            first = grid.start + (int(costs.argmax()) + at_end) * grid.step
            steps = int(costs.sum())
            hours = steps * self.case.fleet.hours
            yield Binding(name, constraint, first, steps, hours, float(worth[costs].sum()), unit, lower)


def _beyond(wish: Array | None, firm: Array, sign: float) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return the (T,) steps in which a wish says more than what is firm."""
    if wish is None:
        return np.zeros(firm.size, bool)
    return np.asarray(~np.isnan(wish) & (sign * (np.nan_to_num(wish) - firm) > 0))
