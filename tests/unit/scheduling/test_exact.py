"""The exact programme finds what the linear programme finds, and knows where it does not apply."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from flexmeasures.scheduling import alone, exact
from flexmeasures.scheduling.case import as_case
from flexmeasures.scheduling.equipment import StorageDevice
from flexmeasures.scheduling.exact import solve_exactly, without_limits
from flexmeasures.scheduling.filling import Plans, Room, fill
from flexmeasures.scheduling.linear import solve_linear
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.schedule import schedule
from flexmeasures.testing.problems import battery, problem, site, steady


def random_problem(seed: int, *, number: int = 1) -> Problem:
    """Return storages of all kinds behind a meter of two tariffs with a load and limits, or at one price."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(1, 60))
    buy = rng.uniform(0, 100, size)
    alone = number == 1
    place = replace(
        site(buy),
        sell_price=buy * (rng.uniform(0.3, 1, size) if alone and rng.random() < 0.7 else 1.0),
        inflexible=rng.normal(0, 1, size) * alone,
        consumption_max=steady(5 if alone else np.inf, size),
        production_max=steady(5 if alone else np.inf, size),
    )
    return problem(place, *(random_storage(rng, size, str(i)) for i in range(number)))


def random_storage(rng: np.random.Generator, size: int, name: str) -> StorageDevice:
    """Return a storage with limits that change, losses, decay, use, wear and end value."""
    capacity = rng.uniform(1, 5)
    device = battery(size, name=name, power=rng.uniform(0.2, 2), soc=(0, capacity / 2, capacity))
    return replace(
        device,
        power_max=device.power_max * rng.uniform(0.5, 1, size),
        power_min=device.power_min * rng.choice([0.0, 1.0]),
        soc_max=capacity * rng.uniform(0.7, 1, size),
        charging_efficiency=rng.uniform(0.7, 1, size),
        discharging_efficiency=float(rng.uniform(0.7, 1)),
        retention=float(rng.choice([1.0, 0.99])),
        inflow=rng.normal(0, 0.05, size),
        wear_cost=float(rng.choice([0.0, 5.0])),
        end_value=float(rng.choice([0.0, 50.0])),
    )


@pytest.mark.parametrize("seed", range(120))
@pytest.mark.parametrize("number", [1, 3])
def test_both_methods_agree(seed: int, number: int) -> None:
    asked = random_problem(seed, number=number)
    case = as_case(asked)

    plan = solve_exactly(case)

    if plan is None:
        assert schedule(asked).status == "relaxed"
        return
    linear = solve_linear(case)
    scale = 1 + abs(linear.bound)
    assert_allclose(plan.bound, linear.bound, atol=1e-6 * scale)
    assert (plan.stock <= case.fleet.ceiling + 1e-9).all()
    assert (plan.stock >= case.fleet.floor - 1e-9).all()


@pytest.mark.parametrize("seed", range(20))
def test_both_methods_make_one_schedule_where_the_preference_decides(seed: int) -> None:
    rng = np.random.default_rng(seed)
    prices = np.repeat(rng.integers(20, 60, 12), 4).astype(float)
    asked = problem(site(prices), battery(48, power=0.3, soc=(0, 0.5, 1), efficiency=0.9))
    plan = solve_exactly(as_case(asked))
    assert plan is not None
    assert_allclose(plan.power, solve_linear(as_case(asked)).power, atol=1e-6)


@given(st.lists(st.floats(0, 100), min_size=2, max_size=8), st.floats(0, 1), st.integers(0, 7))
def test_without_machine_code_the_schedule_costs_the_same(
    prices: list[float], level: float, due: int
) -> None:
    size = len(prices)
    asked = problem(site(prices), battery(size, soc=(0, 0.5, 1), efficiency=0.9, targets={due % size: level}))
    with pytest.MonkeyPatch.context() as patch:
        with_it = schedule(asked)
        patch.setattr(exact, "IS_AVAILABLE", False)
        patch.setattr(alone, "IS_AVAILABLE", False)
        without = schedule(asked)
    assert without.engine != "exact programme"
    assert_allclose(with_it.cost, without.cost, atol=1e-4)
    assert [s.constraint for s in with_it.shortfalls] == [s.constraint for s in without.shortfalls]


@pytest.mark.parametrize(
    ("prices", "efficiency", "engine"),
    [
        ([30, 20, 10], 0.9, "exact programme"),
        ([30, -20, 10], 1.0, "exact programme"),
        ([30, -20, 10], 0.9, "exact programme"),
        ([-30, -20, 10], 0.9, "exact programme"),
    ],
)
def test_the_method_is_chosen_by_the_problem(prices: list[float], efficiency: float, engine: str) -> None:
    asked = problem(site(prices), battery(3, soc=(0, 0.5, 1.0), efficiency=efficiency, targets={2: 0.5}))
    assert schedule(asked).engine == engine


def test_devices_whose_shared_limit_does_not_bind_are_scheduled_each_alone() -> None:
    devices = [battery(4, name=n, soc=(0, 0.5, 1), efficiency=0.9) for n in "ab"]
    place = site([10, 20, 30, 40])
    free = schedule(problem(replace(place, production_max=steady(2, 4)), *devices))
    bound = schedule(problem(replace(place, production_max=steady(0.5, 4)), *devices))
    assert (free.engine, bound.engine) == ("exact programme", "linear programme")
    assert free.cost < bound.cost


def test_where_selling_pays_more_than_buying_costs_the_method_sells() -> None:
    asked = problem(
        replace(site([10, 10]), sell_price=steady(20, 2)), battery(2, soc=(0, 1, 1)), sooner=False
    )
    plan = solve_exactly(as_case(asked))
    assert plan is not None
    assert_allclose(plan.bound, -20)


def test_storages_that_come_one_after_the_other_get_what_is_left() -> None:
    prices = site([10, 20, 30])
    cars = [battery(3, name=n, soc=(0, 0, 2), targets={2: 1.0}, one_way=True) for n in "ab"]
    never = replace(battery(3, name="never", one_way=True), soc_target=np.array([np.nan, np.nan, 9.0]))
    must = replace(battery(3, name="must", soc=(0, 0, 9)), power_min=steady(1, 3))
    many = without_limits(as_case(problem(prices, *cars, never, must)))
    plans = Plans(np.zeros((4, 3)), np.zeros((4, 3)), np.zeros(4, bool))

    missing = fill(many, np.array([1, 0, 2, 3]), Room(steady(0, 3), steady(1, 3)), plans)

    assert missing == 2
    assert plans.exists.tolist() == [True, True, False, False]
    assert_allclose(plans.power, [[0, 1, 0], [1, 0, 0], [0, 0, 0], [0, 0, 0]], atol=1e-9)
    assert_allclose(plans.stock[:2], [[0, 1, 1], [1, 1, 1]], atol=1e-9)
