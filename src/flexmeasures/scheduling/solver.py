"""HiGHS in this process: the only module that talks to it.

Options by measurement: on programmes of up to some fifty devices and two days, the simplex method without
presolve is the fastest by 2 to 7 times; with whole numbers, presolve pays.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod

import highspy
import numpy as np

from flexmeasures.domain.errors import SolverFailure
from flexmeasures.domain.series import Array
from flexmeasures.scheduling.plan import Outcome
from flexmeasures.scheduling.programme import LinearProgramme

OWN = "highs"
"""Name of the solver in this process."""

_LP_OPTIONS: dict[str, bool | float | str] = {"presolve": "off", "solver": "simplex"}
_MILP_OPTIONS: dict[str, bool | float | str] = {"presolve": "on", "mip_feasibility_tolerance": 1e-9}
_MINIMISE = 1
_DUAL, _PRIMAL = 1, 4  # simplex method
_ROW_WISE = 2


@dataclass(frozen=True, slots=True)
class Limits:
    """When a solver may stop.

    Attributes:
        seconds: After this time, with the best that it has found.
        gap: When the best is proven to be this close to the optimum, as a share of its value.
    """

    seconds: float = 10.0
    gap: float = 1e-6


@dataclass(frozen=True, slots=True)
class Answer:
    """What the solver found.

    Attributes:
        outcome: How it ended.
        objective: Value of what it found.
        bound: No solution has a lower value.
        values: (n,) value of each column; empty where there is no solution.
        has_switches: Whether columns had to be whole numbers.
        prices: (m,) what one more unit in each row would cost; empty where there are switches.
        reduced: (n,) what one more unit of each column would cost, zero within its limits; likewise.
    """

    outcome: Outcome
    objective: float
    bound: float
    values: Array
    has_switches: bool = False
    prices: Array = field(default_factory=lambda: np.empty(0))
    reduced: Array = field(default_factory=lambda: np.empty(0))


class Model:
    """A programme in the solver: it can be changed, and solved again from where it stands."""

    def __init__(self, programme: LinearProgramme, limits: Limits | None = None) -> None:
        limits = limits or Limits()
        self._mixed_integer = programme.is_mixed_integer
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy leaves its constructor untyped
        options: dict[str, bool | float | str] = {
            "output_flag": False,
            "threads": 1,
            "time_limit": limits.seconds,
            "mip_rel_gap": limits.gap,
            **(_MILP_OPTIONS if self._mixed_integer else _LP_OPTIONS),
        }
        for name, value in options.items():
            self._highs.setOptionValue(name, value)
        status = self._highs.passModel(
            programme.costs.size,
            programme.row_lower.size,
            programme.values.size,
            _ROW_WISE,
            _MINIMISE,
            0.0,
            programme.costs + programme.preferences,
            programme.lower,
            programme.upper,
            programme.row_lower,
            programme.row_upper,
            programme.starts,
            programme.indices,
            programme.values,
            programme.integer,
        )
        if status == highspy.HighsStatus.kError:
            raise SolverFailure("HiGHS does not take the programme: its arrays do not fit together.")

    def renew(self, programme: LinearProgramme, later: int = 0) -> None:
        """Take over costs and limits of a programme with the same matrix; the search goes on where it stands.

        Args:
            programme: Another one with the same matrix.
            later: By how many steps it begins later: what was known of a step is carried over to the same
                time, and the last steps take over what was known of the last ones.
        """
        self._highs.setOptionValue("simplex_strategy", _DUAL)
        columns = np.arange(programme.costs.size, dtype=np.int32)
        rows = np.arange(programme.row_lower.size, dtype=np.int32)
        self._highs.changeColsCost(columns.size, columns, programme.costs + programme.preferences)
        self._highs.changeColsBounds(columns.size, columns, programme.lower, programme.upper)
        self._highs.changeRowsBounds(  # type: ignore[attr-defined]  # missing from the stubs of highspy
            rows.size, rows, programme.row_lower, programme.row_upper
        )
        if later > 0:
            basis = self._highs.getBasis()
            basis.col_status = _moved(basis.col_status, programme.column_blocks, later)
            basis.row_status = _moved(basis.row_status, programme.row_blocks, later)
            basis.alien = True
            self._highs.setBasis(basis)

    def charge(self, costs: Array) -> None:
        """Replace the (n,) costs of all columns; what was found keeps all limits still."""
        self._highs.setOptionValue("simplex_strategy", _PRIMAL)
        self._highs.changeColsCost(costs.size, np.arange(costs.size, dtype=np.int32), costs)

    def solve(self) -> Answer:
        """Solve, from the last answer if there was one.

        Where the time is over before anything was found, it goes on until the first solution.

        Raises:
            SolverFailure: HiGHS ended without an answer.
        """
        self._highs.run()
        if self._mixed_integer and not self._has_solution() and self._is_out_of_time():
            self._highs.setOptionValue("time_limit", np.inf)
            self._highs.setOptionValue("mip_max_improving_sols", 1)
            self._highs.run()
        status = self._highs.getModelStatus()
        info = self._highs.getInfo()
        if status in {highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty}:
            return self._answer(Outcome.OPTIMAL, info)
        if self._is_out_of_time() and self._has_solution():
            return self._answer(Outcome.TIME_LIMIT, info)
        if status in {
            highspy.HighsModelStatus.kInfeasible,
            highspy.HighsModelStatus.kUnboundedOrInfeasible,
        }:
            return Answer(Outcome.INFEASIBLE, np.inf, np.inf, np.empty(0))
        raise SolverFailure(f"HiGHS ended without a schedule: {self._highs.modelStatusToString(status)}.")

    def _has_solution(self) -> bool:
        feasible = highspy.SolutionStatus.kSolutionStatusFeasible
        return bool(self._highs.getInfo().primal_solution_status == feasible)

    def _is_out_of_time(self) -> bool:
        ends = {highspy.HighsModelStatus.kTimeLimit, highspy.HighsModelStatus.kSolutionLimit}
        return self._mixed_integer and self._highs.getModelStatus() in ends

    def _answer(self, outcome: Outcome, info: highspy.HighsInfo) -> Answer:
        solution = self._highs.getSolution()
        objective = float(info.objective_function_value)
        bound = float(info.mip_dual_bound) if self._mixed_integer else objective
        prices, reduced = (
            np.empty(0) if self._mixed_integer else np.array(dual)
            for dual in (solution.row_dual, solution.col_dual)
        )
        values = np.array(solution.col_value)
        return Answer(outcome, objective, bound, values, self._mixed_integer, prices, reduced)


def _moved(
    states: list[highspy.HighsBasisStatus], blocks: tuple[tuple[int, ...], ...], later: int
) -> list[highspy.HighsBasisStatus]:
    """Return the states of columns or rows for a later start; time is the last axis of blocks."""
    moved: list[highspy.HighsBasisStatus] = []
    first = 0
    for shape in blocks:
        for _ in range(prod(shape[:-1])):
            last = first + shape[-1]
            gone = min(later, shape[-1]) if shape[-1] > 1 else 0
            moved += states[first + gone : last]
            moved += states[last - gone : last]
            first = last
    return moved
