"""What weather services answer is read with care."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexmeasures.adapters.weather.read import (
    HOUR,
    column,
    field,
    hourly_means,
    json_object,
    means_between,
    part,
    rows,
)
from flexmeasures.domain.errors import ServiceUnavailable

MIDNIGHT = 1_772_409_600


@pytest.mark.parametrize("text", ["", "<html>", "[1]", "null"])
def test_what_is_no_json_object_is_said_to_be_none(text: str) -> None:
    with pytest.raises(ServiceUnavailable, match="The weather service Foo answers no JSON"):
        json_object(text, "Foo")


def test_parts_that_are_missing_are_named() -> None:
    with pytest.raises(ServiceUnavailable, match="of the weather service Foo has no object 'hourly'"):
        part({"hourly": [1]}, "hourly", "Foo")
    with pytest.raises(ServiceUnavailable, match="of the weather service Foo has no list 'data'"):
        rows({"data": [1]}, "data", "Foo")


def test_values_that_are_none_are_left_out() -> None:
    table = {"time": [0, HOUR, 2 * HOUR, "x", -1, 1e99], "value": [1, None, float("nan"), 4, 5, 6]}
    assert column(table, "time", "value") == {0: 1.0}
    assert column(table, "time", "other") == {}
    assert field([{"dt": 0, "temp": 1}, {"dt": HOUR}, {"temp": 2}], "dt", "temp") == {0: 1.0}


def test_gaps_stay_gaps() -> None:
    series = hourly_means({MIDNIGHT: 1.0, MIDNIGHT + 2 * HOUR: 3.0})
    assert series is not None
    np.testing.assert_array_equal(series.values, [1.0, np.nan, 3.0])
    between = means_between({MIDNIGHT: 1.0, MIDNIGHT + HOUR: 2.0, MIDNIGHT + 3 * HOUR: 3.0})
    assert between is not None
    np.testing.assert_array_equal(between.values, [1.5, np.nan, np.nan])


def test_what_is_nothing_or_too_long_makes_no_series() -> None:
    assert hourly_means({}) is None
    assert hourly_means({0: 1.0, MIDNIGHT: 1.0}) is None
    assert means_between({MIDNIGHT: 1.0}) is None


numbers = st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=3), st.lists(st.integers()))


@given(st.lists(numbers, max_size=20), st.lists(numbers, max_size=20))
def test_whatever_is_answered_no_value_is_made_up(times: list[object], values: list[object]) -> None:
    table = json.loads(json.dumps({"time": times, "value": values}))
    points = column(table, "time", "value")
    series = hourly_means(points)
    if series is not None:
        told = series.values[~np.isnan(series.values)]
        assert set(told.tolist()) <= set(points.values())
