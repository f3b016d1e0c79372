from dataclasses import replace

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal
from tests.unit.forecasting.conftest import MakeTask, daily_load

from flexmeasures.forecasting.calendar import REST
from flexmeasures.forecasting.frame import Frame, frame_of
from flexmeasures.forecasting.lags import Trail, lagged, mean_of


def _frame(next_two_days: MakeTask, values: np.ndarray) -> Frame:
    return frame_of(next_two_days(values))


def test_days_alike_are_those_of_the_same_kind(next_two_days: MakeTask) -> None:
    days = np.arange(40.0)
    frame = _frame(next_two_days, days.repeat(24))
    monday, saturday = 28 * 24 + 5, 33 * 24 + 5
    features = lagged(Trail.of(replace(frame, weekly=True)), np.array([monday, saturday]), np.array([1, 1]))
    assert_array_equal(features["alike_0"], [25, 26])
    assert_array_equal(features["alike_1"], [24.5, (26 + 19) / 2])
    assert_array_equal(
        features["alike_mean"], [np.mean([d for d in range(28) if d % 7 < 5]), np.mean([5, 12, 19, 26])]
    )


def test_a_holiday_is_like_the_sunday_before(next_two_days: MakeTask) -> None:
    frame = replace(_frame(next_two_days, np.arange(40.0).repeat(24)), weekly=True)
    wednesday = 30 * 24
    kind = frame.calendar.kind.copy()
    kind[wednesday : wednesday + 24] = REST
    trail = Trail.of(replace(frame, calendar=replace(frame.calendar, kind=kind)))
    assert_array_equal(lagged(trail, np.array([wednesday + 3]), np.array([1]))["alike_0"], [27])


def test_what_keeps_no_week_has_no_days_alike(next_two_days: MakeTask) -> None:
    frame = replace(_frame(next_two_days, daily_load(40)), weekly=False)
    assert "alike_0" not in lagged(Trail.of(frame), np.array([900]), np.array([1]))


def test_a_mean_counts_what_is_known_by_its_weight() -> None:
    parts = np.array([[1.0, np.nan, np.nan], [4.0, 5.0, np.nan]])
    assert_allclose(mean_of(parts), [2.5, 5.0, np.nan])
    assert_allclose(mean_of(parts, np.array([[2.0, 2.0, 2.0], [1.0, 1.0, 1.0]])), [2.0, 5.0, np.nan])
