"""The exact method: each storage by itself, where nothing that is shared stands in the way."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.case import Case
from flexmeasures.scheduling.compiled import IS_AVAILABLE
from flexmeasures.scheduling.filling import cheapest_each, cheapest_of_any_each, least_together
from flexmeasures.scheduling.fleet import Fleet
from flexmeasures.scheduling.lone import Many
from flexmeasures.scheduling.plan import Outcome, Plan
from flexmeasures.scheduling.preference import no_preference

EXACT = "exact programme"
"""Name of this method."""

FEW = 100
"""Up to so many storages other methods than the portfolio are as fast."""

_SLACK = 1e-9  # of the largest power, or cost


def solve_exactly(case: Case) -> Plan | None:
    """Return the cheapest schedule, or None where this method does not find it.

    It finds it for one storage behind a meter whose cost is convex, and for many at one price for both
    directions, if the limits of the site turn out not to bind.
    """
    if not applies(case):
        return None
    storages = one_by_one(case)
    if storages is None:
        return None
    plans = cheapest_plans(storages)
    if plans is None:
        return None
    number = case.fleet.floor.shape[0]
    if not (number == 1 or _within_limits(plans.power, case)):
        return None
    bound = plans.bound
    if case.wishes.preference.decides:
        bound = _bound(one_by_one(without_preference(case)) or storages, plans)
    load = 0.0 if number == 1 else float(case.site.buy_price @ case.site.inflexible) * case.fleet.hours
    return Plan(plans.power, plans.stock, bound + load, EXACT, Outcome.OPTIMAL)


@dataclass(frozen=True, slots=True)
class Cheapest:
    """The cheapest schedules of storages by themselves.

    Attributes:
        power: (D, T) power. [MW]
        stock: (D, T) stock at the end of each step. [MWh]
        costs: (D,) of each. [currency]
        bound: What they cost together, but for rounding. [currency]
        is_convex: Whether what they cost is convex, so that sorted slopes found them.
    """

    power: Array
    stock: Array
    costs: Array
    bound: float
    is_convex: bool


def cheapest_plans(storages: Many) -> Cheapest | None:
    """Return the cheapest schedule of each storage by itself; None where they are not found.

    Args:
        storages: D of them. Where more than ``FEW`` cost what is not convex, that takes too long.
    """
    number, size = storages.floor.shape
    power, stock, paid = np.empty((number, size)), np.empty((number, size)), np.empty(number)
    bound = cheapest_each(storages, power, stock, paid)
    is_convex = not abs(float(paid.sum()) - bound) > _SLACK * (1 + abs(bound))
    if number <= FEW and not is_convex:
        bound = cheapest_of_any_each(storages, power, stock, paid)
    if not abs(float(paid.sum()) - bound) <= _SLACK * (1 + abs(bound)):
        return None
    return Cheapest(power, stock, paid, bound, is_convex)


def _bound(indifferent: Many, plans: Cheapest) -> float:
    """Return a bound on what storages cost without a preference. [currency]"""
    if plans.is_convex:
        return least_together(indifferent)
    found = cheapest_plans(indifferent)
    return least_together(indifferent) if found is None else found.bound


def applies(case: Case) -> bool:
    """Tell whether storages can be looked at one by one."""
    alone = case.fleet.floor.shape[0] == 1 or np.array_equal(case.site.buy_price, case.site.sell_price)
    alike = bool(case.wishes.sooner.all()) or not case.wishes.preference.decides
    finite = bool(np.isfinite(case.fleet.floor).all())
    return IS_AVAILABLE and case.has_storages_only and alone and alike and finite


def without_preference(case: Case) -> Case:
    """Return a case in which cost alone decides."""
    nothing = no_preference(case.site.buy_price.size)
    return replace(case, wishes=replace(case.wishes, preference=nothing))


def one_by_one(case: Case) -> Many | None:
    """Return the storages each behind a meter of its own; None if the site has no room for a single one."""
    fleet, site = case.fleet, case.site
    if fleet.floor.shape[0] > 1:
        return without_limits(case)
    load = np.array(site.inflexible)
    least = np.maximum(fleet.power_min, -site.production_max - load)
    largest = np.minimum(fleet.power_max, site.consumption_max - load)
    if (least > largest).any():
        return None
    return without_limits(case)._replace(load=load, least=least, largest=largest)


def without_limits(case: Case) -> Many:
    """Return the storages each behind a meter of its own, as if the site had no limits and no load."""
    fleet, site, preference = case.fleet, case.site, case.wishes.preference
    return Many(
        site.buy_price + preference.lateness,
        site.sell_price + preference.lateness,
        np.zeros(fleet.floor.shape[1]),
        fleet.power_min,
        fleet.power_max,
        fleet.floor,
        _ceiling(fleet),
        fleet.charging,
        fleet.discharging,
        fleet.retention,
        fleet.inflow,
        fleet.start,
        fleet.wear_cost + preference.effort,
        fleet.end_value,
        fleet.hours,
    )


def _ceiling(fleet: Fleet) -> Array:
    """Return (D, T) the largest stocks; where there is no limit, those that no schedule exceeds. [MWh]"""
    if np.isfinite(fleet.ceiling).all():
        return fleet.ceiling
    gain = np.maximum(fleet.power_max, 0.0) * fleet.charging * fleet.hours + np.maximum(fleet.inflow, 0.0)
    highest = np.abs(fleet.start)[:, None] + np.cumsum(gain, axis=1)
    return np.where(np.isinf(fleet.ceiling), np.maximum(highest, fleet.floor), fleet.ceiling)


def _within_limits(power: Array, case: Case) -> bool:
    """Tell whether the limits of the site hold for all storages together."""
    site = case.site
    net = power.sum(axis=0) + site.inflexible
    slack = _SLACK * float(np.abs(power).max(initial=0.0))
    return bool((net <= site.consumption_max + slack).all() and (net >= -site.production_max - slack).all())
