"""What a chart of one asset shows: measured, forecast and scheduled values, and the prices that it pays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from flexmeasures.domain.access import may_read
from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Asset, Sensor
from flexmeasures.domain.beliefs import BeliefFilter, Beliefs
from flexmeasures.domain.errors import InvalidPeriod, NotAuthorized
from flexmeasures.domain.series import Series
from flexmeasures.domain.timing import TimeGrid, from_instant
from flexmeasures.usecases.bands import Band
from flexmeasures.usecases.bucketing import steps_per_bucket
from flexmeasures.usecases.chart_bands import bands_of, with_band
from flexmeasures.usecases.earlier import Comparison, beside
from flexmeasures.usecases.lines import Known, Line, Role, bucketed, flipped, grid_of, lines_of
from flexmeasures.usecases.ports.platform import Platform

AHEAD = timedelta(microseconds=1)
"""What was recorded this long before the end of an event, or longer, is no measurement."""

LONGEST = timedelta(days=5 * 366)
"""No chart shows more time."""


@dataclass(frozen=True, slots=True)
class ChartQuery:
    """What is asked of a chart.

    Attributes:
        start: Of the window.
        end: Of the window.
        pixels: Width of the chart; more than four values for each are put together.
        known: Only what was known at this time counts; None for all that is known.
        horizon: What is no measurement counts as it was at least this long before the end of each event.
        compare: With which earlier period.
        sensor: Only this one; None for all of the asset.
    """

    start: datetime
    end: datetime
    pixels: int = 1000
    known: datetime | None = None
    horizon: timedelta = AHEAD
    compare: Comparison | None = None
    sensor: int | None = None

    def wants(self, subject: Subject) -> bool:
        """Tell whether a sensor is asked for."""
        return self.sensor in {None, subject.sensor.id}


@dataclass(frozen=True, slots=True)
class Subject:
    """A sensor that is shown, and how.

    Attributes:
        key: Of its panel: ``power``, ``price``, or the id of the sensor.
        sensor: Whose values.
        flipped: Whether production is shown as positive.
        largest: Value that is not exceeded, where it is known, in the unit of the sensor.
    """

    key: str
    sensor: Sensor
    flipped: bool = False
    largest: float | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """Lines of one sensor on one grid.

    Attributes:
        subject: What is shown.
        grid: T steps.
        steps: How many steps of the sensor each of these holds.
        lines: What is known.
    """

    subject: Subject
    grid: TimeGrid
    steps: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """All panels of an asset over a window.

    Attributes:
        start: Of the window.
        end: Of the window.
        panels: From top to bottom.
        last: When the last known event began, if the window is empty and there is any.
    """

    start: datetime
    end: datetime
    panels: tuple[Panel, ...]
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class _More:
    """What stands around the lines, by sensor.

    Attributes:
        bands: Around forecasts.
        earlier: What is known of an earlier period.
    """

    bands: Mapping[int, Band]
    earlier: Mapping[int, Known]


def readable_asset(user: User, asset_id: int, platform: Platform) -> Asset:
    """Return an asset that a user may see.

    Raises:
        UnknownEntity: there is none.
        NotAuthorized: the user may not see it.
    """
    asset = platform.store.assets.asset(asset_id)
    if not may_read(user, asset):
        raise NotAuthorized(f"Asset {asset_id} belongs to another account.")
    return asset


def subjects(user: User, asset: Asset, platform: Platform) -> list[Subject]:
    """Return what is shown of an asset, from top to bottom: power, prices that it pays, and all else.

    Args:
        user: Who looks; prices of a market that it may not see are left out.
        asset: Whose sensors.
        platform: Where they are kept.
    """
    store = platform.store.assets
    connection = next(iter(store.connections([asset.id])), None)
    found: list[Subject] = []
    if connection:
        power = Subject("power", connection.sensor, asset.is_pure_producer, connection.capacity)
        found.append(power)
    if connection and connection.market_id is not None:
        price = store.sensor(connection.market_id)
        if may_read(user, store.asset(price.asset_id)):
            found.append(Subject("price", price))
    shown = {subject.sensor.id for subject in found}
    others = [sensor for sensor in store.sensors([asset.id]) if sensor.id not in shown]
    return found + [Subject(str(sensor.id), sensor) for sensor in others]


def chart(user: User, asset_id: int, query: ChartQuery, platform: Platform) -> Chart:
    """Return what is known of an asset in a window, in few enough values to be drawn.

    Raises:
        UnknownEntity: there is no such asset.
        NotAuthorized: the user may not see it.
        InvalidPeriod: the window ends before it starts, or is too long.
    """
    if not timedelta(0) < query.end - query.start <= LONGEST:
        raise InvalidPeriod(f"A chart cannot show {query.start.isoformat()} until {query.end.isoformat()}.")
    every = subjects(user, readable_asset(user, asset_id, platform), platform)
    shown = [subject for subject in every if query.wants(subject)]
    known = known_of([subject.sensor for subject in shown], query, platform)
    more = _more(known, query, platform)
    panels = tuple(_panel(subject, known[subject.sensor.id], query, more) for subject in shown)
    if any(panel.lines for panel in panels):
        return Chart(query.start, query.end, panels)
    return Chart(query.start, query.end, panels, last_known(list(known), platform))


def known_of(sensors: Sequence[Sensor], query: ChartQuery, platform: Platform) -> dict[int, Known]:
    """Return what is known of sensors in a window, by their ids, in two questions to the store."""
    ids = [sensor.id for sensor in sensors]
    slack = max((sensor.step for sensor in sensors), default=timedelta(0))
    latest = platform.store.beliefs.latest
    after = BeliefFilter(prior=query.known, horizon_max=timedelta(0))
    before = BeliefFilter(prior=query.known, horizon_min=query.horizon)
    measured = _some(latest(ids, query.start - slack, query.end, after))
    ahead = _some(latest(ids, query.start - slack, query.end, before))
    blocks = [block for found in (measured, ahead) for parts in found.values() for block in parts]
    sources = platform.store.sources.named({int(block.source_id[0]) for block in blocks})
    return {
        sensor.id: Known(sensor, measured.get(sensor.id, []), ahead.get(sensor.id, []), sources)
        for sensor in sensors
    }


def _some(found: Mapping[int, Sequence[Beliefs]]) -> dict[int, list[Beliefs]]:
    """Leave out sources that say nothing."""
    return {sensor_id: [part for part in parts if part.value.size] for sensor_id, parts in found.items()}


def last_known(sensor_ids: Sequence[int], platform: Platform) -> datetime | None:
    """Return when the last event began that anything is known of."""
    found = platform.store.beliefs.last(sensor_ids).values()
    starts = [np.max(beliefs.event_start) for beliefs in found if beliefs.event_start.size]
    return from_instant(max(starts)) if starts else None


def _more(known: Mapping[int, Known], query: ChartQuery, platform: Platform) -> _More:
    """Read what stands around the lines: bands, and an earlier period."""
    forecasts = BeliefFilter(prior=query.known, horizon_min=query.horizon)
    around = bands_of(known.values(), query.start, query.end, forecasts, platform)
    if query.compare is None:
        return _More(around, {})
    start, end = query.compare.window(query.start, query.end)
    sensors = [each.sensor for each in known.values()]
    return _More(around, known_of(sensors, replace(query, start=start, end=end), platform))


def _panel(subject: Subject, known: Known, query: ChartQuery, more: _More) -> Panel:
    grid = grid_of(known, query.start, query.end)
    lines = [with_band(line, more.bands.get(known.sensor.id), grid) for line in lines_of(known, grid)]
    if query.compare and subject.sensor.id in more.earlier:
        lines += earlier_lines(more.earlier[subject.sensor.id], query.compare, grid)
    steps = steps_per_bucket(grid, query.pixels)
    if steps > 1:
        lines = [bucketed(line, steps) for line in lines]
        grid = TimeGrid(grid.start, grid.step * steps, -(-grid.size // steps))
    if subject.flipped:
        lines = [flipped(line) for line in lines]
    return Panel(subject, grid, steps, tuple(lines))


def earlier_lines(known: Known, comparison: Comparison, grid: TimeGrid) -> list[Line]:
    """Return what was measured in an earlier period, or what prices were, on later steps.

    Args:
        known: Of the earlier period.
        comparison: How they belong together.
        grid: T later steps.
    """
    start, end = comparison.window(grid.start, grid.end)
    own = grid_of(known, start, end)
    true = next((line for line in lines_of(known, own) if line.role in (Role.MEASURED, Role.PRICE)), None)
    if true is None:
        return []
    values = beside(Series(own, true.values), grid, comparison)
    return [] if np.isnan(values).all() else [Line(Role.EARLIER, comparison.period.words, values)]
