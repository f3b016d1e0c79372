"""An independent opinion on what a schedule can cost at best: the problem written down in Pyomo.

It is written step by step from the definition of a problem, with a switch at every step of every device, and
shares nothing with the scheduler. Slow on purpose: what it says must be easy to believe.
"""

from __future__ import annotations

import math

import numpy as np
import pyomo.environ as pyo

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.contracts import Commitment, Group, Site, StockCommitment
from flexmeasures.scheduling.equipment import Adjustable, Band, Process, ProcessKind, Running, StorageDevice
from flexmeasures.scheduling.goal import Goal
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
    return _solved(referee(problem), seconds)


def least_of_each(problem: Problem, seconds: float = 60.0) -> list[float]:
    """Return the least that each goal comes to, one after the other, at little loss for those before."""
    model = referee(problem)
    hours = problem.grid.step.total_seconds() / 3600
    measures = {Goal.COST: sum(model.costs), Goal.EMISSIONS: _emissions(model, problem, hours)}
    found = []
    model.peak = pyo.Var()
    for net in model.nets[problem.site.commodity]:
        model.limits.add(model.peak >= net)
        model.limits.add(model.peak >= -net)
    measures[Goal.PEAK] = model.peak
    for goal in problem.goals:
        model.cost.set_value(measures[goal])
        found.append(_solved(model, seconds))
        model.limits.add(measures[goal] <= found[-1] + problem.tolerance * abs(found[-1]))
    return found


def _emissions(model: pyo.ConcreteModel, problem: Problem, hours: float) -> pyo.Expression:
    total = 0.0
    for site in problem.sites:
        if site.co2_intensity is not None:
            net = model.nets[site.commodity]
            expected = np.mean(_loads(site), axis=0) - site.inflexible
            for t in range(problem.grid.size):
                total += hours * float(site.co2_intensity[t]) * (net[t] + float(expected[t]))
    return total


def _solved(model: pyo.ConcreteModel, seconds: float) -> float:
    """Return the optimum of a model.

    Raises:
        RuntimeError: there is none, or it was not proven in time.
    """
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
    nets = {}
    for site in problem.sites:
        own = [powers[device.name] for device in problem.devices if device.commodity == site.commodity]
        together = [sum(power[t] for power in own) for t in steps]
        nets[site.commodity] = [float(site.inflexible[t]) + together[t] for t in steps]
        _energy(model, problem, site, together, hours)
        _meter(model, site, together)
    _couple(model, problem, powers)
    for group in problem.groups:
        _limit(model, [sum(powers[name][t] for name in group.members) for t in steps], group)
    for commitment in problem.commitments:
        members = [sum(powers[name][t] for name in commitment.members) for t in steps]
        held = members if commitment.members else nets[commitment.commodity]
        _deviations(model, commitment, held, hours)
    for promise in problem.stock_commitments:
        _deviations(model, promise, _stock(model, problem, promise.storage), hours)
    model.nets = nets
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
    for load in problem.adjustables:
        powers[load.name] = _adjustable(model, load, hours)
    banded = [(s.name, s.bands) for s in problem.storages] + [(a.name, a.bands) for a in problem.adjustables]
    for name, bands in banded:
        if bands:
            _modes(model, name, bands, powers[name])
    return powers


def _adjustable(model: pyo.ConcreteModel, load: Adjustable, hours: float) -> Expressions:
    steps = range(load.power_min.size)
    block = _block(model, load.name)
    block.power = pyo.Var(steps)
    block.size = pyo.Var(steps)
    for t in steps:
        block.limits.add(block.power[t] >= float(load.power_min[t]))
        block.limits.add(block.power[t] <= float(load.power_max[t]))
        block.limits.add(block.size[t] >= block.power[t])
        block.limits.add(block.size[t] >= -block.power[t])
    model.costs.append(load.cost * hours * sum(block.size[t] for t in steps))
    return [block.power[t] for t in steps]


def _modes(model: pyo.ConcreteModel, name: str, bands: tuple[Band, ...], power: Expressions) -> None:
    """Add one switch for each band: the power is within the one that is on."""
    block = _block(model, f"modes of {name}")
    block.mode = pyo.Var(range(len(bands)), range(len(power)), domain=pyo.Binary)
    for t, value in enumerate(power):
        block.limits.add(sum(block.mode[b, t] for b in range(len(bands))) == 1)
        for b, (least, most) in enumerate(bands):
            block.limits.add(value >= least - MUCH * (1 - block.mode[b, t]))
            block.limits.add(value <= most + MUCH * (1 - block.mode[b, t]))


def _couple(model: pyo.ConcreteModel, problem: Problem, powers: dict[str, Expressions]) -> None:
    """Add one common flow for each coupling."""
    for coupling in problem.couplings:
        block = _block(model, coupling.name)
        block.flow = pyo.Var(range(problem.grid.size))
        for name, share in coupling.shares:
            for t, power in enumerate(powers[name]):
                block.limits.add(power == _at(share, t) * block.flow[t])


def _stock(model: pyo.ConcreteModel, problem: Problem, name: str) -> Expressions:
    feeds = next(storage.feeds for storage in problem.storages if storage.name == name)
    block = model.component(f"device_{feeds or name}")
    return [block.stock[t] for t in range(problem.grid.size)]


def _energy(
    model: pyo.ConcreteModel, problem: Problem, site: Site, together: Expressions, hours: float
) -> None:
    """Add what energy costs: the mean over all loads that are equally likely."""
    steps = range(len(together))
    co2 = np.zeros(len(together)) if site.co2_intensity is None else site.co2_intensity * problem.co2_price
    loads = _loads(site)
    for number, load in enumerate(loads):
        block = _block(model, f"meter of {site.commodity} {number}")
        block.imports = pyo.Var(steps, domain=pyo.NonNegativeReals)
        block.exports = pyo.Var(steps, domain=pyo.NonNegativeReals)
        block.importing = pyo.Var(steps, domain=pyo.Binary)
        for t in steps:
            block.limits.add(block.imports[t] - block.exports[t] == together[t] + float(load[t]))
            block.limits.add(block.imports[t] <= MUCH * block.importing[t])
            block.limits.add(block.exports[t] <= MUCH * (1 - block.importing[t]))
            bought = float(site.buy_price[t] + co2[t]) * block.imports[t]
            sold = float(site.sell_price[t] + co2[t]) * block.exports[t]
            model.costs.append(hours / len(loads) * (bought - sold))


def _loads(site: Site) -> list[Array]:
    unsure = site.uncertainty
    return [site.inflexible] if unsure is None or not len(unsure.scenarios) else list(unsure.scenarios)


def _meter(model: pyo.ConcreteModel, site: Site, together: Expressions) -> None:
    """Add the limits of a site, for the loads that are least favourable with the confidence asked for."""
    unsure = site.uncertainty
    high = site.inflexible if unsure is None else np.maximum(unsure.high, site.inflexible)
    low = site.inflexible if unsure is None else np.minimum(unsure.low, site.inflexible)
    for t, power in enumerate(together):
        if np.isfinite(site.consumption_max[t]):
            model.limits.add(power + float(high[t]) <= float(site.consumption_max[t]))
        if np.isfinite(site.production_max[t]):
            model.limits.add(power + float(low[t]) >= -float(site.production_max[t]))


def _limit(model: pyo.ConcreteModel, net: Expressions, limits: Group) -> None:
    for t, power in enumerate(net):
        if np.isfinite(limits.consumption_max[t]):
            model.limits.add(power <= float(limits.consumption_max[t]))
        if np.isfinite(limits.production_max[t]):
            model.limits.add(power >= -float(limits.production_max[t]))


def _deviations(
    model: pyo.ConcreteModel, commitment: Commitment | StockCommitment, power: Expressions, hours: float
) -> None:
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
        up, down = _at(commitment.up_price, t), _at(commitment.down_price, t)
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
    if storage.soc_minima is not None and not np.isnan(storage.soc_minima[t]):
        block.limits.add(block.stock[t] >= float(storage.soc_minima[t]))
    if storage.soc_maxima is not None and not np.isnan(storage.soc_maxima[t]):
        block.limits.add(block.stock[t] <= float(storage.soc_maxima[t]))
    if not np.isnan(storage.soc_target[t]):
        block.limits.add(block.stock[t] == float(storage.soc_target[t]))


def _at(value: float | Array, t: int) -> float:
    return value if isinstance(value, float) else float(value[t])
