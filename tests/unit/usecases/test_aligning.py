"""Values of events of any length stand on the steps of a grid."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from flexmeasures.domain.beliefs import Beliefs
from flexmeasures.domain.timing import TimeGrid, instant
from flexmeasures.testing.clock import NOON
from flexmeasures.usecases.aligning import on_steps, stacked

QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
GRID = TimeGrid(NOON, HOUR, 2)


def told(step: timedelta, values: list[float]) -> Beliefs:
    """Return what is believed of successive events from noon on."""
    starts = instant(NOON) + np.arange(len(values)) * np.timedelta64(step)
    return Beliefs(starts, starts, np.array(values), np.ones(len(values), np.int32))


@pytest.mark.parametrize("event", [timedelta(0), QUARTER, HOUR, 6 * HOUR])
def test_where_nothing_is_told_nothing_is_known(event: timedelta) -> None:
    assert_array_equal(on_steps(Beliefs.none(), event, GRID), [np.nan, np.nan])


def test_sensors_of_all_steps_stand_beside_each_other() -> None:
    parts = [told(QUARTER, [1, 2, 3, 4, 6, 6, 6, 6]), told(HOUR, [7, 8, 9]), told(2 * HOUR, [5])]
    values = stacked(parts, [QUARTER, HOUR, 2 * HOUR], GRID)
    assert_array_equal(values, [[2.5, 6.0], [7.0, 8.0], [5.0, 5.0]])


def test_a_coarse_value_holds_no_longer_than_its_event() -> None:
    grid = TimeGrid(NOON, HOUR, 4)
    assert_array_equal(on_steps(told(2 * HOUR, [5]), 2 * HOUR, grid), [5.0, 5.0, np.nan, np.nan])
