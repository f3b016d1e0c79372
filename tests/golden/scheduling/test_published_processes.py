"""A process of four hours as published: toy example of the documents of FlexMeasures 1.0.

200 kW for four hours, on day-ahead prices, not between 15:00 and 16:00.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from numpy.testing import assert_allclose

from flexmeasures.domain.timing import TimeGrid
from flexmeasures.scheduling.contracts import Site
from flexmeasures.scheduling.equipment import Process, ProcessKind
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.schedule import schedule
from flexmeasures.testing.problems import START

PRICES = np.array(
    [
        *(10, 11, 12, 15, 18, 17, 10.5, 9, 9.5, 9, 8.5, 10),
        *(8, 5, 4, 4, 5.5, 8, 12, 13, 14, 12.5, 10, 7),
    ]
)


@pytest.mark.parametrize(
    ("kind", "hours", "cost"),
    [
        (ProcessKind.INFLEXIBLE, [0, 1, 2, 3], 9.60),
        (ProcessKind.BREAKABLE, [13, 14, 16, 23], 4.30),
        (ProcessKind.SHIFTABLE, [11, 12, 13, 14], 5.40),
    ],
)
def test_the_published_process_runs_when_published(kind: ProcessKind, hours: list[int], cost: float) -> None:
    allowed = np.ones(24, bool)
    allowed[15] = False
    process = Process("washing", kind, np.full(4, 0.2), allowed)
    asked = Problem(TimeGrid(START, timedelta(hours=1), 24), Site.at_price(PRICES), processes=(process,))

    solution = schedule(asked)

    assert np.flatnonzero(solution.power[0] > 1e-6).tolist() == hours
    assert_allclose(solution.cost, cost, atol=1e-6)
    assert solution.engine == "linear programme"
