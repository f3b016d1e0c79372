"""Many storages behind one limit: within it, and proven to be near the best."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from numpy.testing import assert_allclose

from flexmeasures.scheduling import portfolio as method
from flexmeasures.scheduling.case import as_case
from flexmeasures.scheduling.exact import FEW
from flexmeasures.scheduling.linear import solve_linear
from flexmeasures.scheduling.portfolio import solve_portfolio
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.schedule import schedule
from flexmeasures.testing.problems import battery, problem, site, steady


def batteries(number: int, share: float = 0.6, seed: int = 0, per_hour: int = 1) -> Problem:
    """Return batteries on hourly prices of a day behind a share of their power."""
    rng = np.random.default_rng(seed)
    hourly = 60 + 40 * np.sin(np.arange(24) / 24 * 2 * np.pi) + rng.normal(0, 10, 24)
    prices = np.repeat(hourly, per_hour)
    size = prices.size
    devices = []
    for name in range(number):
        capacity = rng.uniform(1, 4)
        devices.append(
            battery(
                size,
                name=str(name),
                power=capacity * rng.uniform(0.2, 0.6),
                soc=(0.1 * capacity, 0.5 * capacity, capacity),
                efficiency=rng.uniform(0.8, 0.95),
                targets={size - 1: 0.5 * capacity},
            )
        )
    limit = steady(share * sum(float(device.power_max[0]) for device in devices), size)
    place = replace(site(prices), consumption_max=limit, production_max=limit)
    return problem(place, *devices, step=timedelta(hours=1) / per_hour)


@pytest.mark.parametrize("seed", range(3))
def test_the_bound_is_a_bound_and_the_schedule_is_near(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(method, "_GOOD", 1.0)
    asked = batteries(FEW + 20, seed=seed)
    plan = solve_portfolio(as_case(asked))
    assert plan is not None
    best = solve_linear(as_case(asked)).bound
    assert best - 0.02 * abs(best) <= plan.bound <= best + 1e-6 * abs(best)


@pytest.mark.parametrize("seed", range(2))
def test_where_the_gap_is_wide_the_direct_method_is_tried(seed: int) -> None:
    solution = schedule(batteries(FEW + 20, seed=seed))
    assert solution.cost - solution.bound <= 0.01 * abs(solution.cost)


def test_a_large_portfolio_keeps_all_limits() -> None:
    asked = batteries(600)
    solution = schedule(asked)
    assert (solution.engine, solution.status, solution.shortfalls) == ("portfolio", "near", ())
    assert solution.cost - solution.bound <= 0.02 * abs(solution.cost)
    assert (np.abs(solution.power.sum(axis=0)) <= asked.site.consumption_max + 1e-6).all()
    for storage, power, stock in zip(asked.storages, solution.power, solution.stock, strict=True):
        efficiency = float(np.asarray(storage.charging_efficiency))
        change = np.where(power > 0, power * efficiency, power / efficiency)
        assert_allclose(np.diff(stock, prepend=storage.soc_start), change, atol=1e-9)
        assert (np.abs(power) <= storage.power_max + 1e-9).all()


def test_a_wide_limit_leaves_each_storage_its_best() -> None:
    solution = schedule(batteries(FEW + 50, share=2.0))
    assert solution.engine == "exact programme"
    assert_allclose(solution.bound, solution.cost, rtol=1e-3)


def test_a_limit_too_tight_for_filling_is_left_to_the_direct_method() -> None:
    asked = batteries(FEW + 5, share=0.02)
    empty = tuple(replace(storage, soc_start=float(storage.soc_min[0])) for storage in asked.storages)
    solution = schedule(replace(asked, storages=empty))
    assert solution.engine == "linear programme"
    assert solution.status in {"optimal", "relaxed"}


def test_a_gap_that_is_too_wide_is_left_to_the_direct_method(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(method, "_GOOD", 0.0)
    asked = batteries(FEW + 5)
    assert solve_portfolio(as_case(asked)) is None
    assert schedule(asked).engine == "linear programme"


def test_a_storage_that_its_cluster_hides_finds_no_room_by_itself() -> None:
    first, *others = batteries(FEW + 5, per_hour=12).storages
    late = np.where(np.arange(first.power_max.size) == 0, first.soc_max, first.soc_target)
    asked = replace(batteries(FEW + 5, per_hour=12), storages=(replace(first, soc_target=late), *others))
    assert solve_portfolio(as_case(asked)) is None


def test_few_storages_are_left_to_the_direct_method() -> None:
    assert solve_portfolio(as_case(batteries(FEW))) is None


@pytest.mark.full
def test_ten_thousand_batteries_are_within_three_percent_at_smooth_prices() -> None:
    solution = schedule(batteries(10_000, per_hour=4))
    assert solution.engine == "portfolio"
    assert solution.cost - solution.bound <= 0.03 * abs(solution.cost)
