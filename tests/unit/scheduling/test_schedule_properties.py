"""What holds for every schedule, whatever the numbers."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.accounts import energy_cost
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.schedule import schedule
from flexmeasures.testing.problems import battery, problem, site, steady

level = st.floats(0.0, 1.0).map(lambda share: round(share, 3))


@st.composite
def problems(draw: st.DrawFn, *, least_price: float = -100.0) -> Problem:
    """Draw one or two batteries that can be idle, on a site with a load and two tariffs."""
    size = draw(st.integers(2, 10))
    numbers = st.lists(st.floats(least_price, 200).map(lambda p: round(p, 2)), min_size=size, max_size=size)
    buy = np.array(draw(numbers))
    load = np.array(draw(st.lists(st.floats(-2, 2), min_size=size, max_size=size)))
    devices = []
    for name in "ab"[: draw(st.integers(1, 2))]:
        capacity = draw(st.floats(0.5, 4))
        start = capacity * draw(level)
        power = draw(st.floats(0.1, 3))
        efficiency = draw(st.floats(0.5, 1))
        one_way = draw(st.booleans())
        devices.append(
            battery(
                size,
                name=name,
                power=power,
                soc=(0, start, capacity),
                efficiency=efficiency,
                one_way=one_way,
            )
        )
    margin = draw(st.floats(0, 30)) * draw(st.integers(0, 1))
    place = replace(site(buy), sell_price=buy - margin, inflexible=load)
    return problem(place, *devices)


def idle_cost(asked: Problem) -> float:
    """Return the cost of doing nothing."""
    return energy_cost(np.zeros((1, asked.grid.size)), asked.site, 1.0)


def tolerance(asked: Problem) -> float:
    """Return how much two costs may differ: the tolerances of the solver on all energy that can flow."""
    power = sum(float(storage.power_max.sum()) for storage in asked.storages)
    return 1e-5 * (1 + power * float(np.abs(asked.site.buy_price).max() + 30))


def worth_of_preference(asked: Problem) -> float:
    """Return what the preference for early charging can cost: a thousandth of the spread, both ways."""
    prices = np.concatenate([asked.site.buy_price, asked.site.sell_price])
    power = sum(float(storage.power_max.sum()) for storage in asked.storages)
    return 2e-3 * max(float(np.ptp(prices)), float(np.abs(prices).max()), 1.0) * power


@given(problems())
def test_energy_is_conserved_and_limits_are_kept(asked: Problem) -> None:
    solution = schedule(asked)
    for storage, power, stock in zip(asked.storages, solution.power, solution.stock, strict=True):
        gained = np.where(
            power > 0, power * storage.charging_efficiency, power / storage.discharging_efficiency
        )
        assert_allclose(np.diff(stock, prepend=storage.soc_start), gained, atol=2e-6)
        assert (power <= storage.power_max + 1e-6).all()
        assert (power >= storage.power_min - 1e-6).all()
        assert (stock <= storage.soc_max + 1e-6).all()
        assert (stock >= storage.soc_min - 1e-6).all()


@given(problems())
def test_a_schedule_never_costs_more_than_doing_nothing(asked: Problem) -> None:
    assert schedule(asked).cost <= idle_cost(asked) + worth_of_preference(asked) + tolerance(asked)


@given(problems())
def test_no_schedule_is_cheaper_than_its_bound(asked: Problem) -> None:
    solution = schedule(asked)
    assert solution.bound <= solution.cost
    assert solution.cost - solution.bound <= worth_of_preference(asked) + tolerance(asked)


@given(problems(), st.floats(1, 2), st.floats(1, 2))
def test_more_freedom_never_costs_more(asked: Problem, more_power: float, more_room: float) -> None:
    freer = tuple(
        replace(
            storage,
            power_max=storage.power_max * more_power,
            power_min=storage.power_min * more_power,
            soc_max=storage.soc_max * more_room,
        )
        for storage in asked.storages
    )
    exact = replace(asked, prefer_charging_sooner=False)
    assert schedule(replace(exact, storages=freer)).cost <= schedule(exact).cost + tolerance(asked)


@given(problems(), st.sampled_from([1e-3, 0.5, 1e3]), st.sampled_from([1e-3, 1e2]))
def test_scaling_units_changes_nothing(asked: Problem, power: float, money: float) -> None:
    scaled = replace(
        asked,
        site=replace(
            asked.site,
            buy_price=asked.site.buy_price * money,
            sell_price=asked.site.sell_price * money,
            inflexible=asked.site.inflexible * power,
        ),
        storages=tuple(
            replace(
                storage,
                power_max=storage.power_max * power,
                power_min=storage.power_min * power,
                soc_start=storage.soc_start * power,
                soc_max=storage.soc_max * power,
            )
            for storage in asked.storages
        ),
        prefer_charging_sooner=False,
    )
    cost = schedule(replace(asked, prefer_charging_sooner=False)).cost
    assert_allclose(schedule(scaled).cost / power / money, cost, atol=tolerance(asked))


@given(problems(), st.integers(0, 9), level)
def test_a_target_costs_at_least_as_much_as_none(asked: Problem, step: int, share: float) -> None:
    first, *others = asked.storages
    target = steady(np.nan, asked.grid.size)
    target[step % target.size] = share * first.soc_max[0]
    wish = replace(asked, storages=(replace(first, soc_target=target), *others), prefer_charging_sooner=False)
    free = schedule(replace(asked, prefer_charging_sooner=False))
    bound = schedule(wish)
    if not bound.shortfalls:
        assert bound.cost >= free.cost - tolerance(asked)
        assert_allclose(bound.stock[0, step % target.size], share * first.soc_max[0], atol=1e-5)


def cheapest_by_trying(prices: Array, load: Array, margin: float, start: int, capacity: int) -> float:
    """Return the least cost of all schedules in whole megawatts: exact for lossless whole batteries."""
    place = replace(site(prices), sell_price=prices - margin, inflexible=load)
    costs = [
        energy_cost(np.array([powers], float), place, 1.0)
        for powers in itertools.product((-1, 0, 1), repeat=prices.size)
        if all(0 <= start + total <= capacity for total in itertools.accumulate(powers))
    ]
    return min(costs)


@settings(max_examples=40)
@given(
    st.lists(st.integers(-50, 100), min_size=5, max_size=5),
    st.lists(st.integers(-2, 2), min_size=5, max_size=5),
    st.integers(0, 20),
    st.integers(0, 2),
)
def test_small_cases_match_trying_everything(
    prices: list[int], load: list[int], margin: int, start: int
) -> None:
    buy, loads = np.array(prices, float), np.array(load, float)
    place = replace(site(buy), sell_price=buy - margin, inflexible=loads)
    asked = problem(place, battery(5, power=1, soc=(0, start, 2)), sooner=False)
    assert_allclose(schedule(asked).cost, cheapest_by_trying(buy, loads, margin, start, 2), atol=1e-4)
