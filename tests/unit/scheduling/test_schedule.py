"""The documented behaviour of schedules, and the reference cases of the first versions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from numpy.testing import assert_allclose

from flexmeasures.domain.errors import InfeasibleProblem, UnknownPrices
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.schedule import schedule
from flexmeasures.testing.problems import START, battery, problem, site, steady

QUARTER = timedelta(minutes=15)
THREE_BLOCKS = np.repeat([100.0, 90.0, 100.0], 32)


def test_a_battery_sells_dear_buys_cheap_and_sells_again() -> None:
    device = battery(96, power=2, soc=(0, 2.5, 5))
    solution = schedule(problem(site(THREE_BLOCKS), device, step=QUARTER))
    assert_allclose(solution.stock[0, [31, 63, 95]], [0, 5, 0], atol=1e-9)
    assert solution.status == "optimal"
    assert_allclose(solution.cost, -2.5 * 100 + 5 * 90 - 5 * 100)


def test_overridden_limits_of_the_stock_are_touched_exactly() -> None:
    device = battery(96, power=2, soc=(0.5, 2.5, 4.5))
    solution = schedule(problem(site(THREE_BLOCKS), device, step=QUARTER))
    assert_allclose(solution.stock[0, [31, 63, 95]], [0.5, 4.5, 0.5], atol=1e-9)


@pytest.mark.parametrize("efficiency", [0.99, 0.98])
def test_a_small_loss_leaves_the_trade_worthwhile(efficiency: float) -> None:
    device = battery(96, power=2, soc=(0.5, 2.5, 4.5), efficiency=efficiency)
    solution = schedule(problem(site(THREE_BLOCKS), device, step=QUARTER))
    assert_allclose(solution.stock[0, [31, 63, 95]], [0.5, 4.5, 0.5], atol=1e-9)


@pytest.mark.parametrize("efficiency", [0.9, 0.5, 0.01])
def test_with_large_losses_a_battery_only_discharges(efficiency: float) -> None:
    device = battery(96, power=2, soc=(0.5, 2.5, 4.5), efficiency=efficiency)
    solution = schedule(problem(site(THREE_BLOCKS), device, step=QUARTER))
    assert solution.power.max() == 0
    assert_allclose(solution.stock[0, -1], 0.5, atol=1e-9)


@pytest.mark.parametrize("prices", [[50, 50, 90, 90, 90, 90, 90, 90], [90, 90, 50, 50, 50, 50, 50, 50]])
def test_a_car_is_charged_in_time_whatever_it_costs(prices: list[float]) -> None:
    car = battery(8, power=2, soc=(0, 1, 5), targets={1: 5.0}, one_way=True)
    solution = schedule(problem(site(prices), car))
    assert_allclose(solution.power[0], [2, 2, 0, 0, 0, 0, 0, 0])
    assert solution.shortfalls == ()


def test_a_car_that_comes_too_late_charges_at_full_power_until_it_is_there() -> None:
    car = battery(8, name="Car", power=2, soc=(0, 1, 5), targets={0: 5.0}, one_way=True)

    solution = schedule(problem(site([90, 90, 50, 50, 50, 50, 50, 50]), car))

    assert_allclose(solution.power[0], [2, 2, 0, 0, 0, 0, 0, 0])
    assert solution.status == "relaxed"
    (shortfall,) = solution.shortfalls
    assert (shortfall.device, shortfall.constraint, shortfall.unit) == ("Car", "soc-target", "MWh")
    assert shortfall.time == START + timedelta(hours=1)
    assert_allclose(shortfall.amount, 2)
    assert solution.explanation == (
        "Car has 3 MWh at 2024-01-01T01:00:00+00:00, 2 MWh off its target of 5 MWh: that is as near as its "
        "power and its limits allow. It gets there by 2024-01-01T02:00:00+00:00.",
    )


def test_a_battery_that_is_too_full_discharges_until_its_target_is_reached() -> None:
    device = battery(4, power=1, soc=(0, 3, 3), targets={0: 1.0})
    solution = schedule(problem(site([-5, -5, -5, -5]), device))
    assert_allclose(solution.power[0, :2], [-1, -1])
    assert_allclose([shortfall.amount for shortfall in solution.shortfalls], [1])


def test_a_battery_below_its_least_charge_is_charged_until_within_it() -> None:
    device = battery(4, name="B", power=1, soc=(2, 0, 4))
    solution = schedule(problem(site([10, 5, 5, 5]), device))
    assert_allclose(solution.power[0, :2], [1, 1])
    assert [(s.constraint, s.amount) for s in solution.shortfalls] == [("soc-min", 1.0)]


def test_a_battery_above_its_largest_charge_is_discharged_until_within_it() -> None:
    device = battery(4, power=1, soc=(0, 3, 1.5))
    solution = schedule(problem(site([-5, -5, -5, -5]), device))
    assert_allclose(solution.stock[0], [2, 1.5, 1.5, 1.5])
    assert [(s.constraint, s.amount) for s in solution.shortfalls] == [("soc-max", 0.5)]


def test_a_target_above_the_largest_charge_is_missed_by_the_difference() -> None:
    device = battery(4, power=1, soc=(0, 0, 2), targets={3: 3.0})
    solution = schedule(problem(site([5, 5, 5, 5]), device))
    assert_allclose(solution.stock[0, -1], 2)
    assert_allclose([shortfall.amount for shortfall in solution.shortfalls], [1])


def test_a_device_without_power_misses_its_target_and_says_so() -> None:
    device = battery(4, name="Dead", power=0, soc=(0, 1, 5), targets={3: 3.0})
    solution = schedule(problem(site([5, 5, 5, 5]), device))
    assert_allclose(solution.power, 0)
    assert "It does not get there in this schedule." in solution.explanation[0]


def test_a_strict_problem_is_refused_with_the_reason() -> None:
    device = battery(4, name="Dead", power=0, soc=(0, 1, 5), targets={3: 3.0})
    with pytest.raises(InfeasibleProblem, match=r"Dead has 1 MWh .* 2 MWh off its target"):
        schedule(replace(problem(site([5, 5, 5, 5]), device), strict=True))


def test_at_equal_prices_a_car_charges_as_early_as_it_can() -> None:
    car = battery(8, power=1, soc=(0, 0, 2.5), targets={7: 2.5}, one_way=True)
    solution = schedule(problem(site([30] * 8), car))
    assert_allclose(solution.power[0], [1, 1, 0.5, 0, 0, 0, 0, 0], atol=1e-9)


def test_at_equal_prices_a_battery_discharges_as_late_as_it_can_and_does_not_cycle() -> None:
    device = battery(8, power=1, soc=(0, 1.5, 5))
    solution = schedule(problem(site([30] * 8), device))
    assert_allclose(solution.power[0], [0, 0, 0, 0, 0, 0, -0.5, -1], atol=1e-9)


@pytest.mark.parametrize("price", [0.0, 1e-4, 300.0])
def test_at_equal_prices_a_battery_that_must_end_as_it_began_does_nothing(price: float) -> None:
    device = battery(8, power=1, soc=(0, 1.5, 5), targets={7: 1.5})
    solution = schedule(problem(site([price] * 8), device))
    assert_allclose(solution.power, 0, atol=1e-9)


def test_the_preference_for_early_charging_can_be_switched_off() -> None:
    prices = site([30, 20, 30, 20, 30])
    car = battery(5, power=1, soc=(0, 0, 1), targets={4: 1.0}, one_way=True)
    with_it, without = (schedule(problem(prices, car, sooner=sooner)) for sooner in (True, False))
    assert_allclose(with_it.power[0], [0, 1, 0, 0, 0], atol=1e-9)
    assert_allclose([with_it.cost, without.cost], 20)


def test_devices_share_the_capacity_of_the_site() -> None:
    cars = [battery(4, name=n, power=2, soc=(0, 0, 4), targets={3: 4.0}, one_way=True) for n in "ab"]
    place = replace(site([10, 20, 30, 40]), consumption_max=steady(3, 4), inflexible=steady(1, 4))
    solution = schedule(problem(place, *cars))
    assert_allclose(solution.power.sum(axis=0), 2, atol=1e-6)
    assert solution.status == "optimal"


def test_the_limits_of_the_site_go_before_the_targets_of_cars() -> None:
    cars = [battery(4, name=n, power=2, soc=(0, 0, 4), targets={1: 4.0}, one_way=True) for n in "ab"]
    place = replace(site([10, 20, 30, 40]), consumption_max=steady(2, 4))

    solution = schedule(problem(place, *cars))

    assert_allclose(solution.power.sum(axis=0), 2, atol=1e-5)
    assert_allclose(solution.stock[:, -1], 4, atol=1e-5)
    missing = sum(shortfall.amount for shortfall in solution.shortfalls)
    assert_allclose(missing, 4, atol=1e-5)
    assert {shortfall.constraint for shortfall in solution.shortfalls} == {"soc-target"}
    assert all("the limits shared at the site" in line for line in solution.explanation)


def test_a_load_above_the_capacity_of_the_site_is_said_and_lessened_by_a_battery() -> None:
    place = replace(site([10, 10]), consumption_max=steady(2, 2), inflexible=np.array([1.0, 4.0]))
    solution = schedule(problem(place, battery(2, power=1, soc=(0, 0, 1))))
    assert_allclose(solution.power[0], [1, -1], atol=1e-5)
    assert [(s.device, s.constraint) for s in solution.shortfalls] == [("site", "site-consumption-capacity")]
    assert_allclose(solution.shortfalls[0].amount, 1, atol=1e-5)


def test_a_battery_keeps_its_own_sun_when_selling_pays_less() -> None:
    place = replace(site([30, 30]), sell_price=steady(5, 2), inflexible=np.array([-1.0, 1.0]))
    solution = schedule(problem(place, battery(2, power=1, soc=(0, 0, 1))))
    assert_allclose(solution.power[0], [1, -1], atol=1e-9)
    assert_allclose(solution.cost, 0, atol=1e-9)


def test_a_lossy_battery_does_not_charge_and_discharge_at_once_at_negative_prices() -> None:
    device = battery(6, power=1, soc=(0, 1, 2), efficiency=0.81)
    solution = schedule(problem(site([-50, -40, -30, 20, 10, -10]), device))
    change = np.diff(solution.stock[0], prepend=1.0)
    expected = np.where(solution.power[0] > 0, solution.power[0] * 0.9, solution.power[0] / 0.9)
    assert_allclose(change, expected, atol=1e-6)
    assert solution.engine == "exact programme"
    assert_allclose(solution.bound, solution.cost, rtol=1e-5)


def test_a_site_that_sells_dearer_than_it_buys_does_not_trade_with_itself() -> None:
    place = replace(site([10, 10]), sell_price=np.array([20.0, 20.0]), inflexible=steady(1, 2))
    solution = schedule(problem(place, battery(2, power=3, soc=(0, 3, 3))))
    assert_allclose(solution.cost, 10 - 2 * 20, atol=1e-5)


def test_least_power_above_the_largest_is_said() -> None:
    device = replace(
        battery(2, name="B"), power_min=steady(3, 2), power_max=steady(1, 2), soc_max=steady(9, 2)
    )
    solution = schedule(problem(site([1, 1]), device))
    assert_allclose(solution.power, 1)
    assert solution.explanation == (
        "B misses its power-min by up to 2 MW from 2024-01-01T00:00:00+00:00: its largest power is below it, "
        "and counts.",
    )


def test_a_site_without_devices_costs_what_its_load_costs() -> None:
    place = replace(site([10, 20]), inflexible=np.array([1.0, 2.0]))
    assert_allclose(schedule(problem(place)).cost, 50)


def test_unknown_prices_are_refused_with_their_number_and_time() -> None:
    with pytest.raises(UnknownPrices, match="2 of 3 prices are missing, the first at 2024-01-01T01:00:00"):
        schedule(problem(site([10, np.nan, np.nan]), battery(3)))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"power_max": steady(1, 2)}, r"power_max of battery has shape \(2,\) for 3 steps"),
        ({"power_max": steady(np.inf, 3)}, "no finite power_max"),
        ({"soc_min": steady(np.nan, 3)}, "limits of the state of charge of battery are not known"),
        ({"soc_start": np.nan}, "state of charge of battery at the start is not known"),
        ({"charging_efficiency": 0.0}, "charging_efficiency of battery is 0.0, not above 0"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(change: dict[str, float], message: str) -> None:
    device = replace(battery(3), **change)  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(ValueError, match=message):
        schedule(problem(site([1, 2, 3]), device))


def test_a_site_of_another_length_is_refused() -> None:
    asked = problem(site([1, 2, 3]))
    with pytest.raises(ValueError, match="buy_price of site"):
        schedule(Problem(asked.grid, site([1, 2])))


def test_an_unknown_load_is_refused() -> None:
    with pytest.raises(ValueError, match="load of the site"):
        schedule(problem(replace(site([1, 2]), inflexible=steady(np.nan, 2))))
