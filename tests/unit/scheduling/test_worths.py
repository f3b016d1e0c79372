"""Shadow prices tell what solving again with a little more room tells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flexmeasures.scheduling import worths as module
from flexmeasures.scheduling.contracts import Group
from flexmeasures.scheduling.equipment import Adjustable, Process, ProcessKind, Running
from flexmeasures.scheduling.goal import Goal
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.schedule import schedule
from flexmeasures.scheduling.worths import worths
from flexmeasures.testing.problems import battery, problem, site, steady

STEPS = 6


def told(asked: Problem) -> dict[tuple[str, str], float]:
    """Return what limits are worth, by device and constraint."""
    return {(one.device, one.constraint): round(one.worth, 4) for one in worths(asked, schedule(asked))}


def saved(asked: Problem, wider: Problem, more: float) -> float:
    """Return what a little more room saves, by solving again."""
    return (schedule(asked).bound - schedule(wider).bound) / more


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(1, 100), min_size=STEPS, max_size=STEPS),
    st.floats(0.5, 1.9),
    st.floats(0.5, 1.0),
)
def test_room_at_the_meter_is_worth_what_it_saves(
    prices: list[float], most: float, efficiency: float
) -> None:
    pair = [battery(STEPS, name=name, power=1, soc=(0, 0.5, 2), efficiency=efficiency) for name in "ab"]
    place = replace(site(prices), consumption_max=steady(most, STEPS), sell_price=np.array(prices) * 0.9)
    asked = problem(place, *pair)
    wider, narrower = (
        replace(asked, site=replace(place, consumption_max=steady(most + more, STEPS)))
        for more in (1e-3, -1e-3)
    )
    worth = told(asked).get(("site", "site-consumption-capacity"), 0.0)
    less, more = saved(asked, wider, 1e-3), saved(narrower, asked, 1e-3)
    assert less - 0.01 <= worth <= more + 0.01


def test_switches_are_settled_as_the_schedule_has_them() -> None:
    prices = [-50, -40, 20, -30]
    asked = problem(site(prices), battery(4, power=1, soc=(0, 1, 1), efficiency=0.81))
    roomier = problem(site(prices), battery(4, power=1, soc=(0, 1, 1.001), efficiency=0.81))
    assert told(asked)["battery", "soc-max"] == pytest.approx(saved(asked, roomier, 0.001), rel=1e-2)


def test_what_runs_once_or_in_bands_stays_as_it_is() -> None:
    pump = replace(
        battery(4, name="pump", power=2, soc=(0, 0, 8), targets={3: 3.0}, one_way=True),
        running=Running(least_power=0.5, least_run=2),
    )
    wash = Process("wash", ProcessKind.SHIFTABLE, np.array([1.0]), np.ones(4, bool))
    load = Adjustable("load", steady(0, 4), steady(1, 4), bands=((0.0, 0.0), (0.5, 1.0)))
    asked = replace(problem(site([10, 20, 30, 40]), pump), processes=(wash,), adjustables=(load,))
    assert told(asked) == {("pump", "power-max"): 10.0, ("pump", "soc-target"): 20.0}


def test_selling_for_more_than_buying_costs_is_settled_by_direction() -> None:
    place = replace(site([10, 30]), sell_price=np.array([20.0, 40.0]))
    asked = problem(place, *(battery(2, name=name, power=2, soc=(0, 0, 1)) for name in "ab"))
    assert told(asked)["a", "soc-max"] == pytest.approx(40 - 10)


def test_wishes_of_stocks_and_groups_are_worth_what_they_cost() -> None:
    keeper = replace(battery(2, name="keeper", power=1, soc=(0, 1, 2)), soc_minima=np.array([np.nan, 0.5]))
    capped = replace(battery(2, name="capped", power=1, soc=(0, 0, 2)), soc_maxima=np.array([0.75, np.nan]))
    both = Group("pair", ("keeper", "capped"), steady(0.6, 2), steady(9, 2))
    asked = replace(problem(site([10, 50]), keeper, capped), groups=(both,))
    found = told(asked)
    assert found["keeper", "soc-minima"] == 50.0
    assert found["pair", "group-consumption-capacity"] == 40.0
    alone = replace(asked, groups=())
    assert told(alone)["capped", "soc-maxima"] == 40.0


def test_nothing_is_said_of_what_takes_long_or_does_not_come_out_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pair = [battery(4, name=name, power=2, soc=(0, 0, 1)) for name in "ab"]
    asked = problem(site([10, 30, 10, 50]), *pair)
    found = schedule(asked)
    assert worths(asked, found)
    assert worths(asked, replace(found, bound=found.cost + 1)) == []
    assert worths(replace(asked, goals=(Goal.CYCLING, Goal.COST)), found) == []
    monkeypatch.setattr(module, "MOST_POWERS", 7)
    assert worths(asked, found) == []


def test_a_schedule_that_cannot_be_is_worth_nothing() -> None:
    asked = problem(site([10, 30]), battery(2, name="a", power=1, soc=(0, 0, 1), targets={0: 5.0}))
    assert worths(asked, schedule(asked)) == []
