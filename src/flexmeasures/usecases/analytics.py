"""Power, price, weather and money of one asset or many together, and how good their forecasts were.

Shapes: T steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from flexmeasures.domain.access import may_read
from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import WEATHER, Connection, Sensor
from flexmeasures.domain.beliefs import most_recent
from flexmeasures.domain.errors import UnknownEntity
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.usecases.aligning import on_steps
from flexmeasures.usecases.analysis import Analysis, Quantified, Told, Trace
from flexmeasures.usecases.analysis_choices import members_of
from flexmeasures.usecases.analysis_extras import Extras, extras
from flexmeasures.usecases.analysis_money import money_of
from flexmeasures.usecases.analysis_power import Members, measured_total, total_power
from flexmeasures.usecases.charting import ChartQuery, known_of, last_known
from flexmeasures.usecases.forecast_metrics import measure
from flexmeasures.usecases.holdings import steps_of
from flexmeasures.usecases.lines import Known, Role, parts_of
from flexmeasures.usecases.ports.platform import Platform


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen: keys, empty for the first of each.

    Attributes:
        group: Asset, type of assets, renewables or all.
        market: Sensor of prices.
        weather: Sensor of weather.
        traces: ``power`` or ``schedules`` where each asset gets a line of its own.
        source: Of prices and weather, by name; empty for any.
    """

    group: str = ""
    market: str = ""
    weather: str = ""
    traces: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Subjects:
    """Whose values an analysis shows.

    Attributes:
        connections: Assets whose power is put together.
        others: Sensors of price and weather by ``price`` and ``weather``.
    """

    connections: Sequence[Connection]
    others: Mapping[str, Sensor]

    @property
    def sensors(self) -> list[Sensor]:
        """All sensors."""
        return [each.sensor for each in self.connections] + list(self.others.values())

    @property
    def sign(self) -> float:
        """-1 where production is shown positive, as all assets produce only."""
        pure = bool(self.connections) and all(each.asset.is_pure_producer for each in self.connections)
        return -1.0 if pure else 1.0

    def members(self, known: Mapping[int, Known]) -> Members:
        """Return the assets with what is known of their power."""
        return Members([(each.asset, known[each.sensor.id]) for each in self.connections], self.sign)


def analyse(
    user: User, mine: Sequence[Connection], chosen: Chosen, query: ChartQuery, platform: Platform
) -> Analysis:
    """Return power, price, weather and money of what was chosen.

    Raises:
        UnknownEntity: the user can see no such group, market or sensor.
    """
    grid = steps_of(query.start, query.end)
    shown = subjects_of(user, mine, chosen, platform)
    known = known_of(shown.sensors, query, platform)
    singles = {key: known[each.id] for key, each in shown.others.items()}
    names = {each.source(block).name for each in singles.values() for block in (*each.measured, *each.ahead)}
    singles = {key: from_source(each, chosen.source) for key, each in singles.items()}
    alone = [known[each.sensor.id] for each in shown.connections[:1] if len(shown.connections) == 1]
    around = extras(shown.sensors, [*singles.values(), *alone], query, grid, platform)
    total = total_power(shown.members(known), grid, chosen.traces, platform)
    quantities = [_with_power_extras(total.quantity, shown, grid, around)]
    for key, each in singles.items():
        found = _single(key, each, grid)
        quantities.append(_with_extras(found, each.sensor, chosen.source, grid, around))
    money = money_of(total, singles["price"], grid) if "price" in singles else None
    if money:
        quantities.append(money)
    is_empty = not any(each.traces for each in quantities)
    last = last_known([each.id for each in shown.sensors], platform) if is_empty else None
    return Analysis(grid, tuple(quantities), tuple(sorted(names)), last)


def subjects_of(user: User, mine: Sequence[Connection], chosen: Chosen, platform: Platform) -> Subjects:
    """Return whose values were chosen.

    Raises:
        UnknownEntity: the user can see no such group, market or sensor.
    """
    asked = {"price": chosen.market, "weather": chosen.weather}
    found = {key: _sensor(user, text, platform) for key, text in asked.items() if text}
    return Subjects(members_of(mine, chosen.group), found)


def from_source(known: Known, source: str) -> Known:
    """Keep what a source of this name said; an empty name means anyone."""
    if not source:
        return known
    measured, ahead = (
        [block for block in blocks if known.source(block).name == source]
        for blocks in (known.measured, known.ahead)
    )
    return replace(known, measured=measured, ahead=ahead)


def _with_power_extras(power: Quantified, shown: Subjects, grid: TimeGrid, around: Extras) -> Quantified:
    """Add the band of a single asset, and the earlier period of all together."""

    def measure_all(known: Mapping[int, Known], own: TimeGrid) -> Array:
        return measured_total(shown.members(known), own)

    traces = list(power.traces)
    if len(shown.connections) == 1:
        traces = [_banded(trace, shown.connections[0].sensor, around, grid, shown.sign) for trace in traces]
    return replace(power, traces=_and_earlier(traces, around, around.before(grid, measure_all)))


def _with_extras(
    found: Quantified, sensor: Sensor, source: str, grid: TimeGrid, around: Extras
) -> Quantified:
    """Add the band and the earlier period of one sensor."""

    def measure_one(known: Mapping[int, Known], own: TimeGrid) -> Array:
        told = _single(found.key, from_source(known[sensor.id], source), own).traces
        true = (each.values for each in told if each.role in (Role.MEASURED, Role.PRICE))
        return next(true, np.empty(0))

    traces = [_banded(trace, sensor, around, grid) for trace in found.traces]
    return replace(found, traces=_and_earlier(traces, around, around.before(grid, measure_one)))


def _banded(trace: Trace, sensor: Sensor, around: Extras, grid: TimeGrid, sign: float = 1.0) -> Trace:
    """Add the band around a forecast; with a negative sign, the other way round as the values are."""
    if trace.role is not Role.FORECAST:
        return trace
    low, high = around.band(sensor.id, sensor.step, grid, sign * trace.values)
    low, high = (low, high) if sign > 0 else (-high, -low)
    return replace(trace, low=low, high=high)


def _and_earlier(traces: Sequence[Trace], around: Extras, values: Array) -> tuple[Trace, ...]:
    if around.comparison is None or not values.size:
        return tuple(traces)
    return (*traces, Trace(Role.EARLIER, around.comparison.period.words, values))


def _sensor(user: User, text: str, platform: Platform) -> Sensor:
    if not text.isdecimal():
        raise UnknownEntity(f"There is no sensor {text!r}.")
    sensor = platform.store.assets.sensor(int(text))
    if not may_read(user, platform.store.assets.asset(sensor.asset_id)):
        raise UnknownEntity(f"There is no sensor {text} that you may see.")
    return sensor


def _single(key: str, known: Known, grid: TimeGrid) -> Quantified:
    traces = [
        _trace(role, name, Told(most_recent(parts), known.step), grid)
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


def _trace(role: Role, name: str, told: Told, grid: TimeGrid) -> Trace:
    return Trace(role, name, on_steps(told.beliefs, told.event, grid), told=(told,))
