"""Random problems of every kind cost what an independent model in Pyomo says they cost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from flexmeasures.scheduling.contracts import Commitment, Group
from flexmeasures.scheduling.equipment import Curtailable, Process, ProcessKind, Running, StorageDevice
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.schedule import schedule
from flexmeasures.testing.problems import battery, problem, site, steady
from flexmeasures.testing.referee import least_cost


def random_storage(rng: np.random.Generator, size: int, name: str) -> StorageDevice:
    """Return a battery or a car with its wishes; each can keep them alone."""
    capacity, efficiency = rng.uniform(1, 4), rng.choice([1.0, rng.uniform(0.6, 1)])
    power = capacity * rng.uniform(0.2, 0.8)
    start = capacity * rng.uniform(0.1, 0.9)
    one_way = bool(rng.random() < 0.3)
    reachable = min(capacity, start + 0.5 * power * size * np.sqrt(efficiency))
    targets = {size - 1: rng.uniform(start, reachable)} if rng.random() < 0.5 else None
    device = battery(
        size,
        name=name,
        power=power,
        soc=(0.05 * capacity, start, capacity),
        efficiency=efficiency,
        targets=targets,
        one_way=one_way,
    )
    available = rng.random(size) > 0.1
    device = replace(device, power_max=device.power_max * np.where(available, 1, rng.uniform(0.5, 1)))
    return with_more(rng, device) if rng.random() < 0.5 else device


def with_more(rng: np.random.Generator, device: StorageDevice) -> StorageDevice:
    """Return a storage that decays, is used, wears, or keeps value, without targets."""
    size = device.power_max.size
    start = device.soc_start
    return replace(
        device,
        soc_target=steady(np.nan, size),
        soc_min=steady(-5, size),
        soc_max=device.soc_max + 5,
        retention=float(rng.choice([1.0, rng.uniform(0.95, 0.999)])),
        inflow=rng.normal(0, 0.05 * start, size) * rng.choice([0, 1]),
        wear_cost=float(rng.choice([0.0, rng.uniform(0, 10)])),
        end_value=float(rng.choice([0.0, rng.uniform(20, 60)])),
        charging_efficiency=float(device.charging_efficiency) * np.ones(size),
    )


def random_problem(seed: int) -> Problem:
    """Return a site with storages and more, loads, two tariffs, limits and sometimes negative prices."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(4, 24))
    buy = rng.normal(50, 50 if rng.random() < 0.3 else 15, size)
    margin = rng.choice([0.0, rng.uniform(0, 20)])
    load = rng.uniform(-0.5, 0.5, size) * rng.choice([0, 1, 4])
    roomy = float(np.abs(load).max()) + 3.0
    place = replace(
        site(buy),
        sell_price=buy - margin,
        inflexible=load,
        consumption_max=steady(roomy if rng.random() < 0.5 else np.inf, size),
        production_max=steady(roomy if rng.random() < 0.5 else np.inf, size),
    )
    devices = [random_storage(rng, size, name) for name in "abc"[: rng.integers(1, 4)]]
    asked = problem(place, *devices, sooner=False)
    return with_other_devices(rng, asked) if rng.random() < 0.6 else asked


def with_other_devices(rng: np.random.Generator, asked: Problem) -> Problem:
    """Return a problem with some of all other things that can be scheduled or priced."""
    size = asked.grid.size
    first, *others = asked.storages
    others += [feeder(rng, size, first.name)] if rng.random() < 0.3 else []
    if rng.random() < 0.3 and first.power_min.max() < 0:
        others += [pump(rng, size)]
    kind = rng.choice([ProcessKind.SHIFTABLE, ProcessKind.BREAKABLE])
    process = Process("process", kind, rng.uniform(0.1, 0.6, int(rng.integers(1, 4))), rng.random(size) > 0.1)
    runs = rng.random() < 0.4 and bool(process.allowed[:3].all()) and process.profile.size <= size
    position = Commitment(
        "position", rng.normal(0, 1, size), rng.uniform(0, 60, size), rng.uniform(-60, 0, size)
    )
    peak = Commitment.peak("peak", rng.uniform(1, 50), 0.3, rng.random(size) > 0.4)
    soft = replace(
        position,
        name="soft",
        up_peak_price=rng.uniform(0, 20),
        members=(first.name,),
        quantity=steady(0.5, size),
    )
    group = Group("group", (first.name,), steady(0.9 * first.power_max.max(), size), steady(9, size))
    return replace(
        asked,
        storages=(first, *others),
        curtailables=(Curtailable("sun", rng.uniform(0, 1, size), rng.uniform(0, 5)),)
        * int(rng.random() < 0.5),
        processes=(process,) * int(runs),
        commitments=tuple(c for c in (position, peak, soft) if rng.random() < 0.4),
        groups=(group,) * int(rng.random() < 0.3 and np.isnan(first.soc_target).all()),
    )


def feeder(rng: np.random.Generator, size: int, stock: str) -> StorageDevice:
    """Return a second way into a stock."""
    return replace(
        battery(size, name="feeder", power=rng.uniform(0.1, 1), one_way=True),
        charging_efficiency=float(rng.uniform(0.5, 1)),
        feeds=stock,
    )


def pump(rng: np.random.Generator, size: int) -> StorageDevice:
    """Return a heat pump that has a least power, least times and a cost of starting."""
    running = Running(
        least_power=float(rng.uniform(0, 0.5)),
        least_run=int(rng.integers(1, 4)),
        least_rest=int(rng.integers(1, 4)),
        start_cost=float(rng.choice([0.0, 5.0])),
        was_on=bool(rng.random() < 0.5),
    )
    device = battery(size, name="pump", power=1.0, soc=(-20, 0, 50), one_way=True)
    return replace(
        device,
        charging_efficiency=rng.uniform(2, 4, size),
        inflow=-0.3,
        end_value=float(rng.uniform(0, 30)),
        running=running,
    )


def compare(asked: Problem) -> None:
    """Check a schedule against the referee."""
    solution = schedule(asked)
    assert not solution.shortfalls, solution.explanation
    best = least_cost(asked)
    assert_allclose(solution.cost, best, atol=1e-6 * (1 + abs(best)))
    assert_allclose(solution.bound, best, atol=2e-6 * (1 + abs(best)))


@pytest.mark.parametrize("seed", range(25))
def test_a_schedule_costs_what_the_referee_says(seed: int) -> None:
    compare(random_problem(seed))


@pytest.mark.full
@pytest.mark.parametrize("seed", range(1000, 1020))
def test_hundreds_of_schedules_cost_what_the_referee_says(seed: int) -> None:
    for case in range(25):
        compare(random_problem(25 * seed + case))
