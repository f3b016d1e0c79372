"""What may be missed at a price, what gives way first, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from numpy.testing import assert_allclose

from flexmeasures.domain.errors import InfeasibleProblem
from flexmeasures.scheduling.case import as_case
from flexmeasures.scheduling.contracts import Commitment, Site, StockCommitment
from flexmeasures.scheduling.equipment import Adjustable, Coupling
from flexmeasures.scheduling.goal import Firm, Goal
from flexmeasures.scheduling.linear import solve_linear
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.schedule import schedule
from flexmeasures.scheduling.warm import WarmModels
from flexmeasures.testing.problems import battery, problem, site, steady


def crowded() -> Problem:
    """Return two cars that cannot both be full in time behind their connection."""
    cars = [battery(4, name=n, power=2, soc=(0, 0, 4), targets={1: 4.0}, one_way=True) for n in "ab"]
    return problem(replace(site([10, 20, 30, 40]), consumption_max=steady(2, 4)), *cars)


def test_firm_targets_break_the_limit_of_the_site_instead() -> None:
    solution = schedule(replace(crowded(), firm=frozenset({Firm.STORAGES})))
    assert_allclose(solution.stock[:, 1], 4, atol=1e-5)
    assert {s.constraint for s in solution.shortfalls} == {"site-consumption-capacity"}


def test_what_no_goal_can_keep_is_relaxed_before_the_goals_are_sought() -> None:
    place = replace(crowded().site, co2_intensity=np.array([0.5, 0.5, 0.1, 0.1]))
    solution = schedule(replace(crowded(), site=place, goals=(Goal.EMISSIONS, Goal.COST)))
    assert solution.status == "relaxed"
    assert {s.constraint for s in solution.shortfalls} == {"soc-target"}


def test_what_is_firm_altogether_is_refused_in_words() -> None:
    firm = frozenset({Firm.STORAGES, Firm.SITES})
    with pytest.raises(InfeasibleProblem, match="off its target of 4 MWh"):
        schedule(replace(crowded(), firm=firm))


def test_minima_give_way_before_what_a_storage_can_hold() -> None:
    wishes = np.array([np.nan, 3.0, np.nan, np.nan])
    device = replace(battery(4, power=1, soc=(0, 0, 2)), soc_minima=wishes)
    solution = schedule(problem(site([10, 10, 10, 10]), device))
    assert solution.stock.max() <= 2 + 1e-6
    assert [(s.constraint, round(s.amount, 3)) for s in solution.shortfalls] == [("soc-minima", 1.0)]
    assert solution.status == "relaxed"


def test_no_storage_gives_more_than_it_holds_to_save_a_limit_of_the_site() -> None:
    place = replace(site([10, 20, 30, 40]), inflexible=steady(3, 4), consumption_max=steady(2, 4))
    helper = battery(4, power=5, soc=(0.5, 1.5, 4), efficiency=1.0)
    solution = schedule(problem(place, helper))
    assert solution.stock.min() >= 0.5 - 1e-6
    assert {s.constraint for s in solution.shortfalls} == {"site-consumption-capacity"}
    assert_allclose(solution.power.sum(), -1.0, atol=1e-5)


def test_a_limit_with_a_price_is_broken_where_that_is_cheaper_and_said() -> None:
    car = battery(2, name="car", power=2, soc=(0, 0, 2), targets={0: 2.0}, one_way=True)
    soft = Commitment.soft_limit("breach", "site-consumption-capacity", steady(1, 2), 5.0)
    solution = schedule(replace(problem(site([10, 20]), car), commitments=(soft,)))
    assert_allclose(solution.costs["breach"], 5 + 5)
    assert solution.explanation == (
        "site misses its site-consumption-capacity by up to 1 MW from 2024-01-01T00:00:00+00:00: "
        "that costs less than to stay within it.",
    )


def test_a_target_with_a_price_is_missed_where_that_is_cheaper() -> None:
    wish = StockCommitment(
        "full", "battery", np.array([np.nan, 1.0]), down_peak_price=5.0, limit="soc-targets"
    )
    device = battery(2, soc=(0, 0, 1), one_way=True)
    dear = schedule(replace(problem(site([50, 50]), device), stock_commitments=(wish,)))
    assert_allclose(dear.cost, 5)
    assert [s.constraint for s in dear.shortfalls] == ["soc-targets"]
    cheap = schedule(replace(problem(site([4, 50]), device), stock_commitments=(wish,)))
    assert_allclose(cheap.cost, 4)
    assert cheap.shortfalls == ()


def test_a_stock_that_is_only_paid_for_is_no_shortfall() -> None:
    wish = StockCommitment("bonus", "battery", np.array([np.nan, 1.0]), down_peak_price=5.0)
    device = battery(2, soc=(0, 0, 1), one_way=True)
    solution = schedule(replace(problem(site([50, 50]), device), stock_commitments=(wish,)))
    assert_allclose(solution.costs["bonus"], 5)
    assert (solution.shortfalls, solution.status) == ((), "optimal")


def test_heat_that_nothing_delivers_is_said() -> None:
    pump = Adjustable("pump", steady(0, 2), steady(1, 2))
    heat = Adjustable("pump heat", steady(-3, 2), steady(0, 2), "heat")
    house = replace(
        problem(site([10, 10])),
        networks=(replace(Site.within("heat", 2), inflexible=np.array([3.0, 4.0])),),
        adjustables=(pump, heat),
        couplings=(Coupling("heat pump", (("pump", 1.0), ("pump heat", -3.0))),),
    )
    solution = schedule(house)
    assert_allclose(solution.power[0], 1, atol=1e-5)
    assert [(s.device, s.constraint) for s in solution.shortfalls] == [("heat", "site-consumption-capacity")]


def test_a_warm_search_ends_where_a_cold_one_does() -> None:
    models = WarmModels(most=1)
    rng = np.random.default_rng(1)
    prices = rng.uniform(10, 60, 40)
    for later in range(6):
        devices = [battery(24, name=n, power=0.4, soc=(0, 0.5, 1), efficiency=0.9) for n in "ab"]
        place = replace(site(prices[later : later + 24]), consumption_max=steady(0.6, 24))
        asked = problem(place, *devices)
        asked = replace(asked, grid=replace(asked.grid, start=asked.grid.start + timedelta(hours=later)))
        warm, cold = solve_linear(as_case(asked), models), solve_linear(as_case(asked))
        assert_allclose(warm.bound, cold.bound, rtol=1e-8)
        assert_allclose(schedule(asked, models).cost, schedule(asked).cost, atol=0.1)
