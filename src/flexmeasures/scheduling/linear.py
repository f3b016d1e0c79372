"""The direct method: a linear programme, and switches only where that proves them needed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import monotonic

import numpy as np

from flexmeasures.scheduling.case import Case, Wishes
from flexmeasures.scheduling.commands import solve_by_command
from flexmeasures.scheduling.equipment import Mask
from flexmeasures.scheduling.formulation import Formulation, formulate
from flexmeasures.scheduling.goal import Goal
from flexmeasures.scheduling.plan import Outcome, Plan
from flexmeasures.scheduling.programme import LinearProgramme, aiming_at, with_row, without_preference
from flexmeasures.scheduling.solver import OWN, Answer, Limits, Model
from flexmeasures.scheduling.warm import WarmModels
from flexmeasures.scheduling.windows import Directions, search_directions

_TINY = 1e-7  # of the scale: less than that is nothing
_WHOLE = 1e-6  # how near to a whole number is whole
_MANY = 200  # switches, from which on the gap that is asked for is wider
_LEAST_SECONDS = 0.5
_MORE = 4  # times that directions are searched for, as more steps turn out to need some
_EQUAL = 1e-6  # of the cost: schedules that cost no more than that count as equally cheap


class Unsolvable(Exception):
    """There is no schedule within these limits; ``one_way`` says where directions had to be kept apart."""

    def __init__(self, one_way: Mask) -> None:
        super().__init__("There is no schedule within these limits.")
        self.one_way = one_way


@dataclass(frozen=True, slots=True)
class _Search:
    """How to search: until when, on a clock that never jumps, from which models on, and by which solver."""

    end: float
    models: WarmModels | None
    first_step: int
    solver: str

    def run(self, programme: LinearProgramme, limits: Limits) -> Answer:
        """Solve a programme, without a beginning."""
        if self.solver == OWN:
            return Model(programme, limits).solve()
        return solve_by_command(self.solver, programme, limits)


def solve_linear(case: Case, models: WarmModels | None = None) -> Plan:
    """Return the cheapest schedule.

    The linear programme, without asking for whole numbers, is exact unless it charges and discharges at once
    or has half a switch on. Only then it is solved again with switches, on all steps where that could ever
    pay.

    Args:
        case: What to schedule.
        models: Of earlier schedules, to begin from.

    Raises:
        Unsolvable: there is no schedule within these limits.
        SolverFailure: the solver ended without an answer.
    """
    end = monotonic() + case.wishes.seconds
    one_way = np.zeros(case.fleet.floor.shape, bool)
    while True:
        formulation = formulate(case, one_way)
        answer = _answer(formulation, case.wishes, _Search(end, models, case.first_step, case.wishes.solver))
        if answer.outcome is Outcome.INFEASIBLE:
            raise Unsolvable(one_way)
        both = _both_ways(formulation, answer) & _loses(case) & ~one_way
        if not both.any():
            return _plan(formulation, answer)
        directed = _directed(case, both) if case.wishes.solver == OWN else None
        if directed is not None:
            return directed
        one_way = one_way | both | _could_pay(case, formulation, answer)


def _directed(case: Case, both: Mask) -> Plan | None:
    """Return the cheapest schedule with directions that are searched for; None where that does not work.

    Args:
        case: What to schedule.
        both: (D, T) where charging and discharging at once would pay, without switches.
    """
    fleet = case.fleet
    one_way = np.broadcast_to(both.any(axis=0) | (case.site.buy_price < 0), both.shape)
    one_way = one_way & (fleet.power_max > 0) & (fleet.power_min < 0) & _loses(case)
    for _ in range(_MORE):
        directions = search_directions(case, one_way)
        if directions is None:
            return None
        formulation, answer = _with_directions(case, one_way, directions)
        both = _both_ways(formulation, answer) & _loses(case)
        if not both.any():
            plan = _plan(formulation, replace(answer, has_switches=True))
            return replace(plan, bound=directions.bound, outcome=Outcome.NEAR)
        one_way = one_way | both
    return None


def _with_directions(case: Case, one_way: Mask, directions: Directions) -> tuple[Formulation, Answer]:
    """Return the cheapest schedule with these directions; among equally cheap ones, the preferred."""
    fleet = case.fleet
    charges, discharges = one_way & directions.charges, one_way & ~directions.charges
    formulation = formulate(
        replace(
            case,
            fleet=replace(
                fleet,
                power_min=np.where(charges, np.maximum(fleet.power_min, 0.0), fleet.power_min),
                power_max=np.where(discharges, np.minimum(fleet.power_max, 0.0), fleet.power_max),
            ),
        ),
        np.zeros_like(one_way),
    )
    programme = formulation.programme
    answer = Model(without_preference(programme)).solve()
    cheapest = answer.objective
    if case.wishes.preference.decides:
        given_up = _EQUAL * abs(cheapest + formulation.fixed[Goal.COST]) + _TINY
        answer = Model(with_row(programme, programme.costs, cheapest + given_up)).solve()
    return formulation, answer


def _answer(formulation: Formulation, wishes: Wishes, search: _Search) -> Answer:
    """Solve for one goal after the other; the bound is that of the cost."""
    programme, bound = formulation.programme, np.nan
    for goal in wishes.goals[:-1]:
        aimed = programme if goal is Goal.COST else aiming_at(programme, programme.goals[goal])
        answer = _one_goal(without_preference(aimed), search)
        if answer.outcome is Outcome.INFEASIBLE:
            return answer
        bound = answer.bound if goal is Goal.COST else bound
        given_up = wishes.tolerance * abs(answer.objective + formulation.fixed[goal])
        programme = with_row(programme, aimed.costs, answer.objective + max(given_up, _TINY))
    last = wishes.goals[-1]
    aimed = programme if last is Goal.COST else aiming_at(programme, programme.goals[last])
    answer = _one_goal(aimed, search)
    return replace(answer, bound=answer.bound if last is Goal.COST else bound)


def _one_goal(programme: LinearProgramme, search: _Search) -> Answer:
    """Solve without asking for whole numbers, and with them if they do not come by themselves."""
    answer = _relaxed(replace(programme, integer=np.zeros_like(programme.integer)), search)
    whole = answer.values[programme.integer == 1] if answer.values.size else answer.values
    if answer.outcome is Outcome.INFEASIBLE or (np.abs(whole - np.round(whole)) <= _WHOLE).all():
        return answer
    return _mixed(programme, search)


def _relaxed(programme: LinearProgramme, search: _Search) -> Answer:
    """Solve with the preference for the values, and by real costs alone for the bound."""
    if search.solver != OWN:
        answer = search.run(programme, Limits())
        return replace(answer, bound=search.run(without_preference(programme), Limits()).bound)
    if search.models is None:
        return _twice(Model(programme), programme)
    with search.models.borrowed(programme, search.first_step) as model:
        return _twice(model, programme)


def _twice(model: Model, programme: LinearProgramme) -> Answer:
    """Solve with the preference, and go on from there by real costs alone."""
    answer = model.solve()
    if answer.outcome is not Outcome.OPTIMAL:
        return answer
    model.charge(programme.costs)
    return replace(answer, bound=model.solve().bound)


def _mixed(programme: LinearProgramme, search: _Search) -> Answer:
    """Solve by real costs alone, then settle the switches and let the preference decide the rest."""
    gap = 1e-6 if programme.integer.sum() < _MANY else 1e-4
    seconds = max(search.end - monotonic(), _LEAST_SECONDS)
    best = search.run(without_preference(programme), Limits(seconds=seconds, gap=gap))
    if best.outcome is Outcome.INFEASIBLE:
        return best
    switched = np.where(programme.integer == 1, np.round(best.values), np.nan)
    settled = replace(
        programme,
        lower=np.fmax(programme.lower, switched),
        upper=np.fmin(programme.upper, switched),
        integer=np.zeros_like(programme.integer),
    )
    answer = search.run(settled, Limits())
    chosen = answer if answer.outcome is Outcome.OPTIMAL else best
    return replace(chosen, bound=best.bound, outcome=best.outcome, has_switches=True)


def _both_ways(formulation: Formulation, answer: Answer) -> Mask:
    """Return the (D, T) places where a storage charges and discharges at once."""
    storages = formulation.storages
    both: Mask = np.minimum(answer.values[storages.charge], answer.values[storages.discharge]) > _TINY
    return both


def _loses(case: Case) -> Mask:
    """Return the (D, T) places where going both ways at once is not the same as the difference of the two."""
    loses: Mask = case.fleet.charging * case.fleet.discharging != 1
    return loses


def _could_pay(case: Case, formulation: Formulation, answer: Answer) -> Mask:
    """Return the (D, T) places where losing energy by going both ways could pay.

    That takes losses and a negative price at the margin, which a negative price or a full exit brings about,
    or a round trip that gains energy.
    """
    fleet, site = case.fleet, case.site
    power = np.concatenate([flow.power(answer.values) for flow in formulation.flows])
    net = power[case.behind(site.commodity)].sum(axis=0) * formulation.scale.power + site.inflexible
    full = net <= -site.production_max + _TINY * formulation.scale.power
    round_trip = fleet.charging * fleet.discharging
    open_both_ways = (fleet.power_max > 0) & (fleet.power_min < 0)
    free = np.minimum(site.buy_price, site.sell_price) < 0
    burns = (round_trip < 1) & (free | full)
    could_pay: Mask = open_both_ways & (burns | (round_trip > 1))
    return could_pay


def _plan(formulation: Formulation, answer: Answer) -> Plan:
    scale, fixed_cost = formulation.scale, formulation.fixed[Goal.COST]
    power = np.concatenate([flow.power(answer.values) for flow in formulation.flows])
    power[np.abs(power) < _TINY] = 0.0
    return Plan(
        power * scale.power,
        answer.values[formulation.storages.stock] * scale.energy,
        (answer.bound + fixed_cost) * scale.money,
        "mixed-integer programme" if answer.has_switches else "linear programme",
        answer.outcome,
    )
