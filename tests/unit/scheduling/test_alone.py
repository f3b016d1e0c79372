"""One storage by itself is scheduled as it would be by the general method, or left to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from flexmeasures.scheduling import schedule as general
from flexmeasures.scheduling.alone import schedule_alone
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.schedule import schedule
from flexmeasures.testing.problems import battery, problem, site, steady


def some_problem(seed: int) -> Problem:
    """Return a storage with losses, decay, use and targets, behind a meter with a load and limits."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(1, 40))
    buy = rng.uniform(-10, 100, size)
    place = replace(
        site(buy),
        sell_price=buy - rng.choice([0.0, 20.0]),
        inflexible=rng.normal(0, 0.5, size),
        consumption_max=steady(4, size),
        production_max=steady(4, size),
    )
    device = battery(
        size, soc=(0, 1, 3), efficiency=rng.uniform(0.7, 1), targets={size // 2: rng.uniform(0, 3)}
    )
    device = replace(
        device,
        retention=float(rng.choice([1.0, 0.99])),
        inflow=rng.normal(0, 0.05, size),
        wear_cost=float(rng.choice([0.0, 3.0])),
        end_value=float(rng.choice([0.0, 40.0])),
    )
    return problem(place, device, sooner=bool(rng.random() < 0.5))


@pytest.mark.parametrize("seed", range(60))
def test_the_short_way_and_the_long_one_make_one_schedule(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = some_problem(seed)
    short = schedule_alone(asked)
    monkeypatch.setattr(general, "schedule_alone", lambda _: None)
    long = schedule(asked)
    if short is None:
        assert long.status == "relaxed" or long.engine != "exact programme"
        return
    assert_allclose(short.cost, long.cost, atol=1e-7)
    assert_allclose(short.bound, long.bound, atol=1e-6)
    assert_allclose(short.power, long.power, atol=1e-7)
    assert_allclose(short.stock, long.stock, atol=1e-7)
    assert dict(short.costs) == pytest.approx(dict(long.costs), abs=1e-9)
    assert dict(short.costs_of_devices) == pytest.approx(dict(long.costs_of_devices), abs=1e-9)


@pytest.mark.parametrize(
    "change",
    [
        {"power_max": steady(np.nan, 3)},
        {"soc_start": np.nan},
        {"retention": 1.5},
        {"charging_efficiency": 0.0},
        {"soc_max": np.array([1, 1, 1])},
        {"soc_min": steady(0, 6)[::2]},
        {"soc_target": steady(5, 3)},
        {"soc_minima": steady(0, 3)},
    ],
)
def test_what_is_not_plain_is_left_to_others(change: dict[str, object]) -> None:
    device = replace(battery(3), **change)  # type: ignore[arg-type]  # wrong on purpose
    assert schedule_alone(problem(site([1, 2, 3]), device)) is None


def test_several_devices_are_left_to_others() -> None:
    assert schedule_alone(problem(site([1, 2]), battery(2, name="a"), battery(2, name="b"))) is None
