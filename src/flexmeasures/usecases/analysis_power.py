"""Power of assets together: what was measured, forecast and scheduled, and how good the forecasts were.

Shapes: T steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from flexmeasures.domain.assets import Asset
from flexmeasures.domain.beliefs import most_recent
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid, instant
from flexmeasures.usecases.aligning import stacked
from flexmeasures.usecases.analysis import Quantified, Told, Trace
from flexmeasures.usecases.forecast_metrics import measure
from flexmeasures.usecases.lines import Known, Role, parts_of
from flexmeasures.usecases.ports.platform import Platform

TRACES_AT_MOST = 8
TRACED = {"power": Role.MEASURED, "schedules": Role.SCHEDULE}
"""Of what each asset can have a line of its own."""

LATECOMERS_AT_MOST = 100
"""So many assets are asked for when they began."""

AT_FIRST = timedelta(days=1)
"""So long before its first measurement, an asset may have been scheduled or forecast."""

_WORDS = {Role.MEASURED: "Measured", Role.FORECAST: "Forecast", Role.SCHEDULE: "Schedule"}


@dataclass(frozen=True, slots=True)
class Members:
    """Assets whose power is put together.

    Attributes:
        known: Each asset with what is known of its power.
        sign: 1 where consumption is shown positive, -1 where production is.
    """

    known: Sequence[tuple[Asset, Known]]
    sign: float

    @property
    def side(self) -> str:
        """Which side is positive."""
        return "Production" if self.sign < 0 else "Consumption"


@dataclass(frozen=True, slots=True)
class TotalPower:
    """Power of assets together over T steps, NaN where that of any of them is unknown. [MW]

    Attributes:
        quantity: Its lines and metrics.
        realised: (T,) what was measured.
        paired: (T,) the same of those assets that are forecast as well.
        expected: (T,) forecast of them.
        planned: (T,) what is scheduled.
    """

    quantity: Quantified
    realised: Array
    paired: Array
    expected: Array
    planned: Array


@dataclass(frozen=True, slots=True)
class _Row:
    values: Array
    told: Told


def total_power(members: Members, grid: TimeGrid, individually: str, platform: Platform) -> TotalPower:
    """Put the power of assets together.

    Args:
        members: Which.
        grid: T steps.
        individually: ``power`` or ``schedules`` where each asset gets a line of its own; empty for none.
        platform: Asked for when assets began.
    """
    rows = {role: _rows(members, role, grid) for role in _WORDS}
    measured = _begun(rows[Role.MEASURED], members, grid, platform)
    forecast = rows[Role.FORECAST]
    both = [asset_id for asset_id in measured if asset_id in forecast]
    nothing = np.full(grid.size, np.nan)
    realised = _sum(measured.values(), nothing)
    paired = _sum([measured[asset_id] for asset_id in both], nothing)
    expected = _sum([forecast[asset_id] for asset_id in both], nothing)
    hours = grid.step / timedelta(hours=1)
    metrics = measure(paired * hours, expected * hours, np.nansum)
    known = not np.isnan(realised).all()
    metrics = replace(metrics, realised=float(np.nansum(realised)) * hours if known else np.nan)
    traces = _traces({**rows, Role.MEASURED: measured}, members, TRACED.get(individually), nothing)
    quantity = Quantified("power", members.side, "MW", tuple(traces), metrics)
    planned = _sum(rows[Role.SCHEDULE].values(), nothing)
    return TotalPower(quantity, realised, paired, expected, planned)


def measured_total(members: Members, grid: TimeGrid) -> Array:
    """Return the (T,) power that was measured of all assets together; empty where nothing was. [MW]"""
    return _sum(_rows(members, Role.MEASURED, grid).values(), np.empty(0))


def _traces(
    rows: Mapping[Role, Mapping[int, _Row]], members: Members, own: Role | None, nothing: Array
) -> list[Trace]:
    names = {asset.id: asset.display_name for asset, _ in members.known}
    traces: list[Trace] = []
    for role, each in rows.items():
        if role is own and 1 < len(each) <= TRACES_AT_MOST:
            traces += [Trace(role, names[key], row.values, told=(row.told,)) for key, row in each.items()]
        elif each:
            told = tuple(row.told for row in each.values())
            total = _sum(each.values(), nothing)
            traces.append(Trace(role, name_of(role, len(each), len(members.known)), total, told=told))
    return traces


def _rows(members: Members, role: Role, grid: TimeGrid) -> dict[int, _Row]:
    """Return the (T,) values of one role by asset, where there are any."""
    told = [
        most_recent([part for each, _, parts in parts_of(known) if each is role for part in parts])
        for _, known in members.known
    ]
    steps = [known.step for _, known in members.known]
    values = members.sign * stacked(told, steps, grid)
    some = np.flatnonzero((~np.isnan(values)).any(axis=1)).tolist()
    return {members.known[row][0].id: _Row(values[row], Told(told[row], steps[row])) for row in some}


def begins(sensor_id: int, first: np.datetime64, platform: Platform) -> bool:
    """Tell whether a sensor had nothing to tell before a first event that was measured.

    Args:
        sensor_id: Of the sensor.
        first: Start of the event.
        platform: Where all is kept.
    """
    began = platform.store.beliefs.first_event(sensor_id)
    return began is not None and bool(instant(began + AT_FIRST) >= first)


def _begun(rows: Mapping[int, _Row], members: Members, grid: TimeGrid, platform: Platform) -> dict[int, _Row]:
    """Count assets that began within the window as zero before that: they were not there yet."""
    late = [asset_id for asset_id, row in rows.items() if np.isnan(row.values[0])]
    found = dict(rows)
    for asset, known in members.known:
        if asset.id not in late[:LATECOMERS_AT_MOST]:
            continue
        row = rows[asset.id]
        if begins(known.sensor.id, row.told.beliefs.event_start[0], platform):
            before = np.arange(grid.size) < np.flatnonzero(~np.isnan(row.values))[0]
            found[asset.id] = replace(row, values=np.where(before, 0.0, row.values))
    return found


def _sum(rows: Iterable[_Row], nothing: Array) -> Array:
    """Return the (T,) sum where all are known, NaN elsewhere; what stands for nothing without any."""
    values = [row.values for row in rows]
    return np.sum(values, axis=0) if values else nothing


def name_of(role: Role, count: int, of: int) -> str:
    """Name a line of assets together: of which role, and of how many of them, if not of all."""
    return _WORDS[role] if count == of else f"{_WORDS[role]} of {count} of {of} assets"
