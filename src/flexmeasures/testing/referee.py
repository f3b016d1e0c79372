"""An independent opinion on what a schedule can cost at best: the problem written down in Pyomo.

It is written step by step from the definition of a problem, with a switch at every step of every device, and
shares nothing with the scheduler. Slow on purpose: what it says must be easy to believe.
"""

from __future__ import annotations

import math

import numpy as np
import pyomo.environ as pyo

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.problem import Problem, StorageDevice


def least_cost(problem: Problem, seconds: float = 60.0) -> float:
    """Return the least cost of a problem without preferences, by HiGHS through Pyomo.

    Args:
        problem: All its limits and targets can be kept.
        seconds: When to give up.

    Raises:
        RuntimeError: there is no schedule, or it was not proven to be the best in time.
    """
    model = referee(problem)
    solver = pyo.SolverFactory("appsi_highs")
    solver.highs_options = {"mip_rel_gap": 1e-9, "time_limit": seconds, "threads": 1}
    solver.config.load_solution = False
    result = solver.solve(model, load_solutions=False)
    condition = result.solver.termination_condition
    if condition != pyo.TerminationCondition.optimal:
        raise RuntimeError(f"The referee found no best schedule: {condition}.")
    return float(result.problem.upper_bound)


def referee(problem: Problem) -> pyo.ConcreteModel:
    """Return a problem as a model of Pyomo."""
    site = problem.site
    hours = problem.grid.step.total_seconds() / 3600
    steps = range(problem.grid.size)
    model = pyo.ConcreteModel()
    model.imports = pyo.Var(steps, domain=pyo.NonNegativeReals)
    model.exports = pyo.Var(steps, domain=pyo.NonNegativeReals)
    model.importing = pyo.Var(steps, domain=pyo.Binary)
    model.limits = pyo.ConstraintList()
    blocks = [_storage(model, storage, name, hours) for name, storage in enumerate(problem.storages)]
    powers = [[block.charge[t] - block.discharge[t] for t in steps] for block in blocks]
    most = sum(float(np.abs([s.power_min, s.power_max]).max()) for s in problem.storages)
    most += float(np.abs(site.inflexible).max()) + 1.0
    for t in steps:
        net = float(site.inflexible[t]) + sum(power[t] for power in powers)
        model.limits.add(model.imports[t] - model.exports[t] == net)
        model.limits.add(model.imports[t] <= most * model.importing[t])
        model.limits.add(model.exports[t] <= most * (1 - model.importing[t]))
        if np.isfinite(site.consumption_max[t]):
            model.limits.add(net <= float(site.consumption_max[t]))
        if np.isfinite(site.production_max[t]):
            model.limits.add(net >= -float(site.production_max[t]))
    cost = sum(
        float(site.buy_price[t]) * model.imports[t] - float(site.sell_price[t]) * model.exports[t]
        for t in steps
    )
    for block, storage in zip(blocks, problem.storages, strict=True):
        cost += storage.wear_cost * sum(block.charge[t] + block.discharge[t] for t in steps)
        cost -= storage.end_value / hours * block.stock[problem.grid.size - 1]
    model.cost = pyo.Objective(expr=hours * cost)
    return model


def _storage(model: pyo.ConcreteModel, storage: StorageDevice, place: int, hours: float) -> pyo.Block:
    """Add a storage."""
    steps = range(storage.power_max.size)
    block = pyo.Block()
    model.add_component(f"storage_{place}", block)
    block.charge = pyo.Var(steps, domain=pyo.NonNegativeReals)
    block.discharge = pyo.Var(steps, domain=pyo.NonNegativeReals)
    block.charging = pyo.Var(steps, domain=pyo.Binary)
    block.stock = pyo.Var(steps)
    block.limits = pyo.ConstraintList()
    for t in steps:
        _balance(block, storage, t, hours)
        block.limits.add(block.charge[t] <= max(float(storage.power_max[t]), 0.0) * block.charging[t])
        block.limits.add(
            block.discharge[t] <= max(-float(storage.power_min[t]), 0.0) * (1 - block.charging[t])
        )
        block.limits.add(block.charge[t] - block.discharge[t] <= float(storage.power_max[t]))
        block.limits.add(block.charge[t] - block.discharge[t] >= float(storage.power_min[t]))
        block.limits.add(block.stock[t] >= float(storage.soc_min[t]))
        if np.isfinite(storage.soc_max[t]):
            block.limits.add(block.stock[t] <= float(storage.soc_max[t]))
        if not np.isnan(storage.soc_target[t]):
            block.limits.add(block.stock[t] == float(storage.soc_target[t]))
    return block


def _balance(block: pyo.Block, storage: StorageDevice, t: int, hours: float) -> None:
    """Say what becomes of the stock in a step: what comes in decays while it comes in."""
    before = storage.soc_start if t == 0 else block.stock[t - 1]
    kept = _at(storage.retention, t)
    within = 1.0 if kept == 1.0 else (kept - 1) / math.log(kept)
    gained = block.charge[t] * _at(storage.charging_efficiency, t)
    lost = block.discharge[t] / _at(storage.discharging_efficiency, t)
    change = (gained - lost + _at(storage.inflow, t)) * hours * within
    block.limits.add(block.stock[t] == kept * before + change)


def _at(value: float | Array, t: int) -> float:
    return value if isinstance(value, float) else float(value[t])
