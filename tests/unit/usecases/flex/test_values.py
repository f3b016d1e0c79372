"""Values of fields: amounts, segments and references, or what is wrong with them."""

from __future__ import annotations

from datetime import timedelta
from math import inf, nan

import pytest

from flexmeasures.domain.errors import InvalidParts
from flexmeasures.domain.quantities import ENERGY_PRICE, POWER
from flexmeasures.testing.clock import NOON
from flexmeasures.usecases.flex.values import (
    MOST_SEGMENTS,
    Amounts,
    Recorded,
    Segments,
    read_length,
    read_time,
    read_value,
)

HOUR = timedelta(hours=1)
START, END = NOON.isoformat(), (NOON + HOUR).isoformat()
TAKES = Amounts((POWER,), bare="MW", least=0.0)


def segment(**told: object) -> dict[str, object]:
    return {"value": "1 MW", **told}


@pytest.mark.parametrize(
    "told",
    [
        {"start": START, "end": END},
        {"start": START, "duration": "PT1H"},
        {"end": END, "duration": "PT1H"},
    ],
)
def test_a_segment_tells_two_of_start_end_and_duration(told: dict[str, object]) -> None:
    found = read_value([segment(**told)], TAKES)
    assert isinstance(found, Segments)
    assert [(part.start, part.end, part.value) for part in found.parts] == [(NOON, NOON + HOUR, 1.0)]


@pytest.mark.parametrize(
    ("told", "text"),
    [
        (5, "5 is no segment"),
        (segment(start=START, end=END, colour="red"), "0.colour: Unknown field."),
        ({"start": START, "end": END}, "0.value: Missing data"),
        ({"value": "1 EUR", "start": START, "end": END}, "0.value: "),
        (segment(datetime=START, end=END), "0.datetime: This excludes"),
        (segment(start=START), "two of start, end and duration"),
        (segment(start=START, end=END, duration="PT1H"), "two of start, end and duration"),
        (segment(start=END, end=START), "0.end: "),
        (segment(start=START, duration="P9000000D"), "is too long"),
        (segment(end=END, duration="P9000000D"), "is too long"),
        (segment(start="noon", end=END), "0.start: Not a valid aware datetime"),
        (segment(start=START, duration="an hour"), "0.duration: Cannot parse"),
    ],
)
def test_a_wrong_segment_is_refused_by_its_number_and_field(told: object, text: str) -> None:
    with pytest.raises(InvalidParts, match=text):
        read_value([told], TAKES)


def test_of_many_wrong_segments_the_first_ten_are_told() -> None:
    with pytest.raises(InvalidParts) as caught:
        read_value([segment()] * 30, TAKES)
    assert list(caught.value.tree) == [str(place) for place in range(10)]


def test_too_many_segments_are_refused() -> None:
    with pytest.raises(InvalidParts, match="too many"):
        read_value([segment()] * (MOST_SEGMENTS + 1), TAKES)


def test_segments_share_one_currency() -> None:
    prices = [{"value": f"1 {currency}/MWh", "start": START, "end": END} for currency in ("EUR", "SEK")]
    with pytest.raises(InvalidParts, match="EUR and SEK"):
        read_value(prices, Amounts((ENERGY_PRICE,)))


@pytest.mark.parametrize("told", [nan, inf, -inf, 10**400, -1.0, True, None])
def test_what_is_no_number_in_range_is_no_amount(told: object) -> None:
    with pytest.raises(InvalidParts):
        read_value(told, TAKES)


def test_a_reference_says_which_sources_count() -> None:
    told = {"sensor": 3, "default": "2 kW", "sources": [4], "source-account": 5}
    found = read_value({**told, "source-types": ["user"], "exclude-source-types": "demo script"}, TAKES)
    assert isinstance(found, Recorded)
    assert (found.sensor_id, found.sources, found.source_account) == (3, (4,), 5)
    assert (found.source_types, found.excluded_types) == (("user",), ("demo script",))
    assert found.default is not None
    assert found.default.value == pytest.approx(0.002)


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"source-account": "mine"}, "source-account: Not a valid integer."),
        ({"source-account": True}, "source-account: Not a valid integer."),
        ({"sources": [{}]}, "sources: "),
        ({"sources": [1] * 1001}, "sources: "),
        ({"colour": 1}, "colour: Unknown field."),
    ],
)
def test_a_wrong_reference_is_refused_by_field(more: dict[str, object], text: str) -> None:
    with pytest.raises(InvalidParts, match=text):
        read_value({"sensor": 3, **more}, TAKES)


@pytest.mark.parametrize("told", [5, None, "soon", "2026-03-02T12:00:00", "2026-03-02T12:00:00+99:00"])
def test_what_is_no_time_with_a_timezone_is_refused(told: object) -> None:
    with pytest.raises(InvalidParts, match="start: Not a valid aware datetime"):
        read_time(told, "start")


@pytest.mark.parametrize("told", [5, None, "soon", "-PT1H"])
def test_what_is_no_length_of_time_is_refused(told: object) -> None:
    with pytest.raises(InvalidParts, match="duration: "):
        read_length(told, "duration")
