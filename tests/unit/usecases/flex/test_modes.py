"""Modes of operation, forbidden times and profiles of processes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flexmeasures.domain.errors import InvalidParts
from flexmeasures.testing.clock import NOON
from flexmeasures.usecases.flex.modes import read_bands, read_profile, read_times

START = NOON.isoformat()


def test_modes_are_bands_of_power_and_production_is_negative() -> None:
    told = [{"consumption-range": ["200 kW", "1 MW"]}, {"production-range": [0.5, 2]}]
    assert read_bands(told) == ((0.2, 1.0), (-2.0, -0.5))


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ({}, "is no list of modes"),
        ([], "is no list of modes"),
        ([{"consumption-range": [0, 1]}] * 51, "is no list of modes"),
        ([5], "0: 5 has neither"),
        ([{}], "0: {} has neither"),
        ([{"range": [0, 1]}], "has neither"),
        ([{"consumption-range": [1]}], "0: .* is no range: expected"),
        ([{"consumption-range": "1 MW"}], "0: .* is no range: expected"),
        ([{"consumption-range": [2, 1]}], "0: .* the least power is above the largest"),
        ([{"consumption-range": [0, 1]}, {"production-range": [0, "1 EUR"]}], "1: "),
    ],
)
def test_what_is_no_mode_is_refused_by_its_number(told: object, text: str) -> None:
    with pytest.raises(InvalidParts, match=text):
        read_bands(told)


def test_forbidden_times_have_a_start_and_a_duration() -> None:
    assert read_times([{"start": START, "duration": "PT2H"}]) == ((NOON, NOON + timedelta(hours=2)),)
    assert read_times([]) == ()


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ("always", "is no list of times"),
        ([5], "0: 5 does not state"),
        ([{"start": START}], "does not state a start and a duration"),
        ([{"start": "noon", "duration": "PT1H"}], "0.start: "),
        ([{"start": START, "duration": "long"}], "0.duration: "),
        ([{"start": START, "duration": "P9000000D"}], "0.duration: .* ends too late"),
    ],
)
def test_what_is_no_time_is_refused_by_its_number_and_field(told: object, text: str) -> None:
    with pytest.raises(InvalidParts, match=text):
        read_times(told)


def test_a_profile_is_a_list_of_powers() -> None:
    assert read_profile(["500 kW", 1]) == (0.5, 1.0)


@pytest.mark.parametrize("told", [[], "1 MW", ["much"], [-1], [1] * 10_001])
def test_what_is_no_list_of_powers_is_refused(told: object) -> None:
    with pytest.raises(InvalidParts):
        read_profile(told)
