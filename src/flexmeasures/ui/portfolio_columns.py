"""The panels of the portfolio as columns of JSON: power of all assets, effect of schedules, and prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import orjson

from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.ui import words
from flexmeasures.ui.columns import sensor_title, short
from flexmeasures.ui.kinds import kind_of
from flexmeasures.usecases.effects import Adjustment, adjustments, schedule_effect
from flexmeasures.usecases.holdings import Holding
from flexmeasures.usecases.portfolio import all_measured, by_type, flows

SIDES = ("consumption", "production")


@dataclass(frozen=True, slots=True)
class Look:
    """How the power of a portfolio is shown.

    Attributes:
        now: What is over before that was measured, and may have been missed.
        side: ``consumption`` or ``production``, where one of them is stacked by type; empty for both totals.
    """

    now: datetime
    side: str = ""


def write_portfolio(held: Sequence[Holding], grid: TimeGrid, look: Look) -> bytes:
    """Write the panels of a portfolio as JSON; unknown values are null."""
    power = _stacked(held, grid, look.side) if look.side in SIDES else _totals(held, grid)
    panels = [
        _panel(
            "power", "Power", "MW", f"{look.side or 'production and consumption'} of all assets", grid, power
        ),
        _panel("effect", "Effect of schedules", "MW", "up-regulation positive", grid, _effect(held, grid)),
        *_price(held, grid),
    ]
    marks = [_mark(each) for each in adjustments(held, grid, look.now)]
    for panel in panels:
        panel["marks"] = marks
    return orjson.dumps(
        {"start": words.epoch(grid.start), "end": words.epoch(grid.end), "last": None, "panels": panels}
    )


def _mark(each: Adjustment) -> dict[str, object]:
    return {
        "start": words.epoch(each.start),
        "end": words.epoch(each.end),
        "kind": "missed" if each.is_missed else "coming",
        "label": "missed" if each.is_missed else words.energy(each.energy),
    }


def _panel(
    key: str, title: str, unit: str, note: str, grid: TimeGrid, series: list[dict[str, object]]
) -> dict[str, object]:
    return {
        "key": key,
        "title": title,
        "unit": unit,
        "note": f"{note} · {words.resolution(grid.step)}",
        "start": words.epoch(grid.start),
        "step": grid.step.total_seconds(),
        "size": grid.size,
        "bucketed": False,
        "series": series,
    }


def _totals(held: Sequence[Holding], grid: TimeGrid) -> list[dict[str, object]]:
    total, measured = flows(held, grid), all_measured(held, grid)
    sides = (("Production", total.production), ("Consumption", total.consumption))
    lines: list[dict[str, object]] = []
    for name, values in sides:
        known, ahead = np.where(measured, values, np.nan), np.where(measured, np.nan, values)
        colour = name.casefold()
        lines += [
            _line("measured", name, known, colour),
            _line("forecast", f"{name}, expected", ahead, colour),
        ]
    return [line for line in lines if any(value == value for value in _numbers(line))]  # noqa: PLR0124 - NaN


def _numbers(line: dict[str, object]) -> list[float]:
    values = line["values"]
    return values if isinstance(values, list) else []


def _stacked(held: Sequence[Holding], grid: TimeGrid, side: str) -> list[dict[str, object]]:
    areas: list[dict[str, object]] = []
    below = np.zeros(grid.size)
    for kind, group in by_type(held):
        both = flows(group, grid)
        values = both.consumption if side == "consumption" else both.production
        if not np.nansum(values):
            continue
        above = below + np.nan_to_num(values)
        name = words.titled(kind.display_name)
        area = _line("measured", name, values, kind_of(kind.name))
        areas.append({**area, "low": short(below), "high": short(above), "area": True})
        below = above
    return areas


def _effect(held: Sequence[Holding], grid: TimeGrid) -> list[dict[str, object]]:
    change = schedule_effect(held, grid)
    return [] if np.isnan(change).all() else [_line("schedule", "Change by schedules", change, "schedule")]


def _price(held: Sequence[Holding], grid: TimeGrid) -> list[dict[str, object]]:
    """Return the prices of the market that most assets pay."""
    markets = [each.market.id for each in held if each.market]
    if not markets:
        return []
    most = max(set(markets), key=markets.count)
    example = next(each for each in held if each.market and each.market.id == most)
    if example.market is None or np.isnan(example.price).all():
        return []
    unit = f"{example.market.unit.split('/', maxsplit=1)[0]}/MWh"
    line = _line("price", "Price", example.price, "price")
    return [_panel("price", sensor_title(example.market), unit, "known or forecast", grid, [line])]


def _line(role: str, name: str, values: Array, colour: str) -> dict[str, object]:
    return {"key": f"{role}:{name}", "role": role, "name": name, "values": short(values), "colour": colour}
