import importlib
import re
from dataclasses import replace
from datetime import timedelta
from types import ModuleType

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from tests.unit.forecasting.conftest import HOUR, START, MakeTask, daily_load

from flexmeasures.domain.errors import InvalidResolution, NotEnoughData, UnknownEntity
from flexmeasures.domain.series import Array, Series
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.forecasting.forecast import forecast
from flexmeasures.forecasting.kept import Shelf
from flexmeasures.forecasting.registry import model_names
from flexmeasures.forecasting.sun import clear_sky
from flexmeasures.forecasting.task import ForecastTask, Regressor

LEARNING = ["linear-OLS", "ridge", "lad", "root-lad", "linear-blend"]
TREES = ["trees", "floating-trees", "trees-on-lad", "trees-on-root-lad", "root-trees", "blend"]


@pytest.mark.parametrize("model", LEARNING)
def test_a_rhythm_is_learned(next_two_days: MakeTask, model: str) -> None:
    values = daily_load(62)
    found = forecast(next_two_days(values[:-48], model=model))
    # noise of 0.2 has a mean size of 0.16; the rest is what the model misses
    assert np.abs(found.values - values[-48:]).mean() < 0.35
    assert (found.model, found.fallback) == (model, "")


@pytest.mark.parametrize("model", TREES)
def test_trees_learn_a_rhythm(last_day_rolling: MakeTask, model: str) -> None:
    values = daily_load(60)
    found = forecast(last_day_rolling(values, 24 * HOUR, model=model))
    assert np.abs(found.values - values[-24:]).mean() < 0.4
    assert (found.model, found.fallback) == (model, "")


def test_the_last_value_says_much_about_the_next_hour(next_two_days: MakeTask) -> None:
    rng = np.random.default_rng(1)
    walk = 50 + np.cumsum(rng.normal(0, 1, 24 * 90))
    found = forecast(next_two_days(walk, size=1, model="ridge"))
    assert_allclose(found.values[0], walk[-1], atol=1.0)


@pytest.mark.parametrize("model", model_names())
@pytest.mark.parametrize("days", [0.05, 1, 5, 15])
def test_any_history_gets_a_forecast(next_two_days: MakeTask, model: str, days: float) -> None:
    found = forecast(next_two_days(daily_load(days), size=2, model=model))
    assert np.isfinite(found.values).all()


@pytest.mark.parametrize("model", model_names())
@pytest.mark.parametrize("value", [0.0, 5.0, -3.0])
def test_a_constant_stays_constant(next_two_days: MakeTask, model: str, value: float) -> None:
    found = forecast(next_two_days(np.full(24 * 30, value), size=1, model=model))
    assert_allclose(found.values, value, atol=1e-6)


def test_too_short_a_history_is_said_to_be(next_two_days: MakeTask) -> None:
    found = forecast(next_two_days(daily_load(3), model="ridge"))
    assert found.model == "seasonal-naive"
    assert found.fallback == "The history holds 3.0 days of values; 14 are needed to fit a model."


def test_nothing_known_cannot_be_forecast(next_two_days: MakeTask) -> None:
    with pytest.raises(NotEnoughData, match="No data available at all"):
        forecast(next_two_days(np.full(100, np.nan)))


def test_an_unknown_model_is_refused(next_two_days: MakeTask) -> None:
    with pytest.raises(UnknownEntity, match="No model found for search term 'crystal ball'"):
        forecast(next_two_days(daily_load(20), model="crystal ball"))


@pytest.mark.parametrize("name", ["LINEAR-OLS", "linear", "Linear"])
def test_the_documented_names_find_the_documented_model(next_two_days: MakeTask, name: str) -> None:
    assert forecast(next_two_days(daily_load(20), model=name)).model == "linear-OLS"


def test_a_model_that_cannot_be_loaded_is_replaced(
    next_two_days: MakeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = importlib.import_module

    def without_trees(name: str) -> ModuleType:
        if name.endswith("trees"):
            raise OSError("libgomp.so.1: cannot open shared object file")
        return loaded(name)

    task = next_two_days(daily_load(20), size=1, model="trees")
    linear = forecast(replace(task, model="linear-blend"))
    monkeypatch.setattr(importlib, "import_module", without_trees)
    found = forecast(task)
    assert found.model == "linear-blend"
    assert found.fallback.startswith("The model trees cannot be loaded: libgomp.so.1")
    assert_allclose(found.values, linear.values)


def test_a_window_off_the_steps_is_refused(next_two_days: MakeTask) -> None:
    task = next_two_days(daily_load(20))
    askew = replace(task.window, start=task.window.start + timedelta(minutes=10))
    with pytest.raises(InvalidResolution):
        forecast(replace(task, window=askew))


def test_limits_are_kept(next_two_days: MakeTask) -> None:
    found = forecast(next_two_days(daily_load(40), lower=9.0, upper=11.0))
    assert found.values.min() >= 9
    assert found.values.max() <= 11


def test_production_is_forecast_like_consumption(next_two_days: MakeTask) -> None:
    values = daily_load(40)
    consumed = forecast(next_two_days(values, lower=0.0, upper=12.0))
    produced = forecast(next_two_days(-values, lower=-12.0, upper=0.0))
    assert_allclose(produced.values, -consumed.values)


def test_negative_prices_are_forecast(next_two_days: MakeTask) -> None:
    values = daily_load(40) - 10
    found = forecast(next_two_days(values, model="lad"))
    assert found.values.min() < 0 < found.values.max()


def test_the_sun_does_not_shine_at_night(next_two_days: MakeTask) -> None:
    sun = clear_sky(TimeGrid(START, HOUR, 24 * 62), 40.0, -5.0) / 1000
    clouds = np.random.default_rng(2).uniform(0.4, 1, 62).repeat(24)
    power = -(sun * clouds)[:-48]
    found = forecast(next_two_days(power, latitude=40.0, longitude=-5.0, upper=0.0, lower=-1.0))
    assert_array_equal(found.values[np.isin(np.arange(48) % 24, [20, 21, 22, 23, 0, 1, 2, 3, 4])], 0)
    assert found.values.min() < -0.3


@pytest.mark.parametrize(
    "step", [timedelta(minutes=5), timedelta(minutes=15), timedelta(days=1), timedelta(days=7)]
)
def test_any_resolution_is_served(next_two_days: MakeTask, step: timedelta) -> None:
    size = min(3000, timedelta(days=400) // step)
    hours = np.arange(size) * (step / HOUR)
    values = 5 + np.sin(2 * np.pi * hours / 24) + np.random.default_rng(3).normal(0, 0.1, size)
    found = forecast(next_two_days(values, step=step, size=10, timezone="Asia/Kolkata"))
    assert np.abs(found.values - 5).max() < 2


def test_gaps_and_outliers_do_no_harm(next_two_days: MakeTask) -> None:
    values = daily_load(60)
    values[100:130] = np.nan
    values[-5:-2] = np.nan
    values[700] = 1e4
    values[200] = np.inf
    found = forecast(next_two_days(values, model="lad"))
    assert np.abs(found.values - 10).max() < 20


def test_what_no_meter_can_have_meant_is_passed_over(next_two_days: MakeTask) -> None:
    values = daily_load(60)
    without = values.copy()
    values[-3], without[-3] = 1e5, np.nan
    assert_allclose(
        forecast(next_two_days(values)).values, forecast(next_two_days(without)).values, rtol=1e-9
    )


def test_what_is_done_seldom_is_no_fault(next_two_days: MakeTask) -> None:
    values = np.random.default_rng(8).uniform(0, 0.01, 24 * 60)
    values[500:504] = 11.0
    values[-3:] = 11.0
    assert forecast(next_two_days(values, size=1, model="naive")).values[0] == 11.0


def test_bands_of_sunny_hours_make_up_for_nights_in_part(last_day_rolling: MakeTask) -> None:
    sun = clear_sky(TimeGrid(START, HOUR, 24 * 90), 40.0, -5.0) / 1000
    values = sun * np.random.default_rng(9).uniform(0.3, 1, sun.size)
    task = last_day_rolling(
        values, 24 * HOUR, model="ridge", latitude=40.0, longitude=-5.0, quantiles=(0.1, 0.9)
    )
    found = forecast(_with_window_of(20, task)).quantiles
    assert found is not None
    truth = values[-20 * 24 :]
    inside = (truth >= found[0] - 1e-12) & (truth <= found[1] + 1e-12)
    # of all hours 56 % are dark: 54 % of the others would make 80 % of all
    assert 0.58 < inside[sun[-20 * 24 :] > 0.05].mean() < 0.76
    assert inside[sun[-20 * 24 :] == 0].mean() > 0.9


def test_weather_forecasts_are_used(next_two_days: MakeTask) -> None:
    rng = np.random.default_rng(4)
    wind = rng.uniform(0, 10, 24 * 90)
    task = next_two_days(2 * wind[:-48])
    task = replace(task, model="ridge")
    found = forecast(replace(task, regressors=(Regressor("wind speed", wind[:-48], wind[-48:]),)))
    assert_allclose(found.values, 2 * wind[-48:], atol=1.0)


def test_observed_weather_alone_does_not_stop_a_forecast(next_two_days: MakeTask) -> None:
    values = daily_load(40)
    task = next_two_days(values)
    seen = Regressor("temperature", values / 2, np.full(48, np.nan))
    assert np.isfinite(forecast(replace(task, regressors=(seen,))).values).all()


def test_clock_changes_do_no_harm(next_two_days: MakeTask) -> None:
    values = daily_load(85)
    found = forecast(next_two_days(values, timezone="Europe/Amsterdam", model="ridge"))
    assert np.abs(found.values - 10).max() < 6


def test_a_blend_tells_what_it_chose_and_why(last_day_rolling: MakeTask) -> None:
    (note,) = forecast(last_day_rolling(daily_load(40), 6 * HOUR, model="linear-blend")).notes
    assert re.fullmatch(r"6 h: ridge \d+% \(MAE 0\.\d+\), root-lad \d+% \(MAE 0\.\d+\)", note)


def test_quantiles_are_in_order_and_within_limits(next_two_days: MakeTask) -> None:
    task = next_two_days(daily_load(40), quantiles=(0.9, 0.1, 0.5), lower=0.0, upper=12.0)
    high, low, middle = forecast(task).quantiles  # type: ignore[misc]  # there are some
    assert (low <= middle).all()
    assert (middle <= high).all()
    assert low.min() >= 0
    assert high.max() <= 12


def test_quantiles_of_production_are_those_of_consumption_turned(next_two_days: MakeTask) -> None:
    consumed = forecast(next_two_days(daily_load(40), size=3, quantiles=(0.1, 0.9))).quantiles
    produced = forecast(next_two_days(-daily_load(40), size=3, quantiles=(0.1, 0.9))).quantiles
    assert consumed is not None
    assert produced is not None
    assert_allclose(produced, -consumed[::-1], atol=0.05)


def test_a_band_of_eighty_per_cent_covers_about_that(last_day_rolling: MakeTask) -> None:
    inside = []
    for seed in range(10):
        values = daily_load(60, seed)
        found = forecast(last_day_rolling(values, HOUR, model="ridge", quantiles=(0.1, 0.9))).quantiles
        assert found is not None
        inside.append((values[-24:] >= found[0]) & (values[-24:] <= found[1]))
    # the share of 240 draws has a standard deviation of 0.026
    assert 0.7 < np.mean(inside) < 0.9


def test_a_fit_is_kept_for_a_day_and_no_longer(next_two_days: MakeTask) -> None:
    values = daily_load(45)
    shelf = Shelf()
    task = next_two_days(values[:-48], size=1, subject="1", model="ridge")
    forecast(task, shelf)
    (first,) = shelf.fits.values()
    forecast(next_two_days(values[:-30], size=1, subject="1", model="ridge"), shelf)
    assert list(shelf.fits.values()) == [first]
    forecast(task, shelf)
    forecast(next_two_days(values[:-24], size=1, subject="1", model="ridge"), shelf)
    assert shelf.fits["1", "ridge", 1].issued > first.issued


def test_a_fit_is_never_used_for_an_earlier_issue(next_two_days: MakeTask) -> None:
    values = daily_load(45)
    shelf = Shelf()
    forecast(next_two_days(values, size=1, subject="1", model="ridge"), shelf)
    earlier = next_two_days(values[:-5], size=1, subject="1", model="ridge")
    assert_allclose(forecast(earlier, shelf).values, forecast(earlier).values)


HISTORIES = st.lists(
    st.one_of(st.just(float("nan")), st.just(0.0), st.floats(-1e150, 1e150)), min_size=1, max_size=60
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=HISTORIES,
    step=st.sampled_from([HOUR, 7 * HOUR, 24 * HOUR, 168 * HOUR]),
    model=st.sampled_from(["", "linear-OLS", "lad", "trees"]),
    gap=st.integers(0, 3),
)
def test_whatever_happened_gets_a_forecast_or_a_reason(
    next_two_days: MakeTask, values: list[float], step: timedelta, model: str, gap: int
) -> None:
    task = next_two_days(np.array(values), step, 3, model=model, latitude=89.9, longitude=179.0)
    window = replace(task.window, start=task.window.start + gap * step)
    try:
        found = forecast(replace(task, window=window, quantiles=(0.1, 0.9), timezone="Pacific/Apia"))
    except NotEnoughData:
        assert np.isnan(values).all()
        return
    assert np.isfinite(found.values).all()
    assert found.quantiles is not None
    assert (found.quantiles[0] <= found.quantiles[1]).all()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 1000),
    hours=st.sampled_from([1, 6, 24, 48]),
    delay=st.integers(0, 3),
    model=st.sampled_from(
        ["naive", "same-hour", "seasonal-naive", "linear-OLS", "root-lad", "trees-on-root-lad"]
    ),
)
def test_a_shuffled_future_changes_nothing(
    last_day_rolling: MakeTask, seed: int, hours: int, delay: int, model: str
) -> None:
    values = daily_load(30, seed)
    weather = Regressor("temperature", values[:-24] / 3, values[-24:] / 3)
    task = last_day_rolling(
        values,
        hours * HOUR,
        delay=delay * HOUR,
        model=model,
        regressors=(weather,),
        latitude=50.0,
        longitude=5.0,
    )
    before = forecast(task).values
    for step in (0, 11, 23):
        known_until = values.size - 24 + step + 1 - hours - delay
        after = forecast(_with_another_future(task, known_until, seed)).values
        assert_allclose(after[step], before[step], rtol=1e-9)


@pytest.mark.parametrize("model", ["ridge", "trees-on-root-lad"])
def test_a_shuffled_future_changes_no_solar_forecast(last_day_rolling: MakeTask, model: str) -> None:
    sun = clear_sky(TimeGrid(START, HOUR, 24 * 40), 40.0, -5.0) / 1000
    values = sun * np.random.default_rng(5).uniform(0.3, 1, sun.size)
    light = Regressor("irradiance", values[:-24] * 900, values[-24:] * 900)
    task = last_day_rolling(values, 6 * HOUR, model=model, regressors=(light,), latitude=40.0, longitude=-5.0)
    before = forecast(task).values
    for step in (0, 8, 16):
        after = forecast(_with_another_future(task, values.size - 24 + step - 5, step)).values
        assert_allclose(after[step], before[step], rtol=1e-9)


@pytest.mark.parametrize("model", ["ridge", "root-lad"])
def test_a_shuffled_future_changes_no_wind_forecast(last_day_rolling: MakeTask, model: str) -> None:
    rng = np.random.default_rng(6)
    speed = 8 + 4 * np.sin(np.arange(24 * 40) / 9) + rng.normal(0, 1, 24 * 40)
    values = np.clip((speed - 4) / 8, 0, 1) + rng.uniform(0, 0.2, speed.size)
    task = last_day_rolling(
        values, 6 * HOUR, model=model, regressors=(Regressor("wind speed", speed[:-24], speed[-24:]),)
    )
    before = forecast(task).values
    for step in (0, 8, 16):
        after = forecast(_with_another_future(task, values.size - 24 + step - 5, step)).values
        assert_allclose(after[step], before[step], rtol=1e-9)


@pytest.mark.parametrize("hours", [1, 30])
def test_a_shuffled_future_changes_nothing_of_many_days(last_day_rolling: MakeTask, hours: int) -> None:
    values = daily_load(45)
    days = _with_window_of(
        10, last_day_rolling(values, hours * HOUR, model="linear-blend", quantiles=(0.1, 0.9))
    )
    before = forecast(days)
    assert before.quantiles is not None
    for step in (0, 100, 170, 239):
        known_until = values.size - 10 * 24 + step + 1 - hours
        after = forecast(_with_another_future(days, known_until, step))
        assert after.quantiles is not None
        assert_allclose(after.values[step], before.values[step], rtol=1e-9)
        assert_allclose(after.quantiles[:, step], before.quantiles[:, step], rtol=1e-9)


def test_bands_follow_what_forecasts_turn_out_to_miss(last_day_rolling: MakeTask) -> None:
    values = daily_load(60)
    values[-30 * 24 :] += np.random.default_rng(7).normal(0, 2, 30 * 24)
    task = last_day_rolling(values, HOUR, model="ridge", quantiles=(0.1, 0.9))
    found = forecast(_with_window_of(30, task)).quantiles
    assert found is not None
    inside = (values[-30 * 24 :] >= found[0]) & (values[-30 * 24 :] <= found[1])
    assert inside[:48].mean() < inside[-10 * 24 :].mean()
    assert inside[-10 * 24 :].mean() > 0.7


def _with_window_of(days: int, task: ForecastTask) -> ForecastTask:
    """Return the task of one day with a window that begins earlier."""
    earlier = (days - 1) * 24 * HOUR
    window = TimeGrid(task.window.start - earlier, HOUR, days * 24)
    return replace(task, window=window, issued=task.issued - earlier)


def _with_another_future(task: ForecastTask, known_until: int, seed: int) -> ForecastTask:
    values: Array = task.history.values.copy()
    values[known_until:] = np.random.default_rng(seed + 1).permutation(values[known_until:]) * 7 - 3
    return replace(task, history=Series(task.history.grid, values))
