"""From a problem to a schedule."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from flexmeasures.domain.errors import InfeasibleProblem
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.scheduling.accounts import costs, costs_of_devices, emissions
from flexmeasures.scheduling.alone import schedule_alone
from flexmeasures.scheduling.case import Case, as_case
from flexmeasures.scheduling.check import check, check_numbers
from flexmeasures.scheduling.contracts import Site
from flexmeasures.scheduling.equipment import StorageDevice
from flexmeasures.scheduling.exact import solve_exactly
from flexmeasures.scheduling.goal import Firm
from flexmeasures.scheduling.harm import least_harm
from flexmeasures.scheduling.linear import Unsolvable, solve_linear
from flexmeasures.scheduling.meter import SITE
from flexmeasures.scheduling.plan import Plan
from flexmeasures.scheduling.portfolio import solve_portfolio
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.reachability import within_reach
from flexmeasures.scheduling.shortfalls import find_breaches, find_shortfalls, sentence
from flexmeasures.scheduling.solution import Shortfall, Solution
from flexmeasures.scheduling.warm import WarmModels

_AGREED = "that costs less than to stay within it"
_FAMILIES = {"soc": Firm.STORAGES, "site": Firm.SITES, "group": Firm.GROUPS}


def schedule(problem: Problem, models: WarmModels | None = None) -> Solution:
    """Return the cheapest schedule that keeps all limits and reaches all targets.

    What cannot be met is relaxed, with as little harm as possible, and said; a strict problem is refused
    instead.

    Args:
        problem: D devices in T steps.
        models: What earlier schedules of the same sites left, from which the search begins; it is added to.

    Returns:
        The schedule, with its cost and how near it is proven to be to the cheapest.

    Raises:
        InfeasibleProblem: something cannot be met that may not be missed.
        SolverFailure: the solver ended without an answer.
        UnknownPrices: a price is missing.
        ValueError: an array does not fit the grid, or a number makes no sense.
    """
    return schedule_alone(problem) or _schedule_together(problem, models)


def _schedule_together(problem: Problem, models: WarmModels | None) -> Solution:
    """Return the cheapest schedule of whatever it is."""
    check(problem)
    case = as_case(problem)
    check_numbers(problem, case.fleet)
    found = _best(problem, case, models)
    plan = found.plan
    shortfalls = find_shortfalls(problem, case, plan.power, plan.stock)
    sentences = [sentence(problem, missed, plan.stock, _reason(missed, found)) for missed in shortfalls]
    refused = [line for line, missed in zip(sentences, shortfalls, strict=True) if _is_firm(problem, missed)]
    if refused:
        raise InfeasibleProblem(" ".join(refused))
    breaches = find_breaches(problem, case, plan.power, plan.stock)
    sentences += [sentence(problem, breach, plan.stock, _AGREED) for breach in breaches]
    parts = costs(case, plan.power, plan.stock)
    cost = sum(parts.values())
    return Solution(
        power=plan.power,
        stock=plan.stock[case.fleet.owner],
        cost=cost,
        costs=parts,
        bound=min(cost, plan.bound),
        status="relaxed" if shortfalls else plan.outcome.value,
        engine=plan.engine,
        shortfalls=(*shortfalls, *breaches),
        explanation=tuple(sentences),
        costs_of_devices=costs_of_devices(case, plan.power),
        emissions=emissions(case, plan.power),
    )


def _is_firm(problem: Problem, missed: Shortfall) -> bool:
    """Tell whether a limit or target may not be missed."""
    family = missed.constraint.partition("-")[0]
    return problem.strict or _FAMILIES.get(family) in problem.firm


def get_ready() -> None:
    """Schedule next to nothing, so that the first real problem need not wait for machine code to be made."""
    one, nothing = np.ones(3), np.zeros(3)
    device = StorageDevice("nothing", -one, one, 0.5, nothing, one, np.full(3, np.nan), 0.5)
    grid = TimeGrid(datetime(2000, 1, 1, tzinfo=UTC), timedelta(hours=1), 3)
    alone = Problem(grid, Site.at_price(one), (device,))
    several = replace(alone, storages=(device, replace(device, name="nothing else")))
    for problem in (alone, several, replace(several, site=Site.at_price(-one))):
        schedule(problem)


@dataclass(frozen=True, slots=True)
class _Found:
    """The best plan, and what had to be relaxed for it.

    Attributes:
        plan: With the least cost within limits that can be kept.
        unable: Names of the storages that cannot keep their limits or targets by themselves.
        shared: Whether limits that devices share are in the way.
    """

    plan: Plan
    unable: frozenset[str] = frozenset()
    shared: bool = False


def _best(problem: Problem, case: Case, models: WarmModels | None) -> _Found:
    plan = solve_exactly(case)
    if plan is not None:
        return _Found(plan)
    able, unable = within_reach(problem, case)
    plan = solve_exactly(able) if unable else None
    if plan is not None:
        return _Found(plan, unable)
    try:
        return _Found(solve_portfolio(able) or solve_linear(able, models), unable)
    except Unsolvable as clash:
        return _Found(solve_linear(least_harm(able, clash.one_way)), unable, shared=True)


def _reason(shortfall: Shortfall, found: _Found) -> str:
    if shortfall.constraint == "power-min":
        return "its largest power is below it, and counts"
    if shortfall.device == SITE:
        return "no schedule can avoid it"
    if not found.shared:
        return "that is as near as its power and its limits allow"
    also = "its power and " if shortfall.device in found.unable else ""
    return f"that is as near as {also}the limits shared at the site allow"
