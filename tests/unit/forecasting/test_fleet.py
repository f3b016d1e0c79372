from datetime import timedelta

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from tests.unit.forecasting.conftest import HOUR, START, daily_load

from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.forecasting.fleet import expect, learn
from flexmeasures.forecasting.fleet_features import History

BAND = (0.1, 0.9)


def history(values: Array, step: timedelta = HOUR) -> History:
    """Return (S, N) values as a history."""
    return History(values, TimeGrid(START, step, values.shape[1]), "Europe/Amsterdam")


def loads(days: int, seeds: range) -> Array:
    """Return some noisy loads with daily and weekly rhythms."""
    return np.stack([daily_load(days, seed) for seed in seeds])


def test_rhythms_are_learned_of_all_at_once() -> None:
    values = loads(152, range(5))
    known = values[:, :-48]
    found = expect(learn(history(known), 48, BAND), history(known))
    # noise of 0.2 has a mean size of 0.16; the mean of four noisy weeks adds half of it
    assert np.abs(found.values - values[:, -48:]).mean() < 0.25
    inside = (values[:, -48:] >= found.quantiles[0]) & (values[:, -48:] <= found.quantiles[1])
    assert 0.65 < inside.mean() < 0.95


def test_a_sensor_is_forecast_the_same_alone_and_in_company() -> None:
    known = loads(120, range(4))
    together = expect(learn(history(known), 12, BAND), history(known))
    alone = expect(learn(history(known[2:3]), 12, BAND), history(known[2:3]))
    assert_allclose(alone.values, together.values[2:3], rtol=1e-3)
    assert_allclose(alone.quantiles, together.quantiles[:, 2:3], rtol=1e-3)


def test_the_latest_weeks_are_enough_to_issue() -> None:
    known = loads(120, range(2))
    fleet = learn(history(known), 12, BAND)
    latest = known[:, -35 * 24 :]
    short = History(
        latest, TimeGrid(START + (known.shape[1] - latest.shape[1]) * HOUR, HOUR, 35 * 24), "Europe/Amsterdam"
    )
    assert_allclose(expect(fleet, short).values, expect(fleet, history(known)).values, rtol=1e-5)


def test_what_is_still_at_night_stays_so() -> None:
    hours = np.arange(24 * 120)
    sun = np.maximum(0.0, np.sin((hours % 24 - 6) / 12 * np.pi)).round(6)
    values = -(sun * np.random.default_rng(0).uniform(0.3, 1, 120).repeat(24))[None]
    found = expect(learn(history(values), 24, BAND), history(values))
    assert_array_equal(found.values[0, [0, 1, 2, 3, 22, 23]], 0)
    assert found.values.min() < -0.2


def test_gaps_do_no_harm() -> None:
    values = loads(130, range(2))
    values[0, 500:700] = np.nan
    values[1, ::7] = np.nan
    found = expect(learn(history(values), 24, BAND), history(values))
    assert np.abs(found.values - 10).max() < 8


def test_quarters_of_an_hour_are_served() -> None:
    values = np.repeat(loads(100, range(2)), 4, axis=1)
    quarters = history(values, timedelta(minutes=15))
    found = expect(learn(quarters, 192, BAND), quarters)
    assert found.values.shape == (2, 192)
    assert np.abs(found.values - 10).max() < 8


def test_too_short_a_history_is_refused() -> None:
    with pytest.raises(ValueError, match="too few to learn from"):
        learn(history(loads(60, range(1))), 48, BAND)
