"""What passes the meters: their limits and their prices.

Where a site pays another price than it gets, with import m and export x:

    m[t] − x[t] = load[t] + Σᵢ p[i,t]        min Σ Δt [(buy + ε) m − (sell + ε) x]

At one price for both directions the cost is put on the flows themselves, and the balance is a row of its
limits only. Where the load is uncertain there is an import and an export for each scenario of it, and the
cost is their mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.case import Case
from flexmeasures.scheduling.contracts import Site
from flexmeasures.scheduling.devices.storages import separate
from flexmeasures.scheduling.equipment import ELECTRICITY, Mask
from flexmeasures.scheduling.flow import Flow, fixed, some, terms
from flexmeasures.scheduling.programme import Index, Programme, Term
from flexmeasures.scheduling.reachability import extremes
from flexmeasures.scheduling.scale import Scale

SITE = "site"
"""The name under which the limits of the site go."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Flows that have to stay between two powers together, as shares of the scale.

    Attributes:
        name: Whose limit: of the site, of the site of another commodity, or of a group.
        flows: What is limited.
        least: (T,)
        largest: (T,)
    """

    name: str
    flows: tuple[Flow, ...]
    least: Array
    largest: Array


def site_name(site: Site) -> str:
    """Return the name under which the limits of a site go."""
    return SITE if site.commodity == ELECTRICITY else site.commodity


def behind(case: Case, site: Site, flows: tuple[Flow, ...]) -> tuple[Flow, ...]:
    """Return the power of the devices at the meter of a site."""
    return some(flows, case.behind(site.commodity)) if case.networks else flows


def limits(case: Case, flows: tuple[Flow, ...], scale: Scale) -> list[Limit]:
    """Return the limits of sites and of groups, what is fixed taken off; none where nothing is limited."""
    found = []
    for site in case.sites:
        members = behind(case, site, flows)
        load = site.inflexible / scale.power + fixed(members)
        least = -site.production_max / scale.power - load
        found.append(Limit(site_name(site), members, least, site.consumption_max / scale.power - load))
    for group in case.groups:
        members = some(flows, case.places(group.members))
        load = fixed(members)
        least = -group.production_max / scale.power - load
        found.append(Limit(group.name, members, least, group.consumption_max / scale.power - load))
    return [limit for limit in found if np.isfinite(limit.least).any() or np.isfinite(limit.largest).any()]


def add_prices(programme: Programme, case: Case, flows: tuple[Flow, ...], scale: Scale) -> float:
    """Add what energy costs; return the cost of what is fixed, which it leaves out, in its numbers."""
    return sum(_add_site(programme, case, site, flows, scale) for site in case.sites)


def _add_site(programme: Programme, case: Case, site: Site, flows: tuple[Flow, ...], scale: Scale) -> float:
    """Add what energy costs at one meter; return the cost of what is fixed, in its numbers."""
    members = behind(case, site, flows)
    buy, sell = site.buy_price / scale.price, site.sell_price / scale.price
    lateness = case.wishes.preference.lateness * (site.commodity == ELECTRICITY) / scale.price
    loads = site.loads / scale.power + fixed(members)
    if np.array_equal(buy, sell):
        for term in terms(members):
            programme.charge(term.columns, np.asarray(term.coefficients) * buy)
            programme.prefer(term.columns, np.asarray(term.coefficients) * lateness)
        return float(buy @ loads.mean(axis=0))
    imports, exports = programme.columns(loads.shape), programme.columns(loads.shape)
    for load, bought, sold in zip(loads, imports, exports, strict=True):
        programme.rows(load.shape, (*terms(members), Term(-1.0, bought), Term(1.0, sold)), -load, -load)
    for flow, price, sign in ((imports, buy, 1.0), (exports, sell, -1.0)):
        programme.charge(flow, sign * price / len(loads))
        programme.prefer(flow, sign * lateness / len(loads))
    power = np.broadcast_to(reach(case, site.commodity) + np.abs(site.loads).max(axis=0), loads.shape)
    keep_apart(programme, np.broadcast_to(buy < sell, loads.shape), (imports, exports), power / scale.power)
    return 0.0


def keep_apart(programme: Programme, where: Mask, columns: tuple[Index, Index], most: Array) -> None:
    """Allow one direction at a time where both at once would pay."""
    if where.any():
        forth, back = columns
        separate(programme, (forth[where], most[where]), (back[where], most[where]))


def reach(case: Case, commodity: str) -> Array:
    """Return the (T,) power that all devices of a commodity can ever have in either direction. [MW]"""
    least, largest = extremes(case)
    own = case.behind(commodity)
    power: Array = np.maximum(np.abs(least[own]), np.abs(largest[own])).sum(axis=0)
    return power
