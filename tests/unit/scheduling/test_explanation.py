"""What stands in the way of a cheaper schedule is said, with what it is worth."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from flexmeasures.scheduling.binding import Binding
from flexmeasures.scheduling.contracts import Group
from flexmeasures.scheduling.explanation import explain
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.schedule import schedule
from flexmeasures.testing.problems import START, battery, problem, site, steady


def worths(asked: Problem) -> dict[tuple[str, str], float]:
    """Return what is said, by device and constraint."""
    return {(b.device, b.constraint): round(b.worth, 3) for b in explain(asked, schedule(asked))}


def test_more_capacity_is_worth_what_it_earns_in_each_cycle() -> None:
    asked = problem(site([10, 30, 10, 50]), battery(4, power=2, soc=(0, 0, 1)))
    assert worths(asked) == {("battery", "soc-max"): 60.0, ("battery", "soc-min"): 60 + 10.0}


def test_more_power_is_worth_what_it_earns() -> None:
    asked = problem(site([10, 30, 20, 50]), battery(4, power=1, soc=(-5, 0, 5), targets={3: 0.0}))
    assert worths(asked) == {("battery", "power-max"): 20 - 10.0, ("battery", "power-min"): 50 - 30.0}


def test_more_room_at_the_site_is_worth_the_difference_of_prices() -> None:
    car = battery(3, name="car", power=2, soc=(0, 0, 3), targets={2: 3.0}, one_way=True)
    asked = problem(replace(site([10, 20, 50]), consumption_max=steady(1, 3)), car)
    assert worths(asked) == {("site", "site-consumption-capacity"): 40 + 30.0}


def test_room_is_worth_something_to_programmes_with_switches_too() -> None:
    asked, roomier = (
        replace(
            problem(site([-50, -40, 20, -30]), battery(4, power=1, soc=(0, 1, most), efficiency=0.81)),
            groups=(Group("cable", ("battery",), steady(np.inf, 4), steady(np.inf, 4)),),
        )
        for most in (1, 1.001)
    )
    assert schedule(asked).engine == "mixed-integer programme"
    saved = schedule(asked).cost - schedule(roomier).cost
    assert saved > 0
    assert worths(asked)["battery", "soc-max"] == pytest.approx(saved / 0.001, rel=1e-2)


def test_where_nothing_binds_nothing_is_said() -> None:
    assert worths(problem(site([10, 10]), battery(2, soc=(0, 0.5, 1), targets={1: 0.5}))) == {}


def test_a_relaxed_schedule_is_explained_by_its_shortfalls() -> None:
    asked = problem(site([10, 10]), battery(2, soc=(0, 0, 1), targets={0: 5.0}))
    assert explain(asked, schedule(asked)) == ()


def test_a_binding_limit_is_said_in_a_sentence() -> None:
    binding = Binding("battery", "power-max", START + timedelta(hours=1), 3, 3.0, 20.0, "MW")
    assert str(binding) == (
        "battery draws all the power that it may for 3 h, first at 2024-01-01T01:00:00+00:00: "
        "one more kW would save 0.02."
    )
    lower = Binding("car", "soc-target", START, 1, 0.25, 123.456, "MWh", lower=True)
    assert lower.sentence("EUR").endswith(
        "for 0.25 h, first at 2024-01-01T00:00:00+00:00: one kWh less would save 0.123 EUR."
    )
    assert str(replace(binding, constraint="noise")).startswith("battery is at its noise for 3 h")


def test_worth_is_what_a_larger_battery_really_saves() -> None:
    prices = site(np.array([10.0, 30, 20, 50, 15, 40]))
    small, large = (problem(prices, battery(6, power=1, soc=(0, 0, c), efficiency=0.9)) for c in (0.7, 0.75))
    saved = schedule(small).bound - schedule(large).bound
    assert worths(small)["battery", "soc-max"] == pytest.approx(saved / 0.05, rel=1e-3)


def test_storages_that_share_nothing_are_explained_one_by_one() -> None:
    devices = [battery(4, name=str(n), power=2, soc=(0, 0, 1)) for n in range(5)]
    asked = problem(site([10, 30, 10, 50]), *devices)
    assert schedule(asked).engine == "exact programme"
    assert worths(asked) == {
        (str(n), limit): w for n in range(5) for limit, w in (("soc-max", 60.0), ("soc-min", 70.0))
    }
