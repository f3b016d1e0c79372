"""The direct method: a linear programme, and switches only where that proves them needed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from flexmeasures.scheduling.fleet import Fleet
from flexmeasures.scheduling.formulation import Formulation, Mask, OneWay, formulate
from flexmeasures.scheduling.plan import Outcome, Plan
from flexmeasures.scheduling.preference import Preference
from flexmeasures.scheduling.problem import Site
from flexmeasures.scheduling.programme import LinearProgramme
from flexmeasures.scheduling.solver import Answer, Model

_TINY = 1e-7  # of the scale: less than that is nothing


class Unsolvable(Exception):
    """There is no schedule within these limits; ``one_way`` says where directions had to be separated."""

    def __init__(self, one_way: OneWay) -> None:
        super().__init__("There is no schedule within these limits.")
        self.one_way = one_way


def solve_linear(fleet: Fleet, site: Site, preference: Preference) -> Plan:
    """Return the cheapest schedule.

    The linear programme is exact unless it charges and discharges at once. Only then it is solved again with
    switches, on all steps where that could ever pay.

    Raises:
        Unsolvable: there is no schedule within these limits.
        SolverFailure: the solver ended without an answer.
    """
    one_way = OneWay(np.zeros(fleet.floor.shape, bool), site.buy_price < site.sell_price)
    while True:
        formulation = formulate(fleet, site, preference, one_way)
        answer = _answer(formulation.programme)
        if answer.outcome is Outcome.INFEASIBLE:
            raise Unsolvable(one_way)
        both = _both_ways(formulation, answer) & ~one_way.storages
        if not both.any():
            return _plan(formulation, answer)
        one_way = OneWay(one_way.storages | both | _could_pay(fleet, site), one_way.meter)


def _answer(programme: LinearProgramme) -> Answer:
    """Solve by real costs alone for the bound, and with the preference for the values."""
    model = Model(programme)
    if not programme.is_mixed_integer:
        answer = model.solve()
        if answer.outcome is not Outcome.OPTIMAL:
            return answer
        model.charge(programme.costs)
        return replace(answer, bound=model.solve().bound)
    model.charge(programme.costs)
    best = model.solve()
    if best.outcome is Outcome.INFEASIBLE:
        return best
    switched = np.where(programme.integer == 1, np.round(best.values), np.nan)
    settled = replace(
        programme,
        lower=np.fmax(programme.lower, switched),
        upper=np.fmin(programme.upper, switched),
        integer=np.zeros_like(programme.integer),
    )
    answer = Model(settled).solve()
    chosen = answer if answer.outcome is Outcome.OPTIMAL else best
    return replace(chosen, bound=best.bound, outcome=best.outcome)


def _both_ways(formulation: Formulation, answer: Answer) -> Mask:
    """Return the (D, T) places where a storage charges and discharges at once."""
    flows = formulation.flows
    both: Mask = np.minimum(answer.values[flows.charge], answer.values[flows.discharge]) > _TINY
    return both


def _could_pay(fleet: Fleet, site: Site) -> Mask:
    """Return the (D, T) places where losing energy by going both ways could pay.

    That takes losses and a negative price at the margin, or a round trip that gains energy.
    """
    round_trip = fleet.charging * fleet.discharging
    open_both_ways = (fleet.power_max > 0) & (fleet.power_min < 0)
    burns = (round_trip < 1) & (np.minimum(site.buy_price, site.sell_price) < 0)
    return open_both_ways & (burns | (round_trip > 1))


def _plan(formulation: Formulation, answer: Answer) -> Plan:
    flows, scale = formulation.flows, formulation.scale
    power = answer.values[flows.charge] - answer.values[flows.discharge]
    power[np.abs(power) < _TINY] = 0.0
    method = "mixed-integer" if formulation.programme.is_mixed_integer else "linear"
    return Plan(
        power * scale.power,
        answer.values[flows.stock] * scale.energy,
        answer.bound * scale.energy * scale.price + formulation.fixed_cost,
        f"{method} programme",
        answer.outcome,
    )
