import numpy as np
from numpy.testing import assert_allclose
from tests.unit.forecasting.conftest import MakeTask, daily_load

from flexmeasures.forecasting.forecast import forecast
from flexmeasures.forecasting.scales import size_of


def test_values_of_meters_are_left_as_they_are(next_two_days: MakeTask) -> None:
    assert size_of(next_two_days(daily_load(30, 0))) == 1


def test_values_beyond_single_precision_are_forecast_in_another_unit(next_two_days: MakeTask) -> None:
    values = daily_load(30, 0)
    usual = forecast(next_two_days(values, quantiles=(0.1, 0.9)))
    huge = forecast(next_two_days(1e100 * values, quantiles=(0.1, 0.9)))
    assert_allclose(huge.values, 1e100 * usual.values, rtol=0.02)
    assert huge.quantiles is not None
    assert np.isfinite(huge.quantiles).all()
