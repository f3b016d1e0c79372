import pytest
from numpy.testing import assert_allclose
from tests.unit.forecasting.conftest import MakeTask, daily_load

from flexmeasures.forecasting import kept
from flexmeasures.forecasting.forecast import Forecaster, forecast


def test_the_fit_that_was_not_used_for_longest_makes_room(
    next_two_days: MakeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST", 2)
    ask = Forecaster()
    for subject in ("1", "2", "1", "3"):
        ask(next_two_days(daily_load(20), size=1, subject=subject, model="linear-OLS"))
    assert [subject for subject, _, _ in ask.shelf.fits] == ["1", "3"]


def test_what_is_forecast_from_a_kept_fit_is_the_same(next_two_days: MakeTask) -> None:
    task = next_two_days(daily_load(20), size=2, subject="1", model="linear-OLS")
    ask = Forecaster()
    first, again = ask(task), ask(task)
    assert_allclose(again.values, first.values)
    assert_allclose(again.values, forecast(task).values)
