from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from flexmeasures.domain.series import Series
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.usecases.demo.benefit import benefit

GRID = TimeGrid(datetime(2015, 11, 20, tzinfo=UTC), timedelta(minutes=15), 4)


def test_a_benefit_is_what_production_brings_less_what_consumption_costs() -> None:
    power = Series(GRID, np.array([2.0, 0.0, -1.0, -1.0]))
    price = Series(GRID, np.array([20.0, 30.0, 50.0, 70.0]))
    found = benefit(power, price, "EUR/MWh")
    assert found.earned == pytest.approx((-2 * 20 + 50 + 70) / 4)
    assert (found.charged, found.discharged, found.currency) == (0.5, 0.5, "EUR")


def test_doing_nothing_earns_nothing() -> None:
    assert benefit(Series(GRID, np.zeros(4)), Series(GRID, np.full(4, 30.0)), "EUR/MWh").earned == 0.0


def test_what_is_not_scheduled_or_has_no_price_does_not_count() -> None:
    power = Series(GRID, np.array([1.0, np.nan, 1.0, 1.0]))
    price = Series(GRID, np.array([np.nan, 10.0, 10.0, 10.0]))
    assert benefit(power, price, "EUR/MWh").earned == pytest.approx(-5.0)


def test_charging_at_negative_prices_earns() -> None:
    assert benefit(Series(GRID, np.ones(4)), Series(GRID, np.full(4, -8.0)), "EUR/MWh").earned == 8.0
