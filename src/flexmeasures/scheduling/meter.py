"""What passes the meter: its limits, its prices, and what was committed to.

Where the site pays another price than it gets, with import m and export x:

    m[t] − x[t] = load[t] + Σᵢ p[i,t]        min Σ Δt [(buy + ε) m − (sell + ε) x]

At one price for both directions the cost is put on the flows themselves, and the balance is a row of its
limits only. A commitment to q costs by what power is above (u) and below (l), and by their peaks:

    u[t] − l[t] = p[t] − q[t]        min Σ Δt (up u − down l) + up_peak max u + down_peak max l
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.case import Case
from flexmeasures.scheduling.contracts import Commitment
from flexmeasures.scheduling.devices.storages import separate
from flexmeasures.scheduling.equipment import Mask
from flexmeasures.scheduling.flow import Flow, fixed, some, terms
from flexmeasures.scheduling.programme import Index, Programme, Term
from flexmeasures.scheduling.scale import Scale

SITE = "site"
"""The name under which the limits of the site go."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Flows that have to stay between two powers together, as shares of the scale.

    Attributes:
        name: Whose limit: of the site or of a group.
        flows: What is limited.
        least: (T,)
        largest: (T,)
    """

    name: str
    flows: tuple[Flow, ...]
    least: Array
    largest: Array


def limits(case: Case, flows: tuple[Flow, ...], scale: Scale) -> list[Limit]:
    """Return the limits of the site and of groups, what is fixed taken off; none where nothing is limited."""
    site = case.site
    load = site.inflexible / scale.power + fixed(flows)
    found = [
        Limit(
            SITE,
            flows,
            -site.production_max / scale.power - load,
            site.consumption_max / scale.power - load,
        )
    ]
    for group in case.groups:
        members = some(flows, case.places(group.members))
        load = fixed(members)
        least, largest = (
            -group.production_max / scale.power - load,
            group.consumption_max / scale.power - load,
        )
        found.append(Limit(group.name, members, least, largest))
    return [limit for limit in found if np.isfinite(limit.least).any() or np.isfinite(limit.largest).any()]


def add_prices(programme: Programme, case: Case, flows: tuple[Flow, ...], scale: Scale) -> float:
    """Add what energy costs; return the cost of what is fixed, which the programme leaves out. [currency]"""
    site = case.site
    buy, sell = site.buy_price / scale.price, site.sell_price / scale.price
    lateness = case.preference.lateness / scale.price
    load = site.inflexible / scale.power + fixed(flows)
    if np.array_equal(buy, sell):
        for term in terms(flows):
            programme.charge(term.columns, np.asarray(term.coefficients) * buy)
            programme.prefer(term.columns, np.asarray(term.coefficients) * lateness)
        return float(buy @ load) * scale.money
    imports, exports = programme.columns(load.shape), programme.columns(load.shape)
    programme.rows(load.shape, (*terms(flows), Term(-1.0, imports), Term(1.0, exports)), -load, -load)
    for flow, price, sign in ((imports, buy, 1.0), (exports, sell, -1.0)):
        programme.charge(flow, sign * price)
        programme.prefer(flow, sign * lateness)
    _keep_apart(programme, buy < sell, (imports, exports), _reach(case, scale))
    return 0.0


def add_commitments(programme: Programme, case: Case, flows: tuple[Flow, ...], scale: Scale) -> None:
    """Add what it costs not to stay at powers that were committed to."""
    for commitment in case.commitments:
        holds = np.isfinite(commitment.quantity)
        members = some(flows, case.places(commitment.members)) if commitment.members else flows
        load = fixed(members) + (0.0 if commitment.members else case.site.inflexible / scale.power)
        above, below = programme.columns((int(holds.sum()),)), programme.columns((int(holds.sum()),))
        difference = (commitment.quantity[holds] / scale.power) - load[holds]
        inside = tuple(Term(_at(term, holds), term.columns[:, holds]) for term in terms(members))
        programme.rows(above.shape, (*inside, Term(-1.0, above), Term(1.0, below)), difference, difference)
        _charge_deviations(programme, commitment, holds, (above, below), scale)
        nonconvex = commitment.up_price[holds] < commitment.down_price[holds]
        reach = _reach(case, scale)[holds] + np.abs(commitment.quantity[holds]) / scale.power
        _keep_apart(programme, nonconvex, (above, below), reach)


def _at(term: Term, holds: Mask) -> Array:
    return np.broadcast_to(np.asarray(term.coefficients, float), term.columns.shape)[:, holds]


def _charge_deviations(
    programme: Programme, commitment: Commitment, holds: Mask, columns: tuple[Index, Index], scale: Scale
) -> None:
    """Charge what is above and below, and the highest of each."""
    prices = (commitment.up_price[holds], -commitment.down_price[holds])
    peaks = (commitment.up_peak_price, commitment.down_peak_price)
    for column, price, peak in zip(columns, prices, peaks, strict=True):
        programme.charge(column, price / scale.price)
        if peak:
            top = programme.columns((1,))
            programme.charge(top, peak * scale.power / scale.money)
            programme.rows(
                column.shape, (Term(1.0, column), Term(-1.0, np.broadcast_to(top, column.shape))), upper=0.0
            )


def _keep_apart(programme: Programme, where: Mask, columns: tuple[Index, Index], reach: Array) -> None:
    """Allow one direction at a time where both at once would pay."""
    if where.any():
        forth, back = columns
        separate(programme, (forth[where], reach[where]), (back[where], reach[where]))


def _reach(case: Case, scale: Scale) -> Array:
    """Return the (T,) power that the meter can ever see in either direction, as a share of the scale."""
    fleet = case.fleet
    most = np.maximum(np.abs(fleet.power_min), np.abs(fleet.power_max)).sum(axis=0)
    most = most + np.abs(case.site.inflexible)
    for device in case.curtailables:
        most = most + device.potential
    reach: Array = most + sum(float(np.abs(process.profile).max()) for process in case.processes)
    return reach / scale.power
