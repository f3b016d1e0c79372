"""Thousands of storages behind shared limits: each by itself, at prices that make the limits hold.

A few clusters of alike storages stand for all: a linear programme says what each cluster does, and gives
prices y of the limits. At price p − y each storage is scheduled exactly by itself: together with what the
limits are worth that is a bound on the cost of any schedule, whatever y is.

A schedule within the limits begins with each storage within its share of what its cluster does. Then it is
filled up: one storage after the other, in what all others leave, at prices that lead from p − y to p; the
last rounds can only make it cheaper. The bound tells how far it is from the best.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.accounts import costs
from flexmeasures.scheduling.case import Case
from flexmeasures.scheduling.exact import FEW, applies, without_limits, without_preference
from flexmeasures.scheduling.filling import Places, Plans, fill, least_together
from flexmeasures.scheduling.fleet import Fleet
from flexmeasures.scheduling.formulation import formulate
from flexmeasures.scheduling.limit_prices import room, worth
from flexmeasures.scheduling.lone import Many
from flexmeasures.scheduling.plan import Outcome, Plan
from flexmeasures.scheduling.preference import no_preference
from flexmeasures.scheduling.solver import Model

_GOOD = 0.01  # gap as a share of the cost: up to that, it is not worth trying the direct method
_MANY = 500  # storages, for which the direct method takes too long anyway
_COLUMNS = 5000  # of the programme for the clusters, for which it takes a tenth of a second
_FEWEST, _MOST = 16, 100  # clusters
_SHARES = (1.0, 0.9, 0.0)  # of the prices of limits, from one filling to the next


def solve_portfolio(case: Case) -> Plan | None:
    """Return a schedule within the limits of the site and a bound, or None where this method finds none.

    Args:
        case: Many storages behind one meter, at one price for both directions.

    Raises:
        SolverFailure: the solver ended without an answer.
    """
    if case.fleet.floor.shape[0] <= FEW or not applies(case):
        return None
    storages = without_limits(case)
    clusters = _clusters(case.fleet, min(max(_COLUMNS // case.site.inflexible.size, _FEWEST), _MOST))
    example = _example(case, clusters)
    if example is None:
        return None
    bound = _bound(case, example.limit_prices)
    filled = _filled(case, storages, clusters, example)
    if filled is None:
        return None
    cost = sum(costs(case, *filled).values())
    if cost - bound > _GOOD * abs(cost) and case.fleet.floor.shape[0] <= _MANY:
        return None
    return Plan(*filled, bound, "portfolio", Outcome.NEAR)


@dataclass(frozen=True, slots=True)
class _Clusters:
    """Clusters of alike storages.

    Attributes:
        members: (K, D) ones for the storages of each cluster, else zeros.
        share: (K, D) share of each storage in the power of its cluster.
        own: (D,) the cluster of each storage.
    """

    members: Array
    share: Array
    own: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class _Example:
    """What clusters do.

    Attributes:
        limit_prices: (T,) price of the limits: negative where consumption is limited. [currency/MWh]
        power: (K, T) power of each cluster. [MW]
    """

    limit_prices: Array
    power: Array


def _clusters(fleet: Fleet, number: int) -> _Clusters:
    """Put storages of alike duration, and among these of alike efficiency, together."""
    rating = np.maximum(fleet.power_max.max(axis=1), 1e-12)
    size = fleet.ceiling.max(axis=1) - fleet.floor.min(axis=1)
    everyone = np.arange(rating.size)
    by_duration = np.empty(rating.size, int)
    by_duration[np.argsort(size / rating, kind="stable")] = everyone * isqrt(number) // rating.size
    round_trip = (fleet.charging * fleet.discharging).mean(axis=1)
    own = np.empty(rating.size, np.intp)
    own[np.lexsort((round_trip, by_duration))] = everyone * number // rating.size
    members = np.zeros((number, rating.size))
    members[own, everyone] = 1.0
    together = members @ rating
    return _Clusters(members, members * rating / together[:, None], own)


def _example(case: Case, clusters: _Clusters) -> _Example | None:
    """Schedule the clusters; None if that does not work, or no limit is in the way."""
    number, size = clusters.members.shape[0], case.site.inflexible.size
    few = replace(
        case,
        fleet=_representatives(case.fleet, clusters),
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
    scale = formulation.scale
    return _Example(
        answer.prices[formulation.limit_rows[0]] * scale.price,
        formulation.flows[0].power(answer.values) * scale.power,
    )


def _representatives(fleet: Fleet, clusters: _Clusters) -> Fleet:
    """Return one storage for each cluster, with what its members have together."""
    members, share = clusters.members, clusters.share
    return replace(
        fleet,
        power_min=members @ fleet.power_min,
        power_max=members @ fleet.power_max,
        start=members @ fleet.start,
        floor=members @ fleet.floor,
        ceiling=members @ fleet.ceiling,
        bottom=members @ fleet.bottom,
        top=members @ fleet.top,
        target=np.full((len(members), fleet.target.shape[1]), np.nan),
        charging=share @ fleet.charging,
        discharging=share @ fleet.discharging,
        retention=share @ fleet.retention,
        inflow=members @ fleet.inflow,
        wear_cost=share @ fleet.wear_cost,
        end_value=share @ fleet.end_value,
        owner=np.arange(len(members)),
    )


def _bound(case: Case, limit_prices: Array) -> float:
    """Return a cost that no schedule can undercut. [currency]"""
    indifferent = without_limits(without_preference(case))
    return least_together(_at_price(indifferent, case.site.buy_price - limit_prices)) + worth(
        case, limit_prices
    )


def _filled(case: Case, storages: Many, clusters: _Clusters, example: _Example) -> tuple[Array, Array] | None:
    """Return (D, T) power and stock within the limits, or None if some storages find no room."""
    shape = case.fleet.floor.shape
    fits = room(case)
    order: Places = np.random.default_rng(0).permutation(shape[0])
    plans = Plans(np.zeros(shape), np.zeros(shape), np.zeros(shape[0], bool))
    parts = example.power[clusters.own] * clusters.share.sum(axis=0)[:, None]
    beginning = storages._replace(
        least=np.clip(parts, storages.least, np.minimum(storages.largest, 0.0)),
        largest=np.clip(parts, np.maximum(storages.least, 0.0), storages.largest),
    )
    fill(_at_price(beginning, storages.buy - example.limit_prices), order, fits, plans)
    missing = shape[0]
    for share in _SHARES:
        missing = fill(_at_price(storages, storages.buy - share * example.limit_prices), order, fits, plans)
    return None if missing else (plans.power, plans.stock)


def _at_price(storages: Many, price: Array) -> Many:
    return storages._replace(buy=price, sell=price)
