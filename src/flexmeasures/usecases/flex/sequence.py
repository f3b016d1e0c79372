"""Plan devices one after the other: each takes those before it as they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.equipment import Adjustable, Curtailable, Process, StorageDevice
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.solution import Solution

Solve = Callable[[Problem], Solution]
Storing = StorageDevice | Curtailable | Process


def one_by_one(solve: Solve) -> Solve:
    """Return what plans devices one after the other, in their order."""

    def planned(problem: Problem) -> Solution:
        return _planned(problem, solve)

    return planned


def _planned(problem: Problem, solve: Solve) -> Solution:
    """Plan each device with the power of those before it as it is, and those after it switched off."""
    power = np.zeros((len(problem.names), problem.grid.size))
    stock = np.zeros((len(problem.storages), problem.grid.size))
    last: Solution | None = None
    shortfalls, sentences = {}, {}
    for place, name in enumerate(problem.names):
        last = solve(_alone(problem, name, power))
        here = _alone(problem, name, power).names.index(name)
        power[place] = last.power[here]
        if place < len(problem.storages):
            stock[place] = last.stock[0]
        shortfalls.update(dict.fromkeys(last.shortfalls))
        sentences.update(dict.fromkeys(last.explanation))
    if last is None:
        return solve(problem)
    return replace(
        last,
        power=power,
        stock=stock,
        shortfalls=tuple(shortfalls),
        explanation=tuple(sentences),
        engine=f"{last.engine}, one by one",
        status="relaxed" if shortfalls else "sequential",
    )


def _alone(problem: Problem, name: str, power: Array) -> Problem:
    """Return a problem in which one device can be chosen and all others are as they are."""
    fixed = tuple(
        Adjustable(other, power[place], power[place], _commodity(problem, other))
        for place, other in enumerate(problem.names)
        if other != name and not any(load.name == other for load in problem.adjustables)
    )
    loads = tuple(
        load if load.name == name else replace(load, power_min=power[place], power_max=power[place], bands=())
        for load in problem.adjustables
        for place in [problem.names.index(load.name)]
    )
    return replace(
        problem,
        storages=tuple(replace(one, feeds="") for one in problem.storages if one.name == name),
        curtailables=tuple(one for one in problem.curtailables if one.name == name),
        processes=tuple(one for one in problem.processes if one.name == name),
        adjustables=(*loads, *fixed),
        couplings=(),
        stock_commitments=tuple(one for one in problem.stock_commitments if one.storage == name),
    )


def _commodity(problem: Problem, name: str) -> str:
    kinds: tuple[tuple[Storing, ...], ...] = (problem.storages, problem.curtailables, problem.processes)
    return next(device.commodity for kind in kinds for device in kind if device.name == name)
