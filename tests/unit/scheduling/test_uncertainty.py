"""With forecasts that know their doubt, limits are kept with the confidence that was asked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from flexmeasures.scheduling.contracts import Site
from flexmeasures.scheduling.schedule import schedule
from flexmeasures.scheduling.uncertainty import in_doubt
from flexmeasures.testing.problems import battery, problem, site, steady

LEVELS = np.array([0.1, 0.5, 0.9])


def house() -> Site:
    """Return a house with a small connection, which sells for less than it buys."""
    return replace(site([10, 40, 10, 50]), sell_price=steady(5, 4), consumption_max=steady(3, 4))


def quantiles() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return a load of 1 MW that may be half or twice as large."""
    return np.array([[0.5], [1.0], [2.0]]) * np.ones((3, 4))


def test_limits_leave_room_for_the_load_that_is_feared() -> None:
    car = battery(4, power=3, soc=(0, 0, 6), one_way=True, targets={3: 4.0})
    trusting = schedule(problem(replace(house(), inflexible=steady(1, 4)), car))
    careful = schedule(problem(in_doubt(house(), LEVELS, quantiles(), 0.9), car))
    assert_allclose(trusting.power[0].max(), 2)
    assert_allclose(careful.power[0], 1, atol=1e-6)
    assert careful.cost > trusting.cost


def test_half_confidence_trusts_the_median() -> None:
    device = battery(4, soc=(0, 0.5, 1))
    trusting = schedule(problem(replace(house(), inflexible=steady(1, 4)), device))
    assert_allclose(
        schedule(problem(in_doubt(house(), LEVELS, quantiles(), 0.5), device)).cost, trusting.cost
    )


def test_over_scenarios_a_battery_does_not_sell_what_may_be_needed() -> None:
    place = replace(site([40, 40]), sell_price=steady(1, 2))
    loads = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]])
    device = battery(2, power=2, soc=(0, 2, 2))
    expected = schedule(problem(in_doubt(place, LEVELS, loads, 0.9, scenarios=5), device))
    worst = [
        np.maximum(expected.power[0] + load, 0).sum() * 40 + np.minimum(expected.power[0] + load, 0).sum()
        for load in in_doubt(place, LEVELS, loads, 0.9, scenarios=5).loads
    ]
    assert_allclose(expected.cost, np.mean(worst), atol=1e-5)
    assert_allclose(expected.bound, expected.cost, atol=1e-5)


@pytest.mark.parametrize(
    ("levels", "confidence", "message"),
    [
        (np.array([0.5, 0.1]), 0.9, "have to rise"),
        (np.array([0.1, 1.0]), 0.9, "have to rise"),
        (LEVELS, 0.95, "says nothing about a confidence of 0.95"),
        (LEVELS, 0.3, "says nothing about a confidence of 0.3"),
    ],
)
def test_forecasts_that_cannot_tell_are_refused(levels: np.ndarray, confidence: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        in_doubt(house(), levels, quantiles()[: levels.size], confidence)
