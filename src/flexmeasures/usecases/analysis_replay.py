"""How an analysis became known: power of assets together, price, weather and money at each time of a while.

Shapes: T steps, K times, N beliefs, S sensors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Connection, Quantity, Sensor
from flexmeasures.domain.beliefs import BeliefBlock, Beliefs
from flexmeasures.domain.errors import InvalidPeriod
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.usecases.analysis_power import begins, least_of, name_of
from flexmeasures.usecases.analytics import Chosen, Subjects, from_source, subjects_of
from flexmeasures.usecases.charting import ChartQuery
from flexmeasures.usecases.holdings import steps_of
from flexmeasures.usecases.lines import Known, Role, parts_of
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.reasons import price_factor_of
from flexmeasures.usecases.replay import LONGEST, MOST, Track, parted, times_of
from flexmeasures.usecases.revisions import Revisions, Window

MEMBERS_AT_MOST = 50
"""The power of more assets together is not replayed."""

_POWER = (Role.MEASURED, Role.FORECAST, Role.SCHEDULE)


@dataclass(frozen=True, slots=True)
class QuantityReplay:
    """How the lines of a quantity became known: its key as in the analysis, and a track for each line."""

    key: str
    tracks: tuple[Track, ...]


@dataclass(frozen=True, slots=True)
class AnalysisReplay:
    """How an analysis became known.

    Attributes:
        grid: T steps.
        times: K times at which one can look.
        quantities: As in the analysis.
    """

    grid: TimeGrid
    times: TimeGrid
    quantities: tuple[QuantityReplay, ...]


def replay_analysis(
    user: User, mine: Sequence[Connection], chosen: Chosen, query: ChartQuery, platform: Platform
) -> AnalysisReplay:
    """Return how what was chosen became known.

    Raises:
        InvalidPeriod: the window is too long, or there are too many assets.
        UnknownEntity: the user can see no such group, market or sensor.
    """
    shown = subjects_of(user, mine, chosen, platform)
    if not timedelta(0) < query.end - query.start <= LONGEST or len(shown.connections) > MEMBERS_AT_MOST:
        raise InvalidPeriod(f"A replay shows at most {LONGEST.days} days of {MEMBERS_AT_MOST} assets.")
    grid = steps_of(query.start, query.end)
    slack = max((sensor.step for sensor in shown.sensors), default=timedelta(0))
    ids = [sensor.id for sensor in shown.sensors]
    blocks = platform.store.beliefs.history(ids, grid.start - slack, grid.end, MOST)
    window = Window(grid, times_of(blocks, query, platform.now()))
    known = _known(shown.sensors, blocks, query, platform)
    power = _power(shown, known, window, platform)
    singles = {key: from_source(known[each.id], chosen.source) for key, each in shown.others.items()}
    found = [QuantityReplay("power", _tracks(power))]
    found += [QuantityReplay(key, _tracks(_single(each, window))) for key, each in singles.items()]
    if "price" in singles:
        found.append(QuantityReplay("money", _tracks(_money(power, singles["price"], window))))
    return AnalysisReplay(grid, window.times, tuple(found))


def _known(
    sensors: Sequence[Sensor], blocks: Sequence[BeliefBlock], query: ChartQuery, platform: Platform
) -> dict[int, Known]:
    """Return all that was ever known of each sensor, by its id."""
    sources = platform.store.sources.named({block.source_id for block in blocks})
    found: dict[int, Known] = {}
    for sensor in sensors:
        both = [parted(block, sensor, query) for block in blocks if block.sensor_id == sensor.id]
        measured = [over for over, _ in both if over.value.size]
        found[sensor.id] = Known(sensor, measured, [ahead for _, ahead in both if ahead.value.size], sources)
    return found


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as it was known: (T, K) values, NaN where nothing was known yet."""

    role: Role
    name: str
    values: Array


def _power(
    shown: Subjects, known: Mapping[int, Known], window: Window, platform: Platform
) -> tuple[_Line, ...]:
    lines = []
    for role in _POWER:
        rows = [known[each.sensor.id] for each in shown.connections]
        found = [(row, _parts(row, role)) for row in rows]
        some = [(row, parts) for row, parts in found if _says(parts, window)]
        total = Revisions.none(window)
        for row, parts in some:
            first = min(part.event_start[0] for part in parts)
            late = role is Role.MEASURED and begins(row.sensor.id, first, platform)
            total.add(parts, row.step, since=first if late else None)
        if some:
            values = total.values(least_of(role, len(some)))
            lines.append(_Line(role, name_of(role, total.counts(values), len(rows)), shown.sign * values))
    return tuple(lines)


def _parts(known: Known, role: Role) -> list[Beliefs]:
    return [part for each, _, parts in parts_of(known) if each is role for part in parts]


def _says(parts: Sequence[Beliefs], window: Window) -> bool:
    return any(window.holds(part) for part in parts)


def _single(known: Known, window: Window) -> tuple[_Line, ...]:
    return tuple(
        _Line(role, name, Revisions.of(parts, known.step, window))
        for role, name, parts in parts_of(known)
        if _says(parts, window)
    )


def _money(power: Sequence[_Line], price: Known, window: Window) -> tuple[_Line, ...]:
    factor = price_factor_of(price.sensor) * (window.grid.step / timedelta(hours=1))
    if price.sensor.quantity is not Quantity.PRICE or np.isnan(factor):
        return ()
    told = Revisions.of(_parts(price, Role.PRICE), price.step, window) * factor
    ahead = Revisions.of(list(price.ahead), price.step, window) * factor
    names = {Role.MEASURED: "Realised", Role.FORECAST: "Expected", Role.SCHEDULE: "Scheduled"}
    return tuple(
        _Line(line.role, names[line.role], line.values * (ahead if line.role is Role.FORECAST else told))
        for line in power
    )


def _tracks(lines: Sequence[_Line]) -> tuple[Track, ...]:
    return tuple(_track(line) for line in lines if not np.isnan(line.values).all())


def _track(line: _Line) -> Track:
    """Return when which value changed, in the order of the times."""
    before = np.pad(line.values[:, :-1], ((0, 0), (1, 0)), constant_values=np.nan)
    same = np.isclose(line.values, before, rtol=1e-9, atol=1e-9)
    time, event = np.nonzero((~np.isnan(line.values) & ~same).T)
    whole: NDArray[np.int64] = time.astype(np.int64)
    return Track(line.role, line.name, event.astype(np.int64), whole, line.values[event, time])
