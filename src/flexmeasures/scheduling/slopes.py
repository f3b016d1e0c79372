"""The exact programme for one storage behind a convex meter, by merging sorted slopes.

The least cost V(s) from a step on is a convex curve of straight pieces over the stock s before it. Going back
one step adds the curve f(u) of what it costs to change the stock by u:

    V'(s) = min over u of f(u) + V(a s + b + u)

The pieces of such a sum are the pieces of both curves, sorted by their slopes; limits of the stock cut pieces
off at both ends. Nothing has to be kept of V but, for each piece of f, the level of the stock up to which it
pays to use it: with these levels the best schedule is read off in one pass forward. (Thresholds of this kind
are known for batteries behind a meter [1]; sorted slopes give them for any limits, losses and tariffs.)

Where f is not convex, because losing energy pays, its pieces are taken in the order of their slopes all the
same: then the cost is a bound, and the schedule is the best one if it costs no more than that.

O(T k) for k pieces, some twenty in practice. The loops are over time because each step depends on the next.

References:
    [1] M. Hashmi et al., "Optimal storage arbitrage under net metering using linear programming", 2019,
        arXiv:1905.00418.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.compiled import compiled

Places = NDArray[np.intp]

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


class Many(NamedTuple):
    """D storages, each as if it were alone; limits, efficiencies and stocks have a first axis for them.

    Attributes:
        buy: (T,) price of consumption. [currency/MWh]
        sell: (T,) price of production. [currency/MWh]
        load: (T,) power at the meter without the storage. [MW]
        least: (D, T) least power of the storages. [MW]
        largest: (D, T) largest power of the storages. [MW]
        floor: (D, T) least stock at the end of each step. [MWh]
        ceiling: (D, T) largest stock at the end of each step. [MWh]
        charging: (D, T) efficiency of charging. [-]
        discharging: (D, T) efficiency of discharging. [-]
        retention: (D, T) share of the stock that is left after a step. [-]
        inflow: (D, T) what comes into the stock by itself. [MWh]
        start: (D,) stock at the start. [MWh]
        effort: (D,) price of energy through the storage, in each direction. [currency/MWh]
        end_value: (D,) of what is in stock at the end. [currency/MWh]
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
    start: Array
    effort: Array
    end_value: Array
    hours: float


class Room(NamedTuple):
    """What storages can do together.

    Attributes:
        least: (T,) least power. [MW]
        largest: (T,) largest power. [MW]
    """

    least: Array
    largest: Array


class Curve(NamedTuple):
    """A curve of straight pieces, from left to right.

    Attributes:
        width: (k,) of the pieces.
        slope: (k,) of the pieces, rising.
    """

    width: Array
    slope: Array


@compiled
def cheapest(lone: Lone, power: Array, stock: Array) -> tuple[float, float]:
    """Write the (T,) power [MW] and (T,) stock [MWh] of the cheapest schedule.

    Returns:
        A bound on the cost of any schedule, and the cost of this one, which is the best if they are the same.
        Infinite where there is no schedule. [currency]
    """
    size = lone.buy.size
    stage = Curve(np.zeros((size, _PIECES)), np.zeros((size, _PIECES)))
    lowest, levels = np.empty(size), np.empty((size, _PIECES))
    base = _stages(lone, stage, lowest)
    if lone.floor[-1] > lone.ceiling[-1]:
        return np.inf, np.inf
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
            return np.inf, np.inf
    bound = base + _follow(lone, stage, lowest, levels, stock)
    return bound, _pay(lone, power, stock)


@compiled
def _stages(lone: Lone, stage: Curve, lowest: Array) -> float:
    """Write the curves f of all steps and their left ends; return what they cost there together."""
    base = 0.0
    for t in range(lone.buy.size):
        least, largest = lone.least[t], max(lone.least[t], lone.largest[t])
        kink = -lone.load[t]
        cuts = (least, min(max(min(kink, 0.0), least), largest), min(max(kink, 0.0, least), largest), largest)
        for piece in range(_PIECES):
            middle = (cuts[piece] + cuts[piece + 1]) / 2
            price = lone.buy[t] if lone.load[t] + middle > 0 else lone.sell[t]
            stored = lone.charging[t] if middle > 0 else 1 / lone.discharging[t]
            slope = (price + (lone.effort if middle > 0 else -lone.effort)) / stored
            width = (cuts[piece + 1] - cuts[piece]) * stored * lone.hours
            _insert(stage, t, piece, width, slope)
        lowest[t] = least * lone.hours * (lone.charging[t] if least > 0 else 1 / lone.discharging[t])
        base += _price(lone, t, least)
    return base


@compiled
def _insert(stage: Curve, t: int, count: int, width: float, slope: float) -> None:
    """Add a piece to those that stand in the order of their slopes."""
    place = count
    while place > 0 and stage.slope[t, place - 1] > slope:
        stage.width[t, place] = stage.width[t, place - 1]
        stage.slope[t, place] = stage.slope[t, place - 1]
        place -= 1
    stage.width[t, place], stage.slope[t, place] = width, slope


@compiled
def _price(lone: Lone, t: int, power: float) -> float:
    """Return what a power costs in a step."""
    net = lone.load[t] + power
    price = lone.buy[t] if net > 0 else lone.sell[t]
    return float((price * net + lone.effort * abs(power)) * lone.hours)


@compiled
def _read_levels(stage: Curve, value: Curve, count: int, left: float, levels: Array, t: int) -> None:
    """Write for each piece of f the stock after step t up to which it pays to use it."""
    level, piece = left, _PIECES - 1
    for i in range(count):
        while piece >= 0 and value.slope[i] >= -stage.slope[t, piece]:
            levels[t, piece] = level
            piece -= 1
        level += value.width[i]
    while piece >= 0:
        levels[t, piece] = level
        piece -= 1


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
def _follow(lone: Lone, stage: Curve, lowest: Array, levels: Array, stock: Array) -> float:
    """Write the stock, by the levels up to which pieces pay; return what they cost together."""
    cost = 0.0
    before = lone.start
    for t in range(lone.buy.size):
        after = lone.retention[t] * before + lone.inflow[t] + lowest[t]
        for piece in range(_PIECES):
            level = min(after + stage.width[t, piece], max(after, levels[t, piece]))
            cost += (level - after) * stage.slope[t, piece]
            after = level
        stock[t] = before = after
    return cost - lone.end_value * before


@compiled
def _pay(lone: Lone, power: Array, stock: Array) -> float:
    """Write the power that makes a stock what it is; return what that costs."""
    cost = 0.0
    before = lone.start
    for t in range(lone.buy.size):
        change = stock[t] - lone.retention[t] * before - lone.inflow[t]
        power[t] = (change / lone.charging[t] if change > 0 else change * lone.discharging[t]) / lone.hours
        cost += _price(lone, t, power[t])
        before = stock[t]
    return cost - lone.end_value * before


@compiled
def cheapest_each(many: Many, power: Array, stock: Array, paid: Array) -> float:
    """Write the best schedule of each storage, (D, T), and its cost, (D,); return a bound on their sum."""
    bound = 0.0
    for i in range(paid.size):
        least, paid[i] = cheapest(_one(many, i, many.least[i], many.largest[i]), power[i], stock[i])
        bound += least
    return bound


@compiled
def _one(many: Many, i: int, least: Array, largest: Array) -> Lone:
    """Return one of many storages, with its power between other limits."""
    return Lone(
        many.buy,
        many.sell,
        many.load,
        least,
        largest,
        many.floor[i],
        many.ceiling[i],
        many.charging[i],
        many.discharging[i],
        many.retention[i],
        many.inflow[i],
        many.start[i],
        many.effort[i],
        many.end_value[i],
        many.hours,
    )


@compiled
def fill(many: Many, order: Places, room: Room, power: Array, stock: Array) -> int:
    """Schedule storages one after the other, each within what all others leave of shared limits.

    Args:
        many: The storages.
        order: (D,) places in which they come.
        room: For all together.
        power: (D, T) power, which is replaced. [MW]
        stock: (D, T) stock, which is replaced. [MWh]

    Returns:
        How many found no schedule within what was left, and keep the one they had.
    """
    failed = 0
    net = power.sum(axis=0)
    new_power, new_stock = np.empty(net.size), np.empty(net.size)
    for i in order:
        others = net - power[i]
        largest = np.minimum(many.largest[i], room.largest - others)
        least = np.maximum(many.least[i], room.least - others)
        if (least > largest).any() or not np.isfinite(
            cheapest(_one(many, i, least, largest), new_power, new_stock)[0]
        ):
            failed += 1
            continue
        net += new_power - power[i]
        power[i], stock[i] = new_power, new_stock
    return failed
