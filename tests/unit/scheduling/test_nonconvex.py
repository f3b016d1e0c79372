"""Where losing energy pays, the exact programme still finds what a search with switches finds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from flexmeasures.domain.series import Array
from flexmeasures.scheduling import nonconvex
from flexmeasures.scheduling.case import as_case
from flexmeasures.scheduling.curves import least_within, lower_of, value_at, within
from flexmeasures.scheduling.exact import FEW, solve_exactly, without_limits
from flexmeasures.scheduling.filling import least_together
from flexmeasures.scheduling.linear import Unsolvable, solve_linear
from flexmeasures.scheduling.lone import one_of
from flexmeasures.scheduling.nonconvex import cheapest_of_all
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.schedule import schedule
from flexmeasures.scheduling.slopes import least_cost
from flexmeasures.testing.problems import battery, problem, site, steady


def wasteful(seed: int, size: int = 14) -> Problem:
    """Return a storage that may lose energy at negative prices, with every kind of limit."""
    rng = np.random.default_rng(seed)
    buy = rng.uniform(-80, 60, size)
    margin = rng.choice([0.0, 20.0]) * rng.uniform(0, 1, size)
    place = replace(
        site(buy),
        sell_price=buy - margin,
        inflexible=rng.normal(0, 0.5, size) * rng.choice([0.0, 1.0]),
        production_max=steady(rng.choice([0.8, np.inf]), size),
    )
    capacity = rng.uniform(0.5, 4)
    device = battery(size, power=rng.uniform(0.3, 2), soc=(0, capacity * rng.uniform(0, 1), capacity))
    floor = np.where(rng.random(size) < 0.2, capacity * rng.uniform(0, 0.2), 0.0)
    asked = replace(
        device,
        power_max=device.power_max * rng.uniform(0.6, 1, size),
        power_min=device.power_min * rng.uniform(0.3, 1, size) * rng.choice([0.0, 1.0], p=[0.1, 0.9]),
        soc_min=floor,
        soc_max=np.full(size, np.inf) if rng.random() < 0.2 else capacity * rng.uniform(0.8, 1, size),
        charging_efficiency=rng.uniform(0.5, 1, size),
        discharging_efficiency=float(rng.uniform(0.5, 1)),
        retention=float(rng.choice([1.0, 0.98])),
        inflow=rng.normal(0, 0.03, size) * rng.choice([0.0, 1.0]),
        wear_cost=float(rng.choice([0.0, 2.0])),
        end_value=float(rng.choice([0.0, 30.0])),
    )
    return replace(problem(place, asked, sooner=bool(rng.integers(2))), seconds=60.0)


@pytest.mark.parametrize("seed", range(60))
def test_it_costs_what_a_search_with_switches_finds(seed: int) -> None:
    asked = replace(wasteful(seed), prefer_charging_sooner=False)
    case = as_case(asked)
    try:
        searched = solve_linear(case)
    except Unsolvable:
        assert solve_exactly(case) is None
        return

    plan = solve_exactly(case)

    assert plan is not None
    assert_allclose(plan.bound, searched.bound, atol=3e-6 * (1 + abs(searched.bound)))
    assert (plan.stock <= case.fleet.ceiling + 1e-9).all()
    assert (plan.stock >= case.fleet.floor - 1e-9).all()
    assert (plan.power <= case.fleet.power_max + 1e-9).all()
    assert (plan.power >= case.fleet.power_min - 1e-9).all()


@pytest.mark.parametrize("seed", range(60, 80))
def test_the_short_way_makes_the_same_schedule(seed: int) -> None:
    asked = wasteful(seed)
    solution, plan = schedule(asked), solve_exactly(as_case(asked))
    if solution.status == "optimal":
        assert plan is not None
        assert solution.engine == "exact programme"
        assert_allclose(solution.bound, min(plan.bound, solution.cost), rtol=1e-9, atol=1e-9)
        assert_allclose(solution.power, plan.power, atol=1e-6)


@pytest.mark.parametrize("power", [0.5, 0.0, -0.25])
def test_a_power_that_is_given_is_kept(power: float) -> None:
    device = replace(
        battery(4, power=2, soc=(0, 2, 4), efficiency=0.6),
        power_min=np.array([-2, power, -2, -2]),
        power_max=np.array([2, power, 2, 2]),
    )
    solution = schedule(problem(site([-50, -40, -30, -20]), device))
    assert_allclose(solution.power[0, 1], power, atol=1e-12)


def test_several_storages_are_found_one_by_one() -> None:
    devices = [battery(6, name=name, power=1, soc=(0, 1, 2), efficiency=0.7) for name in "abc"]
    asked = problem(site([-50, -40, 30, -20, -10, 40]), *devices, sooner=False)
    case = as_case(asked)
    plan, searched = solve_exactly(case), solve_linear(case)
    assert plan is not None
    assert_allclose(plan.bound, searched.bound, rtol=1e-6)


def test_many_storages_that_lose_energy_are_left_to_other_methods() -> None:
    devices = [battery(2, name=str(n), soc=(0, 1, 2), efficiency=0.5) for n in range(FEW + 1)]
    assert solve_exactly(as_case(problem(site([-50, -40]), *devices))) is None


def test_a_curve_with_too_many_corners_is_left_to_other_methods(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = problem(site([-50, -40, 30, -20]), battery(4, soc=(0, 0.3, 1), efficiency=0.6))
    assert schedule(asked).engine == "exact programme"
    if not hasattr(nonconvex.cheapest_of_all, "py_func"):
        monkeypatch.setattr(nonconvex, "_CORNERS", 2)
        assert solve_exactly(as_case(asked)) is None


@pytest.mark.parametrize("floor", [[0, 5, 0], [5, 0, 0]])
def test_there_is_no_schedule_where_a_limit_is_out_of_reach(floor: list[float]) -> None:
    asked = problem(site([-50, -40, -30]), battery(3, power=1, soc=(0, 1, 9)))
    lone = one_of(without_limits(as_case(asked)), 0, steady(-1, 3), steady(1, 3))
    lone = lone._replace(floor=np.array(floor, float))
    assert cheapest_of_all(lone, np.empty(3), np.empty(3)) == (np.inf, np.inf)


def test_a_bound_on_all_storages_is_that_of_each() -> None:
    devices = [battery(4, name=name, soc=(0, 1, 2)) for name in "ab"]
    many = without_limits(as_case(problem(site([10, 30, 20, 40]), *devices, sooner=False)))
    each = least_cost(one_of(many, 0, steady(-1, 4), steady(1, 4)))
    assert_allclose(least_together(many), 2 * each)


rising = st.lists(st.floats(0.05, 2), min_size=1, max_size=7)


@st.composite
def curves(draw: st.DrawFn) -> Array:
    """Draw a curve."""
    stocks = np.cumsum(draw(rising)) + draw(st.floats(-3, 3))
    values = draw(st.lists(st.floats(-10, 10), min_size=stocks.size, max_size=stocks.size))
    return np.array([stocks, values])


@settings(max_examples=60)
@given(curves(), st.floats(-2, 2), st.floats(0, 3), st.floats(-5, 5))
def test_the_least_within_reach_is_that_of_trying(
    curve: Array, least: float, width: float, slope: float
) -> None:
    found = least_within(curve, (least, least + width), slope, 1e-12)
    assert_allclose(found[0, [0, -1]], [curve[0, 0] - least - width, curve[0, -1] - least], atol=1e-9)
    for stock in np.linspace(found[0, 0], found[0, -1], 23):
        ends = np.clip([stock + least, stock + least + width], curve[0, 0], curve[0, -1])
        tried = np.concatenate([ends, curve[0][(curve[0] >= ends[0]) & (curve[0] <= ends[1])]])
        costs = [value_at(curve, after) + slope * (after - stock) for after in tried]
        assert_allclose(value_at(found, stock), min(costs), atol=1e-8)


@settings(max_examples=60)
@given(curves(), curves())
def test_the_lower_of_two_curves_is_that_at_each_stock(one: Array, other: Array) -> None:
    other[0] += one[0, 0] - other[0, 0]
    found = lower_of(one, other, 1e-12)
    for stock in np.linspace(found[0, 0], min(one[0, -1], other[0, -1]), 23)[:-1]:
        assert_allclose(value_at(found, stock), min(value_at(one, stock), value_at(other, stock)), atol=1e-8)


@settings(max_examples=60)
@given(curves(), st.floats(-4, 8), st.floats(0, 6))
def test_a_part_of_a_curve_is_the_curve_there(curve: Array, floor: float, width: float) -> None:
    part = within(curve, floor, floor + width, 1e-12)
    if not part.shape[1]:
        assert floor > curve[0, -1] or floor + width < curve[0, 0]
        return
    for stock in np.linspace(part[0, 0], part[0, -1], 9):
        assert_allclose(value_at(part, stock), value_at(curve, stock), atol=1e-8)
