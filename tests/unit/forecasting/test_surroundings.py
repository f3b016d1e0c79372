import numpy as np
from tests.unit.forecasting.conftest import HOUR, START, MakeTask, daily_load

from flexmeasures.domain.timing import TimeGrid
from flexmeasures.forecasting.features import FeatureMaker
from flexmeasures.forecasting.frame import frame_of
from flexmeasures.forecasting.sun import clear_sky
from flexmeasures.forecasting.surroundings import follows_the_sun
from flexmeasures.forecasting.task import Regressor

DAYS = 30
SUN = clear_sky(TimeGrid(START, HOUR, 24 * (DAYS + 2)), 40.0, -5.0)


def test_only_forecasts_of_light_are_compared_to_the_clear_sky(next_two_days: MakeTask) -> None:
    weather = tuple(Regressor(name, SUN[:-48], SUN[-48:]) for name in ("irradiance", "temperature"))
    task = next_two_days(SUN[:-48] / 1000, latitude=40.0, longitude=-5.0, regressors=weather)
    names = FeatureMaker(frame_of(task)).names()
    assert "irradiance_index" in names
    assert "temperature_index" not in names


def test_where_the_place_is_unknown_nothing_follows_the_sun(next_two_days: MakeTask) -> None:
    sunny = SUN[:-48] / 1000
    assert not follows_the_sun(frame_of(next_two_days(sunny)))
    assert follows_the_sun(frame_of(next_two_days(sunny, latitude=40.0, longitude=-5.0)))


def test_a_load_does_not_follow_the_sun(next_two_days: MakeTask) -> None:
    constant = np.full(24 * DAYS, 2.0)
    for values in (daily_load(DAYS), constant):
        assert not follows_the_sun(frame_of(next_two_days(values, latitude=40.0, longitude=-5.0)))


def test_only_forecasts_of_weather_are_seen_in_the_light_of_the_clear_sky(next_two_days: MakeTask) -> None:
    unknown = np.full(48, np.nan)
    weather = (
        Regressor("cloudiness", SUN[:-48], unknown),
        Regressor("temperature", SUN[:-48], SUN[-48:], revised=False),
        Regressor("holiday", (SUN[:-48] > 0).astype(float), (SUN[-48:] > 0).astype(float)),
    )
    task = next_two_days(SUN[:-48] / 1000, latitude=40.0, longitude=-5.0, regressors=weather)
    names = FeatureMaker(frame_of(task)).names()
    assert {"sun_temperature", "temperature_after", "temperature_above_0"} <= set(names)
    assert not {"sun_cloudiness", "holiday_after", "holiday_above_0"} & set(names)


def test_seasons_are_seen_once_most_of_a_year_is_known(next_two_days: MakeTask) -> None:
    walk = np.cumsum(np.random.default_rng(0).normal(0, 1, 24 * 310))
    for days, seen in ((250, False), (310, True)):
        names = FeatureMaker(frame_of(next_two_days(walk[: 24 * days]))).names()
        assert ("season_sine" in names, "wave_sin_cos_1" in names) == (seen, seen)
