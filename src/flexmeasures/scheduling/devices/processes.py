"""Loads that have to run once, in one go or in parts.

The n-th step of a process is over after step t if z[n,t] = 1; z never falls and ends at 1. Power is what the
profile says for the step that is run:

    p[t] = Σₙ profile[n] (z[n,t] − z[n,t−1])        z[n,t] = z[n,t−1] where it may not run
    breakable:  z[n+1,t] ≤ z[n,t−1]                  shiftable:  z[n+1,t] = z[n,t−1]

Differences of this kind have whole solutions by themselves unless a limit cuts them.
"""

from __future__ import annotations

import numpy as np

from flexmeasures.scheduling.case import Case
from flexmeasures.scheduling.equipment import Mask, Process, ProcessKind
from flexmeasures.scheduling.flow import Flow
from flexmeasures.scheduling.programme import Index, Programme, Term
from flexmeasures.scheduling.scale import Scale


def add_processes(programme: Programme, case: Case, scale: Scale) -> Flow:
    """Add loads that have to run once; those that cannot run at all stay off."""
    size = case.site.inflexible.size
    number = len(case.processes)
    power = programme.columns((number, size), -np.inf, np.inf)
    rows = programme.rows((number, size), (Term(-1.0, power),), 0.0, 0.0)
    for place, process in enumerate(case.processes):
        if can_run(process):
            over = _progress(programme, confined(process))
            profile = process.profile[:, None] / scale.power
            programme.extend(rows[place], Term(profile, over))
            programme.extend(rows[place, 1:], Term(-profile, over[:, :-1]))
    return Flow((Term(1.0, power),), np.zeros((number, size)))


def _progress(programme: Programme, process: Process) -> Index:
    """Add what is over of a process after each step; return its (N, T) columns."""
    number, size = process.profile.size, process.allowed.size
    over = programme.switches((number, size))
    most = np.where(process.allowed, 1.0, 0.0)
    programme.rows((number,), (Term(1.0, over[:, 0]),), 0.0, most[0])
    programme.rows((number,), (Term(1.0, over[:, -1]),), 1.0, 1.0)
    programme.rows((number, size - 1), (Term(1.0, over[:, 1:]), Term(-1.0, over[:, :-1])), 0.0, most[1:])
    _keep_order(programme, process, over)
    return over


def _keep_order(programme: Programme, process: Process, over: Index) -> None:
    """Run each step of a process after the one before it, or right after it."""
    later, earlier = over[1:], over[:-1]
    least = -np.inf if process.kind is ProcessKind.BREAKABLE else 0.0
    programme.rows(later[:, 0].shape, (Term(1.0, later[:, 0]),), 0.0, 0.0)
    programme.rows(
        later[:, 1:].shape, (Term(1.0, later[:, 1:]), Term(-1.0, earlier[:, :-1])), lower=least, upper=0.0
    )


def windows(process: Process) -> Mask:
    """Return the (W,) first steps from which a process could run in one go, as a mask."""
    number = process.profile.size
    if number > process.allowed.size:
        return np.zeros(0, bool)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(process.allowed, number).all(axis=1))


def can_run(process: Process) -> bool:
    """Tell whether there is any time for a process."""
    if process.kind is ProcessKind.BREAKABLE:
        return int(process.allowed.sum()) >= process.profile.size
    return bool(windows(process).any())


def confined(process: Process) -> Process:
    """Return an inflexible process as one that may only run in the first window that it has."""
    if process.kind is not ProcessKind.INFLEXIBLE:
        return process
    first = int(windows(process).argmax())
    allowed = np.zeros_like(process.allowed)
    allowed[first : first + process.profile.size] = True
    return Process(process.name, ProcessKind.SHIFTABLE, process.profile, allowed)
