"""What each asset of somebody did and is expected to do, on the same steps for all, with their prices.

Shapes: T steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.access import may_read
from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Asset, Connection, Sensor
from flexmeasures.domain.beliefs import BeliefFilter, Beliefs, Source, SourceType, most_recent
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.usecases.aligning import on_steps, stacked
from flexmeasures.usecases.charting import AHEAD
from flexmeasures.usecases.overview import visible_connections
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.reasons import price_factor_of

FINE = timedelta(minutes=15)
COARSE = timedelta(hours=1)
FINE_UNTIL = timedelta(days=14)
"""Longer windows are counted in coarse steps."""


@dataclass(frozen=True, slots=True)
class Holding:
    """An asset over T steps.

    Attributes:
        asset: Which.
        power: (T,) measured, or planned, or forecast; consumption positive; NaN where nothing is known. [MW]
        is_measured: (T,) whether it was measured.
        schedule: (T,) planned by a scheduler, NaN where nothing is. [MW]
        price: (T,) of its market, NaN where unknown. [currency/MWh]
        market: Its price sensor, if it has one that the user may see.
        usual: (T,) what it would do without a schedule; empty if that is nothing. [MW]
    """

    asset: Asset
    power: Array
    is_measured: NDArray[np.bool_]
    schedule: Array
    price: Array
    market: Sensor | None
    usual: Array = field(default_factory=lambda: np.empty(0))

    @property
    def is_scheduled(self) -> bool:
        """Whether anything is planned."""
        return not np.isnan(self.schedule).all()

    @property
    def shifts(self) -> bool:
        """Whether a schedule moves its energy in time, rather than making it less."""
        kind = self.asset.type
        return not self.asset.is_pure_producer and (kind.can_shift or not kind.can_curtail)


@dataclass(frozen=True, slots=True)
class _Found:
    """What the store knows: measured, ahead, and by whom."""

    measured: Mapping[int, Sequence[Beliefs]]
    ahead: Mapping[int, Sequence[Beliefs]]
    sources: Mapping[int, Source]

    def ahead_by(self, sensor: Sensor, *, scheduled: bool) -> Beliefs:
        """Return what was planned, or else what was forecast."""
        blocks = self.ahead.get(sensor.id, [])
        return most_recent([block for block in blocks if self._is_schedule(block) == scheduled])

    def _is_schedule(self, block: Beliefs) -> bool:
        return self.sources[int(block.source_id[0])].type == SourceType.SCHEDULER


def steps_of(start: datetime, end: datetime) -> TimeGrid:
    """Return the steps in which a window is counted."""
    step = FINE if end - start <= FINE_UNTIL else COARSE
    behind = timedelta(seconds=start.timestamp() % step.total_seconds())
    return TimeGrid(start - behind, step, -(-(end - start + behind) // step))


def holdings(user: User, grid: TimeGrid, platform: Platform) -> list[Holding]:
    """Return what all assets of a user did and are expected to do.

    Args:
        user: Whose; an admin sees all.
        grid: T steps.
        platform: What is known.
    """
    return holdings_of(visible_connections(user, platform), user, grid, platform)


def holdings_of(
    connections: Sequence[Connection], user: User, grid: TimeGrid, platform: Platform
) -> list[Holding]:
    """Return what some assets did and are expected to do.

    Args:
        connections: Assets with power.
        user: Who sees prices of markets only where it may.
        grid: T steps.
        platform: What is known.
    """
    store = platform.store.assets
    wanted = {each.market_id for each in connections if each.market_id is not None}
    markets = {market.sensor.id: market.sensor for market in store.markets() if market.sensor.id in wanted}
    markets = {each.id: each for each in markets.values() if may_read(user, store.asset(each.asset_id))}
    sensors = [each.sensor for each in connections]
    found = _found([*sensors, *markets.values()], grid, platform)
    prices = {each.id: _price(each, found, grid) for each in markets.values()}
    lines = _lines(connections, found, grid)
    return [_holding(each, markets, prices, lines, row) for row, each in enumerate(connections)]


def _found(sensors: Sequence[Sensor], grid: TimeGrid, platform: Platform) -> _Found:
    ids = [sensor.id for sensor in sensors]
    slack = max((sensor.step for sensor in sensors), default=timedelta(0))
    latest = platform.store.beliefs.latest
    measured = latest(ids, grid.start - slack, grid.end, BeliefFilter(horizon_max=timedelta(0)))
    ahead = latest(ids, grid.start - slack, grid.end, BeliefFilter(horizon_min=AHEAD))
    blocks = [block for found in (measured, ahead) for parts in found.values() for block in parts]
    named = platform.store.sources.named({int(block.source_id[0]) for block in blocks if block.value.size})
    return _Found(measured, ahead, named)


def _price(market: Sensor, found: _Found, grid: TimeGrid) -> Array:
    """Return what is known of prices, and where nothing is, what is forecast."""
    known = [*found.measured.get(market.id, []), *found.ahead.get(market.id, [])]
    return on_steps(most_recent(known), market.step, grid) * price_factor_of(market)


@dataclass(frozen=True, slots=True)
class _Lines:
    """What is known of the power of S assets, each (S, T). [MW]

    Attributes:
        power: Measured, or planned, or forecast.
        is_measured: Whether it was measured.
        schedule: Planned.
        forecast: Forecast.
    """

    power: Array
    is_measured: NDArray[np.bool_]
    schedule: Array
    forecast: Array


def _lines(connections: Sequence[Connection], found: _Found, grid: TimeGrid) -> _Lines:
    sensors = [each.sensor for each in connections]
    steps = [sensor.step for sensor in sensors]
    measured = stacked([most_recent(list(found.measured.get(each.id, []))) for each in sensors], steps, grid)
    schedule = stacked([found.ahead_by(each, scheduled=True) for each in sensors], steps, grid)
    forecast = stacked([found.ahead_by(each, scheduled=False) for each in sensors], steps, grid)
    is_measured = ~np.isnan(measured)
    expected = np.where(np.isnan(schedule), forecast, schedule)
    return _Lines(np.where(is_measured, measured, expected), is_measured, schedule, forecast)


def _holding(
    connection: Connection,
    markets: Mapping[int, Sensor],
    prices: Mapping[int, Array],
    lines: _Lines,
    row: int,
) -> Holding:
    market = markets.get(connection.market_id) if connection.market_id is not None else None
    return Holding(
        connection.asset,
        lines.power[row],
        lines.is_measured[row],
        lines.schedule[row],
        prices[market.id] if market else np.full(lines.power.shape[1], np.nan),
        market,
        lines.forecast[row] if connection.storage.soc_max is None else np.empty(0),
    )


@dataclass(frozen=True, slots=True)
class MeanPrice:
    """What a market asked on average.

    Attributes:
        name: Of the market.
        mean: Over the known steps; NaN without any. [unit]
        unit: Such as EUR/MWh.
        known: Share of the steps with a price, in [0, 1]. [-]
    """

    name: str
    mean: float
    unit: str
    known: float = 1.0


def market_name(market: Sensor) -> str:
    """Return what people call the market whose prices a sensor tells."""
    return str(market.attributes.get("display_name") or market.name)


def prices_of(held: Sequence[Holding]) -> list[MeanPrice]:
    """Return the mean price of each market that assets pay."""
    markets = {each.market.id: (each.market, each.price) for each in held if each.market}
    return [
        MeanPrice(
            market_name(market),
            float(np.nanmean(price)) if not np.isnan(price).all() else np.nan,
            f"{market.unit.split('/', maxsplit=1)[0]}/MWh",
            float((~np.isnan(price)).mean()),
        )
        for market, price in markets.values()
    ]


def net_at(held: Sequence[Holding], grid: TimeGrid, time: datetime) -> float | None:
    """Return the net power of all assets in the step that holds a time; None where nothing is known. [MW]"""
    place = (time - grid.start) // grid.step
    if not 0 <= place < grid.size:
        return None
    known = [float(each.power[place]) for each in held if not np.isnan(each.power[place])]
    return sum(known) if known else None
