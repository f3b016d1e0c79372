"""Power, price and weather of one asset or many together, and how good their forecasts were.

Shapes: T steps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
from flexmeasures.usecases.charting import ChartQuery, known_of
from flexmeasures.usecases.holdings import steps_of
from flexmeasures.usecases.lines import Known, Role, parts_of
from flexmeasures.usecases.ports.platform import Platform

ALL = "all"
RENEWABLES = "renewables"
RENEWABLE_TYPES = frozenset({"solar", "wind"})
TRACES_AT_MOST = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be chosen.

    Attributes:
        key: As the address names it.
        name: For people.
    """

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Choices:
    """All that can be chosen: what power, which market, which weather."""

    groups: tuple[Choice, ...]
    markets: tuple[Choice, ...]
    weather: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen: keys, empty for the first of each."""

    group: str = ""
    market: str = ""
    weather: str = ""
    traces: bool = False


@dataclass(frozen=True, slots=True)
class Trace:
    """A line: what it stands for, its name, and its (T,) values, NaN where nothing is known."""

    role: Role
    name: str
    values: Array


@dataclass(frozen=True, slots=True)
class Metrics:
    """How good forecasts were; NaN where nothing can be said.

    Attributes:
        realised: Sum (of energy) or mean of what was measured.
        expected: The same of what was forecast, over the steps that were measured.
        mae: Mean absolute error of a step.
        wape: Weighted absolute percentage error, as a share.
        coverage: Share of the measured steps that have a forecast.
    """

    realised: float
    expected: float
    mae: float
    wape: float
    coverage: float


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
    """Power, price and weather over T steps."""

    grid: TimeGrid
    quantities: tuple[Quantified, ...]


def choices(mine: Sequence[Connection], platform: Platform) -> Choices:
    """Return what can be chosen; markets that assets pay come first.

    Args:
        mine: Assets with power that the user may see.
        platform: Where markets and weather are found.
    """
    store = platform.store.assets
    paid = {each.market_id for each in mine}
    assets = sorted((each.asset for each in mine), key=lambda asset: asset.display_name.casefold())
    types = {asset.type.name: asset.type.display_name for asset in assets}
    groups = [Choice(ALL, "All assets")]
    if RENEWABLE_TYPES & types.keys():
        groups.append(Choice(RENEWABLES, "Renewables"))
    groups += [Choice(f"type:{name}", f"Type: {shown}") for name, shown in sorted(types.items())]
    groups += [Choice(f"asset:{asset.id}", asset.display_name) for asset in assets]
    markets = [
        Choice(str(each.sensor.id), each.display_name)
        for each in sorted(store.markets(), key=lambda each: each.sensor.id not in paid)
    ]
    weather = [Choice(str(each.sensor.id), str(each.sensor.quantity)) for each in store.weather_sensors()]
    return Choices(tuple(groups), tuple(markets), tuple(weather))


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
    sign = -1.0 if connections and all(each.asset.is_pure_producer for each in connections) else 1.0
    power = _power([(each.asset, known[each.sensor.id]) for each in connections], grid, sign, chosen)
    rest = [_single(key, known[each.id], grid) for key, each in others.items() if each]
    return Analysis(grid, (power, *rest))


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


def measure(true: Array, forecast: Array, total: Callable[[Array], float]) -> Metrics:
    """Return how good a forecast was.

    Args:
        true: (T,) measured, NaN where unknown.
        forecast: (T,) forecast, NaN where unknown.
        total: Sum or mean over known values.
    """
    known = ~np.isnan(true)
    both = known & ~np.isnan(forecast)
    realised = float(total(true[known])) if known.any() else np.nan
    if not both.any():
        return Metrics(realised, np.nan, np.nan, np.nan, 0.0)
    error = np.abs(true[both] - forecast[both])
    size = abs(float(true[both].sum()))
    return Metrics(
        realised,
        float(total(forecast[both])),
        float(error.mean()),
        float(error.sum()) / size if size > 0 else np.nan,
        float(both.sum() / known.sum()),
    )
