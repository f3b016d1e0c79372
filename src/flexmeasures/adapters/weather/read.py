"""Reads what weather services answer: hourly values, in JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeGuard

import numpy as np

from flexmeasures.domain.errors import ServiceUnavailable
from flexmeasures.domain.series import Array, Series
from flexmeasures.domain.timing import TimeGrid

HOUR = 3600
LONGEST = 24 * 40
"""Hours between the first and the last time of an answer; more is no forecast."""
_END_OF_TIME = 1 << 33
"""[s since 1970]"""

Points = Mapping[int, float]
"""Values by time. [s since 1970]"""


def json_object(text: str, service: str) -> Mapping[str, object]:
    """Read an answer.

    Raises:
        ServiceUnavailable: it is no JSON object.
    """
    try:
        found: object = json.loads(text)
    except ValueError as error:
        raise ServiceUnavailable(f"The weather service {service} answers no JSON: {text[:80]!r}") from error
    if not isinstance(found, dict):
        raise ServiceUnavailable(f"The weather service {service} answers no JSON object: {text[:80]!r}")
    return found


def part(answer: Mapping[str, object], name: str, service: str) -> Mapping[str, object]:
    """Return an object within an answer.

    Raises:
        ServiceUnavailable: there is none.
    """
    found = answer.get(name)
    if not isinstance(found, dict):
        raise ServiceUnavailable(f"The answer of the weather service {service} has no object '{name}'.")
    return found


def rows(answer: Mapping[str, object], name: str, service: str) -> Sequence[Mapping[str, object]]:
    """Return a list of objects within an answer.

    Raises:
        ServiceUnavailable: there is none.
    """
    found = answer.get(name)
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise ServiceUnavailable(f"The answer of the weather service {service} has no list '{name}'.")
    return found


def column(table: Mapping[str, object], times: str, values: str) -> Points:
    """Return values by time, of an answer in columns; none where a column is missing."""
    return dict(_known(_listed(table.get(times)), _listed(table.get(values))))


def field(table: Sequence[Mapping[str, object]], time: str, value: str) -> Points:
    """Return values by time, of an answer in rows; none where no row has the field."""
    return dict(_known([row.get(time) for row in table], [row.get(value) for row in table]))


def hourly_means(points: Points) -> Series | None:
    """Return values that hold for the hour after their time; None where there are none."""
    if not points:
        return None
    first, last = min(points), max(points)
    size = (last - first) // HOUR + 1
    if size > LONGEST:
        return None
    values = np.full(size, np.nan)
    for time, value in points.items():
        values[(time - first) // HOUR] = value
    return Series(_grid(first, size), values)


def means_between(points: Points) -> Series | None:
    """Return the means over hours whose ends are known: values of a moment, taken to change evenly."""
    whole = hourly_means(points)
    if whole is None or whole.grid.size < 2:
        return None
    values: Array = (whole.values[:-1] + whole.values[1:]) / 2
    return Series(_grid(min(points), values.size), values)


def hour_before(points: Points) -> Points:
    """Return values that hold for the hour before their time by the start of that hour."""
    return {time - HOUR: value for time, value in points.items()}


def _grid(first: int, size: int) -> TimeGrid:
    return TimeGrid(datetime.fromtimestamp(first, UTC), timedelta(seconds=HOUR), size)


def _listed(found: object) -> list[object]:
    return found if isinstance(found, list) else []


def _known(times: Sequence[object], values: Sequence[object]) -> Iterator[tuple[int, float]]:
    for time, value in zip(times, values, strict=False):
        if _is_number(time) and _is_number(value) and 0 <= time < _END_OF_TIME:
            yield int(time), float(value)


def _is_number(found: object) -> TypeGuard[int | float]:
    return isinstance(found, (int, float)) and math.isfinite(found)
