"""The values of a chart as a table of its own: for those whose browser runs no scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid, from_instant
from flexmeasures.ui.words import figure, moment, titled
from flexmeasures.usecases.analysis import Analysis
from flexmeasures.usecases.effects import schedule_effect
from flexmeasures.usecases.holdings import Holding, market_name
from flexmeasures.usecases.portfolio import flows

MOST = 3000
"""Rows that are shown."""


@dataclass(frozen=True, slots=True)
class ValueTable:
    """A row for each step.

    Attributes:
        heads: Of the columns, with units.
        rows: Start of the step and a number for each column.
        size: How many rows there would be.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    size: int


def analysis_table(analysis: Analysis, zone: str) -> ValueTable:
    """Return the values of an analysis.

    Args:
        analysis: Whose lines become columns.
        zone: In which times are written.
    """
    columns = [
        (f"{titled(each.name)}: {trace.name} ({each.unit})", trace.values)
        for each in analysis.quantities
        for trace in each.traces
    ]
    return _table(columns, analysis.grid, zone)


def portfolio_table(held: Sequence[Holding], grid: TimeGrid, zone: str) -> ValueTable:
    """Return the power of assets together, what schedules change, and the prices of their markets.

    Args:
        held: Assets over T steps.
        grid: T steps.
        zone: In which times are written.
    """
    total = flows(held, grid)
    markets = {each.market.id: (each.market, each.price) for each in held if each.market}
    prices = [
        (f"{market_name(market)} ({market.unit.split('/', maxsplit=1)[0]}/MWh)", price)
        for market, price in markets.values()
    ]
    columns = [
        ("Production (MW)", total.production),
        ("Consumption (MW)", total.consumption),
        ("Effect of schedules, up-regulation positive (MW)", schedule_effect(held, grid)),
        *prices,
    ]
    return _table(columns, grid, zone)


def _table(columns: Sequence[tuple[str, Array]], grid: TimeGrid, zone: str) -> ValueTable:
    shown = [(head, values) for head, values in columns if not np.isnan(values).all()]
    cells = [[figure(value, 3) for value in values[:MOST].tolist()] for _, values in shown]
    starts = [moment(from_instant(point), zone) for point in islice(grid.starts(), MOST)]
    rows = tuple(zip(starts, *cells, strict=True))
    return ValueTable(tuple(head for head, _ in shown), rows, grid.size)
