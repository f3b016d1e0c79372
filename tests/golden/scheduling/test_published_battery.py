"""A battery and its prices as published: toy example of the documents of FlexMeasures 1.0.

Battery of 500 kW, 50 to 450 kWh, starting at 225 kWh, 90 % round trip, on day-ahead prices from 07:00 to
19:00 in quarters of an hour. The cost and the energies are those of the published scheduler on this case.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from numpy.testing import assert_allclose

from flexmeasures.scheduling.schedule import schedule
from flexmeasures.testing.problems import battery, problem, site

HOURLY_PRICES = [
    *(10, 11, 12, 15, 18, 17, 10.5, 9, 9.5, 9, 8.5, 10),
    *(8, 5, 4, 4, 5.5, 8, 12, 13, 14, 12.5, 10, 7),
]


@pytest.mark.parametrize("sooner", [True, False])
def test_the_published_battery_costs_what_is_published(sooner: bool) -> None:
    prices = np.repeat(HOURLY_PRICES, 4)[28:76]
    device = battery(48, power=0.5, soc=(0.05, 0.225, 0.45), efficiency=0.9)

    solution = schedule(problem(site(prices), device, step=timedelta(minutes=15), sooner=sooner))

    energy = solution.power[0] * 0.25
    assert_allclose(solution.cost, -4.6551362389, atol=1e-9)
    assert_allclose(energy[energy > 0].sum(), 0.843274, atol=1e-6)
    assert_allclose(energy[energy < 0].sum(), -0.924966, atol=1e-6)


def test_of_two_hours_of_one_price_the_published_battery_charges_in_the_first() -> None:
    prices = np.repeat(HOURLY_PRICES, 4)[28:76]
    device = battery(48, power=0.5, soc=(0.05, 0.225, 0.45), efficiency=0.9)

    solution = schedule(problem(site(prices), device, step=timedelta(minutes=15)))

    hourly = solution.power[0].reshape(12, 4).mean(axis=1) * 1000
    assert_allclose(hourly, [0, -166, 0, 422, -379, 0, 0, 422, 0, 0, 0, -379], atol=1)
