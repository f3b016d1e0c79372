"""Who said the values of a line, and when: what stands beside them in files.

Shapes: T steps, S sensors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.timing import Instants, TimeGrid, instant
from flexmeasures.usecases.analysis import Told

_NEVER = np.datetime64("NaT", "us")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the values of a line come from.

    Attributes:
        recorded: (T,) when the last part of each value was recorded, NaT where there is none.
        sources: (T,) ids of who said any part of each value, in order.
    """

    recorded: Instants
    sources: tuple[tuple[int, ...], ...]


def provenance(told: Sequence[Told], grid: TimeGrid) -> Provenance:
    """Return where the values of a line come from.

    Args:
        told: What each of S sensors said, in order of time.
        grid: T steps.
    """
    recorded = np.full((len(told), grid.size), _NEVER)
    source = np.full((len(told), grid.size), -1, np.int64)
    for row, each in enumerate(told):
        place = _places(each, grid)
        some = place >= 0
        recorded[row, some] = each.beliefs.belief_time[place[some]]
        source[row, some] = each.beliefs.source_id[place[some]]
    last: Instants = np.fmax.reduce(recorded, axis=0, initial=_NEVER)
    return Provenance(last, tuple(tuple(sorted({*column} - {-1})) for column in source.T.tolist()))


def _places(told: Told, grid: TimeGrid) -> NDArray[np.int64]:
    """Return the (T,) place of the belief that each step takes its value from, the last of several; or -1."""
    starts, begun = grid.starts(), told.beliefs.event_start
    if not begun.size:
        return np.full(grid.size, -1)
    if told.event > grid.step:
        place = np.searchsorted(begun, starts, side="right") - 1
        fits = (place >= 0) & (starts < begun[np.maximum(place, 0)] + np.timedelta64(told.event))
    else:
        ends = np.append(starts[1:], instant(grid.end))
        place = np.searchsorted(begun, ends, side="left") - 1
        fits = (place >= 0) & (begun[np.maximum(place, 0)] >= starts)
    found: NDArray[np.int64] = np.where(fits, place, -1)
    return found
