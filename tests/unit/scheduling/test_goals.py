"""What a schedule is good for beside cost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.testing import assert_allclose

from flexmeasures.scheduling.goal import Goal
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.schedule import schedule
from flexmeasures.testing.problems import battery, problem, site


def house() -> Problem:
    """Return a house with sun at noon, a load in the evening, and a battery that could also trade."""
    load = np.array([-1.0, 0.0, 0.0, 1.0])
    return problem(replace(site([40, 10, 60, 20]), inflexible=load), battery(4, soc=(0, 0, 1)))


def test_for_little_exchange_the_sun_is_kept_for_the_evening() -> None:
    cheapest = schedule(house())
    own = schedule(replace(house(), goals=(Goal.EXCHANGE, Goal.COST)))
    assert_allclose(own.power[0], [1, 0, 0, -1], atol=1e-5)
    assert own.cost > cheapest.cost + 1


def test_for_little_cycling_the_battery_rests() -> None:
    assert np.abs(schedule(house()).power).sum() > 1
    assert_allclose(schedule(replace(house(), goals=(Goal.CYCLING, Goal.COST))).power, 0, atol=1e-5)


def test_which_device_prefers_sooner_is_its_own_affair() -> None:
    soon = battery(4, name="soon", soc=(0, 0, 1), targets={3: 1.0}, one_way=True)
    other = replace(soon, name="other", prefers_sooner=False)
    place = replace(site([10, 10, 10, 10]), consumption_max=np.ones(4))
    both, one = (schedule(problem(place, replace(soon, name="a"), device)) for device in (soon, other))
    assert_allclose(both.power.sum(axis=0), [1, 1, 0, 0], atol=1e-6)
    assert_allclose(one.power[0], [1, 0, 0, 0], atol=1e-6)
    assert_allclose(one.stock[:, -1], 1, atol=1e-6)
