import sys
from datetime import timedelta

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from tests.unit.forecasting.conftest import HOUR, START, daily_load

from flexmeasures.domain.errors import NotEnoughData, ServiceUnavailable
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.forecasting.corrections import corrected, grower
from flexmeasures.forecasting.fleet import expect, learn
from flexmeasures.forecasting.fleet_features import History

BAND = (0.1, 0.9)
DAYS = 150


def history(values: Array, step: timedelta = HOUR) -> History:
    """Return (N,) values of one sensor as a history."""
    return History(values[None], TimeGrid(START, step, values.size), "Europe/Amsterdam")


def batches(days: int) -> Array:
    """Return a machine that runs for six hours after each random start: no line knows when it stops."""
    rng = np.random.default_rng(0)
    power = np.zeros(days * 24)
    hour = 0
    while hour < power.size:
        power[hour : hour + 6] = 10.0
        hour += 6 + int(rng.integers(3, 12))
    return power + rng.normal(0, 0.1, power.size)


def test_trees_see_what_lines_miss() -> None:
    known = history(batches(DAYS))
    grown = grower().grow(known, 24)
    assert grown.correction.spread < 0.9
    assert grown.with_it >= grown.without
    found = expect(learn(known, 24, BAND), known)
    better = corrected(found, known, {0: grown.correction})
    assert_allclose(better.values[0], found.values[0] + grown.correction.ahead(known, found.residuals[0]))
    assert (np.diff(better.quantiles[:, 0], axis=0) < np.diff(found.quantiles[:, 0], axis=0)).any()
    assert (better.quantiles[0] <= better.values + 1e-9).all()
    assert (better.quantiles[1] >= better.values - 1e-9).all()


def test_what_was_kept_says_the_same() -> None:
    known = history(batches(DAYS))
    correction = grower().grow(known, 24).correction
    again = grower().read(correction.content())
    found = expect(learn(known, 24, BAND), known)
    assert_allclose(again.ahead(known, found.residuals[0]), correction.ahead(known, found.residuals[0]))
    assert again.spread == correction.spread


def test_where_lines_know_all_trees_do_not_count() -> None:
    known = history(daily_load(DAYS, 1))
    correction = grower().grow(known, 24).correction
    found = expect(learn(known, 24, BAND), known)
    assert np.abs(correction.ahead(known, found.residuals[0])).mean() < 0.1
    assert correction.spread > 0.95


def test_what_was_still_at_night_stays_so() -> None:
    hours = np.arange(24 * DAYS)
    sun = np.maximum(0.0, np.sin((hours % 24 - 6) / 12 * np.pi)).round(6)
    known = history(sun * np.random.default_rng(0).uniform(0.3, 1, DAYS).repeat(24))
    found = expect(learn(known, 24, BAND), known)
    better = corrected(found, known, {0: grower().grow(known, 24).correction})
    assert_array_equal(better.values[0, [0, 1, 2, 3, 22, 23]], 0)


def test_quarters_of_an_hour_and_gaps_are_served() -> None:
    values = np.repeat(batches(100), 4)
    values[3000:3400] = np.nan
    known = history(values, timedelta(minutes=15))
    grown = grower().grow(known, 192)
    found = expect(learn(known, 192, BAND), known)
    assert np.isfinite(grown.correction.ahead(known, found.residuals[0])).all()


def test_too_short_a_history_is_refused() -> None:
    with pytest.raises(NotEnoughData, match="too few to grow trees on"):
        grower().grow(history(daily_load(60, 0)), 48)


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "flexmeasures.forecasting.models.fleet_trees", None)
    with pytest.raises(ServiceUnavailable, match="Boosted trees cannot be loaded"):
        grower()
