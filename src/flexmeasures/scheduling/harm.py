"""What to give up when limits and wishes clash: as little as can be, and the limits of the site last."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.fleet import Fleet
from flexmeasures.scheduling.formulation import Flows, OneWay, Scale, add_storages, separate
from flexmeasures.scheduling.preference import no_preference
from flexmeasures.scheduling.problem import Site
from flexmeasures.scheduling.programme import Index, Programme, Term
from flexmeasures.scheduling.solver import Model

_HARM_TO_SITE = 1000.0  # energy above a limit of the site, against energy missing in a storage for one step
_MARGIN = 1e-6  # of the scale: wider than the tolerance of the solver


@dataclass(frozen=True, slots=True)
class Relief:
    """Storages and a site with limits that can be kept, in place of those that cannot."""

    fleet: Fleet
    site: Site


def least_harm(fleet: Fleet, site: Site, one_way: OneWay) -> Relief:
    """Return limits as near as possible to the given ones, with which there is a schedule.

    A target that is missed goes on to count until it is reached.

    Raises:
        SolverFailure: the solver ended without an answer.
    """
    first = _relieved(fleet, site, one_way, np.ones_like(fleet.floor))
    owed = _owed(fleet, first.fleet)
    if np.isnan(owed).all():
        return first
    limits = first.fleet
    wished = replace(limits, floor=np.fmax(limits.floor, owed))
    second = _relieved(wished, first.site, one_way, np.where(np.isnan(owed), 1.0, 0.5 / owed.shape[1]))
    behind = owed > second.fleet.floor
    until_there = behind | np.concatenate([np.zeros_like(behind[:, :1]), behind[:, :-1]], axis=1)
    floor = np.where(until_there, second.fleet.floor, np.minimum(second.fleet.floor, limits.floor))
    return replace(second, fleet=replace(second.fleet, floor=floor))


def _owed(fleet: Fleet, relieved: Fleet) -> Array:
    """Return the (D, T) targets missed from below, after they were due and until the next; else NaN. [MWh]"""
    steps = np.arange(fleet.target.shape[1])
    latest = np.maximum.accumulate(np.where(np.isnan(fleet.target), -1, steps), axis=1)
    missed = np.where(fleet.target > relieved.floor, fleet.target, np.nan)
    after = (latest >= 0) & (latest < steps)
    return np.where(after, np.take_along_axis(missed, np.maximum(latest, 0), axis=1), np.nan)


def _relieved(fleet: Fleet, site: Site, one_way: OneWay, harm: Array) -> Relief:
    """Return the limits nearest to the given ones, with which there is a schedule.

    Args:
        fleet: Storages with the limits wished for.
        site: Site with the limits wished for.
        one_way: Where only one direction is allowed at a time.
        harm: (D, T) of energy that a stock lacks, in relation to other harm.
    """
    scale = Scale.of(fleet, site, no_preference(site.inflexible.size))
    programme = Programme()
    loose = replace(
        fleet, floor=np.full_like(fleet.floor, -np.inf), ceiling=np.full_like(fleet.ceiling, np.inf)
    )
    charge, discharge, stock = add_storages(programme, loose, scale)
    missing = _slack(programme, (Term(1.0, stock),), fleet.floor / scale.energy, harm)
    excess = _slack(programme, (Term(-1.0, stock),), -fleet.ceiling / scale.energy, 1.0)
    load = site.inflexible / scale.power
    more, less = (Term(1.0, charge), Term(-1.0, discharge)), (Term(-1.0, charge), Term(1.0, discharge))
    consumption = _slack(programme, less, load - site.consumption_max / scale.power, _HARM_TO_SITE)
    production = _slack(programme, more, -load - site.production_max / scale.power, _HARM_TO_SITE)
    nothing = np.empty(0, np.int64)
    separate(programme, Flows(charge, discharge, stock, nothing, nothing), fleet, site, one_way, scale)
    values = Model(programme.assemble()).solve().values
    energy, power = values * scale.energy, values * scale.power
    return Relief(
        replace(
            fleet,
            floor=fleet.floor - _widened(energy[missing], scale.energy),
            ceiling=fleet.ceiling + _widened(energy[excess], scale.energy),
        ),
        replace(
            site,
            consumption_max=site.consumption_max + _widened(power[consumption], scale.power),
            production_max=site.production_max + _widened(power[production], scale.power),
        ),
    )


def _slack(programme: Programme, terms: tuple[Term, ...], least: Array, harm: float | Array) -> Index:
    """Add rows ``Σ terms >= least − slack`` and return the slack, of the shape of ``least``."""
    slack = programme.columns(least.shape)
    programme.charge(slack, harm)
    programme.rows(least.shape, (*terms, Term(1.0, slack)), lower=least)
    return slack


def _widened(amount: Array, scale: float) -> Array:
    return np.where(amount > 0, amount + _MARGIN * scale, 0.0)
