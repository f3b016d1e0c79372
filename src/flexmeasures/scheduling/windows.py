"""Several storages behind one limit where losing energy pays: directions are searched for window by window.

With many switches, a search of all of them finds good schedules late, and proves little. Instead:

1. The linear programme without whole numbers says what stocks are worth and what the limits cost. At prices
   of the limits each storage is scheduled exactly by itself, which proves a bound (``limit_prices``).
2. A window of a few steps, between stocks that are kept, has few switches: the search takes some tenths of a
   second. One window after the other, that gives all directions.
3. Directions that are given leave a linear programme. Windows that lie otherwise then begin from its answer,
   until the gap to the bound is small.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.case import Case
from flexmeasures.scheduling.equipment import Mask
from flexmeasures.scheduling.exact import FEW, applies
from flexmeasures.scheduling.formulation import Formulation, formulate
from flexmeasures.scheduling.goal import Goal
from flexmeasures.scheduling.limit_prices import best_bound
from flexmeasures.scheduling.merging import merged
from flexmeasures.scheduling.parts import part_of
from flexmeasures.scheduling.plan import Outcome
from flexmeasures.scheduling.programme import Index
from flexmeasures.scheduling.solver import Limits, Model

GAP = 1e-4
"""Which is small, as a share of the cost."""

_AIM = 0.9  # of that gap: the rest is for what the preference costs
_SEVERAL = 8  # storages, up to which a search with all switches proves more
_MANY = 200  # switches, up to which a search of all of them is as fast
_SWITCHES = 80  # of a window
_SECONDS = 0.25  # for a window at first
_ROUNDS = 5  # over all windows

Steps = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Directions:
    """What storages do where losing energy pays.

    Attributes:
        charges: (D, T) whether they charge, or else discharge, where directions are kept apart.
        bound: No schedule can cost less. [currency]
    """

    charges: Mask
    bound: float


def search_directions(case: Case, one_way: Mask) -> Directions | None:
    """Return directions whose best schedule is near the bound, as far as time allows; None if none is found.

    Args:
        case: Storages behind a limit of one meter, at one price for both directions.
        one_way: (D, T) where charging and discharging have to be kept apart, as far as is known.

    Raises:
        SolverFailure: the solver ended without an answer.
    """
    if one_way.sum() < _MANY or not (_SEVERAL <= case.fleet.floor.shape[0] <= FEW and applies(case)):
        return None
    end = monotonic() + case.wishes.seconds
    fewer = merged(case, np.asarray(one_way.any(axis=0)))
    search = _Search.of(fewer.case, one_way[:, fewer.first])
    found = None if search is None else search.within(end)
    if search is None or found is None:
        return None
    charges = np.zeros_like(one_way)
    charges[:, fewer.first] = found
    return Directions(charges, search.bound)


@dataclass(frozen=True, slots=True)
class _Settled:
    """Values of all columns with whole directions, and the cost. [currency]"""

    values: Array
    cost: float


@dataclass(frozen=True, slots=True)
class _Search:
    """A search among directions.

    Attributes:
        formulation: With switches, by cost alone.
        one_way: (D, K) where there are switches.
        model: Of the programme without asking for whole numbers.
        relaxed: (n,) values of the columns without asking for whole numbers.
        bound: No schedule can cost less. [currency]
    """

    formulation: Formulation
    one_way: Mask
    model: Model
    relaxed: Array
    bound: float

    @staticmethod
    def of(case: Case, one_way: Mask) -> _Search | None:
        """Return the search with its bound; None where there is no limit, or no schedule."""
        formulation = formulate(case, one_way)
        programme = formulation.programme
        model = Model(replace(programme, integer=np.zeros_like(programme.integer)))
        answer = model.solve()
        if answer.outcome is Outcome.INFEASIBLE or not formulation.limit_rows:
            return None
        apart = np.asarray(one_way.any(axis=0))
        prices = answer.prices[formulation.limit_rows[0]] * formulation.scale.price
        convex = np.minimum(prices, np.maximum(case.site.buy_price, 0.0))
        bound = best_bound(case, np.where(apart, prices, convex), apart)
        return _Search(formulation, one_way, model, answer.values, bound)

    def within(self, end: float) -> Mask | None:
        """Return the (D, K) directions of the best schedule that is found in time; None if none is."""
        values, seconds = self.relaxed, _SECONDS
        for steps in self._windows(0):
            values = self._changed(values, steps, seconds)
        best = self._settled(values)
        if best is None:
            return None
        for number in range(1, _ROUNDS):
            for steps in self._windows(number % 2):
                if self._is_near(best) or monotonic() > end:
                    return self._charges(best.values)
                found = self._settled(self._changed(best.values, steps, seconds))
                best = best if found is None or found.cost >= best.cost else found
        return self._charges(best.values)

    def _windows(self, shift: int) -> Iterator[Steps]:
        """Return steps with switches that follow each other, few at a time; shifted by half, if at all."""
        steps = np.flatnonzero(self.one_way.any(axis=0))
        most = max(_SWITCHES // len(self.one_way), 2)
        for run in np.split(steps, np.flatnonzero(np.diff(steps) > 1) + 1):
            cuts = np.arange(shift * (most // 2) or most, run.size, most)
            yield from np.split(run, cuts)

    def _changed(self, values: Array, steps: Steps, seconds: float) -> Array:
        """Return values with the best directions in a window that is searched for some time."""
        programme, storages = self.formulation.programme, self.formulation.storages
        within = np.zeros(self.one_way.shape[1], bool)
        within[steps] = True
        chosen = np.zeros(programme.costs.size, bool)
        for columns in (
            storages.charge[:, steps],
            storages.discharge[:, steps],
            storages.stock[:, steps[:-1]],
        ):
            chosen[columns] = True
        chosen[self._switches()[np.broadcast_to(within, self.one_way.shape)[self.one_way]]] = True
        answer = Model(part_of(programme, chosen, values), Limits(seconds=seconds)).solve()
        if answer.values.size:
            values = values.copy()
            values[chosen] = answer.values
        return values

    def _settled(self, values: Array) -> _Settled | None:
        """Return the best schedule with directions that are rounded; None if they leave none."""
        programme, switches = self.formulation.programme, self._switches()
        lower, upper = programme.lower.copy(), programme.upper.copy()
        lower[switches] = upper[switches] = np.round(values[switches])
        whole = replace(programme, lower=lower, upper=upper, integer=np.zeros_like(programme.integer))
        self.model.renew(whole)
        answer = self.model.solve()
        if answer.outcome is Outcome.INFEASIBLE:
            return None
        scale, fixed = self.formulation.scale, self.formulation.fixed[Goal.COST]
        return _Settled(answer.values, (answer.objective + fixed) * scale.money)

    def _is_near(self, settled: _Settled) -> bool:
        return settled.cost - self.bound <= _AIM * GAP * abs(settled.cost)

    def _switches(self) -> Index:
        return np.flatnonzero(self.formulation.programme.integer)

    def _charges(self, values: Array) -> Mask:
        charges = np.zeros_like(self.one_way)
        charges[self.one_way] = values[self._switches()] > 0.5
        return charges
