"""What beside cost a schedule can be good for, as costs of the columns of a programme.

With the net power n of the meter of electricity, in each step or at its peak:

    emissions  Σ Δt co2 n        peak  max |n|        exchange  Σ Δt |n|        cycling  Σ Δt (c + d)
"""

from __future__ import annotations

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.case import Case
from flexmeasures.scheduling.devices.storages import StorageColumns
from flexmeasures.scheduling.flow import Flow, fixed, terms
from flexmeasures.scheduling.goal import Goal
from flexmeasures.scheduling.meter import behind
from flexmeasures.scheduling.programme import Index, Programme, Term
from flexmeasures.scheduling.scale import Scale


def add_goals(
    programme: Programme, case: Case, storages: StorageColumns, flows: tuple[Flow, ...], scale: Scale
) -> dict[Goal, float]:
    """Add what is wanted beside low costs; return what each goal leaves out, because it is fixed."""
    fixed_parts = dict.fromkeys(case.wishes.goals, 0.0)
    for goal in case.wishes.goals:
        if goal is Goal.EMISSIONS:
            fixed_parts[goal] = _want_less_co2(programme, case, flows, scale)
        elif goal is Goal.PEAK:
            programme.want(goal, _power_bound(programme, case, flows, scale, 1), 1.0)
        elif goal is Goal.EXCHANGE:
            each = _power_bound(programme, case, flows, scale, case.site.inflexible.size)
            programme.want(goal, each, 1.0)
        elif goal is Goal.CYCLING:
            both = np.stack([storages.charge, storages.discharge])
            programme.want(goal, both, 1.0)
    del fixed_parts[Goal.COST]
    return fixed_parts


def _want_less_co2(programme: Programme, case: Case, flows: tuple[Flow, ...], scale: Scale) -> float:
    """Add the CO₂ of what passes the meters; return that of what is fixed."""
    programme.want(Goal.EMISSIONS, np.empty(0, np.int64), 0.0)
    fixed_part = 0.0
    for site in case.sites:
        if site.co2_intensity is not None:
            members = behind(case, site, flows)
            fixed_part += float(site.co2_intensity @ (site.loads.mean(axis=0) / scale.power + fixed(members)))
            for term in terms(members):
                programme.want(
                    Goal.EMISSIONS, term.columns, np.asarray(term.coefficients) * site.co2_intensity
                )
    return fixed_part


def _power_bound(
    programme: Programme, case: Case, flows: tuple[Flow, ...], scale: Scale, number: int
) -> Index:
    """Return columns that are at least the net power either way: one for each step, or one for all."""
    most = programme.columns((number,))
    members = behind(case, case.site, flows)
    load: Array = case.site.inflexible / scale.power + fixed(members)
    above = Term(-1.0, np.broadcast_to(most, load.shape))
    programme.rows(load.shape, (*terms(members), above), upper=-load)
    programme.rows(load.shape, (*terms(members, -1.0), above), upper=load)
    return most
