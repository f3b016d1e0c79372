import numpy as np
from numpy.testing import assert_allclose
from tests.unit.forecasting.conftest import MakeTask

from flexmeasures.domain.series import Array
from flexmeasures.forecasting.frame import Frame, frame_of
from flexmeasures.forecasting.task import Regressor
from flexmeasures.forecasting.wind import power_of_wind

SPEED = np.random.default_rng(0).uniform(0, 16, 24 * 62)
POWER = np.clip((SPEED - 3) / 9, 0, 1)


def _frame(next_two_days: MakeTask, values: Array) -> Frame:
    size = values.size
    wind = Regressor("wind speed", SPEED[:size], SPEED[size : size + 48])
    return frame_of(next_two_days(values, regressors=(wind,)))


def test_the_power_of_the_wind_to_come_is_read_from_the_curve(next_two_days: MakeTask) -> None:
    frame = _frame(next_two_days, POWER[:-48])
    features = power_of_wind(frame, frame.signals[0], frame.rows, frame.leads)
    assert_allclose(features["curve"], POWER[-48:], atol=0.03)
    assert_allclose(features["curve_missed"], 0, atol=0.03)


def test_a_farm_that_stands_in_part_is_known_by_what_the_curve_missed(next_two_days: MakeTask) -> None:
    power = POWER[:-48].copy()
    power[-24:] -= 0.2
    frame = _frame(next_two_days, power)
    features = power_of_wind(frame, frame.signals[0], frame.rows, frame.leads)
    assert_allclose(features["curve_missed_24"], -0.2, atol=0.03)


def test_where_values_do_not_follow_the_wind_there_is_no_curve(next_two_days: MakeTask) -> None:
    load = np.random.default_rng(1).uniform(0, 1, SPEED.size - 48)
    for values in (load, np.ones(SPEED.size - 48), POWER[: 24 * 15]):
        frame = _frame(next_two_days, values)
        assert power_of_wind(frame, frame.signals[0], frame.rows, frame.leads) == {}
