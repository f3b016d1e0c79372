from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from numpy.testing import assert_allclose

from flexmeasures.domain.timing import TimeGrid
from flexmeasures.forecasting.sun import clear_sky

MINUTE = timedelta(minutes=1)


def test_the_sun_is_overhead_at_the_equator_at_an_equinox() -> None:
    noon = TimeGrid(datetime(2021, 3, 20, 12, 7, tzinfo=UTC), MINUTE, 1)
    # Haurwitz: 1098 W/m² times exp(-0.059) under a sun in the zenith
    assert_allclose(clear_sky(noon, 0.0, 0.0), 1035.1, rtol=1e-3)


@pytest.mark.parametrize(
    ("day", "sunrise", "sunset"),
    [
        # times of the almanac for Amsterdam, less refraction and the sun's radius (about five minutes)
        (datetime(2021, 6, 21, tzinfo=UTC), 3.30, 20.10),
        (datetime(2021, 12, 21, tzinfo=UTC), 7.80, 15.50),
    ],
)
def test_the_sun_rises_and_sets_on_time(day: datetime, sunrise: float, sunset: float) -> None:
    light = clear_sky(TimeGrid(day, MINUTE, 1440), 52.37, 4.90)
    up = np.flatnonzero(light > 0) / 60
    assert_allclose([up[0], up[-1]], [sunrise, sunset], atol=0.25)


def test_there_is_no_sun_in_the_polar_night() -> None:
    assert clear_sky(TimeGrid(datetime(2021, 12, 21, tzinfo=UTC), MINUTE, 1440), 80.0, 0.0).max() == 0
