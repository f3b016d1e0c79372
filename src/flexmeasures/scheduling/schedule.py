"""From a problem to a schedule."""

from __future__ import annotations

from flexmeasures.domain.errors import InfeasibleProblem
from flexmeasures.scheduling.accounts import energy_cost
from flexmeasures.scheduling.check import check
from flexmeasures.scheduling.fleet import Fleet, fleet
from flexmeasures.scheduling.harm import least_harm
from flexmeasures.scheduling.linear import Plan, Unsolvable, solve_linear
from flexmeasures.scheduling.preference import preference
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.reachability import within_reach
from flexmeasures.scheduling.shortfalls import SITE, find_shortfalls, sentence
from flexmeasures.scheduling.solution import Shortfall, Solution


def schedule(problem: Problem) -> Solution:
    """Return the cheapest schedule that keeps all limits and reaches all targets.

    What cannot be met is relaxed, with as little harm as possible, and said; a strict problem is refused
    instead.

    Args:
        problem: D devices in T steps.

    Returns:
        The schedule, with its cost and how near it is proven to be to the cheapest.

    Raises:
        InfeasibleProblem: the problem is strict and something cannot be met.
        SolverFailure: the solver ended without an answer.
        UnknownPrices: a price is missing.
        ValueError: an array does not fit the grid, or a number makes no sense.
    """
    check(problem)
    able, unable = within_reach(problem, fleet(problem))
    plan, shared = _best(problem, able)
    shortfalls = find_shortfalls(problem, plan.power, plan.stock)
    sentences = tuple(
        sentence(problem, shortfall, plan.stock, _reason(shortfall, unable, shared=shared))
        for shortfall in shortfalls
    )
    if problem.strict and shortfalls:
        raise InfeasibleProblem(" ".join(sentences))
    cost = energy_cost(plan.power, problem.site, able.hours)
    return Solution(
        power=plan.power,
        stock=plan.stock,
        cost=cost,
        bound=min(cost, plan.bound),
        status="relaxed" if shortfalls else plan.outcome.value,
        engine=plan.engine,
        shortfalls=tuple(shortfalls),
        explanation=sentences,
    )


def _best(problem: Problem, able: Fleet) -> tuple[Plan, bool]:
    """Return the best plan, and whether limits that devices share had to be relaxed for it."""
    site = problem.site
    wish = preference(site.buy_price, site.sell_price, sooner=problem.prefer_charging_sooner)
    try:
        return solve_linear(able, site, wish), False
    except Unsolvable as clash:
        relief = least_harm(able, site, clash.one_way)
        return solve_linear(relief.fleet, relief.site, wish), True


def _reason(shortfall: Shortfall, unable: frozenset[str], *, shared: bool) -> str:
    if shortfall.constraint == "power-min":
        return "its largest power is below it, and counts"
    if shortfall.device == SITE:
        return "no schedule can avoid it"
    if not shared:
        return "that is as near as its power and its limits allow"
    also = "its power and " if shortfall.device in unable else ""
    return f"that is as near as {also}the limits shared at the site allow"
