"""Equal steps that follow each other as one: a problem of fewer steps with the same cost.

A step of n quarters of an hour is one in which everything may have n times the power. As long as costs are
convex, what is best for it is best evenly for all its parts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.case import Case
from flexmeasures.scheduling.equipment import Mask
from flexmeasures.scheduling.fleet import Fleet
from flexmeasures.scheduling.preference import no_preference


@dataclass(frozen=True, slots=True)
class Merged:
    """A case with fewer steps.

    Attributes:
        case: Storages behind one meter, in K steps, without a preference; each power is the sum over the
            steps that are one.
        first: (K,) first of the steps that are one.
    """

    case: Case
    first: NDArray[np.intp]


def merged(case: Case, apart: Mask) -> Merged:
    """Return a case whose equal steps are one.

    Args:
        case: Storages behind one meter, at one price for both directions.
        apart: (T,) steps that stay by themselves, because their cost is not convex.
    """
    fleet, site = case.fleet, case.site
    same = ~apart & ~np.roll(apart, 1) & (fleet.retention == 1).all(axis=0)
    steady = (fleet.power_min, fleet.power_max, fleet.charging, fleet.discharging, fleet.inflow)
    limits = (fleet.floor, fleet.ceiling, fleet.target)
    meter = (site.buy_price, site.sell_price, site.consumption_max, site.production_max, site.inflexible)
    for series in (*steady, *limits, *meter):
        same &= _like_before(series)
    same[0] = False
    first = np.flatnonzero(~same)
    number = np.diff(np.append(first, same.size))
    return Merged(
        replace(
            case,
            site=replace(
                site,
                buy_price=site.buy_price[first],
                sell_price=site.sell_price[first],
                consumption_max=site.consumption_max[first] * number,
                production_max=site.production_max[first] * number,
                inflexible=site.inflexible[first] * number,
            ),
            fleet=_fleet(fleet, first, number),
            wishes=replace(case.wishes, preference=no_preference(first.size)),
        ),
        first,
    )


def _like_before(series: Array) -> Mask:
    """Return (T,) whether all values of (T,) or (D, T) are those of the step before."""
    rows = np.atleast_2d(series)
    same: Mask = np.zeros(rows.shape[1], bool)
    same[1:] = ((rows[:, 1:] == rows[:, :-1]) | np.isnan(rows[:, 1:]) & np.isnan(rows[:, :-1])).all(axis=0)
    return same


def _fleet(fleet: Fleet, first: NDArray[np.intp], number: NDArray[np.intp]) -> Fleet:
    """Return storages in merged steps: limits of the stock are the same in all parts of a step."""
    return replace(
        fleet,
        power_min=fleet.power_min[:, first] * number,
        power_max=fleet.power_max[:, first] * number,
        floor=fleet.floor[:, first],
        ceiling=fleet.ceiling[:, first],
        bottom=fleet.bottom[:, first],
        top=fleet.top[:, first],
        target=fleet.target[:, first],
        charging=fleet.charging[:, first],
        discharging=fleet.discharging[:, first],
        retention=fleet.retention[:, first],
        inflow=fleet.inflow[:, first] * number,
    )
