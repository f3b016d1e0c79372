"""The exact method: each storage by itself, where nothing that is shared stands in the way."""

from __future__ import annotations

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.accounts import costs
from flexmeasures.scheduling.compiled import IS_AVAILABLE
from flexmeasures.scheduling.fleet import Fleet
from flexmeasures.scheduling.plan import Outcome, Plan
from flexmeasures.scheduling.preference import Preference, no_preference
from flexmeasures.scheduling.problem import Site
from flexmeasures.scheduling.slopes import FOUND, Lone, cheapest

_SLACK = 1e-9  # of the largest power


def solve_exactly(fleet: Fleet, site: Site, preference: Preference) -> Plan | None:
    """Return the cheapest schedule, or None where this method does not apply.

    It applies to one storage behind a meter whose cost is convex, and to many at one price for both
    directions, if the limits of the site turn out not to bind.
    """
    if not IS_AVAILABLE or not np.isfinite(fleet.floor).all():
        return None
    found = _each_alone(fleet, site, preference)
    if found is None:
        return None
    power, stock = found
    if not preference.decides:
        best = found
    else:
        best = _each_alone(fleet, site, no_preference(site.inflexible.size)) or found
    bound = sum(costs(*best, fleet, site).values())
    return Plan(power, stock, bound, "exact programme", Outcome.OPTIMAL)


def _each_alone(fleet: Fleet, site: Site, preference: Preference) -> tuple[Array, Array] | None:
    """Return (D, T) power and stock, or None where the storages are not alone or have no way."""
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
