"""Times as clocks on the wall show them: for many points at once, exact where clocks are changed.

A wall time is written as a point in UTC that shows the same date and time of day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from flexmeasures.domain.timing import Instants

_DAY = np.timedelta64(1, "D")
_NEVER = np.datetime64("NaT", "us")


@dataclass(frozen=True, slots=True)
class Clock:
    """How clocks of a zone run over a span of time.

    Attributes:
        changes: (C,) when they are changed, in order.
        offsets: (C + 1,) how far they are ahead of UTC before, between and after the changes.
    """

    changes: Instants
    offsets: np.ndarray[tuple[int], np.dtype[np.timedelta64]]

    def show(self, points: Instants) -> Instants:
        """Return the (T,) wall times at some points."""
        shown: Instants = points + self.offsets[np.searchsorted(self.changes, points, side="right")]
        return shown

    def find(self, walls: Instants) -> Instants:
        """Return the (T,) points at which clocks show some times, first ones; NaT where they never do."""
        ends = self.changes + self.offsets[:-1]
        era = np.searchsorted(ends, walls, side="right")
        points: Instants = walls - self.offsets[era]
        begun = np.concatenate(([np.datetime64(0, "us") - 400_000 * _DAY], self.changes))[era]
        return np.where(points >= begun, points, _NEVER)

    def is_second(self, points: Instants) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Return (T,) whether clocks have shown the time of each point before."""
        again: np.ndarray[tuple[int], np.dtype[np.bool_]] = self.find(self.show(points)) != points
        return again


def clock_of(zone: str, first: np.datetime64, last: np.datetime64) -> Clock:
    """Return how clocks of a zone run between two points, and a day more on either side.

    Args:
        zone: An IANA name.
        first: A point in UTC.
        last: Not before it.
    """
    days = np.arange(first.astype("M8[D]") - _DAY, last.astype("M8[D]") + 3 * _DAY)
    known = [_offset(zone, day) for day in days.tolist()]
    places = [place for place in range(1, len(known)) if known[place] != known[place - 1]]
    changes = [_change(zone, days[place - 1], days[place]) for place in places]
    offsets = [known[0], *(known[place] for place in places)]
    return Clock(np.array(changes, "M8[us]"), np.array([np.timedelta64(each) for each in offsets]))


@lru_cache(maxsize=20_000)
def _offset(zone: str, day: datetime) -> timedelta:
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)


def _change(zone: str, before: np.datetime64, after: np.datetime64) -> np.datetime64:
    """Return when clocks are changed, of a day on which they are, to the minute."""
    own = ZoneInfo(zone)
    early = before.astype("M8[m]").astype(int)
    late = after.astype("M8[m]").astype(int)
    old = datetime.fromtimestamp(int(early) * 60, own).utcoffset()
    while late - early > 1:
        middle = (early + late) // 2
        if datetime.fromtimestamp(int(middle) * 60, own).utcoffset() == old:
            early = middle
        else:
            late = middle
    return np.datetime64(int(late), "m")
