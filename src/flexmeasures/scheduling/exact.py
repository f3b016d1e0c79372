"""The exact method: each storage by itself, where nothing that is shared stands in the way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.accounts import costs
from flexmeasures.scheduling.case import Case
from flexmeasures.scheduling.compiled import IS_AVAILABLE
from flexmeasures.scheduling.plan import Outcome, Plan
from flexmeasures.scheduling.preference import no_preference
from flexmeasures.scheduling.problem import Site
from flexmeasures.scheduling.slopes import FOUND, Lone, cheapest

_SLACK = 1e-9  # of the largest power


def solve_exactly(case: Case) -> Plan | None:
    """Return the cheapest schedule, or None where this method does not apply.

    It applies to one storage behind a meter whose cost is convex, and to many at one price for both
    directions, if the limits of the site turn out not to bind.
    """
    if not IS_AVAILABLE or not case.has_storages_only or not np.isfinite(case.fleet.floor).all():
        return None
    found = _each_alone(case)
    if found is None:
        return None
    best = found
    if case.preference.decides:
        indifferent = replace(case, preference=no_preference(case.site.inflexible.size))
        best = _each_alone(indifferent) or found
    return Plan(*found, sum(costs(case, *best).values()), "exact programme", Outcome.OPTIMAL)


def _each_alone(case: Case) -> tuple[Array, Array] | None:
    """Return (D, T) power and stock, or None where the storages are not alone or have no way."""
    fleet, site, preference = case.fleet, case.site, case.preference
    number, size = fleet.floor.shape
    if number == 1:
        load = site.inflexible
        least = np.maximum(fleet.power_min, -site.production_max - load)
        largest = np.minimum(fleet.power_max, site.consumption_max - load)
        if (least > largest).any():
            return None
    elif np.array_equal(site.buy_price, site.sell_price):
        load, least, largest = np.zeros(size), fleet.power_min, fleet.power_max
    else:
        return None
    power, stock = np.empty((number, size)), np.empty((number, size))
    buy, sell = site.buy_price + preference.lateness, site.sell_price + preference.lateness
    for place in range(number):
        outcome, power[place], stock[place] = cheapest(
            Lone(
                buy,
                sell,
                load,
                least[place],
                largest[place],
                fleet.floor[place],
                fleet.ceiling[place],
                fleet.charging[place],
                fleet.discharging[place],
                fleet.retention[place],
                fleet.inflow[place],
                float(fleet.start[place]),
                float(fleet.wear_cost[place]) + preference.effort,
                float(fleet.end_value[place]),
                fleet.hours,
            )
        )
        if outcome != FOUND:
            return None
    return (power, stock) if number == 1 or _within_limits(power, site) else None


def _within_limits(power: Array, site: Site) -> bool:
    net = power.sum(axis=0) + site.inflexible
    slack = _SLACK * float(np.abs(power).max(initial=0.0))
    return bool((net <= site.consumption_max + slack).all() and (net >= -site.production_max - slack).all())
