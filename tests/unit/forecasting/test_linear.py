import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from flexmeasures.forecasting.linear import PENALTIES, Design


@settings(deadline=None)
@given(st.floats(-5, 5), st.floats(-100, 100), st.integers(0, 10))
def test_a_line_is_found_where_there_is_one(slope: float, level: float, seed: int) -> None:
    features = np.random.default_rng(seed).normal(0, 1, (60, 1))
    found = Design(features, slope * features[:, 0] + level).squares(penalty=0.0)
    assert_allclose(found.predict(features), slope * features[:, 0] + level, atol=1e-6)


def test_where_the_latest_rows_repeat_the_earlier_the_least_penalty_is_chosen() -> None:
    features = np.random.default_rng(0).normal(0, 1, (60, 2))
    assert Design(features, features @ np.array([3.0, -1.0])).penalty == PENALTIES[0]


def test_with_too_few_rows_to_hold_any_out_the_penalty_is_a_middling_one() -> None:
    for size in (1, 2):
        assert Design(np.arange(float(size))[:, None], np.arange(float(size))).penalty == PENALTIES[2]
