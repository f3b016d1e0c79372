"""Every kind of device does what it is there for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from flexmeasures.domain.errors import InfeasibleProblem
from flexmeasures.scheduling.contracts import Commitment, Group, Uncertainty
from flexmeasures.scheduling.equipment import Adjustable, Curtailable, Process, ProcessKind, Running
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.schedule import schedule
from flexmeasures.testing.problems import battery, problem, site, steady

ALWAYS = np.ones(4, bool)


ONES = np.ones(2)
TWICE = replace(site([1, 2]), commodity="heat")
HALF_KNOWN = np.array([1.0, np.nan])


def with_devices(asked: Problem, **devices: object) -> Problem:
    """Return a problem with more devices."""
    return replace(asked, **devices)  # type: ignore[arg-type]  # the caller names the fields of a problem


def test_the_sun_is_turned_down_when_selling_costs() -> None:
    sun = Curtailable("sun", np.array([1.0, 2.0, 0.0, 1.0]))
    solution = schedule(with_devices(problem(site([10, -5, 10, -20])), curtailables=(sun,)))
    assert_allclose(solution.power[0], [-1, 0, 0, 0], atol=1e-9)
    assert_allclose(solution.cost, -10)


def test_turning_down_is_not_worth_it_when_it_costs_more() -> None:
    sun = Curtailable("sun", np.array([1.0, 1.0]), price=10.0)
    solution = schedule(with_devices(problem(site([-5, -20])), curtailables=(sun,)))
    assert_allclose(solution.power[0], [-1, 0], atol=1e-9)
    assert_allclose(solution.costs["curtailment"], 10)
    assert_allclose(solution.cost, 15)


def test_the_sun_keeps_within_the_exit_of_the_site_and_fills_the_battery_first() -> None:
    sun = Curtailable("sun", steady(3, 4))
    place = replace(site([10, 10, 10, 10]), production_max=steady(1, 4))
    solution = schedule(with_devices(problem(place, battery(4, soc=(0, 0, 2))), curtailables=(sun,)))
    assert_allclose(solution.power.sum(axis=0), -1, atol=1e-6)
    assert solution.shortfalls == ()


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (ProcessKind.INFLEXIBLE, [1, 2, 0, 0]),
        (ProcessKind.SHIFTABLE, [0, 0, 1, 2]),
        (ProcessKind.BREAKABLE, [0, 1, 0, 2]),
    ],
)
def test_phases_of_a_process_keep_their_order(kind: ProcessKind, expected: list[float]) -> None:
    process = Process("p", kind, np.array([1.0, 2.0]), ALWAYS)
    solution = schedule(with_devices(problem(site([40, 20, 30, 10])), processes=(process,)))
    assert_allclose(solution.power[0], expected, atol=1e-6)


def test_processes_share_the_capacity_of_the_site() -> None:
    processes = tuple(Process(n, ProcessKind.SHIFTABLE, np.array([1.0, 1.0]), ALWAYS) for n in "ab")
    place = replace(site([10, 10, 50, 50]), consumption_max=steady(1, 4))
    solution = schedule(with_devices(problem(place), processes=processes))
    assert_allclose(solution.power.sum(axis=0), 1, atol=1e-6)
    assert_allclose(np.sort(solution.power.round(6), axis=0)[1], 1)


def test_a_process_that_finds_no_time_is_said() -> None:
    process = Process("p", ProcessKind.SHIFTABLE, np.array([1.0, 1.0]), np.array([True, False, True, False]))
    solution = schedule(with_devices(problem(site([1, 1, 1, 1])), processes=(process,)))
    assert_allclose(solution.power, 0)
    assert solution.explanation == (
        "p finds no time to run until 2024-01-01T04:00:00+00:00: 2 MWh are not consumed.",
    )


def test_a_process_longer_than_the_schedule_finds_no_time() -> None:
    process = Process("p", ProcessKind.SHIFTABLE, np.ones(3), np.ones(2, bool))
    solution = schedule(with_devices(problem(site([1, 1])), processes=(process,)))
    assert [s.constraint for s in solution.shortfalls] == ["process"]


def test_a_commitment_that_never_holds_costs_nothing() -> None:
    never = Commitment.peak("never", 100.0, 0.0, np.zeros(2, bool))
    solution = schedule(with_devices(problem(site([1, 1]), battery(2, soc=(0, 0, 1))), commitments=(never,)))
    assert solution.costs["never"] == 0


def test_two_tariffs_with_the_sun_and_a_process_are_told_apart() -> None:
    sun = Curtailable("sun", np.array([2.0, 0.0]))
    process = Process("p", ProcessKind.SHIFTABLE, np.ones(1), np.ones(2, bool))
    place = replace(site([30, 20]), sell_price=np.array([40.0, 5.0]))
    solution = schedule(with_devices(problem(place), curtailables=(sun,), processes=(process,)))
    assert_allclose(solution.cost, -2 * 40 + 20, atol=1e-5)


def test_a_feeder_whose_limits_of_power_clash_is_said() -> None:
    rod = battery(2, name="rod", power=1, soc=(0, 0, 9), one_way=True)
    pump = replace(battery(2, name="pump", one_way=True), feeds="rod", power_min=steady(2, 2))
    solution = schedule(problem(site([10, 10]), rod, pump))
    assert [(s.device, s.constraint) for s in solution.shortfalls] == [("pump", "power-min")]


def test_a_heat_pump_heats_when_it_is_warm_outside_and_keeps_the_buffer_warm() -> None:
    pump = replace(
        battery(4, name="pump", power=1, soc=(0, 1, 4), one_way=True),
        charging_efficiency=np.array([2.0, 4.0, 2.0, 2.0]),
        inflow=-1.0,
    )
    solution = schedule(problem(site([10, 10, 10, 10]), pump))
    assert_allclose(solution.power[0], [0, 0.75, 0, 0], atol=1e-6)


def test_a_buffer_loses_heat_while_it_waits() -> None:
    buffer = replace(battery(3, soc=(0, 1, 4), one_way=True), retention=0.5)
    solution = schedule(problem(site([10, 10, 10]), buffer))
    assert_allclose(solution.stock[0], [0.5, 0.25, 0.125])


def test_two_heaters_share_a_buffer() -> None:
    rod = battery(3, name="rod", power=2, soc=(0, 0, 6), targets={2: 6.0}, one_way=True)
    pump = replace(battery(3, name="pump", power=0.5, one_way=True), charging_efficiency=3.0, feeds="rod")
    solution = schedule(problem(site([10, 10, 10]), rod, pump))
    assert_allclose(solution.power.sum(axis=1), [1.5, 1.5], atol=1e-6)
    assert_allclose(solution.stock[1], solution.stock[0])
    assert solution.shortfalls == ()


def test_an_adjustable_load_with_a_cost_runs_only_where_it_pays() -> None:
    unit = Adjustable("unit", steady(-1, 4), steady(1, 4), cost=5.0)
    solution = schedule(with_devices(problem(site([-10, -3, 3, 10])), adjustables=(unit,)))
    assert_allclose(solution.power[0], [1, 0, 0, -1], atol=1e-6)
    assert_allclose(solution.cost, -10 + 5 - 10 + 5)


def test_a_pump_that_can_only_run_too_strongly_misses_its_target() -> None:
    pump = replace(
        battery(1, name="pump", power=1, soc=(0, 0, 1), targets={0: 0.5}, one_way=True),
        running=Running(least_power=0.75),
    )
    solution = schedule(problem(site([10]), pump))
    assert_allclose(solution.power[0], 0.75, atol=1e-6)
    assert [(s.constraint, round(s.amount, 3)) for s in solution.shortfalls] == [("soc-target", 0.25)]


def test_a_pump_runs_at_its_least_power_or_not_at_all() -> None:
    pump = replace(
        battery(4, power=2, soc=(0, 0, 4), targets={3: 3.0}, one_way=True), running=Running(least_power=1.5)
    )
    solution = schedule(problem(site([10, 20, 30, 40]), pump))
    assert_allclose(solution.power[0], [1.5, 1.5, 0, 0], atol=1e-6)


def test_a_pump_runs_and_rests_for_its_least_times() -> None:
    pump = replace(
        battery(8, power=1, soc=(0, 0, 8), targets={7: 4.0}, one_way=True),
        running=Running(least_power=1, least_run=2, least_rest=3),
    )
    solution = schedule(problem(site([20, 50, 10, 50, 50, 50, 10, 10]), pump))
    assert_allclose(solution.power[0], [0, 1, 1, 0, 0, 0, 1, 1], atol=1e-6)


def test_what_no_relief_makes_possible_is_refused() -> None:
    pump = replace(
        battery(2, power=1, soc=(0, 0, 4)), power_min=np.array([0.5, 0.0]), power_max=np.array([1.0, 0.0])
    )
    pump = replace(pump, running=Running(least_power=0.5, least_run=2))
    with pytest.raises(InfeasibleProblem, match="least times on and off"):
        schedule(problem(site([10, 10]), pump))


def test_starts_are_saved_where_they_cost() -> None:
    pump = replace(
        battery(4, power=1, soc=(0, 0, 4), targets={3: 2.0}, one_way=True),
        running=Running(least_power=1, start_cost=30),
    )
    solution = schedule(problem(site([10, 30, 10, 30]), pump))
    assert_allclose(solution.cost, 10 + 30 + 30)
    assert_allclose(solution.costs["starts"], 30)


def test_wear_keeps_a_battery_from_small_gains() -> None:
    prices = site([10, 20, 10, 40])
    device = replace(battery(4, soc=(0, 0, 1)), wear_cost=6.0)
    solution = schedule(problem(prices, device))
    assert_allclose(solution.power[0], [1, 0, 0, -1], atol=1e-6)
    assert_allclose(solution.costs["wear"], 12)


def test_what_is_left_is_worth_something() -> None:
    device = replace(battery(2, soc=(0, 1, 1)), end_value=30.0)
    solution = schedule(problem(site([20, 25]), device))
    assert_allclose(solution.stock[0], [1, 1])
    assert_allclose(solution.cost, -30)


def test_a_group_shares_its_cable() -> None:
    cars = [battery(4, name=n, power=2, soc=(0, 0, 2), targets={3: 2.0}, one_way=True) for n in "abc"]
    group = Group("cable", ("a", "b"), steady(1, 4), steady(1, 4))
    solution = schedule(with_devices(problem(site([10, 20, 30, 40]), *cars), groups=(group,)))
    assert_allclose(solution.power[:2].sum(axis=0), 1, atol=1e-6)
    assert_allclose(solution.power[2], [2, 0, 0, 0], atol=1e-6)


def test_what_a_group_cannot_carry_is_said() -> None:
    cars = [battery(2, name=n, power=2, soc=(0, 0, 2), targets={1: 2.0}, one_way=True) for n in "ab"]
    group = Group("cable", ("a", "b"), steady(1, 2), steady(1, 2))
    solution = schedule(with_devices(problem(site([10, 20]), *cars), groups=(group,)))
    assert_allclose(solution.power.sum(axis=0), 1, atol=1e-4)
    assert solution.status == "relaxed"
    assert sum(s.amount for s in solution.shortfalls) == pytest.approx(2, abs=1e-4)


def test_a_peak_tariff_levels_consumption_in_its_window() -> None:
    car = battery(4, power=2, soc=(0, 0, 4), targets={3: 4.0}, one_way=True)
    peak = Commitment.peak("peak", 100.0, 0.5, np.array([True, True, True, False]))
    solution = schedule(with_devices(problem(site([10, 20, 30, 40]), car), commitments=(peak,)))
    assert_allclose(solution.power[0], [2 / 3, 2 / 3, 2 / 3, 2], atol=1e-6)
    assert_allclose(solution.costs["peak"], 100 * (2 / 3 - 0.5))


def test_a_traded_position_is_kept_unless_deviating_pays() -> None:
    position = Commitment("position", steady(0.5, 2), steady(80, 2), steady(-30, 2))
    car = battery(2, power=1, soc=(0, 0, 1), targets={1: 1.0}, one_way=True)
    solution = schedule(with_devices(problem(site([10, 60]), car), commitments=(position,)))
    assert_allclose(solution.power[0], [0.5, 0.5], atol=1e-6)


def test_deviating_both_ways_at_once_does_not_pay() -> None:
    odd = Commitment("odd", steady(0, 1), steady(-50, 1), steady(20, 1))
    solution = schedule(with_devices(problem(site([0]), battery(1, soc=(0, 0.5, 1))), commitments=(odd,)))
    assert_allclose(solution.cost, -25, atol=1e-5)


@pytest.mark.parametrize(
    ("devices", "message"),
    [
        ({"curtailables": (Curtailable("battery", steady(1, 2)),)}, "Several devices have the name battery"),
        ({"curtailables": (Curtailable("sun", steady(-1, 2)),)}, "potential of sun"),
        ({"groups": (Group("g", ("x",), steady(1, 2), steady(1, 2)),)}, "no device, or stock, of the name x"),
        (
            {"processes": (Process("p", ProcessKind.SHIFTABLE, np.zeros(0), np.ones(2, bool)),)},
            "profile of p is empty",
        ),
        (
            {"processes": (Process("p", ProcessKind.SHIFTABLE, np.ones(1), np.ones(3, bool)),)},
            "allowed of p has shape",
        ),
        ({"adjustables": (Adjustable("unit", steady(0, 2), HALF_KNOWN),)}, "unit has no finite power_max"),
        ({"adjustables": (Adjustable("oven", steady(0, 2), steady(1, 2), "gas"),)}, "no site of .* gas"),
        ({"networks": (TWICE, TWICE)}, "Several sites are of the same commodity: electricity, heat, heat"),
        ({"site": replace(site([1, 2]), co2_intensity=HALF_KNOWN)}, "co2_intensity of site is not known"),
        (
            {"site": replace(site([1, 2]), uncertainty=Uncertainty(ONES, ONES, np.ones((5, 3)), 0.9))},
            "scenarios of site do not have 2 steps",
        ),
        ({"storages": (replace(battery(2), inflow=HALF_KNOWN),)}, "inflow of battery is not known"),
        (
            {"storages": (replace(battery(2), charging_efficiency=5e-324, retention=0.01),)},
            "too large, or too small",
        ),
    ],
)
def test_devices_that_make_no_sense_are_refused(devices: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        schedule(with_devices(problem(site([1, 2]), battery(2)), **devices))


def test_feeding_a_stock_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="no device, or stock, of the name tank"):
        schedule(problem(site([1, 2]), replace(battery(2), feeds="tank")))
