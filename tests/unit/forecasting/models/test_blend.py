from datetime import timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from tests.unit.forecasting.conftest import MakeTask

from flexmeasures.forecasting.forecast import forecast
from flexmeasures.forecasting.models.blend import choose_weights


@given(st.integers(1, 4), st.integers(0, 10))
def test_weights_are_shares(number: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights = choose_weights(rng.normal(0, 1, (number, 30)), rng.normal(0, 1, 30))
    assert_allclose(weights.sum(), 1)
    assert (weights >= 0).all()


def test_the_model_that_was_right_counts_alone() -> None:
    truth = np.arange(10.0)
    assert_allclose(choose_weights(np.stack([truth + 3, truth]), truth), [0, 1])


def test_where_nothing_can_be_compared_all_models_count_the_same() -> None:
    assert_allclose(choose_weights(np.full((4, 10), np.nan), np.arange(10.0)), 0.25)


def test_a_blend_without_a_model_that_can_be_fitted_says_so(next_two_days: MakeTask) -> None:
    task = next_two_days(np.arange(15.0), step=timedelta(days=1), size=2, model="linear-blend")
    found = forecast(task)
    assert found.model == "seasonal-naive"
    assert found.fallback == "None of the models of linear-blend can be fitted to 15 steps."
