"""Lines of charts, with fewer values."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_array_equal

from flexmeasures.usecases.lines import Line, Role, bucketed


def test_a_band_is_put_together_as_its_line_is() -> None:
    values = np.array([1.0, 3.0, 5.0, 7.0])
    line = Line(Role.FORECAST, "model", values, low=values - 1, high=values + 2, band="80 %")
    found = bucketed(line, 2)
    assert_array_equal([found.low, found.values, found.high], [[1.0, 5.0], [2.0, 6.0], [4.0, 8.0]])
    assert found.band == "80 %"


def test_a_line_without_band_shows_the_range_of_its_values() -> None:
    found = bucketed(Line(Role.MEASURED, "meter", np.array([1.0, 3.0, 5.0, 8.0])), 2)
    assert_array_equal([found.low, found.values, found.high], [[1.0, 5.0], [2.0, 6.5], [3.0, 8.0]])
    assert found.band == "least to largest"
