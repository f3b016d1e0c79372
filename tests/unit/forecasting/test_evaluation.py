import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from flexmeasures.forecasting.evaluation import calibration, scores

NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50)


def test_wape_weighs_errors_by_what_was_realised() -> None:
    found = scores(np.array([10.0, 0.0, -10.0]), np.array([8.0, 1.0, -11.0]))
    assert found is not None
    assert_allclose([found.mae, found.wape, found.accuracy], [4 / 3, 0.2, 0.8])


def test_only_steps_known_on_both_sides_count() -> None:
    found = scores(np.array([1.0, np.nan, 3.0]), np.array([1.0, 2.0, np.nan]))
    assert found is not None
    assert (found.count, found.mae) == (1, 0.0)


def test_nothing_to_compare_has_no_score() -> None:
    assert scores(np.array([np.nan]), np.array([1.0])) is None
    assert calibration(np.array([np.nan]), np.ones((2, 1)), (0.1, 0.9)) is None


@pytest.mark.parametrize(("said", "wape"), [(0.0, 0.0), (1.0, np.inf)])
def test_all_zeros_can_be_right_or_endlessly_wrong(said: float, wape: float) -> None:
    found = scores(np.zeros(3), np.full(3, said))
    assert found is not None
    assert found.wape == wape


@given(NUMBERS)
def test_the_truth_is_all_correct(values: list[float]) -> None:
    truth = np.array(values)
    found = scores(truth, truth)
    assert found is not None
    assert found.accuracy == 1


def test_quantiles_of_a_known_distribution_are_calibrated() -> None:
    rng = np.random.default_rng(0)
    truth = rng.uniform(0, 1, 20_000)
    quantiles = np.repeat([[0.1], [0.5], [0.9]], truth.size, axis=1)
    found = calibration(truth, quantiles, (0.1, 0.5, 0.9))
    assert found is not None
    # the share of 20,000 draws has a standard deviation of 0.003
    assert_allclose([found.coverage, found.nominal], [0.8, 0.8], atol=0.01)
    # pinball of a uniform variable at its own quantile q is q (1 - q) / 2
    assert_allclose(found.pinball, np.mean([0.045, 0.125, 0.045]), rtol=0.02)
