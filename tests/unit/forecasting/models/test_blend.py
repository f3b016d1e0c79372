from datetime import timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from tests.unit.forecasting.conftest import HOUR, MakeTask, daily_load

from flexmeasures.forecasting.features import FeatureMaker
from flexmeasures.forecasting.forecast import forecast
from flexmeasures.forecasting.frame import frame_of
from flexmeasures.forecasting.models.blend import FittedBlend, Trial, choose_weights
from flexmeasures.forecasting.models.naive import SAME_HOUR, SEASONAL


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


def test_a_trial_keeps_its_length_as_later_steps_come() -> None:
    trial = Trial(np.array([[1.0, 2.0, 3.0]]), np.array([4.0, 5.0, 6.0]))
    later = trial.with_later(np.array([[7.0]]), np.array([8.0]))
    assert_allclose(later.said, [[2, 3, 7]])
    assert_allclose(later.truth, [5, 6, 8])


def test_weights_follow_what_models_turn_out_to_miss(last_day_rolling: MakeTask) -> None:
    values = daily_load(80)
    values[-30 * 24 :] += np.arange(30 * 24) / 24
    maker = FeatureMaker(frame_of(last_day_rolling(values, HOUR)))
    later = np.arange(values.size - 30 * 24, values.size)
    leads = np.ones(later.size, np.int64)
    truth = values[: 24 * 10]
    trial = Trial(np.stack([truth + 9, truth]), truth)
    blend = FittedBlend((SAME_HOUR, SEASONAL), np.array([0.0, 1.0]), trial, None, "")
    found, right, wrong = (model.predict(maker, later, leads) for model in (blend, SAME_HOUR, SEASONAL))
    assert_allclose(found[: 24 * 7], wrong[: 24 * 7])
    assert_allclose(found[24 * 21 :], right[24 * 21 :], atol=0.5)
