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

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.compiled import compiled, inlined
from flexmeasures.scheduling.lone import Lone, pay, price_of

_PIECES = 3  # of f: zero power and zero at the meter lie between them
_ROUNDING = 1e-9  # of the largest stock: what sums over many steps may be off


class Curve(NamedTuple):
    """A curve of straight pieces, from left to right.

    Attributes:
        width: (k,) of the pieces.
        slope: (k,) of the pieces, rising.
    """

    width: Array
    slope: Array


class Stages(NamedTuple):
    """What it costs to change the stock in each step, and when it pays.

    Attributes:
        width: (T, 3) pieces of the curve f of each step; what does not exist has no width.
        slope: (T, 3) of the pieces, rising.
        level: (T, 3) stock after the step up to which it pays to use each piece.
        lowest: (T,) change of the stock at the left end of f.
    """

    width: Array
    slope: Array
    level: Array
    lowest: Array


@compiled
def cheapest(lone: Lone, power: Array, stock: Array) -> tuple[float, float]:
    """Write the (T,) power [MW] and (T,) stock [MWh] of the cheapest schedule.

    Returns:
        A bound on the cost of any schedule, and the cost of this one, which is the best if they are the same.
        Infinite where there is no schedule. [currency]
    """
    stages = _no_stages(lone.buy.size)
    bound = _backward(lone, stages)
    if not np.isfinite(bound):
        return np.inf, np.inf
    _follow(lone, stages, stock)
    return bound, pay(lone, power, stock)


@compiled
def least_cost(lone: Lone) -> float:
    """Return a bound on the cost of any schedule, infinite where there is none. [currency]"""
    return _backward(lone, _no_stages(lone.buy.size))


@compiled
def _no_stages(size: int) -> Stages:
    return Stages(
        np.zeros((size, _PIECES)), np.zeros((size, _PIECES)), np.empty((size, _PIECES)), np.empty(size)
    )


@compiled
def _backward(lone: Lone, stages: Stages) -> float:
    """Write all stages, and return the least cost; the curve V is kept between two ends of one array.

    Pieces are added in the middle of it, and cut off at its ends; most of them stay where they are.
    """
    size = lone.buy.size
    left, right = lone.floor[-1], lone.ceiling[-1]
    if left > right:
        return np.inf
    value = Curve(np.empty(_PIECES * size + 2), np.empty(_PIECES * size + 2))
    first, last = 0, 1
    value.width[0], value.slope[0] = right - left, -lone.end_value
    cost = -lone.end_value * left
    for t in range(size - 1, -1, -1):
        spread, paid = _write_stage(lone, t, stages)
        last = _add_pieces(value, first, last, right, stages, t)
        keep = lone.retention[t]
        right = (right - lone.inflow[t] - stages.lowest[t]) / keep
        left = (left - lone.inflow[t] - stages.lowest[t] - spread) / keep
        if keep != 1.0:
            value.width[first:last] /= keep
            value.slope[first:last] *= keep
        floor = lone.start if t == 0 else lone.floor[t - 1]
        ceiling = lone.start if t == 0 else lone.ceiling[t - 1]
        slack = _ROUNDING * max(abs(floor), abs(left), 1e-300)
        if max(floor, left) > min(ceiling, right) + slack:
            return np.inf
        first, cut = _cut_left(value, first, last, floor - left)
        cost += paid + cut
        last = _cut_right(value, first, last, right - ceiling)
        left, right = max(left, floor), min(right, ceiling)
        right = max(left, right)
    return float(cost)


@inlined
def _write_stage(lone: Lone, t: int, stages: Stages) -> tuple[float, float]:
    """Write the curve f of a step; return its whole width, and what it costs at its right end."""
    low, high = lone.least[t], max(lone.least[t], lone.largest[t])
    kink = -lone.load[t]
    one, two = min(max(min(kink, 0.0), low), high), min(max(kink, 0.0, low), high)
    spread, paid, count = 0.0, price_of(lone, t, low), 0
    begin = low
    for end in (one, two, high):
        if end > begin:
            middle = (begin + end) / 2
            price = lone.buy[t] if lone.load[t] + middle > 0 else lone.sell[t]
            stored = lone.charging[t] if middle > 0 else 1 / lone.discharging[t]
            slope = (price + (lone.effort if middle > 0 else -lone.effort)) / stored
            width = (end - begin) * stored * lone.hours
            _insert(stages, t, count, width, slope)
            spread += width
            paid += width * slope
            count += 1
            begin = end
    stages.lowest[t] = low * lone.hours * (lone.charging[t] if low > 0 else 1 / lone.discharging[t])
    return spread, paid


@inlined
def _insert(stages: Stages, t: int, count: int, width: float, slope: float) -> None:
    """Add a piece to those that stand in the order of their slopes."""
    place = count
    while place > 0 and stages.slope[t, place - 1] > slope:
        stages.width[t, place] = stages.width[t, place - 1]
        stages.slope[t, place] = stages.slope[t, place - 1]
        place -= 1
    stages.width[t, place], stages.slope[t, place] = width, slope


@inlined
def _add_pieces(value: Curve, first: int, last: int, right: float, stages: Stages, t: int) -> int:
    """Add the pieces of f, turned round, to V in the order of slopes; return where V ends then.

    That is done from the right, so that each piece of V moves once at most. What lies left of a piece that
    is added is the stock up to which it pays.
    """
    more = 0
    while more < _PIECES and stages.width[t, more] > 0:
        more += 1
    end, i = last + more, last - 1
    for piece in range(more):
        key = -stages.slope[t, piece]
        while i >= first and value.slope[i] >= key:
            place = i + more - piece
            value.width[place], value.slope[place] = value.width[i], value.slope[i]
            right -= value.width[i]
            i -= 1
        place = i + more - piece
        value.width[place], value.slope[place] = stages.width[t, piece], key
        stages.level[t, piece] = right
    return end


@inlined
def _cut_left(value: Curve, first: int, last: int, excess: float) -> tuple[int, float]:
    """Cut a width off at the left end of V; return where V begins then, and what lies between."""
    cost = 0.0
    while excess > 0 and first < last:
        width = value.width[first]
        if width > excess:
            value.width[first] = width - excess
            return first, cost + excess * value.slope[first]
        cost += width * value.slope[first]
        excess -= width
        first += 1
    return first, cost


@inlined
def _cut_right(value: Curve, first: int, last: int, excess: float) -> int:
    """Cut a width off at the right end of V; return where V ends then."""
    while excess > 0 and first < last:
        width = value.width[last - 1]
        if width > excess:
            value.width[last - 1] = width - excess
            return last
        excess -= width
        last -= 1
    return last


@compiled
def _follow(lone: Lone, stages: Stages, stock: Array) -> None:
    """Write the stock, by the levels up to which pieces pay."""
    before = lone.start
    for t in range(lone.buy.size):
        after = lone.retention[t] * before + lone.inflow[t] + stages.lowest[t]
        for piece in range(_PIECES):
            if stages.width[t, piece] > 0:
                after = min(after + stages.width[t, piece], max(after, stages.level[t, piece]))
        stock[t] = before = after
