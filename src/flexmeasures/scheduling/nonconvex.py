"""The exact programme for one storage whose cost is not convex: where losing energy pays.

At a negative price a storage with losses earns by charging and discharging in turn. Then the cost f(u) of a
change u of its stock is no convex curve, and neither is the least cost V(s) from a step on. Both are still of
straight pieces, and going back one step

    V'(s) = min over u of f(u) + V(a s + b + u)

is the lowest of a few curves, one for each piece of f: the least of V within reach of the piece, tilted by
its slope (``curves``). The best schedule is read off in one pass forward: the best change of a stock ends a
piece of f, or leads to a corner of V.

Curves of some twenty corners are the rule; there is no limit in theory, so where one grows beyond
``_CORNERS`` there is no answer, and another method has to find one.
"""

from __future__ import annotations

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.compiled import compiled
from flexmeasures.scheduling.curves import Places, least_within, lower_of, value_at, within
from flexmeasures.scheduling.lone import Lone, pay, price_of
from flexmeasures.scheduling.slopes import cheapest

_CORNERS = 1000  # of a curve, from which on it takes too long
_EDGES = 4  # of f: its ends, zero power and zero at the meter
_NEAR = 1e-12  # of the largest stock: stocks that are this near are one
_SLACK = 1e-9  # of the cost: what the bound and the cost of one schedule may differ by
_ROUNDING = 1e-9  # of the largest stock: what sums over many steps may be off


@compiled
def cheapest_of_any(lone: Lone, power: Array, stock: Array) -> tuple[float, float]:
    """Write the cheapest schedule of a storage, whether its cost is convex or not.

    Returns:
        A bound on the cost of any schedule, and the cost of this one, which is the same but for rounding.
        Infinite where there is none, or none was found. [currency]
    """
    bound, cost = cheapest(lone, power, stock)
    if not np.isfinite(bound) or abs(cost - bound) <= _SLACK * (1 + abs(cost)):
        return bound, cost
    return cheapest_of_all(lone, power, stock)


@compiled
def cheapest_of_all(lone: Lone, power: Array, stock: Array) -> tuple[float, float]:
    """Write the (T,) power [MW] and (T,) stock [MWh] of the cheapest schedule.

    Returns:
        The least cost of any schedule, and the cost of this one, which is the same but for rounding. Infinite
        where there is none, or none was found. [currency]
    """
    size = lone.buy.size
    largest = max(np.abs(lone.ceiling).max(), np.abs(lone.floor).max())
    near = _NEAR * largest
    begins, corners = np.zeros(size + 1, np.intp), np.empty((2, 4 * size))
    curve = np.array([[lone.floor[-1], lone.ceiling[-1]], [0.0, 0.0]])
    curve[1] = -lone.end_value * curve[0]
    curve = within(curve, curve[0, 0], curve[0, 1], near)
    for t in range(size - 1, -1, -1):
        if not 0 < curve.shape[1] <= _CORNERS:
            return np.inf, np.inf
        corners = _keep(corners, begins, size - 1 - t, curve)
        curve = _one_step_back(lone, t, curve, near)
        floor = lone.start if t == 0 else lone.floor[t - 1]
        ceiling = lone.start if t == 0 else lone.ceiling[t - 1]
        curve = within(curve, floor, ceiling, _ROUNDING * largest if t == 0 else near)
    if not curve.shape[1]:
        return np.inf, np.inf
    _follow_corners(lone, begins, corners, stock)
    return float(curve[1, 0]), pay(lone, power, stock)


@compiled
def _keep(corners: Array, begins: Places, place: int, curve: Array) -> Array:
    """Write a curve behind those that are kept already, in a larger array if need be."""
    begin, end = begins[place], begins[place] + curve.shape[1]
    if end > corners.shape[1]:
        larger = np.empty((2, 2 * end))
        larger[:, :begin] = corners[:, :begin]
        corners = larger
    corners[:, begin:end] = curve
    begins[place + 1] = end
    return corners


@compiled
def _one_step_back(lone: Lone, t: int, curve: Array, near: float) -> Array:
    """Return the least cost from step t on over the stock before it."""
    change, cost = _edges(lone, t)
    before = np.empty((2, 0))
    for piece in range(_EDGES - 1):
        width = change[piece + 1] - change[piece]
        if width > near or (piece == 0 and change[-1] - change[0] <= near):
            slope = (cost[piece + 1] - cost[piece]) / width if width > near else 0.0
            part = least_within(curve, (change[piece], change[piece] + max(width, 0.0)), slope, near)
            part[1] += cost[piece] - slope * change[piece]
            before = lower_of(before, part, near) if before.shape[1] else part
    before[0] = (before[0] - lone.inflow[t]) / lone.retention[t]
    return before


@compiled
def _edges(lone: Lone, t: int) -> Array:
    """Return (2, 4) the changes of the stock at which pieces of f begin and end, and the cost of each."""
    low, high = lone.least[t], max(lone.least[t], lone.largest[t])
    kink = -lone.load[t]
    one, two = min(max(min(kink, 0.0), low), high), min(max(kink, 0.0, low), high)
    stage = np.empty((2, _EDGES))
    for place, power in enumerate((low, one, two, high)):
        stored = lone.charging[t] if power > 0 else 1 / lone.discharging[t]
        stage[0, place] = power * stored * lone.hours
        stage[1, place] = price_of(lone, t, power)
    return stage


@compiled
def _follow_corners(lone: Lone, begins: Places, corners: Array, stock: Array) -> None:
    """Write the stock of the cheapest schedule: each change ends a piece of f, or leads to a corner of V."""
    size = lone.buy.size
    slack = _ROUNDING * (abs(lone.start) + np.abs(corners[0, : begins[size]]).max())
    before = lone.start
    for t in range(size):
        curve = corners[:, begins[size - 1 - t] : begins[size - t]]
        kept = lone.retention[t] * before + lone.inflow[t]
        stage = _edges(lone, t)
        change = stage[0]
        least = np.inf
        for place in range(_EDGES + curve.shape[1]):
            moved = change[place] if place < _EDGES else curve[0, place - _EDGES] - kept
            after = kept + moved
            if (
                min(moved - change[0], change[-1] - moved, after - curve[0, 0], curve[0, -1] - after)
                >= -slack
            ):
                total = value_at(stage, moved) + value_at(curve, after)
                if total < least:
                    least = total
                    stock[t] = min(max(after, curve[0, 0]), curve[0, -1])
        before = stock[t]
