"""The exact programme for one storage behind a convex meter, by merging sorted slopes.

The least cost V(s) from a step on is a convex curve of straight pieces over the stock s before it. Going back
one step adds the curve f(u) of what it costs to change the stock by u:

    V'(s) = min over u of f(u) + V(a s + b + u)

The pieces of such a sum are the pieces of both curves, sorted by their slopes; limits of the stock cut pieces
off at both ends. Nothing has to be kept of V but, for each piece of f, the level of the stock up to which it
pays to use it: with these levels the best schedule is read off in one pass forward. (Thresholds of this kind
are known for batteries behind a meter [1]; sorted slopes give them for any limits, losses and tariffs.)

O(T k) for k pieces, some twenty in practice. The loops are over time because each step depends on the next.

References:
    [1] M. Hashmi et al., "Optimal storage arbitrage under net metering using linear programming", 2019,
        arXiv:1905.00418.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.compiled import compiled

FOUND, NO_WAY, NOT_CONVEX = 0, 1, 2
"""How the search for a schedule ended."""

_PIECES = 3  # of f: zero power and zero at the meter lie between them
_ROUNDING = 1e-9  # of the largest stock: what sums over many steps may be off


class Lone(NamedTuple):
    """One storage behind a meter.

    Attributes:
        buy: (T,) price of consumption. [currency/MWh]
        sell: (T,) price of production. [currency/MWh]
        load: (T,) power at the meter without the storage. [MW]
        least: (T,) least power of the storage. [MW]
        largest: (T,) largest power of the storage. [MW]
        floor: (T,) least stock at the end of each step. [MWh]
        ceiling: (T,) largest stock at the end of each step. [MWh]
        charging: (T,) efficiency of charging. [-]
        discharging: (T,) efficiency of discharging. [-]
        retention: (T,) share a of the stock that is left after a step. [-]
        inflow: (T,) what comes into the stock by itself, b. [MWh]
        start: Stock at the start. [MWh]
        effort: Price of energy through the storage, in each direction. [currency/MWh]
        end_value: Of what is in stock at the end. [currency/MWh]
        hours: Length of a step. [h]
    """

    buy: Array
    sell: Array
    load: Array
    least: Array
    largest: Array
    floor: Array
    ceiling: Array
    charging: Array
    discharging: Array
    retention: Array
    inflow: Array
    start: float
    effort: float
    end_value: float
    hours: float


class Curve(NamedTuple):
    """A convex curve of straight pieces, from left to right; only its slopes matter.

    Attributes:
        width: (k,) of the pieces; only the first ``count`` ones count.
        slope: (k,) of the pieces, rising.
    """

    width: Array
    slope: Array


@compiled
def cheapest(lone: Lone) -> tuple[int, Array, Array]:
    """Return how the search ended, and the (T,) power [MW] and (T,) stock [MWh] of the cheapest schedule."""
    size = lone.buy.size
    stage = Curve(np.zeros((size, _PIECES)), np.zeros((size, _PIECES)))
    lowest = np.empty(size)
    levels = np.empty((size, _PIECES))
    if not _stages(lone, stage, lowest):
        return NOT_CONVEX, lowest, lowest
    if lone.floor[-1] > lone.ceiling[-1]:
        return NO_WAY, lowest, lowest
    room = (_PIECES + 1) * size + 1
    value, summed = Curve(np.empty(room), np.empty(room)), Curve(np.empty(room), np.empty(room))
    left, count = lone.floor[-1], 1
    value.width[0], value.slope[0] = lone.ceiling[-1] - left, -lone.end_value
    for t in range(size - 1, -1, -1):
        _read_levels(stage, value, count, left, levels, t)
        merged = _merge(stage, t, value, count, summed)
        highest = lowest[t] + stage.width[t].sum()
        left, count = _cut(lone, t, summed, merged, left - lone.inflow[t] - highest, value)
        if count == 0:
            return NO_WAY, lowest, lowest
    return _follow(lone, stage, lowest, levels)


@compiled
def _stages(lone: Lone, stage: Curve, lowest: Array) -> bool:
    """Write the curves f of all steps, and their left ends; tell whether they are convex."""
    for t in range(lone.buy.size):
        least, largest = lone.least[t], max(lone.least[t], lone.largest[t])
        kink = -lone.load[t]
        cuts = (least, min(max(min(kink, 0.0), least), largest), min(max(kink, 0.0, least), largest), largest)
        before = -np.inf
        for piece in range(_PIECES):
            begin, end = cuts[piece], cuts[piece + 1]
            if end <= begin:
                stage.slope[t, piece] = before
                continue
            middle = (begin + end) / 2
            price = lone.buy[t] if lone.load[t] + middle > 0 else lone.sell[t]
            stored = lone.charging[t] if middle > 0 else 1 / lone.discharging[t]
            slope = (price + (lone.effort if middle > 0 else -lone.effort)) / stored
            if slope < before - 1e-12 * abs(before):
                return False
            before = max(before, slope)
            stage.width[t, piece] = (end - begin) * stored * lone.hours
            stage.slope[t, piece] = before
        lowest[t] = least * lone.hours * (lone.charging[t] if least > 0 else 1 / lone.discharging[t])
    return True


@compiled
def _read_levels(stage: Curve, value: Curve, count: int, left: float, levels: Array, t: int) -> None:
    """Write for each piece of f the stock after step t up to which it pays to use it."""
    for piece in range(_PIECES):
        level = left
        for i in range(count):
            if value.slope[i] >= -stage.slope[t, piece]:
                break
            level += value.width[i]
        levels[t, piece] = level


@compiled
def _merge(stage: Curve, t: int, value: Curve, count: int, summed: Curve) -> int:
    """Write the pieces of ``min f(u) + V(. + u)`` and return their number."""
    piece, i, merged = _PIECES - 1, 0, 0
    while i < count or piece >= 0:
        if piece < 0 or (i < count and value.slope[i] <= -stage.slope[t, piece]):
            summed.width[merged], summed.slope[merged] = value.width[i], value.slope[i]
            i += 1
        else:
            summed.width[merged], summed.slope[merged] = stage.width[t, piece], -stage.slope[t, piece]
            piece -= 1
        if summed.width[merged] > 0:
            merged += 1
    return merged


@compiled
def _cut(lone: Lone, t: int, summed: Curve, merged: int, left: float, value: Curve) -> tuple[float, int]:
    """Write the pieces between the limits of the stock before step t; return the left end and their number.

    No pieces mean that no stock within the limits leads on.
    """
    keep = lone.retention[t]
    begin, position = left / keep, left / keep
    floor = lone.start if t == 0 else lone.floor[t - 1]
    ceiling = lone.start if t == 0 else lone.ceiling[t - 1]
    slack = _ROUNDING * max(abs(floor), abs(begin), 1e-300)
    first = max(floor, begin)
    count = 0
    for i in range(merged):
        end = position + summed.width[i] / keep
        width = min(end, ceiling) - max(position, first)
        if width > 0:
            value.width[count], value.slope[count] = width, summed.slope[i] * keep
            count += 1
        position = end
    if first > ceiling + slack or first > position + slack:
        return 0.0, 0
    if count == 0:
        value.width[0], value.slope[0] = 0.0, 0.0
        count = 1
    return first, count


@compiled
def _follow(lone: Lone, stage: Curve, lowest: Array, levels: Array) -> tuple[int, Array, Array]:
    """Return that a schedule was found, its power and its stock, from the levels up to which pieces pay."""
    size = lone.buy.size
    power, stock = np.empty(size), np.empty(size)
    before = lone.start
    for t in range(size):
        idle = lone.retention[t] * before + lone.inflow[t]
        after = idle + lowest[t]
        for piece in range(_PIECES):
            after = min(after + stage.width[t, piece], max(after, levels[t, piece]))
        change = after - idle
        power[t] = (change / lone.charging[t] if change > 0 else change * lone.discharging[t]) / lone.hours
        stock[t] = before = after
    return FOUND, power, stock
