"""What was known at each time of a while: all that a chart needs to be shown as it was then.

Shapes: N beliefs, K times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import BeliefBlock, Beliefs, Source
from flexmeasures.domain.errors import InvalidPeriod
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import Instants, TimeGrid, from_instant, instant
from flexmeasures.usecases.bucketing import ROUND
from flexmeasures.usecases.charting import ChartQuery, Subject, readable_asset, subjects
from flexmeasures.usecases.lines import Known, Role, grid_of, parts_of
from flexmeasures.usecases.ports.platform import Platform

LONGEST = timedelta(days=14)
"""No longer window is replayed."""

BEFORE = timedelta(days=3)
"""What was known earlier than this before the window counts as known at its beginning."""

TIMES = 240
"""At most about so many times can be looked at."""

MOST = 200_000
"""Beliefs of one series."""


@dataclass(frozen=True, slots=True)
class Track:
    """How the values of a line became known.

    Attributes:
        role: What the line stands for.
        name: For the legend.
        event: (N,) step of the grid.
        time: (N,) at which of the K times the value was known first, in order.
        value: (N,) in the unit of the sensor.
        behind: (N,) how long after the start of its step each value holds; empty where it holds all along.
    """

    role: Role
    name: str
    event: NDArray[np.int64]
    time: NDArray[np.int64]
    value: Array
    behind: NDArray[np.timedelta64] = field(default_factory=lambda: np.empty(0, "m8[us]"))


@dataclass(frozen=True, slots=True)
class PanelReplay:
    """How the lines of a sensor became known, on one grid."""

    subject: Subject
    grid: TimeGrid
    tracks: tuple[Track, ...]


@dataclass(frozen=True, slots=True)
class Replay:
    """How a chart became known.

    Attributes:
        times: K times at which one can look.
        panels: From top to bottom.
    """

    times: TimeGrid
    panels: tuple[PanelReplay, ...]


def replay(user: User, asset_id: int, query: ChartQuery, platform: Platform) -> Replay:
    """Return how what is known of an asset in a window became known.

    Raises:
        UnknownEntity: there is no such asset.
        NotAuthorized: the user may not see it.
        InvalidPeriod: the window ends before it starts, or is too long.
    """
    if not timedelta(0) < query.end - query.start <= LONGEST:
        raise InvalidPeriod(f"A replay shows at most {LONGEST.days} days.")
    every = subjects(user, readable_asset(user, asset_id, platform), platform)
    shown = [subject for subject in every if query.wants(subject)]
    ids = [subject.sensor.id for subject in shown]
    slack = max((subject.sensor.step for subject in shown), default=timedelta(0))
    blocks = platform.store.beliefs.history(ids, query.start - slack, query.end, MOST)
    sources = platform.store.sources.named({block.source_id for block in blocks})
    times = times_of(blocks, query, platform.now())
    return Replay(times, tuple(_panel(subject, blocks, sources, times, query) for subject in shown))


def times_of(blocks: Sequence[BeliefBlock], query: ChartQuery, now: datetime) -> TimeGrid:
    """Return the K times at which one can look at a window, on round ones.

    Args:
        blocks: All that was recorded about it.
        query: The window.
        now: No later time is looked at.
    """
    recorded = [block.belief_time for block in blocks if block.belief_time.size]
    earliest = from_instant(min(np.min(each) for each in recorded)) if recorded else now
    latest = from_instant(max(np.max(each) for each in recorded)) if recorded else now
    first, last = max(earliest, query.start - BEFORE), min(latest, now)
    last = max(first, last)
    step = next((each for each in ROUND if (last - first) / each <= TIMES), ROUND[-1])
    begin = first - timedelta(seconds=first.timestamp() % step.total_seconds())
    return TimeGrid(begin, step, -(-(last - begin) // step) + 1)


def _panel(
    subject: Subject,
    blocks: Sequence[BeliefBlock],
    sources: dict[int, Source],
    times: TimeGrid,
    query: ChartQuery,
) -> PanelReplay:
    own = [block for block in blocks if block.sensor_id == subject.sensor.id]
    measured, ahead = (
        zip(*(parted(block, subject.sensor, query) for block in own), strict=True) if own else ((), ())
    )
    known = Known(
        subject.sensor,
        [each for each in measured if each.value.size],
        [each for each in ahead if each.value.size],
        sources,
    )
    grid = grid_of(known, query.start, query.end)
    sign = -1.0 if subject.flipped else 1.0
    tracks = [
        _track(role, name, parts, (grid, times), sign) for role, name, parts in parts_of(known) if parts
    ]
    if subject.sensor.step:
        tracks = [replace(track, behind=np.empty(0, "m8[us]")) for track in tracks]
    return PanelReplay(subject, grid, tuple(track for track in tracks if track.value.size))


def parted(block: BeliefBlock, sensor: Sensor, query: ChartQuery) -> tuple[Beliefs, Beliefs]:
    """Part what was recorded when events were over from what was recorded long enough before.

    Args:
        block: All that a source said of a sensor.
        sensor: Which.
        query: How long before the end of an event counts.
    """
    ends = block.event_start + np.timedelta64(sensor.step)
    source = np.full(block.value.size, block.source_id, np.int32)
    whole = Beliefs(block.event_start, block.belief_time, block.value, source)
    over = block.belief_time >= ends
    return _some(whole, over), _some(whole, block.belief_time <= ends - np.timedelta64(query.horizon))


def _some(beliefs: Beliefs, mask: NDArray[np.bool_]) -> Beliefs:
    """Return some beliefs in the order of their events."""
    index = np.flatnonzero(mask)
    index = index[np.argsort(beliefs.event_start[index], kind="stable")]
    return Beliefs(
        beliefs.event_start[index], beliefs.belief_time[index], beliefs.value[index], beliefs.source_id[index]
    )


def _track(
    role: Role, name: str, parts: Sequence[Beliefs], axes: tuple[TimeGrid, TimeGrid], sign: float
) -> Track:
    grid, times = axes
    start, recorded, value = (
        np.concatenate([getattr(part, column) for part in parts])
        for column in ("event_start", "belief_time", "value")
    )
    event = _index(start, grid)
    seen = first_look(recorded, times)
    order = np.lexsort((recorded, event, seen))
    order = order[(event[order] >= 0) & (event[order] < grid.size) & (seen[order] < times.size)]
    same = (event[order][1:] == event[order][:-1]) & (seen[order][1:] == seen[order][:-1])
    last = order[np.append(~same, True)] if order.size else order
    behind = (start[last] - instant(grid.start)) % np.timedelta64(grid.step)
    return Track(role, name, event[last], seen[last], sign * value[last], behind)


def _index(points: Instants, grid: TimeGrid) -> NDArray[np.int64]:
    found: NDArray[np.int64] = ((points - instant(grid.start)) // np.timedelta64(grid.step)).astype(np.int64)
    return found


def first_look(points: Instants, times: TimeGrid) -> NDArray[np.int64]:
    """Return (N,) which of K times is the first at or after each point; that is 0 for early ones."""
    ahead: NDArray[np.int64] = ((instant(times.start) - points) // np.timedelta64(times.step)).astype(
        np.int64
    )
    return np.maximum(-ahead, 0)
