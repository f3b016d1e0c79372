"""What was committed to: powers and states of charge to stay at.

A commitment to q costs by what is above (u) and below (l), and by their peaks, where p is the power of a site
or of some devices, or the stock of a storage:

    u[t] − l[t] = p[t] − q[t]        min Σ Δt (up u − down l) + up_peak max u + down_peak max l
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.case import Case
from flexmeasures.scheduling.contracts import Commitment
from flexmeasures.scheduling.equipment import Mask
from flexmeasures.scheduling.flow import Flow, fixed, some, terms
from flexmeasures.scheduling.meter import behind, keep_apart, reach
from flexmeasures.scheduling.programme import Index, Programme, Term
from flexmeasures.scheduling.scale import Scale


@dataclass(frozen=True, slots=True)
class _Priced:
    """Deviations of H steps, in numbers of the programme.

    Attributes:
        above: (H,) columns.
        below: (H,) columns.
        up: (H,) price of being above.
        down: (H,) cost of being below.
        up_peak: Price of the most that it is above.
        down_peak: Price of the most that it is below.
    """

    above: Index
    below: Index
    up: Array
    down: Array
    up_peak: float
    down_peak: float


def add_commitments(programme: Programme, case: Case, flows: tuple[Flow, ...], scale: Scale) -> None:
    """Add what it costs not to stay at powers that were committed to."""
    for commitment in case.commitments:
        holds = np.isfinite(commitment.quantity)
        members, outside, most = _held(case, commitment, flows)
        load = fixed(members) + outside / scale.power
        above, below = programme.columns((int(holds.sum()),)), programme.columns((int(holds.sum()),))
        difference = (commitment.quantity[holds] / scale.power) - load[holds]
        inside = tuple(Term(_at(term, holds), term.columns[:, holds]) for term in terms(members))
        programme.rows(above.shape, (*inside, Term(-1.0, above), Term(1.0, below)), difference, difference)
        priced = _Priced(
            above,
            below,
            commitment.up_price[holds] / scale.price,
            -commitment.down_price[holds] / scale.price,
            commitment.up_peak_price * scale.power / scale.money,
            commitment.down_peak_price * scale.power / scale.money,
        )
        _charge(
            programme, priced, (most + np.abs(outside) + np.abs(commitment.quantity))[holds] / scale.power
        )


def _held(
    case: Case, commitment: Commitment, flows: tuple[Flow, ...]
) -> tuple[tuple[Flow, ...], Array, Array]:
    """Return the flows a commitment holds for, the load beside them, and the most that they can be. [MW]"""
    if commitment.members:
        members = some(flows, case.places(commitment.members))
        most = sum((reach(case, kind) for kind in set(case.commodities)), np.zeros(commitment.quantity.size))
        return members, np.zeros(commitment.quantity.size), most
    site = next(site for site in case.sites if site.commodity == commitment.commodity)
    return behind(case, site, flows), site.inflexible, reach(case, site.commodity)


def add_stock_commitments(programme: Programme, case: Case, stock: Index, scale: Scale) -> None:
    """Add what it costs not to have states of charge that were committed to.

    Args:
        programme: To add to.
        case: What to schedule.
        stock: (S, T) columns of the stocks.
        scale: Of the numbers.
    """
    for commitment in case.stock_commitments:
        holds = np.isfinite(commitment.quantity)
        held = stock[case.fleet.owner[case.names.index(commitment.storage)], holds]
        above, below = programme.columns(held.shape), programme.columns(held.shape)
        wanted = commitment.quantity[holds] / scale.energy
        programme.rows(held.shape, (Term(1.0, held), Term(-1.0, above), Term(1.0, below)), wanted, wanted)
        each = np.full(held.size, case.fleet.hours / scale.price)
        priced = _Priced(
            above,
            below,
            commitment.up_price * each,
            -commitment.down_price * each,
            commitment.up_peak_price / scale.price,
            commitment.down_peak_price / scale.price,
        )
        _charge(programme, priced, np.full(held.size, 1e3))


def _charge(programme: Programme, priced: _Priced, most: Array) -> None:
    """Charge what is above and below, and the highest of each; one at a time where both would pay."""
    sides = (
        (priced.above, priced.up, priced.up_peak),
        (priced.below, priced.down, priced.down_peak),
    )
    for column, price, peak in sides:
        programme.charge(column, price)
        if peak:
            top = programme.columns((1,))
            programme.charge(top, peak)
            programme.rows(
                column.shape, (Term(1.0, column), Term(-1.0, np.broadcast_to(top, column.shape))), upper=0.0
            )
    keep_apart(programme, priced.up + priced.down < 0, (priced.above, priced.below), most)


def _at(term: Term, holds: Mask) -> Array:
    return np.broadcast_to(np.asarray(term.coefficients, float), term.columns.shape)[:, holds]
