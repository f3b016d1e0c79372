"""What to give up when limits and wishes clash: as little as can be, and the limits of the site last."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from flexmeasures.domain.errors import InfeasibleProblem
from flexmeasures.domain.series import Array
from flexmeasures.scheduling.case import Case
from flexmeasures.scheduling.contracts import Group, Site
from flexmeasures.scheduling.equipment import Mask
from flexmeasures.scheduling.fleet import Fleet
from flexmeasures.scheduling.flow import terms
from flexmeasures.scheduling.formulation import add_devices
from flexmeasures.scheduling.meter import SITE, Limit, limits
from flexmeasures.scheduling.plan import Outcome
from flexmeasures.scheduling.programme import Index, Programme, Term
from flexmeasures.scheduling.scale import Scale
from flexmeasures.scheduling.solver import Limits, Model

Holder = TypeVar("Holder", Site, Group)

_HARM_TO_SITE = 1000.0  # energy above a limit of the site, against energy missing in a storage for one step
_MARGIN = 1e-6  # of the scale: wider than the tolerance of the solver


def least_harm(case: Case, one_way: Mask) -> Case:
    """Return the case with limits as near as possible to the given ones, for which there is a schedule.

    A target that is missed goes on to count until it is reached.

    Args:
        case: With limits that clash.
        one_way: (D, T) where charging and discharging are kept apart.

    Raises:
        InfeasibleProblem: no relief of limits and targets makes a schedule possible.
        SolverFailure: the solver ended without an answer.
    """
    first = _eased(case, one_way, np.ones_like(case.fleet.floor))
    owed = _owed(case.fleet, first.fleet)
    if np.isnan(owed).all():
        return first
    eased = first.fleet
    wished = replace(first, fleet=replace(eased, floor=np.fmax(eased.floor, owed)))
    second = _eased(wished, one_way, np.where(np.isnan(owed), 1.0, 0.5 / owed.shape[1]))
    behind = owed > second.fleet.floor
    until_there = behind | np.concatenate([np.zeros_like(behind[:, :1]), behind[:, :-1]], axis=1)
    floor = np.where(until_there, second.fleet.floor, np.minimum(second.fleet.floor, eased.floor))
    return replace(second, fleet=replace(second.fleet, floor=floor))


def _owed(fleet: Fleet, relieved: Fleet) -> Array:
    """Return the (D, T) targets missed from below, after they were due and until the next; else NaN. [MWh]"""
    steps = np.arange(fleet.target.shape[1])
    latest = np.maximum.accumulate(np.where(np.isnan(fleet.target), -1, steps), axis=1)
    missed = np.where(fleet.target > relieved.floor, fleet.target, np.nan)
    after = (latest >= 0) & (latest < steps)
    return np.where(after, np.take_along_axis(missed, np.maximum(latest, 0), axis=1), np.nan)


@dataclass(frozen=True, slots=True)
class _Slack:
    """Columns of what a limit of the meter is eased by."""

    limit: Limit
    above: Index
    below: Index


def _eased(case: Case, one_way: Mask, harm: Array) -> Case:
    """Return the case with the limits nearest to the given ones, for which there is a schedule.

    Args:
        case: With the limits wished for.
        one_way: (D, T) where charging and discharging are kept apart.
        harm: (D, T) of energy that a stock lacks, in relation to other harm.

    Raises:
        InfeasibleProblem: there is none.
    """
    scale, fleet, programme = Scale.of(case), case.fleet, Programme()
    loose = replace(
        fleet, floor=np.full_like(fleet.floor, -np.inf), ceiling=np.full_like(fleet.ceiling, np.inf)
    )
    storages, flows = add_devices(programme, replace(case, fleet=loose), scale, one_way)
    missing = _slack(programme, (Term(1.0, storages.stock),), fleet.floor / scale.energy, harm)
    excess = _slack(programme, (Term(-1.0, storages.stock),), -fleet.ceiling / scale.energy, 1.0)
    slacks = [
        _Slack(
            limit,
            _slack(programme, terms(limit.flows, -1.0), -limit.largest, _HARM_TO_SITE),
            _slack(programme, terms(limit.flows), limit.least, _HARM_TO_SITE),
        )
        for limit in limits(case, flows, scale)
    ]
    finished = programme.assemble()
    model = Model(replace(finished, preferences=np.zeros_like(finished.costs)), Limits(seconds=case.seconds))
    answer = model.solve()
    if answer.outcome is Outcome.INFEASIBLE:
        raise InfeasibleProblem(
            "No schedule keeps what devices must do, such as their least times on and off."
        )
    values = answer.values
    eased = replace(
        fleet,
        floor=fleet.floor - _widened(values[missing], scale.energy),
        ceiling=fleet.ceiling + _widened(values[excess], scale.energy),
    )
    return _with_limits(replace(case, fleet=eased), slacks, values, scale)


def _with_limits(case: Case, slacks: list[_Slack], values: Array, scale: Scale) -> Case:
    """Return the case with the limits of the site and of groups widened by their slack."""
    by_name = {slack.limit.name: slack for slack in slacks}

    def eased(holder: Holder, name: str) -> Holder:
        if name not in by_name:
            return holder
        slack = by_name[name]
        return replace(
            holder,
            consumption_max=holder.consumption_max + _widened(values[slack.above], scale.power),
            production_max=holder.production_max + _widened(values[slack.below], scale.power),
        )

    groups = tuple(eased(group, group.name) for group in case.groups)
    return replace(case, site=eased(case.site, SITE), groups=groups)


def _slack(programme: Programme, terms: tuple[Term, ...], least: Array, harm: float | Array) -> Index:
    """Add rows ``Σ terms >= least − slack`` and return the slack, of the shape of ``least``."""
    slack = programme.columns(least.shape)
    programme.charge(slack, harm)
    programme.rows(least.shape, (*terms, Term(1.0, slack)), lower=least)
    return slack


def _widened(amount: Array, scale: float) -> Array:
    return np.where(amount > 0, (amount + _MARGIN) * scale, 0.0)
