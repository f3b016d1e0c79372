from datetime import timedelta

import numpy as np
from tests.unit.forecasting.conftest import MakeTask

from flexmeasures.forecasting.forecast import forecast

DAY = timedelta(days=1)


def test_where_too_little_is_left_to_learn_from_the_band_comes_of_the_fit_itself(
    next_two_days: MakeTask,
) -> None:
    values = 10 + np.random.default_rng(0).normal(0, 1, 18)
    found = forecast(next_two_days(values, step=DAY, size=1, model="linear-OLS", quantiles=(0.1, 0.9)))
    assert (found.model, found.fallback) == ("linear-OLS", "")
    assert found.quantiles is not None
    low, high = found.quantiles[:, 0]
    assert low <= found.values[0] <= high
    assert high - low < 10
