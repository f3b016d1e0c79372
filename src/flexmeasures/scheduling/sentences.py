"""Why a schedule is as it is, in sentences, where finding out takes no more than a moment."""

from __future__ import annotations

from flexmeasures.scheduling.explanation import explain
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.solution import Solution

MOST_DEVICES = 3
"""Each limit of each device is tried out by scheduling once more."""


def sentences(problem: Problem, solution: Solution) -> tuple[str, ...]:
    """Return sentences on the limits that a schedule runs into, the dearest first; none for many devices.

    Args:
        problem: What was asked for.
        solution: Its schedule.

    Raises:
        SolverFailure: a solver ended without an answer.
    """
    if len(problem.names) > MOST_DEVICES:
        return ()
    return tuple(str(binding) for binding in explain(problem, solution))
