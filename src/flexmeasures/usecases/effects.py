"""What schedules change against what assets would do without them.

Shapes: T steps. Power consumption positive, in MW.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.assets import AssetType
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid, from_instant
from flexmeasures.usecases.holdings import Holding
from flexmeasures.usecases.trade import Money, energy_of, worth_of

NOTICEABLE = 0.05
"""Less than this share of the largest change is none."""

MOST = 24
"""Adjustments that are listed, the earliest ones."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What schedules of assets change.

    Attributes:
        name: Of the asset type, or of all.
        type: Their type; None for all.
        curtailed: Energy that is not produced, or not consumed, and never made good for. [MWh]
        shifted: Energy that moves to another time. [MWh]
        moved: The same, each part times how long it moves. [MWh h]
        money: At the prices of their markets.
    """

    name: str
    type: AssetType | None
    curtailed: float
    shifted: float
    moved: float
    money: Money


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A while in which schedules raise or lower power.

    Attributes:
        start: When it begins.
        end: When it ends.
        energy: Up-regulation positive: more production or less consumption. [MWh]
        worth: Of it, at the prices of the markets; NaN where none is known. [currency]
        is_missed: Whether it is over and was not followed; it is still to come otherwise.
    """

    start: datetime
    end: datetime
    energy: float
    worth: float
    is_missed: bool


def effect_of(name: str, kind: AssetType | None, held: Sequence[Holding], hours: float) -> Effect:
    """Return what schedules of some assets change.

    Args:
        name: Of their type, or of all.
        kind: Their type; None for all.
        held: Scheduled assets over T steps.
        hours: Length of a step. [h]
    """
    changes = [(each, change_of(each)) for each in held]
    shifting = [change for each, change in changes if each.shifts]
    curtailing = [(each, change) for each, change in changes if not each.shifts]
    costs = sum(worth_of(np.maximum(change, 0.0), each.price, hours) for each, change in changes)
    revenues = sum(worth_of(np.maximum(-change, 0.0), each.price, hours) for each, change in changes)
    return Effect(
        name,
        kind,
        sum(_curtailed(each, change, hours) for each, change in curtailing),
        sum(_shifted(change, hours) for change in shifting),
        sum(float(np.abs(np.cumsum(change)).sum()) * hours**2 for change in shifting),
        Money(costs, revenues),
    )


def change_of(held: Holding) -> Array:
    """Return the (T,) change by the schedule of an asset, zero where there is none. [MW]"""
    usual = np.nan_to_num(held.usual) if held.usual.size else np.zeros(held.schedule.size)
    return np.where(np.isnan(held.schedule), 0.0, held.schedule - usual)


def schedule_effect(held: Sequence[Holding], grid: TimeGrid) -> Array:
    """Return the (T,) change of power by schedules, up-regulation positive; NaN without any. [MW]"""
    known = np.zeros(grid.size, bool)
    total = np.zeros(grid.size)
    for each in held:
        if each.is_scheduled:
            known |= ~np.isnan(each.schedule)
            total -= change_of(each)
    return np.where(known, total, np.nan)


def adjustments(held: Sequence[Holding], grid: TimeGrid, now: datetime) -> list[Adjustment]:
    """Return the times in which schedules change power: those to come, and those that were missed.

    Args:
        held: Assets over T steps.
        grid: T steps.
        now: What is over before that was followed, or missed.
    """
    held = [each for each in held if each.is_scheduled]
    change = np.nan_to_num(schedule_effect(held, grid))
    largest = float(np.abs(change).max(initial=0.0))
    if not largest:
        return []
    busy = np.abs(change) > NOTICEABLE * largest
    over = np.arange(grid.size) < (now - grid.start) / grid.step - 0.5
    wanted = busy & (~over | _missed(held, grid))
    state = np.sign(change) * np.where(over, 2, 1) * wanted
    edges = np.flatnonzero(np.diff(state, prepend=0.0, append=0.0))
    runs = [(int(a), int(b)) for a, b in pairwise(edges) if state[a]]
    return [_adjustment(held, grid, run, is_missed=bool(over[run[0]])) for run in runs[:MOST]]


def _missed(held: Sequence[Holding], grid: TimeGrid) -> NDArray[np.bool_]:
    """Return (T,) whether what was measured is further from the schedules than half of what they change."""
    wanted, amiss = np.zeros(grid.size), np.zeros(grid.size)
    for each in held:
        known = each.is_measured & ~np.isnan(each.schedule)
        wanted += np.where(known, np.abs(change_of(each)), 0.0)
        amiss += np.where(known, np.abs(np.nan_to_num(each.power - each.schedule)), 0.0)
    return (amiss > wanted / 2) & (wanted > 0)


def _adjustment(
    held: Sequence[Holding], grid: TimeGrid, run: tuple[int, int], *, is_missed: bool
) -> Adjustment:
    first, behind = run
    hours = grid.step / timedelta(hours=1)
    part = slice(first, behind)
    starts = grid.starts()
    worths = [
        worth_of(-change_of(each)[part], each.price[part], hours)
        for each in held
        if change_of(each)[part].any()
    ]
    energy = float(np.nan_to_num(schedule_effect(held, grid))[part].sum()) * hours
    begin = from_instant(starts[first])
    return Adjustment(begin, begin + (behind - first) * grid.step, energy, sum(worths), is_missed)


def _curtailed(held: Holding, change: Array, hours: float) -> float:
    less = change if held.asset.is_pure_producer else -change
    return energy_of(np.maximum(less, 0.0), hours)


def _shifted(change: Array, hours: float) -> float:
    return max(energy_of(np.maximum(change, 0.0), hours), energy_of(np.maximum(-change, 0.0), hours))
