"""Where several storages lose energy for money behind one limit, directions are found window by window."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from flexmeasures.domain.series import Array
from flexmeasures.scheduling import linear, windows
from flexmeasures.scheduling.case import Case, as_case
from flexmeasures.scheduling.equipment import Mask
from flexmeasures.scheduling.formulation import Formulation, formulate
from flexmeasures.scheduling.limit_prices import best_bound, tried
from flexmeasures.scheduling.linear import solve_linear
from flexmeasures.scheduling.merging import merged
from flexmeasures.scheduling.parts import part_of
from flexmeasures.scheduling.plan import Outcome
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.schedule import schedule
from flexmeasures.scheduling.solver import Answer, Model
from flexmeasures.scheduling.windows import search_directions
from flexmeasures.testing.problems import battery, problem, site, steady


@pytest.fixture(autouse=True)
def no_problem_is_too_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have small problems searched like large ones."""
    monkeypatch.setattr(windows, "_MANY", 1)


def crowd(seed: int, *, number: int = 8, room: float = 0.6, sooner: bool = False) -> Problem:
    """Return batteries behind a capacity, with some negative prices; each price holds for two steps."""
    rng = np.random.default_rng(seed)
    prices = np.repeat(rng.uniform(-40, 40, 8), 2)
    devices = [
        battery(
            16,
            name=str(place),
            power=rng.uniform(0.3, 1),
            soc=(0, rng.uniform(0.5, 1), rng.uniform(2, 4)),
            efficiency=rng.uniform(0.7, 0.95),
        )
        for place in range(number)
    ]
    limit = steady(room * sum(float(device.power_max[0]) for device in devices), 16)
    place = replace(site(prices), consumption_max=limit, production_max=limit)
    return replace(problem(place, *devices, sooner=sooner), seconds=2.0)


def relaxed_prices(case: Case) -> Array:
    """Return the prices of the limit in the linear programme."""
    formulation = formulate(case, np.zeros(case.fleet.floor.shape, bool))
    answer = Model(formulation.programme).solve()
    return answer.prices[formulation.limit_rows[0]] * formulation.scale.price


def searched(case: Case, monkeypatch: pytest.MonkeyPatch) -> tuple[float, float]:
    """Return the bound of a search with all switches, and that of the linear programme without any."""
    monkeypatch.setattr(linear, "search_directions", lambda _case, _one_way: None)
    answer = Model(formulate(case, np.zeros(case.fleet.floor.shape, bool)).programme).solve()
    return solve_linear(case).bound, answer.objective


@pytest.mark.parametrize("seed", [1, 4])
def test_a_schedule_is_near_what_a_search_with_all_switches_proves(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = crowd(seed)
    solution = schedule(asked)
    bound, _ = searched(as_case(asked), monkeypatch)
    assert solution.cost >= bound - 1e-6 * abs(bound)
    assert solution.bound <= solution.cost
    assert solution.cost - bound <= 5e-3 * abs(bound)


@pytest.mark.parametrize("seed", [1, 3, 4])
def test_what_is_found_keeps_all_limits_and_energy(seed: int) -> None:
    asked = crowd(seed, sooner=True)
    solution = schedule(asked)
    assert (np.abs(solution.power.sum(axis=0)) <= asked.site.consumption_max + 1e-6).all()
    for device, power, stock in zip(asked.storages, solution.power, solution.stock, strict=True):
        share = device.charging_efficiency
        gained = np.where(power > 0, power * share, power / share)
        assert_allclose(np.diff(stock, prepend=device.soc_start), gained, atol=1e-5)


@pytest.mark.parametrize("seed", [0, 3, 5])
def test_a_bound_at_any_prices_of_limits_is_no_higher_than_a_schedule(seed: int) -> None:
    asked = crowd(seed)
    case, cost = as_case(asked), schedule(asked).cost
    prices = relaxed_prices(case)
    first = tried(case, prices)
    assert first is not None
    best = best_bound(case, prices, case.site.buy_price < 0)
    assert first.bound <= best <= cost + 1e-6 * abs(cost)


def test_there_is_no_bound_where_storages_have_no_schedule() -> None:
    asked = crowd(0)
    stuck = replace(asked.storages[0], soc_min=steady(9, 16), soc_max=steady(9, 16))
    case = as_case(replace(asked, storages=(stuck, *asked.storages[1:])))
    assert best_bound(case, np.zeros(16), np.ones(16, bool)) == -np.inf


def test_equal_steps_are_one_at_the_same_cost() -> None:
    asked = crowd(1, number=3)
    positive = replace(asked.site, buy_price=asked.site.buy_price + 31, sell_price=asked.site.buy_price + 31)
    case = as_case(replace(asked, site=positive))
    fewer = merged(case, np.zeros(16, bool))
    assert fewer.first.tolist() == list(range(0, 16, 2))
    assert_allclose(solve_linear(fewer.case).bound, solve_linear(case).bound, rtol=1e-7)


def test_a_part_of_a_programme_goes_on_from_the_rest() -> None:
    programme = formulate(as_case(crowd(2)), np.zeros((8, 16), bool)).programme
    whole = Model(programme).solve()
    chosen = np.arange(programme.costs.size) % 3 > 0
    part = Model(part_of(programme, chosen, whole.values)).solve()
    kept = programme.costs[~chosen] @ whole.values[~chosen]
    assert_allclose(part.objective + kept, whole.objective, rtol=1e-7)


def test_without_time_the_first_directions_count() -> None:
    solution = schedule(replace(crowd(3), seconds=0.0))
    assert solution.engine == "mixed-integer programme"
    assert solution.bound <= solution.cost


def test_the_search_ends_where_the_gap_cannot_be_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "GAP", -1.0)
    monkeypatch.setattr(windows, "_ROUNDS", 3)
    assert schedule(replace(crowd(4), seconds=60.0)).status == "near"


def test_steps_that_turn_out_to_need_directions_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    real, given = linear._both_ways, []

    def once_more(formulation: Formulation, answer: Answer) -> Mask:
        both = real(formulation, answer).copy()
        given.append(both)
        both[0, -1] |= len(given) == 2
        return both

    monkeypatch.setattr(linear, "_both_ways", once_more)
    assert solve_linear(as_case(crowd(4))).outcome is Outcome.NEAR
    assert len(given) == 3


def test_few_storages_or_other_devices_are_left_to_the_search_with_all_switches() -> None:
    case = as_case(crowd(0, number=3))
    assert search_directions(case, np.ones((3, 16), bool)) is None


def test_without_a_limit_or_a_schedule_there_is_nothing_to_search() -> None:
    everywhere: Mask = np.ones((8, 16), bool)
    free = crowd(0, room=np.inf)
    assert search_directions(as_case(free), everywhere) is None
    narrow = crowd(0, room=0.0)
    loaded = replace(narrow.site, inflexible=steady(1, 16))
    assert search_directions(as_case(replace(narrow, site=loaded)), everywhere) is None


def test_directions_that_leave_no_schedule_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    case = as_case(crowd(0))
    monkeypatch.setattr(windows._Search, "_settled", lambda _search, _values: None)  # on purpose
    assert search_directions(case, np.ones((8, 16), bool)) is None
    assert solve_linear(case).outcome in {Outcome.OPTIMAL, Outcome.TIME_LIMIT}


def test_directions_without_a_schedule_and_windows_without_directions_change_nothing() -> None:
    asked = crowd(0)
    emptied = replace(asked.storages[0], soc_target=np.append(steady(np.nan, 15), 0.0))
    case = as_case(replace(asked, storages=(emptied, *asked.storages[1:])))
    search = windows._Search.of(case, np.ones((8, 16), bool))
    assert search is not None
    assert search._settled(np.ones_like(search.relaxed)) is None
    values = search.relaxed.copy()
    values[search.formulation.storages.stock[:, 3]] = 1e3
    assert search._changed(values, np.arange(2, 4), 1.0) is values


def test_where_directions_are_needed_in_more_and_more_steps_all_switches_are_searched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(linear, "_MORE", 0)
    plan = solve_linear(as_case(replace(crowd(4), seconds=1.0)))
    assert plan.outcome in {Outcome.OPTIMAL, Outcome.TIME_LIMIT}
