"""Times as files write them, read on the clock of a zone."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from flexmeasures.domain.timing import YEAR_MAX, YEAR_MIN
from flexmeasures.usecases.uploads.table import Cell

_DAY_FIRST = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4})(.*)")


@dataclass(slots=True)
class Clock:
    """Reads one time after the other; in the hour that a clock shows twice, the second pass is the later one.

    Attributes:
        zone: Of times that state no offset, an IANA name.
        is_month_first: Whether dates such as 3/28/2026 begin with the month.
        without_offset: How many times stated none.
        repeated: How many times the clock shows twice.
    """

    zone: str
    is_month_first: bool = False
    without_offset: int = 0
    repeated: int = 0
    _seen: Counter[datetime] = field(default_factory=Counter)

    def read(self, cell: Cell) -> datetime | None:
        """Return the point in time that a cell tells, in UTC; None where it tells none.

        A time that the clock of the zone skips is none.
        """
        told = cell if isinstance(cell, datetime) else self._parsed(cell) if isinstance(cell, str) else None
        if told is None or not YEAR_MIN <= told.year <= YEAR_MAX:
            return None
        if told.tzinfo is not None:
            return told.astimezone(UTC)
        self.without_offset += 1
        return self._located(told)

    def _parsed(self, text: str) -> datetime | None:
        text = text.strip()
        found = _DAY_FIRST.fullmatch(text)
        if found:
            first, _, second, year, rest = found.groups()
            day, month = (second, first) if self.is_month_first else (first, second)
            text = f"{year}-{month:0>2}-{day:0>2}{rest}"
        try:
            return datetime.fromisoformat(text.replace("/", "-"))
        except ValueError:
            return None

    def _located(self, clock: datetime) -> datetime | None:
        zone = ZoneInfo(self.zone)
        earlier, later = (clock.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        if earlier > later:
            return None
        if earlier == later:
            return earlier
        self.repeated += 1
        self._seen[clock] += 1
        return earlier if self._seen[clock] == 1 else later


def begins_with_month(cells: list[Cell]) -> bool:
    """Tell whether dates such as 3/28/2026 begin with the month: some second number is more than twelve."""
    found = (_DAY_FIRST.fullmatch(cell.strip()) for cell in cells if isinstance(cell, str))
    return any(int(match[3]) > 12 for match in found if match)


def step_of(starts: list[datetime], sensor_step: timedelta) -> timedelta:
    """Return how long the events of a file are, from the distances between them.

    The most usual distance, or a shorter one that is whole steps of the sensor: a file with gaps has both.

    Args:
        starts: In order of time, each once.
        sensor_step: Length of the sensor's events; returned for fewer than two events.
    """
    gaps = Counter(after - before for before, after in pairwise(starts))
    if not gaps:
        return sensor_step
    usual = min(gaps, key=lambda gap: (-gaps[gap], gap))
    whole = [gap for gap in gaps if gap <= usual and not gap % sensor_step]
    return min(whole, default=usual)
