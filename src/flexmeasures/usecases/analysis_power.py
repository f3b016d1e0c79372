"""Power of assets together: what was measured, forecast and scheduled, and how good the forecasts were.

Shapes: T steps.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
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
from flexmeasures.usecases.lines import Known, Parts, Role, parts_of
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
    """Power of assets together over T steps, NaN where it is unknown. [MW]

    Attributes:
        quantity: Its lines and metrics.
        realised: (T,) what was measured of all.
        paired: (T,) the same of those assets that were forecast for the step as well.
        expected: (T,) forecast of those.
        ahead: (T,) forecast of all.
        planned: (T,) what is scheduled.
    """

    quantity: Quantified
    realised: Array
    paired: Array
    expected: Array
    ahead: Array
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
    parts = [parts_of(known) for _, known in members.known]
    rows = {role: _rows(members, parts, role, grid) for role in _WORDS}
    pairs = _paired(rows[Role.MEASURED], rows[Role.FORECAST], grid)
    rows[Role.MEASURED] = _begun(rows[Role.MEASURED], members, grid, platform)
    total = {role: _sum(role, each.values(), grid) for role, each in rows.items()}
    realised = total[Role.MEASURED]
    hours = grid.step / timedelta(hours=1)
    known = not np.isnan(realised).all()
    metrics = replace(
        measure(pairs.measured * hours, pairs.forecast * hours, np.nansum),
        realised=float(np.nansum(realised)) * hours if known else np.nan,
        coverage=pairs.share,
    )
    traces = _traces(rows, members, TRACED.get(individually), total)
    quantity = Quantified("power", members.side, "MW", tuple(traces), metrics)
    return TotalPower(
        quantity, realised, pairs.measured, pairs.forecast, total[Role.FORECAST], total[Role.SCHEDULE]
    )


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Sums over the assets that were measured and forecast for a step.

    Attributes:
        measured: (T,) NaN where there is none.
        forecast: (T,) of the same assets.
        share: Of all that was measured, how much was forecast.
    """

    measured: Array
    forecast: Array
    share: float


def _paired(measured: Mapping[int, _Row], forecast: Mapping[int, _Row], grid: TimeGrid) -> _Pairs:
    both = [key for key in measured if key in forecast]
    shape = (len(both), grid.size)
    true = np.array([measured[key].values for key in both]).reshape(shape)
    said = np.array([forecast[key].values for key in both]).reshape(shape)
    fits = ~np.isnan(true) & ~np.isnan(said)
    some = fits.any(axis=0)
    known = sum(int((~np.isnan(row.values)).sum()) for row in measured.values())
    return _Pairs(
        np.where(some, np.where(fits, true, 0.0).sum(axis=0), np.nan),
        np.where(some, np.where(fits, said, 0.0).sum(axis=0), np.nan),
        float(fits.sum()) / known if known else 0.0,
    )


def measured_total(members: Members, grid: TimeGrid) -> Array:
    """Return the (T,) power that was measured of all assets together, NaN where that is unknown. [MW]"""
    parts = [parts_of(known) for _, known in members.known]
    return _sum(Role.MEASURED, _rows(members, parts, Role.MEASURED, grid).values(), grid)


def least_of(role: Role, count: int) -> float:
    """Return of how many assets a sum must be known to be shown: of all, or of half of what is forecast."""
    return count / 2 if role is Role.FORECAST else count


def _traces(
    rows: Mapping[Role, Mapping[int, _Row]],
    members: Members,
    own: Role | None,
    totals: Mapping[Role, Array],
) -> list[Trace]:
    names = {asset.id: asset.display_name for asset, _ in members.known}
    traces: list[Trace] = []
    for role, each in rows.items():
        if role is own and 1 < len(each) <= TRACES_AT_MOST:
            traces += [Trace(role, names[key], row.values, told=(row.told,)) for key, row in each.items()]
        elif each:
            told = tuple(row.told for row in each.values())
            name = name_of(role, _counts(each.values(), totals[role]), len(members.known))
            traces.append(Trace(role, name, totals[role], told=told))
    return traces


def _counts(rows: Iterable[_Row], total: Array) -> tuple[int, int]:
    """Return of how many assets at least and at most a sum is, where it is shown."""
    known = np.sum([~np.isnan(row.values) for row in rows], axis=0)[~np.isnan(total)]
    return (int(known.min()), int(known.max())) if known.size else (0, 0)


def _rows(members: Members, parts: Sequence[Parts], role: Role, grid: TimeGrid) -> dict[int, _Row]:
    """Return the (T,) values of one role by asset, where there are any."""
    told = [
        most_recent([block for each, _, blocks in own if each is role for block in blocks]) for own in parts
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


def _sum(role: Role, rows: Collection[_Row], grid: TimeGrid) -> Array:
    """Return the (T,) sum where it is known of enough of the assets, NaN elsewhere."""
    if not rows:
        return np.full(grid.size, np.nan)
    values = np.array([row.values for row in rows])
    known = (~np.isnan(values)).sum(axis=0)
    enough = (known > 0) & (known >= least_of(role, len(rows)))
    total: Array = np.where(enough, np.nansum(values, axis=0), np.nan)
    return total


def name_of(role: Role, counts: tuple[int, int], of: int) -> str:
    """Name a line of assets together: of which role, and of how many of them, if not of all.

    >>> name_of(Role.FORECAST, (6, 8), 8)
    'Forecast of 6 to 8 of 8 assets'
    """
    least, most = counts
    if least == of:
        return _WORDS[role]
    shown = str(most) if least == most else f"{least} to {most}"
    return f"{_WORDS[role]} of {shown} of {of} assets"
