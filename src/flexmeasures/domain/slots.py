"""Slots that values are read in: of equal length, or days or months of the calendar."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import isodate
import numpy as np

from flexmeasures.domain.beliefs import Beliefs
from flexmeasures.domain.errors import InvalidResolution
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import Instants, from_instant, instant, parse_duration

_DAYS = re.compile(r"P(?:[0-9]+D|[0-9]+W)")
_LONGEST = timedelta(days=366_000)


@dataclass(frozen=True, slots=True)
class SlotLength:
    """How long slots are: whole days or months of the calendar, or if these are zero an equal length.

    Where clocks are changed, a day of the calendar has 23 or 25 hours, and ``PT24H`` has 24.
    """

    equal: timedelta = timedelta(0)
    months: int = 0
    days: int = 0

    @property
    def whole(self) -> timedelta:
        """What the steps of a sensor must fit into."""
        return self.equal or timedelta(days=self.days or 1)


def slots_of_step(step: timedelta) -> SlotLength:
    """Return slots that are as long as the steps of a sensor: those of whole days follow the calendar."""
    if step > timedelta(0) and step % timedelta(days=1) == timedelta(0):
        return SlotLength(days=step.days)
    return SlotLength(step)


def parse_slot_length(text: str) -> SlotLength:
    """Read an ISO 8601 duration of equal slots, or of whole days, weeks, months or years.

    >>> parse_slot_length("P1Y")
    SlotLength(equal=datetime.timedelta(0), months=12, days=0)

    Raises:
        InvalidPeriod: ``text`` is no duration.
        InvalidResolution: it is not longer than zero, too long, or mixes months with days.
    """
    equal = parse_duration(text, datetime(2001, 1, 1, tzinfo=UTC))
    nominal = isodate.parse_duration(text)
    if not timedelta(0) < equal <= _LONGEST:
        raise InvalidResolution(f"A resolution of {text} is no length of time that can be answered in.")
    if not isinstance(nominal, isodate.Duration):
        return SlotLength(days=equal.days) if _DAYS.fullmatch(text) else SlotLength(equal)
    months = nominal.months + 12 * nominal.years
    if months != int(months) or nominal.tdelta:
        raise InvalidResolution(f"A resolution of {text} is neither whole months nor an equal length.")
    return SlotLength(months=int(months))


def slot_edges(anchor: datetime, first: np.datetime64, end: np.datetime64, length: SlotLength) -> Instants:
    """Return the edges of the slots from the one that holds ``first`` until ``end`` is reached.

    Args:
        anchor: An edge at or before ``first``; days and months are counted on its clock.
        first: A point in the first slot.
        end: Behind ``first``.
        length: Of the slots.

    Returns:
        (T + 1,) edges of T slots, at least one.
    """
    if length.months or length.days:
        return _calendar_edges(anchor, first, end, length)
    step = np.timedelta64(length.equal)
    begin = instant(anchor) + (first - instant(anchor)) // step * step
    return begin + np.arange(-((begin - end) // step) + 1) * step


def slot_means(beliefs: Beliefs, edges: Instants) -> Array:
    """Return the (T,) mean of what is believed of the events that start in each slot, NaN where nothing is.

    Args:
        beliefs: About events none of which is longer than a slot.
        edges: (T + 1,) edges of T slots.
    """
    slot = np.searchsorted(edges, beliefs.event_start, side="right") - 1
    size = edges.size - 1
    inside = (slot >= 0) & (slot < size)
    if not inside.any():
        return np.full(max(size, 0), np.nan)
    count = np.bincount(slot[inside], minlength=size)
    total = np.bincount(slot[inside], weights=beliefs.value[inside], minlength=size)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _calendar_edges(
    anchor: datetime, first: np.datetime64, end: np.datetime64, length: SlotLength
) -> Instants:
    edges = [anchor]
    while instant(edges[-1]) < end:
        count = len(edges)
        days = timedelta(days=length.days * count)  # of the clock, as it has a zone
        edges.append(anchor + days if length.days else _later(anchor, length.months * count))
    points = np.array([instant(edge) for edge in edges])
    begin = int(np.searchsorted(points, first, side="right")) - 1
    return points[max(begin, 0) :]


def _later(anchor: datetime, months: int) -> datetime:
    """Return the same day and time some months later, or the last day of a shorter month."""
    year, month = divmod(12 * anchor.year + anchor.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return anchor.replace(year=year, month=month + 1, day=min(anchor.day, last))


def local_time(point: datetime | np.datetime64, timezone: str) -> datetime:
    """Return a point in time on the clock of a place."""
    moment = from_instant(point) if isinstance(point, np.datetime64) else point
    return moment.astimezone(ZoneInfo(timezone))
