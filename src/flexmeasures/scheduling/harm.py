"""What to give up when limits and wishes clash: as little as can be, and what storages can hold last."""

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
from flexmeasures.scheduling.goal import Firm
from flexmeasures.scheduling.meter import SITE, Limit, limits, site_name
from flexmeasures.scheduling.plan import Outcome
from flexmeasures.scheduling.programme import Index, Programme, Term
from flexmeasures.scheduling.scale import Scale
from flexmeasures.scheduling.solver import Limits, Model

Holder = TypeVar("Holder", Site, Group)

_HARM_TO_SITE = 1000.0  # energy above a limit of the site, against energy missing in a storage for one step
_HARM_TO_STORAGE = 30_000.0  # energy that a storage cannot hold, likewise
_MARGIN = 1e-6  # of the scale: wider than the tolerance of the solver


def least_harm(case: Case, one_way: Mask) -> Case:
    """Return the case with limits as near as possible to the given ones, for which there is a schedule.

    A target that is missed goes on to count until it is reached. Limits that may not be eased are, if there
    is no schedule otherwise: it is for the caller to refuse that.

    Args:
        case: With limits that clash.
        one_way: (D, T) where charging and discharging are kept apart.

    Raises:
        InfeasibleProblem: no relief of limits and targets makes a schedule possible.
        SolverFailure: the solver ended without an answer.
    """
    firm = case.wishes.firm
    first = _eased(case, one_way, np.ones_like(case.fleet.floor), firm)
    if first is None:
        firm = frozenset()
        first = _eased(case, one_way, np.ones_like(case.fleet.floor), firm)
    if first is None:
        raise InfeasibleProblem(
            "No schedule keeps what devices must do, such as their least times on and off, or their coupling."
        )
    owed = _owed(case.fleet, first.fleet)
    if np.isnan(owed).all():
        return first
    eased = first.fleet
    wished = replace(first, fleet=replace(eased, floor=np.fmax(eased.floor, owed)))
    second = _eased(wished, one_way, np.where(np.isnan(owed), 1.0, 0.5 / owed.shape[1]), firm) or first
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


def _eased(case: Case, one_way: Mask, harm: Array, firm: frozenset[Firm]) -> Case | None:
    """Return the case with the limits nearest to the given ones, for which there is a schedule; None if none.

    Args:
        case: With the limits wished for.
        one_way: (D, T) where charging and discharging are kept apart.
        harm: (D, T) of energy that a stock lacks, in relation to other harm.
        firm: What may not be eased.
    """
    scale, fleet, programme = Scale.of(case), case.fleet, Programme()
    loose = replace(
        fleet, floor=np.full_like(fleet.floor, -np.inf), ceiling=np.full_like(fleet.ceiling, np.inf)
    )
    storages, flows = add_devices(programme, replace(case, fleet=loose), scale, one_way)
    most = 0.0 if Firm.STORAGES in firm else np.inf
    stock = (Term(1.0, storages.stock),)
    missing = _slack(programme, stock, fleet.floor / scale.energy, harm, most)
    excess = _slack(programme, (Term(-1.0, storages.stock),), -fleet.ceiling / scale.energy, 1.0, most)
    _deter(programme, case, storages.stock, scale, most)
    slacks = []
    for limit in limits(case, flows, scale):
        most = 0.0 if _family(case, limit) in firm else np.inf
        above = _slack(programme, terms(limit.flows, -1.0), -limit.largest, _HARM_TO_SITE, most)
        below = _slack(programme, terms(limit.flows), limit.least, _HARM_TO_SITE, most)
        _spread(programme, above)
        _spread(programme, below)
        slacks.append(_Slack(limit, above, below))
    finished = programme.assemble()
    model = Model(
        replace(finished, preferences=np.zeros_like(finished.costs)), Limits(seconds=case.wishes.seconds)
    )
    answer = model.solve()
    if answer.outcome is Outcome.INFEASIBLE:
        return None
    values = answer.values
    eased = replace(
        fleet,
        floor=fleet.floor - _widened(values[missing], scale.energy),
        ceiling=fleet.ceiling + _widened(values[excess], scale.energy),
    )
    return _with_limits(replace(case, fleet=eased), slacks, values, scale)


def _deter(programme: Programme, case: Case, stock: Index, scale: Scale, most: float) -> None:
    """Have all else give way before what a storage can hold: going beyond that does most harm."""
    fleet = case.fleet
    _slack(programme, (Term(1.0, stock),), fleet.bottom / scale.energy, _HARM_TO_STORAGE, most)
    _slack(programme, (Term(-1.0, stock),), -fleet.top / scale.energy, _HARM_TO_STORAGE, most)


def _spread(programme: Programme, slack: Index) -> None:
    """Have the largest slack of all steps do harm too, so that limits are exceeded by little."""
    peak = programme.columns((1,))
    programme.charge(peak, _HARM_TO_SITE)
    programme.rows(slack.shape, (Term(1.0, np.broadcast_to(peak, slack.shape)), Term(-1.0, slack)), lower=0.0)


def _family(case: Case, limit: Limit) -> Firm:
    return Firm.SITES if limit.name in {site_name(site) for site in case.sites} else Firm.GROUPS


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
    networks = tuple(eased(network, site_name(network)) for network in case.networks)
    return replace(case, site=eased(case.site, SITE), networks=networks, groups=groups)


def _slack(
    programme: Programme, terms: tuple[Term, ...], least: Array, harm: float | Array, most: float
) -> Index:
    """Add rows ``Σ terms >= least − slack`` and return the slack, of the shape of ``least``."""
    slack = programme.columns(least.shape, 0.0, most)
    programme.charge(slack, harm)
    programme.rows(least.shape, (*terms, Term(1.0, slack)), lower=least)
    return slack


def _widened(amount: Array, scale: float) -> Array:
    return np.where(amount > 0, (amount + _MARGIN) * scale, 0.0)
