"""Devices that are on or off: with a least power, least times on and off, and a cost of starting.

On u, start v and stop w of device i in step t (all 0 or 1), with charge c [1]:

    P_least u ≤ c ≤ P⁺u        v[t] − w[t] = u[t] − u[t−1]
    Σ v over the last least_run steps ≤ u[t]        Σ w over the last least_rest steps ≤ 1 − u[t]

References:
    [1] D. Rajan and S. Takriti, "Minimum up/down polytopes of the unit commitment problem with start-up
        costs", IBM research report RC23628, 2005.
"""

from __future__ import annotations

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.case import Case
from flexmeasures.scheduling.equipment import Running
from flexmeasures.scheduling.programme import Index, Programme, Term
from flexmeasures.scheduling.scale import Scale

_ON = 0.01  # of the largest power: what is on consumes at least this


def add_running(programme: Programme, case: Case, scale: Scale, charge: Index) -> None:
    """Add what switches storages on and off, where that matters.

    Args:
        programme: To add to.
        case: What to schedule.
        scale: Of the numbers.
        charge: (D, T) columns of their charge.
    """
    for place, running in enumerate(case.running):
        if running is not None:
            most = np.maximum(case.fleet.power_max[place], 0) / scale.power
            least = max(running.least_power / scale.power, _ON * float(most.max()))
            on = _switched(programme, charge[place], most, least)
            start, stop = _changes(programme, on, was_on=running.was_on)
            programme.charge(start, running.start_cost / scale.money)
            _hold(programme, on, start, stop, running)


def _switched(programme: Programme, charge: Index, most: Array, least: float) -> Index:
    """Add switches that bound the charge; return their (T,) columns."""
    on = programme.switches(charge.shape)
    programme.rows(charge.shape, (Term(1.0, charge), Term(-most, on)), upper=0.0)
    programme.rows(charge.shape, (Term(1.0, charge), Term(-least, on)), lower=0.0)
    return on


def _changes(programme: Programme, on: Index, *, was_on: bool) -> tuple[Index, Index]:
    """Add starts and stops; return their (T,) columns."""
    start, stop = programme.columns(on.shape, 0.0, 1.0), programme.columns(on.shape, 0.0, 1.0)
    before = np.zeros(on.shape)
    before[0] = -float(was_on)
    rows = programme.rows(on.shape, (Term(1.0, start), Term(-1.0, stop), Term(-1.0, on)), before, before)
    programme.extend(rows[1:], Term(1.0, on[:-1]))
    return start, stop


def _hold(programme: Programme, on: Index, start: Index, stop: Index, running: Running) -> None:
    """Keep a device on, and off, for as long as it has to be."""
    recent = _recent(start, running.least_run)
    programme.rows(on.shape, (Term(*recent), Term(-1.0, on)), upper=0.0)
    recent = _recent(stop, running.least_rest)
    programme.rows(on.shape, (Term(*recent), Term(1.0, on)), upper=1.0)


def _recent(columns: Index, steps: int) -> tuple[Array, Index]:
    """Return for each step the columns of the last steps, (steps, T), with ones for those that exist."""
    place = np.arange(columns.size) - np.arange(steps)[:, None]
    return (place >= 0).astype(float), columns[np.maximum(place, 0)]
