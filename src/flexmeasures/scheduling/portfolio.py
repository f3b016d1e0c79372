"""Thousands of storages behind shared limits: each by itself, at prices that make the limits hold.

A few storages that stand for all give prices y of the limits, by a linear programme. At price p − y each
storage is scheduled exactly by itself: together with what the limits are worth that is a bound on the cost of
any schedule, whatever y is. A schedule within the limits comes from filling: one storage after the other, in
what the others leave, at prices that lead from p − y to p. The bound tells how far it is from the best.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.accounts import costs
from flexmeasures.scheduling.case import Case
from flexmeasures.scheduling.exact import applies, one_by_one, without_preference
from flexmeasures.scheduling.fleet import Fleet
from flexmeasures.scheduling.formulation import formulate
from flexmeasures.scheduling.plan import Outcome, Plan
from flexmeasures.scheduling.preference import no_preference
from flexmeasures.scheduling.slopes import Many, Places, Room, fill, least_together
from flexmeasures.scheduling.solver import Model

FEW = 100
"""Up to so many storages the direct method is as fast, and exact."""

_GOOD = 0.01  # gap as a share of the cost: up to that, it is not worth trying the direct method
_MANY = 500  # storages, for which the direct method takes too long anyway
_COLUMNS = 6000  # of the programme for the clusters, for which it takes some tenths of a second
_FEWEST, _MOST = 24, 100  # clusters
_SHARES = (1.0, 0.9, 0.5, 0.0)  # of the prices of limits, from one filling to the next


def solve_portfolio(case: Case) -> Plan | None:
    """Return a schedule within the limits of the site and a bound, or None where this method finds none.

    Args:
        case: Many storages behind one meter, at one price for both directions.

    Raises:
        SolverFailure: the solver ended without an answer.
    """
    if case.fleet.floor.shape[0] <= FEW or not applies(case):
        return None
    storages = one_by_one(case)
    limit_prices = _prices_of_limits(case)
    if storages is None or limit_prices is None:
        return None
    bound = _bound(case, limit_prices)
    filled = _filled(case, storages, limit_prices)
    if filled is None:
        return None
    cost = sum(costs(case, *filled).values())
    if cost - bound > _GOOD * abs(cost) and case.fleet.floor.shape[0] <= _MANY:
        return None
    return Plan(*filled, bound, "portfolio", Outcome.NEAR)


def _room(case: Case) -> Room:
    """Return what storages can do together. [MW]"""
    site = case.site
    return Room(-site.production_max - site.inflexible, site.consumption_max - site.inflexible)


def _prices_of_limits(case: Case) -> Array | None:
    """Return the (T,) price of the limits: negative where consumption is limited. [currency/MWh]"""
    size = case.site.inflexible.size
    number = min(max(_COLUMNS // size, _FEWEST), _MOST)
    few = replace(
        case,
        fleet=_representatives(case.fleet, number),
        running=(None,) * number,
        names=tuple(map(str, range(number))),
        commodities=case.commodities[:number],
        bands=((),) * number,
        wishes=replace(case.wishes, preference=no_preference(size), sooner=np.ones(number, bool)),
    )
    formulation = formulate(few, np.zeros(few.fleet.floor.shape, bool))
    answer = Model(formulation.programme).solve()
    if not answer.prices.size or not formulation.limit_rows:
        return None
    return answer.prices[formulation.limit_rows[0]] * formulation.scale.price


def _representatives(fleet: Fleet, number: int) -> Fleet:
    """Return so many clusters of alike storages, each with what its members have together."""
    size = fleet.ceiling.max(axis=1) - fleet.floor.min(axis=1)
    duration = size / np.maximum(fleet.power_max.max(axis=1) * fleet.hours, 1e-12)
    wanted = fleet.floor[:, -1] / np.maximum(size, 1e-12)
    order = np.lexsort((wanted, duration.round(0)))
    cluster = np.empty(order.size, int)
    cluster[order] = np.arange(order.size) * number // order.size
    members = np.zeros((number, order.size))
    members[cluster, np.arange(order.size)] = 1.0
    rating = members * np.maximum(fleet.power_max.max(axis=1), 1e-12)
    share = rating / rating.sum(axis=1, keepdims=True)
    return replace(
        fleet,
        power_min=members @ fleet.power_min,
        power_max=members @ fleet.power_max,
        start=members @ fleet.start,
        floor=members @ fleet.floor,
        ceiling=members @ fleet.ceiling,
        bottom=members @ fleet.bottom,
        top=members @ fleet.top,
        target=np.full((number, fleet.target.shape[1]), np.nan),
        charging=share @ fleet.charging,
        discharging=share @ fleet.discharging,
        retention=share @ fleet.retention,
        inflow=members @ fleet.inflow,
        wear_cost=share @ fleet.wear_cost,
        end_value=share @ fleet.end_value,
        owner=np.arange(number),
    )


def _bound(case: Case, limit_prices: Array) -> float:
    """Return a cost that no schedule can undercut. [currency]"""
    room, hours = _room(case), case.fleet.hours
    indifferent = one_by_one(without_preference(case))
    if indifferent is None:
        return -np.inf
    each = least_together(_at_price(indifferent, case.site.buy_price - limit_prices))
    up, down = np.minimum(limit_prices, 0.0), np.maximum(limit_prices, 0.0)
    worth = up @ np.where(up < 0, room.largest, 0.0) + down @ np.where(down > 0, room.least, 0.0)
    fixed = float(case.site.buy_price @ case.site.inflexible)
    return each + (float(worth) + fixed) * hours


def _filled(case: Case, storages: Many, limit_prices: Array) -> tuple[Array, Array] | None:
    """Return (D, T) power and stock within the limits, or None if some storages find no room."""
    number, size = case.fleet.floor.shape
    power, stock = np.zeros((number, size)), np.zeros((number, size))
    room = _room(case)
    order: Places = np.random.default_rng(0).permutation(number)
    failed = number
    for share in _SHARES:
        priced = _at_price(storages, storages.buy - share * limit_prices)
        failed = fill(priced, order, room, power, stock)
    return None if failed else (power, stock)


def _at_price(storages: Many, price: Array) -> Many:
    return storages._replace(buy=price, sell=price)
