"""Prices of the limits that storages share, and the bound on all costs that they prove.

At price p − y, where y is what the limits of the site cost in each step, each storage is scheduled by itself.
What that costs, together with what the limits are worth at y, is a bound on the cost of any schedule:

    bound(y) = Σᵢ least cost of i at p − y  +  Δt Σ_t min over what fits of y[t] net[t]

The bound is concave in y, and each set of schedules gives a line above it. The highest point under all lines,
within a box around the best prices so far, is tried next; the box shrinks where that is no better [1].

References:
    [1] R. E. Marsten, W. W. Hogan and J. W. Blankenship, "The boxstep method for large-scale optimization",
        Operations Research 23(3), 1975.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.case import Case
from flexmeasures.scheduling.equipment import Mask
from flexmeasures.scheduling.exact import Cheapest, cheapest_plans, without_limits
from flexmeasures.scheduling.filling import Room
from flexmeasures.scheduling.programme import Programme, Term
from flexmeasures.scheduling.solver import Model

_ROUNDS = 25
_BOX = 1e-3  # of the largest price: how far prices move at first
_SHRINK = 0.7
_CLOSE = 1e-6  # of the bound: when it cannot rise by more


@dataclass(frozen=True, slots=True)
class Tried:
    """Schedules of all storages by themselves at some prices.

    Attributes:
        prices: (T,) of the limits. [currency/MWh]
        plans: Of D storages.
        bound: Which they prove. [currency]
    """

    prices: Array
    plans: Cheapest
    bound: float


def _proof(one: Tried) -> float:
    return one.bound


def room(case: Case) -> Room:
    """Return what storages can do together. [MW]"""
    site = case.site
    return Room(-site.production_max - site.inflexible, site.consumption_max - site.inflexible)


def worth(case: Case, prices: Array) -> float:
    """Return what limits are worth at (T,) prices, with what fixed loads cost. [currency]"""
    fits = room(case)
    up, down = np.minimum(prices, 0.0), np.maximum(prices, 0.0)
    limits = up @ np.where(up < 0, fits.largest, 0.0) + down @ np.where(down > 0, fits.least, 0.0)
    return float(limits + case.site.buy_price @ case.site.inflexible) * case.fleet.hours


def tried(case: Case, prices: Array) -> Tried | None:
    """Return schedules at (T,) prices of the limits, and the bound; None where there are none."""
    price = case.site.buy_price - prices
    plans = cheapest_plans(without_limits(case)._replace(buy=price, sell=price))
    return None if plans is None else Tried(prices, plans, plans.bound + worth(case, prices))


def best_bound(case: Case, prices: Array, where: Mask) -> float:
    """Return the highest bound that is found near some prices; minus infinity where there is none.

    Args:
        case: Storages behind limits, without a preference.
        prices: (T,) of the limits to begin with, such as those of a linear programme. [currency/MWh]
        where: (T,) steps in which they may change.

    Raises:
        SolverFailure: the solver ended without an answer.
    """
    best = tried(case, prices)
    if best is None:
        return -np.inf
    known, box = [best], _BOX * float(np.abs(case.site.buy_price).max())
    for _ in range(_ROUNDS):
        next_prices, highest = _highest(case, known, best, where, box)
        if highest - best.bound <= _CLOSE * abs(best.bound):
            break
        found = tried(case, next_prices) or best
        known.append(found)
        box *= _SHRINK if found.bound <= best.bound else 1.0
        best = max(best, found, key=_proof)
    return best.bound


def _highest(case: Case, known: list[Tried], best: Tried, where: Mask, box: float) -> tuple[Array, float]:
    """Return the (T,) prices at which all lines leave most room, and how much that is. [currency]"""
    fits, hours, programme = room(case), case.fleet.hours, Programme()
    middle, number = best.prices[where], best.plans.costs.size
    change = programme.columns(middle.shape, -box, box)
    up = programme.columns(middle.shape, 0.0, np.where(np.isfinite(fits.largest[where]), np.inf, 0.0))
    down = programme.columns(middle.shape, 0.0, np.where(np.isfinite(fits.least[where]), np.inf, 0.0))
    own = programme.columns((number,), -np.inf)
    programme.rows(middle.shape, (Term(1.0, change), Term(1.0, up), Term(-1.0, down)), -middle, -middle)
    programme.charge(own, -1.0)
    programme.charge(up, hours * np.where(np.isfinite(fits.largest), fits.largest, 0.0)[where])
    programme.charge(down, -hours * np.where(np.isfinite(fits.least), fits.least, 0.0)[where])
    for one in known:
        rows = programme.rows((number,), (Term(1.0, own),), upper=_line(one, best.prices, where, hours))
        spread = np.broadcast_to(change, (number, change.size))
        programme.extend(rows[:, None], Term(hours * one.plans.power[:, where], spread))
    finished = programme.assemble()
    answer = Model(replace(finished, preferences=np.zeros_like(finished.costs))).solve()
    prices = best.prices.copy()
    prices[where] += answer.values[change]
    return prices, worth(case, np.where(where, 0.0, best.prices)) - answer.objective


def _line(one: Tried, prices: Array, where: Mask, hours: float) -> Array:
    """Return (D,) what known schedules cost at other prices of the limits in some steps. [currency]"""
    moved: Array = one.plans.power[:, where] @ (prices - one.prices)[where]
    return one.plans.costs - hours * moved
