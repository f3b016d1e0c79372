"""Columns of beliefs in the binary form that PostgreSQL sends and receives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg.adapt import Dumper
from psycopg.pq import Format

from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import Instants

EPOCH = np.datetime64("2000-01-01", "us")
"""From which PostgreSQL counts time."""

_HEADER = (
    20  # bytes before the elements of a one-dimensional array: dimensions, nulls, type, size, first index
)

_PACKED = np.dtype([("event_start", ">i8"), ("belief_time", ">i8"), ("event_value", ">f8")])


@dataclass(frozen=True, slots=True)
class Integers:
    """(N,) numbers, sent as ``integer[]``."""

    array: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Times:
    """(N,) points in time, sent as ``timestamptz[]``."""

    array: Instants


@dataclass(frozen=True, slots=True)
class Numbers:
    """(N,) values, sent as ``double precision[]``."""

    array: Array


def read_times(data: bytes | None) -> Instants:
    """Read a ``timestamptz[]`` without nulls."""
    return EPOCH + _elements(data, ">i8").astype("<i8").view("m8[us]")


def read_numbers(data: bytes | None) -> Array:
    """Read a ``double precision[]`` without nulls."""
    return _elements(data, ">f8").astype(np.float64)


def read_integers(data: bytes | None) -> NDArray[np.int32]:
    """Read an ``integer[]`` without nulls."""
    return _elements(data, ">i4").astype(np.int32)


def read_truths(data: bytes | None) -> NDArray[np.bool_]:
    """Read a ``boolean[]`` without nulls."""
    return _elements(data, "?").astype(np.bool_)


def read_packed(parts: Sequence[bytes]) -> list[tuple[Instants, Instants, Array]]:
    """Read beliefs of several series that come newest first; of several about an event, keep the first.

    All are read as one: what numpy does costs the same for a thousand series as for one.

    Returns:
        For each series, in order of time: (N,) event starts, (N,) recording times and (N,) values.
    """
    rows = np.frombuffer(b"".join(reversed(parts)), _PACKED)[::-1]
    sizes = np.array([len(part) for part in parts], np.int64) // _PACKED.itemsize
    ends = np.cumsum(sizes)
    starts = rows["event_start"].astype("<i8")
    last = np.append(starts[1:] != starts[:-1], True)[: rows.size]
    last[ends[sizes > 0] - 1] = True
    if not last.all():
        rows, starts, ends = rows[last], starts[last], np.append(0, np.cumsum(last))[ends]
    starts_of, times_of = (
        EPOCH + times.view("m8[us]") for times in (starts, rows["belief_time"].astype("<i8"))
    )
    values_of = rows["event_value"].astype(np.float64)
    places = pairwise([0, *ends.tolist()])
    return [(starts_of[a:b], times_of[a:b], values_of[a:b]) for a, b in places]


def since_epoch(times: Instants) -> NDArray[np.int64]:
    """Return times as PostgreSQL counts them. [µs]"""
    return (times - EPOCH).astype(np.int64)


def _elements(data: bytes | None, kind: str) -> np.ndarray:
    if data is None or len(data) < _HEADER:
        return np.empty(0, kind)
    framed = np.dtype([("length", ">i4"), ("value", kind)])
    elements: np.ndarray = np.frombuffer(data, framed, offset=_HEADER)["value"]
    return elements


def _framed(values: np.ndarray, kind: str, type_id: int) -> bytes:
    """Return an array in binary form; each element follows its length."""
    framed = np.empty(values.size, [("length", ">i4"), ("value", kind)])
    framed["length"] = np.dtype(kind).itemsize
    framed["value"] = values
    shape = [1, 0, type_id, values.size, 1] if values.size else [0, 0, type_id]
    return np.array(shape, ">i4").tobytes() + framed.tobytes()


class _IntegersDumper(Dumper):
    format = Format.BINARY
    oid = psycopg.adapters.types["int4"].array_oid

    def dump(self, obj: Integers) -> bytes:
        return _framed(obj.array, ">i4", psycopg.adapters.types["int4"].oid)


class _TimesDumper(Dumper):
    format = Format.BINARY
    oid = psycopg.adapters.types["timestamptz"].array_oid

    def dump(self, obj: Times) -> bytes:
        return _framed(since_epoch(obj.array), ">i8", psycopg.adapters.types["timestamptz"].oid)


class _NumbersDumper(Dumper):
    format = Format.BINARY
    oid = psycopg.adapters.types["float8"].array_oid

    def dump(self, obj: Numbers) -> bytes:
        return _framed(obj.array, ">f8", psycopg.adapters.types["float8"].oid)


psycopg.adapters.register_dumper(Integers, _IntegersDumper)
psycopg.adapters.register_dumper(Times, _TimesDumper)
psycopg.adapters.register_dumper(Numbers, _NumbersDumper)
