"""An independent opinion on what a schedule can cost at best: the problem written down in Pyomo.

It is written step by step from the definition of a problem, with a switch at every step of every device, and
shares nothing with the scheduler. Slow on purpose: what it says must be easy to believe.
"""

from __future__ import annotations

import math

import numpy as np
import pyomo.environ as pyo

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.contracts import Commitment, Group, Site
from flexmeasures.scheduling.equipment import Process, ProcessKind, Running, StorageDevice
from flexmeasures.scheduling.problem import Problem

MUCH = 100.0
"""More power than any of its sites has. [MW]"""

Expressions = list[pyo.Expression]


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
    hours = problem.grid.step.total_seconds() / 3600
    steps = range(problem.grid.size)
    model = pyo.ConcreteModel()
    model.limits = pyo.ConstraintList()
    model.costs = []
    powers = _powers(model, problem, hours)
    net = [float(problem.site.inflexible[t]) + sum(power[t] for power in powers.values()) for t in steps]
    _energy(model, problem, net, hours)
    _limit(model, net, problem.site)
    for group in problem.groups:
        _limit(model, [sum(powers[name][t] for name in group.members) for t in steps], group)
    for commitment in problem.commitments:
        members = [sum(powers[name][t] for name in commitment.members) for t in steps]
        _deviations(model, commitment, members if commitment.members else net, hours)
    model.cost = pyo.Objective(expr=sum(model.costs))
    return model


def _powers(model: pyo.ConcreteModel, problem: Problem, hours: float) -> dict[str, Expressions]:
    """Add all devices and return the power of each at each step."""
    steps = range(problem.grid.size)
    blocks = {s.name: _storage(model, s, s.name) for s in problem.storages}
    powers = {}
    for storage in problem.storages:
        block = blocks[storage.name]
        _cost_of_storage(model, storage, block, hours)
        powers[storage.name] = [block.charge[t] - block.discharge[t] for t in steps]
        if not storage.feeds:
            feeders = [other for other in problem.storages if other.feeds == storage.name]
            for t in steps:
                _balance(
                    block, storage, [(storage, block), *((f, blocks[f.name]) for f in feeders)], t, hours
                )
    for device in problem.curtailables:
        block = _block(model, device.name)
        block.lost = pyo.Var(steps, domain=pyo.NonNegativeReals)
        for t in steps:
            block.limits.add(block.lost[t] <= float(device.potential[t]))
        model.costs.append(device.price * hours * sum(block.lost[t] for t in steps))
        powers[device.name] = [block.lost[t] - float(device.potential[t]) for t in steps]
    for process in problem.processes:
        powers[process.name] = _process(model, process)
    return powers


def _energy(model: pyo.ConcreteModel, problem: Problem, net: Expressions, hours: float) -> None:
    site = problem.site
    steps = range(len(net))
    model.imports = pyo.Var(steps, domain=pyo.NonNegativeReals)
    model.exports = pyo.Var(steps, domain=pyo.NonNegativeReals)
    model.importing = pyo.Var(steps, domain=pyo.Binary)
    for t in steps:
        model.limits.add(model.imports[t] - model.exports[t] == net[t])
        model.limits.add(model.imports[t] <= MUCH * model.importing[t])
        model.limits.add(model.exports[t] <= MUCH * (1 - model.importing[t]))
        bought = float(site.buy_price[t]) * model.imports[t]
        model.costs.append(hours * (bought - float(site.sell_price[t]) * model.exports[t]))


def _limit(model: pyo.ConcreteModel, net: Expressions, limits: Site | Group) -> None:
    for t, power in enumerate(net):
        if np.isfinite(limits.consumption_max[t]):
            model.limits.add(power <= float(limits.consumption_max[t]))
        if np.isfinite(limits.production_max[t]):
            model.limits.add(power >= -float(limits.production_max[t]))


def _deviations(model: pyo.ConcreteModel, commitment: Commitment, power: Expressions, hours: float) -> None:
    """Add what a commitment costs, for prices at which deviating both ways at once does not pay."""
    block = _block(model, commitment.name)
    steps = [t for t in range(len(power)) if np.isfinite(commitment.quantity[t])]
    block.up = pyo.Var(steps, domain=pyo.NonNegativeReals)
    block.down = pyo.Var(steps, domain=pyo.NonNegativeReals)
    block.top = pyo.Var([0, 1], domain=pyo.NonNegativeReals)
    for t in steps:
        block.limits.add(block.up[t] - block.down[t] == power[t] - float(commitment.quantity[t]))
        block.limits.add(block.top[0] >= block.up[t])
        block.limits.add(block.top[1] >= block.down[t])
        up, down = float(commitment.up_price[t]), float(commitment.down_price[t])
        model.costs.append(hours * (up * block.up[t] - down * block.down[t]))
    model.costs.append(commitment.up_peak_price * block.top[0] + commitment.down_peak_price * block.top[1])


def _process(model: pyo.ConcreteModel, process: Process) -> Expressions:
    """Add a process: each of its steps takes one step of time."""
    steps, parts = range(process.allowed.size), range(process.profile.size)
    block = _block(model, process.name)
    block.runs = pyo.Var(parts, steps, domain=pyo.Binary)
    for n in parts:
        block.limits.add(sum(block.runs[n, t] for t in steps) == 1)
        for t in steps:
            if not process.allowed[t]:
                block.runs[n, t].fix(0)
    for n in parts[1:]:
        wait = sum(t * (block.runs[n, t] - block.runs[n - 1, t]) for t in steps)
        block.limits.add(wait >= 1)
        if process.kind is not ProcessKind.BREAKABLE:
            block.limits.add(wait <= 1)
    return [sum(float(process.profile[n]) * block.runs[n, t] for n in parts) for t in steps]


def _cost_of_storage(
    model: pyo.ConcreteModel, storage: StorageDevice, block: pyo.Block, hours: float
) -> None:
    steps = range(storage.power_max.size)
    moved = sum(block.charge[t] + block.discharge[t] for t in steps)
    model.costs.append(storage.wear_cost * hours * moved)
    if not storage.feeds:
        model.costs.append(-storage.end_value * block.stock[steps[-1]])
    if storage.running is not None:
        _run(model, storage, storage.running, block)


def _run(model: pyo.ConcreteModel, storage: StorageDevice, running: Running, block: pyo.Block) -> None:
    """Add switching: written as implications between pairs of steps."""
    steps = range(storage.power_max.size)
    block.on = pyo.Var(steps, domain=pyo.Binary)
    block.starts = pyo.Var(steps, domain=pyo.NonNegativeReals)
    least = max(running.least_power, 0.01 * float(storage.power_max.max()))
    for t in steps:
        before = int(running.was_on) if t == 0 else block.on[t - 1]
        block.limits.add(block.charge[t] <= max(float(storage.power_max[t]), 0.0) * block.on[t])
        block.limits.add(block.charge[t] >= least * block.on[t])
        block.limits.add(block.starts[t] >= block.on[t] - before)
        for later in steps[t : t + running.least_run]:
            block.limits.add(block.on[later] >= block.on[t] - before)
        for later in steps[t : t + running.least_rest]:
            block.limits.add(1 - block.on[later] >= before - block.on[t])
    model.costs.append(running.start_cost * sum(block.starts[t] for t in steps))


def _block(model: pyo.ConcreteModel, name: str) -> pyo.Block:
    block = pyo.Block()
    model.add_component(f"device_{name}", block)
    block.limits = pyo.ConstraintList()
    return block


def _storage(model: pyo.ConcreteModel, storage: StorageDevice, name: str) -> pyo.Block:
    """Add a storage without the balance of its stock."""
    steps = range(storage.power_max.size)
    block = _block(model, name)
    block.charge = pyo.Var(steps, domain=pyo.NonNegativeReals)
    block.discharge = pyo.Var(steps, domain=pyo.NonNegativeReals)
    block.charging = pyo.Var(steps, domain=pyo.Binary)
    block.stock = pyo.Var(steps)
    for t in steps:
        block.limits.add(block.charge[t] <= max(float(storage.power_max[t]), 0.0) * block.charging[t])
        block.limits.add(
            block.discharge[t] <= max(-float(storage.power_min[t]), 0.0) * (1 - block.charging[t])
        )
        block.limits.add(block.charge[t] - block.discharge[t] <= float(storage.power_max[t]))
        block.limits.add(block.charge[t] - block.discharge[t] >= float(storage.power_min[t]))
    return block


def _balance(
    block: pyo.Block,
    storage: StorageDevice,
    feeders: list[tuple[StorageDevice, pyo.Block]],
    t: int,
    hours: float,
) -> None:
    """Say what becomes of the stock in a step: what comes in decays while it comes in."""
    before = storage.soc_start if t == 0 else block.stock[t - 1]
    kept = _at(storage.retention, t)
    within = 1.0 if kept == 1.0 else (kept - 1) / math.log(kept)
    change = _at(storage.inflow, t)
    for feeder, flows in feeders:
        change += flows.charge[t] * _at(feeder.charging_efficiency, t)
        change -= flows.discharge[t] / _at(feeder.discharging_efficiency, t)
    block.limits.add(block.stock[t] == kept * before + change * hours * within)
    block.limits.add(block.stock[t] >= float(storage.soc_min[t]))
    if np.isfinite(storage.soc_max[t]):
        block.limits.add(block.stock[t] <= float(storage.soc_max[t]))
    if not np.isnan(storage.soc_target[t]):
        block.limits.add(block.stock[t] == float(storage.soc_target[t]))


def _at(value: float | Array, t: int) -> float:
    return value if isinstance(value, float) else float(value[t])
