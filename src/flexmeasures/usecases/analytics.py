"""Power, price and weather of one asset or many together, and how good their forecasts were.

Shapes: T steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import numpy as np

from flexmeasures.domain.access import may_read
from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import WEATHER, Asset, Connection, Sensor
from flexmeasures.domain.beliefs import most_recent
from flexmeasures.domain.errors import UnknownEntity
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.usecases.aligning import on_steps, stacked
from flexmeasures.usecases.analysis_choices import ALL, RENEWABLE_TYPES, RENEWABLES
from flexmeasures.usecases.analysis_extras import Extras, extras
from flexmeasures.usecases.charting import ChartQuery, known_of
from flexmeasures.usecases.forecast_metrics import Metrics, measure
from flexmeasures.usecases.holdings import steps_of
from flexmeasures.usecases.lines import Known, Role, parts_of
from flexmeasures.usecases.ports.platform import Platform

TRACES_AT_MOST = 8


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen: keys, empty for the first of each; the source of prices and weather, empty for any."""

    group: str = ""
    market: str = ""
    weather: str = ""
    traces: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """A line: what it stands for, its name, and its (T,) values, NaN where nothing is known.

    Attributes:
        low: (T,) lower end of a band around the values; empty where there is none.
        high: (T,) upper end of it.
    """

    role: Role
    name: str
    values: Array
    low: Array = field(default_factory=lambda: np.empty(0))
    high: Array = field(default_factory=lambda: np.empty(0))


@dataclass(frozen=True, slots=True)
class Quantified:
    """One quantity over T steps.

    Attributes:
        key: ``power``, ``price`` or ``weather``.
        name: For people.
        unit: Of the values.
        traces: Measured, forecast, scheduled.
        metrics: Of the forecast; of power they are of the energy of each step, in MWh.
    """

    key: str
    name: str
    unit: str
    traces: tuple[Trace, ...]
    metrics: Metrics


@dataclass(frozen=True, slots=True)
class Analysis:
    """Power, price and weather over T steps, and the names of the sources of price and weather."""

    grid: TimeGrid
    quantities: tuple[Quantified, ...]
    sources: tuple[str, ...] = ()


def analyse(
    user: User, mine: Sequence[Connection], chosen: Chosen, query: ChartQuery, platform: Platform
) -> Analysis:
    """Return power, price and weather of what was chosen.

    Raises:
        UnknownEntity: the user can see no such group, market or sensor.
    """
    grid = steps_of(query.start, query.end)
    connections = _members(mine, chosen.group or ALL)
    others = {
        key: _sensor(user, text, platform)
        for key, text in (("price", chosen.market), ("weather", chosen.weather))
    }
    sensors = [each.sensor for each in connections] + [each for each in others.values() if each]
    known = known_of(sensors, query, platform)
    singles = {key: known[each.id] for key, each in others.items() if each}
    names = {each.source(block).name for each in singles.values() for block in (*each.measured, *each.ahead)}
    singles = {key: _from(each, chosen.source) for key, each in singles.items()}
    banded = [
        *singles.values(),
        *(known[each.sensor.id] for each in connections[:1] if len(connections) == 1),
    ]
    around = extras(sensors, banded, query, grid, platform)
    sign = -1.0 if connections and all(each.asset.is_pure_producer for each in connections) else 1.0
    power = _power([(each.asset, known[each.sensor.id]) for each in connections], grid, sign, chosen)
    rest = [_single(key, each, grid) for key, each in singles.items()]
    quantities = [_with_power_extras(power, connections, sign, grid, around)]
    quantities += [
        _with_extras(found, singles[found.key].sensor, chosen.source, grid, around) for found in rest
    ]
    return Analysis(grid, tuple(quantities), tuple(sorted(names)))


def _from(known: Known, source: str) -> Known:
    """Keep what a source of this name said; an empty name means anyone."""
    if not source:
        return known
    measured, ahead = (
        [block for block in blocks if known.source(block).name == source]
        for blocks in (known.measured, known.ahead)
    )
    return replace(known, measured=measured, ahead=ahead)


def _with_power_extras(
    power: Quantified, connections: Sequence[Connection], sign: float, grid: TimeGrid, around: Extras
) -> Quantified:
    """Add the band of a single asset, and the earlier period of all together."""

    def measure_all(known: Mapping[int, Known], own: TimeGrid) -> Array:
        members = [(each.asset, known[each.sensor.id]) for each in connections]
        return _sum(list(_each(members, Role.MEASURED, own, sign).values()))

    traces = list(power.traces)
    if len(connections) == 1:
        sensor = connections[0].sensor
        low, high = around.band(sensor.id, sensor.step, grid)
        low, high = (low, high) if sign > 0 else (-high, -low)
        traces = [_banded(trace, low, high) for trace in traces]
    return replace(power, traces=_and_earlier(traces, around, around.before(grid, measure_all)))


def _with_extras(
    found: Quantified, sensor: Sensor, source: str, grid: TimeGrid, around: Extras
) -> Quantified:
    """Add the band and the earlier period of one sensor."""

    def measure_one(known: Mapping[int, Known], own: TimeGrid) -> Array:
        told = _single(found.key, _from(known[sensor.id], source), own).traces
        true = (each.values for each in told if each.role in (Role.MEASURED, Role.PRICE))
        return next(true, np.empty(0))

    traces = [_banded(trace, *around.band(sensor.id, sensor.step, grid)) for trace in found.traces]
    return replace(found, traces=_and_earlier(traces, around, around.before(grid, measure_one)))


def _banded(trace: Trace, low: Array, high: Array) -> Trace:
    return replace(trace, low=low, high=high) if trace.role is Role.FORECAST and low.size else trace


def _and_earlier(traces: Sequence[Trace], around: Extras, values: Array) -> tuple[Trace, ...]:
    if around.comparison is None or not values.size:
        return tuple(traces)
    return (*traces, Trace(Role.EARLIER, around.comparison.period.words, values))


def _members(found: Sequence[Connection], group: str) -> Sequence[Connection]:
    kind, _, key = group.partition(":")
    if kind == RENEWABLES:
        return [each for each in found if each.asset.type.name in RENEWABLE_TYPES]
    if kind == "type":
        return [each for each in found if each.asset.type.name == key]
    if kind == "asset":
        one = [each for each in found if str(each.id) == key]
        if not one:
            raise UnknownEntity(f"There is no asset {key} with power among yours.")
        return one
    if kind != ALL:
        raise UnknownEntity(f"There is no group {group!r}.")
    return found


def _sensor(user: User, text: str, platform: Platform) -> Sensor | None:
    if not text:
        return None
    if not text.isdecimal():
        raise UnknownEntity(f"There is no sensor {text!r}.")
    sensor = platform.store.assets.sensor(int(text))
    if not may_read(user, platform.store.assets.asset(sensor.asset_id)):
        raise UnknownEntity(f"There is no sensor {text} that you may see.")
    return sensor


def _power(members: Sequence[tuple[Asset, Known]], grid: TimeGrid, sign: float, chosen: Chosen) -> Quantified:
    by_role = {
        role: _each(members, role, grid, sign) for role in (Role.MEASURED, Role.FORECAST, Role.SCHEDULE)
    }
    measured, forecast = by_role[Role.MEASURED], by_role[Role.FORECAST]
    traces = [
        Trace(role, _name(role, len(each), len(members)), _sum(list(each.values())))
        for role, each in by_role.items()
        if each
    ]
    if chosen.traces and 1 < len(measured) <= TRACES_AT_MOST:
        names = {asset.id: asset.display_name for asset, _ in members}
        own = [Trace(Role.MEASURED, names[asset_id], values) for asset_id, values in measured.items()]
        traces = own + [trace for trace in traces if trace.role is not Role.MEASURED]
    both = [asset_id for asset_id in measured if asset_id in forecast]
    hours = grid.step / timedelta(hours=1)
    total = _sum(list(measured.values())) * hours
    paired = _sum([measured[asset_id] for asset_id in both] or [np.full(grid.size, np.nan)]) * hours
    ahead = _sum([forecast[asset_id] for asset_id in both] or [np.full(grid.size, np.nan)]) * hours
    metrics = measure(paired, ahead, np.nansum)
    realised = float(np.nansum(total)) if not np.isnan(total).all() else np.nan
    name = "Production" if sign < 0 else "Consumption"
    shown = Metrics(realised, metrics.expected, metrics.mae, metrics.wape, metrics.coverage)
    return Quantified("power", name, "MW", tuple(traces), shown)


def _each(
    members: Sequence[tuple[Asset, Known]], role: Role, grid: TimeGrid, sign: float
) -> dict[int, Array]:
    """Return the (T,) values of one role by asset, where there are any."""
    told = [
        most_recent([part for each, _, parts in parts_of(known) if each is role for part in parts])
        for _, known in members
    ]
    values = sign * stacked(told, [known.step for _, known in members], grid)
    some = np.flatnonzero((~np.isnan(values)).any(axis=1)).tolist()
    return {members[row][0].id: values[row] for row in some}


def _sum(values: Sequence[Array]) -> Array:
    """Return the (T,) sum where all are known, NaN elsewhere."""
    return np.sum(values, axis=0) if values else np.empty(0)


def _name(role: Role, count: int, of: int) -> str:
    name = {Role.MEASURED: "Measured", Role.FORECAST: "Forecast", Role.SCHEDULE: "Schedule"}[role]
    return name if count == of else f"{name} of {count} of {of} assets"


def _single(key: str, known: Known, grid: TimeGrid) -> Quantified:
    traces = [
        Trace(role, name, on_steps(most_recent(parts), known.step, grid))
        for role, name, parts in parts_of(known)
    ]
    some = tuple(trace for trace in traces if not np.isnan(trace.values).all())
    nothing = np.full(grid.size, np.nan)
    measured = next((each.values for each in some if each.role in (Role.MEASURED, Role.PRICE)), nothing)
    forecast = next((each.values for each in some if each.role is Role.FORECAST), nothing)
    sensor = known.sensor
    name = str(sensor.attributes.get("display_name") or sensor.quantity or sensor.name)
    if key == "weather" and sensor.quantity in WEATHER:
        name = str(sensor.quantity)
    return Quantified(key, name, sensor.unit, some, measure(measured, forecast, np.nanmean))
