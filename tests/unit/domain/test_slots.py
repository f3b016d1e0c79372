from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexmeasures.domain.beliefs import Beliefs
from flexmeasures.domain.errors import InvalidPeriod, InvalidResolution
from flexmeasures.domain.slots import (
    SlotLength,
    local_time,
    parse_slot_length,
    slot_edges,
    slot_means,
)
from flexmeasures.domain.timing import from_instant, instant

START = datetime(2026, 1, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("PT15M", SlotLength(timedelta(minutes=15))),
        ("P1D", SlotLength(days=1)),
        ("PT24H", SlotLength(timedelta(days=1))),
        ("P1DT12H", SlotLength(timedelta(hours=36))),
        ("P0.5D", SlotLength(timedelta(hours=12))),
        ("P1W", SlotLength(days=7)),
        ("P1M", SlotLength(months=1)),
        ("P1Y6M", SlotLength(months=18)),
    ],
)
def test_lengths_are_read(text: str, length: SlotLength) -> None:
    assert parse_slot_length(text) == length


@pytest.mark.parametrize("text", ["PT0H", "-PT1H", "P1M1D", "-P1M", "P95000M", "P9999999D"])
def test_what_is_no_length_is_refused(text: str) -> None:
    with pytest.raises(InvalidResolution):
        parse_slot_length(text)


def test_what_is_no_duration_is_refused() -> None:
    with pytest.raises(InvalidPeriod):
        parse_slot_length("an hour")


def test_months_end_on_their_last_day_where_they_are_short() -> None:
    end = instant(datetime(2026, 4, 2, tzinfo=UTC))

    edges = slot_edges(START, instant(START), end, SlotLength(months=1))

    assert [from_instant(edge).isoformat()[:10] for edge in edges] == [
        "2026-01-31",
        "2026-02-28",
        "2026-03-31",
        "2026-04-30",
    ]


def test_months_are_of_local_time() -> None:
    anchor = local_time(datetime(2026, 2, 28, 23, tzinfo=UTC), "Europe/Amsterdam")
    first = instant(anchor)

    edges = slot_edges(anchor, first, first + np.timedelta64(40, "D"), SlotLength(months=1))

    assert edges[1] - edges[0] == np.timedelta64(31 * 24 - 1, "h")


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50), st.integers(1, 7), st.integers(0, 20))
def test_means_keep_the_sum_and_begin_where_values_do(values: list[float], times: int, late: int) -> None:
    step = np.timedelta64(15, "m")
    starts = instant(START) + (late + np.arange(len(values))) * step
    known = Beliefs(starts, starts, np.array(values), np.zeros(len(values), np.int32))
    length = SlotLength(timedelta(minutes=15 * times))

    edges = slot_edges(START, starts[0], starts[-1] + step, length)
    means = slot_means(known, edges)
    counts = np.histogram(starts.astype(np.int64), edges.astype(np.int64))[0]

    assert edges[0] <= starts[0] < edges[1]
    assert edges[-2] < starts[-1] + step <= edges[-1]
    assert ((edges - instant(START)) % np.timedelta64(length.equal) == np.timedelta64(0)).all()
    np.testing.assert_allclose(np.nansum(means * counts), sum(values), atol=1e-3)


def test_where_nothing_is_known_there_is_no_mean() -> None:
    edges = instant(START) + np.arange(3) * np.timedelta64(1, "h")

    assert np.isnan(slot_means(Beliefs.none(), edges)).all()
