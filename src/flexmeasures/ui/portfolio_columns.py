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

CONSUMPTION, GENERATION = "consumption", "generation"
SIDES = (GENERATION, CONSUMPTION)
TITLES = {CONSUMPTION: "Consumption", GENERATION: "Production"}
COLOURS = {CONSUMPTION: "consumption", GENERATION: "production"}

Line = dict[str, object]


@dataclass(frozen=True, slots=True)
class Look:
    """How the power of a portfolio is shown.

    Attributes:
        now: What is over before that was measured, and may have been missed.
        side: ``consumption`` or ``generation`` where only one of them is shown; empty for both.
        stacks: Whether asset types are stacked rather than shown in total.
        last: When the last known event began, if nothing is known of the window and there is any.
    """

    now: datetime
    side: str = ""
    stacks: bool = False
    last: datetime | None = None

    @property
    def sides(self) -> tuple[str, ...]:
        """What is shown."""
        return (self.side,) if self.side in SIDES else SIDES


def write_portfolio(held: Sequence[Holding], grid: TimeGrid, look: Look) -> bytes:
    """Write the panels of a portfolio as JSON; unknown values are null."""
    power = _stacked(held, grid, look) if look.stacks else _totals(held, grid, look)
    shown = " and ".join(TITLES[side].casefold() for side in look.sides)
    below = ", consumption below zero" if look.stacks and len(look.sides) > 1 else ""
    panels = [
        _panel("power", "Power", "MW", f"{shown} of {_whose(held)}{below}", grid, power),
        _panel("effect", "Effect of schedules", "MW", "up-regulation positive", grid, _effect(held, grid)),
        *_price(held, grid),
    ]
    marks = [_mark(each) for each in adjustments(held, grid, look.now)]
    for panel in panels:
        panel["marks"] = marks
    last = words.epoch(look.last) if look.last else None
    return orjson.dumps(
        {"start": words.epoch(grid.start), "end": words.epoch(grid.end), "last": last, "panels": panels}
    )


def _whose(held: Sequence[Holding]) -> str:
    kinds = {each.asset.type.display_name for each in held}
    return f"type {kinds.pop()}" if len(kinds) == 1 else "all assets"


def _mark(each: Adjustment) -> dict[str, object]:
    return {
        "start": words.epoch(each.start),
        "end": words.epoch(each.end),
        "kind": "missed" if each.is_missed else "coming",
        "label": "missed" if each.is_missed else words.energy(each.energy),
    }


def _panel(key: str, title: str, unit: str, note: str, grid: TimeGrid, series: list[Line]) -> Line:
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


def _totals(held: Sequence[Holding], grid: TimeGrid, look: Look) -> list[Line]:
    total, measured = flows(held, grid), all_measured(held, grid)
    values = {CONSUMPTION: total.consumption, GENERATION: total.production}
    lines: list[Line] = []
    for side in look.sides:
        known, ahead = (np.where(here, values[side], np.nan) for here in (measured, ~measured))
        parts = (("measured", TITLES[side], known), ("forecast", f"{TITLES[side]}, expected", ahead))
        lines += [
            _line(role, name, part, COLOURS[side]) for role, name, part in parts if not np.isnan(part).all()
        ]
    return lines


def _stacked(held: Sequence[Holding], grid: TimeGrid, look: Look) -> list[Line]:
    """Stack the types of each side; where both are shown, consumption hangs below zero."""
    both = len(look.sides) > 1
    areas: list[Line] = []
    for side in look.sides:
        sign = -1.0 if both and side == CONSUMPTION else 1.0
        base = np.zeros(grid.size)
        for kind, group in by_type(held):
            sums = flows(group, grid)
            values = sign * (sums.consumption if side == CONSUMPTION else sums.production)
            if not np.nansum(values):
                continue
            name = f"{words.titled(kind.display_name)}{f', {TITLES[side].casefold()}' if both else ''}"
            top = base + np.nan_to_num(values)
            areas.append(_area(_line("measured", name, values, kind_of(kind.name)), base, top))
            base = top
    return areas


def _effect(held: Sequence[Holding], grid: TimeGrid) -> list[Line]:
    """Return the change by schedules as bars from zero."""
    change = schedule_effect(held, grid)
    if np.isnan(change).all():
        return []
    line = _line("schedule", "Change by schedules", change, "schedule")
    return [_area(line, np.minimum(change, 0.0), np.maximum(change, 0.0))]


def _price(held: Sequence[Holding], grid: TimeGrid) -> list[Line]:
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


def _line(role: str, name: str, values: Array, colour: str) -> Line:
    return {"key": f"{role}:{name}", "role": role, "name": name, "values": short(values), "colour": colour}


def _area(line: Line, low: Array, high: Array) -> Line:
    """Fill the room between two ends, whichever of them is the lower one."""
    return {
        **line,
        "low": short(np.minimum(low, high)),
        "high": short(np.maximum(low, high)),
        "area": True,
    }
