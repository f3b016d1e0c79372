from __future__ import annotations

import struct

import numpy as np
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.adapt import Transformer

from flexmeasures.adapters.postgres.beliefs.wire import (
    EPOCH,
    Integers,
    Numbers,
    Times,
    read_integers,
    read_numbers,
    read_packed,
    read_times,
    since_epoch,
)


def sent(value: Integers | Times | Numbers) -> bytes:
    """Return what the driver sends."""
    dumper = psycopg.adapters.get_dumper(type(value), psycopg.adapt.PyFormat.BINARY)
    return bytes(dumper(type(value), Transformer()).dump(value) or b"")


@given(st.lists(st.integers(-(2**31), 2**31 - 1)))
def test_integers_come_back_as_they_were_sent(values: list[int]) -> None:
    assert read_integers(sent(Integers(np.array(values, np.int32)))).tolist() == values


@given(st.lists(st.floats()))
def test_numbers_come_back_as_they_were_sent(values: list[float]) -> None:
    np.testing.assert_array_equal(read_numbers(sent(Numbers(np.array(values, float)))), values)


@given(st.lists(st.integers(-(10**16), 10**16)))
def test_times_come_back_as_they_were_sent(values: list[int]) -> None:
    times = np.array(values, np.int64).view("M8[us]")
    np.testing.assert_array_equal(read_times(sent(Times(times))), times)


def test_an_array_is_sent_as_postgresql_lays_it_out() -> None:
    header = [1, 0, 23, 2, 1]
    elements = [4, 7, 4, -1]
    assert sent(Integers(np.array([7, -1], np.int32))) == np.array(header + elements, ">i4").tobytes()


def test_time_is_counted_from_the_year_2000() -> None:
    assert since_epoch(np.array([EPOCH, EPOCH + np.timedelta64(1, "s")])).tolist() == [0, 1_000_000]


@pytest.mark.parametrize("read", [read_integers, read_numbers, read_times])
def test_nothing_is_read_from_null(read: object) -> None:
    assert callable(read)
    assert read(None).size == 0


def packed(newest_first: list[tuple[int, int, float]]) -> bytes:
    """Return beliefs as the server packs them."""
    return b"".join(struct.pack(">qqd", *one) for one in newest_first)


def test_packed_beliefs_are_read_in_order_of_time_and_once_per_event() -> None:
    newest_first = [(3, 9, 1.0), (2, 8, 2.0), (2, 7, 3.0), (1, 9, 4.0), (1, 5, 5.0)]
    ((starts, times, values),) = read_packed([packed(newest_first)])
    assert since_epoch(starts).tolist() == [1, 2, 3]
    assert since_epoch(times).tolist() == [9, 8, 9]
    assert values.tolist() == [4.0, 2.0, 1.0]


@given(st.lists(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9), st.floats(0, 1)), max_size=6)))
def test_series_that_are_read_together_stay_apart(told: list[list[tuple[int, int, float]]]) -> None:
    newest_first = [sorted(each, reverse=True) for each in told]
    for series, (starts, times, values) in zip(
        newest_first, read_packed([packed(each) for each in newest_first]), strict=True
    ):
        first = {start: (time, value) for start, time, value in reversed(series)}
        assert since_epoch(starts).tolist() == sorted(first)
        assert [*zip(since_epoch(times).tolist(), values.tolist(), strict=True)] == [
            first[start] for start in sorted(first)
        ]


def test_no_packed_beliefs_are_none() -> None:
    assert read_packed([]) == []
    assert [column.size for column in read_packed([b""])[0]] == [0, 0, 0]
