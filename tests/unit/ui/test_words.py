"""Numbers and times as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexmeasures.ui import words
from flexmeasures.ui.kinds import kind_of

NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0.0, "0 kW"),
        (0.0531, "53.1 kW"),
        (-1.25, "−1.25 MW"),
        (12_000.0, "12.0 GW"),
        (0.99, "990 kW"),
    ],
)
def test_power_has_the_unit_that_suits_it(value: float | None, text: str) -> None:
    assert words.power(value) == text


def test_nothing_is_never_written_as_minus_zero() -> None:
    assert words.figure(-0.001) == "0.00"
    assert words.figure(float("nan")) == "–"


@given(st.floats(-1e9, 1e9))
def test_figures_use_the_true_minus(value: float) -> None:
    assert "-" not in words.figure(value)


def test_doing_tells_the_direction() -> None:
    assert [words.doing(power) for power in (0.5, -0.5, 0.0, None)] == [
        "consuming 500 kW", "producing 500 kW", "idle", "no measurement",
    ]  # fmt: skip


def test_times_are_those_of_the_zone() -> None:
    assert words.moment(NOON, "Europe/Amsterdam") == "Sun 29 Mar, 14:00"
    assert words.near_moment(NOON, "Europe/Amsterdam", NOON) == "14:00"
    assert words.near_moment(NOON - timedelta(days=1), "Europe/Amsterdam", NOON) == "Sat 28 Mar, 13:00"
    assert words.zone_label("Asia/Kathmandu", NOON) == "Asia/Kathmandu · UTC+05:45"
    assert words.zone_label("America/St_Johns", NOON) == "America/St_Johns · UTC−02:30"


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (timedelta(milliseconds=21), "21 ms"),
        (timedelta(seconds=1.4), "1.4 s"),
        (timedelta(minutes=90), "1 h 30 min"),
        (timedelta(days=2), "2 d"),
    ],
)
def test_lengths_are_told_in_two_parts_at_most(duration: timedelta, text: str) -> None:
    assert words.length(duration) == text


def test_what_was_a_moment_ago_is_just_now() -> None:
    assert words.ago(NOON, NOON) == "just now"
    assert words.ago(NOON - timedelta(hours=9, minutes=5), NOON) == "9 h 5 min ago"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("two-way_evse", "charger"),
        ("heat-storage", "battery"),
        ("weather station", "weather"),
        ("teapot", "other"),
    ],
)
def test_every_type_has_a_look(name: str, kind: str) -> None:
    assert kind_of(name) == kind
