import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from flexmeasures.forecasting.deviations import FEW, PENALTIES, best_penalty, least_deviations


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.floats(0.5, 5), st.floats(-20, 20))
def test_a_line_is_found_though_some_values_are_elsewhere(seed: int, slope: float, level: float) -> None:
    rng = np.random.default_rng(seed)
    standard = rng.normal(0, 1, (600, 1))
    target = level + slope * standard[:, 0] + np.where(rng.uniform(0, 1, 600) < 0.05, 100.0, 0.0)
    found = least_deviations(standard, target, 1e-6)
    assert_allclose(found.weights[0], slope, atol=0.2)
    assert_allclose(found.level, level, atol=0.6)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000))
def test_no_constant_deviates_less_than_the_plane(seed: int) -> None:
    rng = np.random.default_rng(seed)
    standard = rng.normal(0, 1, (400, 3))
    target = standard @ np.array([2.0, 0.0, -1.0]) + rng.laplace(0, 1, 400)
    plane = least_deviations(standard, target, 1e-4)
    missed = np.abs(target - plane.level - standard @ plane.weights).mean()
    assert missed < np.abs(target - np.median(target)).mean()


def test_noise_asks_for_the_strictest_penalty_and_a_line_for_a_mild_one() -> None:
    rng = np.random.default_rng(1)
    standard = rng.normal(0, 1, (600, 40))
    line = standard @ rng.normal(0, 1, 40)
    assert best_penalty(standard, rng.normal(0, 1, 600)) == PENALTIES[0]
    assert best_penalty(standard, line) < PENALTIES[1]


def test_with_few_rows_the_strictest_penalty_is_taken() -> None:
    standard = np.random.default_rng(2).normal(0, 1, (FEW, 2))
    assert best_penalty(standard, standard[:, 0]) == PENALTIES[0]
