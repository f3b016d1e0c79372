"""Curves of straight pieces that need not be convex: what the exact programme does with them.

A curve is an array of shape (2, k): stocks, rising, and the value at each of them; between them it is
straight, and outside of them there is nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.compiled import compiled

Places = NDArray[np.intp]

_FLAT = 1e-12  # of the values: pieces whose slopes differ by less are one


@compiled
def least_within(curve: Array, reach: tuple[float, float], slope: float, near: float) -> Array:
    """Return the least of ``V(s + u) + slope · u`` over changes u within reach, as a curve over s.

    The stocks s + u within reach of s are a window that moves along the curve W(y) = V(y) + slope · y. The
    least of W within it is at the left or right end of the window, or at a corner of W inside: the lowest of
    these is kept in a queue, in which each corner waits behind lower ones only.

    Args:
        curve: (2, k) of V.
        reach: Least and largest change u.
        slope: What a change costs.
        near: Stocks that are this near are one.
    """
    size = curve.shape[1]
    tilted = curve[1] + slope * curve[0]
    queue, head, tail = np.empty(size, np.intp), 0, 0
    found, count = np.empty((2, 5 * size + 4)), 0
    ahead, behind = 0, 0  # corners that the right and the left end of the window have passed
    begin = curve[0, 0] - reach[1]
    while True:
        while ahead < size and curve[0, ahead] - reach[1] <= begin:
            tail = _joined(queue, head, tail, tilted, ahead)
            ahead += 1
        while behind < size and curve[0, behind] - reach[0] <= begin:
            behind += 1
        left, left_slope = _along(curve[0], tilted, behind, begin + reach[0])
        right, right_slope = _along(curve[0], tilted, ahead, begin + reach[1])
        corner = tilted[queue[head]] if tail > head else np.inf
        lowest = min(left, right, corner)
        count = _put(found, count, begin, lowest - slope * begin, near)
        if behind == size:
            return found[:, :count].copy()
        while tail > head and queue[head] < behind:
            head += 1
        corner = tilted[queue[head]] if tail > head else np.inf
        end = curve[0, behind] - reach[0]
        if ahead < size:
            end = min(end, curve[0, ahead] - reach[1])
        crossings = _crossings(left, left_slope, right, right_slope, corner)
        for place in crossings:
            if 0 < place < end - begin:
                lowest = min(left + left_slope * place, right + right_slope * place, corner)
                count = _put(found, count, begin + place, lowest - slope * (begin + place), near)
        begin = end


@compiled
def _joined(queue: Places, head: int, tail: int, values: Array, corner: int) -> int:
    """Have a corner wait behind lower ones only; return where the queue ends then."""
    while tail > head and values[queue[tail - 1]] >= values[corner]:
        tail -= 1
    queue[tail] = corner
    return tail + 1


@compiled
def _along(stocks: Array, values: Array, after: int, stock: float) -> tuple[float, float]:
    """Return value and slope at a stock before corner ``after``; infinite and flat outside of the curve."""
    if not 0 < after < stocks.size:
        return np.inf, 0.0
    slope = (values[after] - values[after - 1]) / (stocks[after] - stocks[after - 1])
    return values[after - 1] + slope * (stock - stocks[after - 1]), slope


@compiled
def _crossings(
    left: float, left_slope: float, right: float, right_slope: float, corner: float
) -> tuple[float, float, float]:
    """Return how far on two ends of a window and a corner within it are at the same value, in order."""
    one = (left - corner) / -left_slope if left_slope != 0 else np.inf
    two = (right - corner) / -right_slope if right_slope != 0 else np.inf
    three = (left - right) / (right_slope - left_slope) if left_slope != right_slope else np.inf
    one = one if np.isfinite(one) else np.inf
    two = two if np.isfinite(two) else np.inf
    three = three if np.isfinite(three) else np.inf
    low, high = min(one, two, three), max(one, two, three)
    return low, max(min(one, two), min(max(one, two), three)), high


@compiled
def _put(curve: Array, count: int, stock: float, value: float, near: float) -> int:
    """Add a corner at the right end, or lower the last one where both are at one stock."""
    if count and stock - curve[0, count - 1] <= near:
        curve[1, count - 1] = min(curve[1, count - 1], value)
        return count
    curve[0, count], curve[1, count] = stock, value
    return count + 1


@compiled
def value_at(curve: Array, stock: float) -> float:
    """Return the value of a curve at a stock; at its ends outside of them."""
    first, last = 0, curve.shape[1] - 1
    if stock <= curve[0, first]:
        return float(curve[1, first])
    if stock >= curve[0, last]:
        return float(curve[1, last])
    while last - first > 1:
        middle = (first + last) // 2
        if curve[0, middle] <= stock:
            first = middle
        else:
            last = middle
    return _between(curve, last, stock)


@compiled
def _between(curve: Array, after: int, stock: float) -> float:
    """Return the value at a stock between corner ``after`` and the one before it."""
    share = (stock - curve[0, after - 1]) / (curve[0, after] - curve[0, after - 1])
    return float(curve[1, after - 1] + share * (curve[1, after] - curve[1, after - 1]))


@compiled
def lower_of(one: Array, other: Array, near: float) -> Array:
    """Return the lower of two curves at each stock; their ranges overlap or touch."""
    found, count = np.empty((2, 2 * (one.shape[1] + other.shape[1]))), 0
    i, j = 0, 0
    before, gap_before = 0.0, np.nan
    while i < one.shape[1] or j < other.shape[1]:
        stock = one[0, i] if i < one.shape[1] else np.inf
        stock = min(stock, other[0, j]) if j < other.shape[1] else stock
        first, i = _met(one, i, stock)
        second, j = _met(other, j, stock)
        gap = first - second
        if gap * gap_before < 0 and np.isfinite(gap * gap_before):
            middle = before + (stock - before) * gap_before / (gap_before - gap)
            count = _put(found, count, middle, value_at(one, middle), near)
        count = _put(found, count, stock, min(first, second), near)
        before, gap_before = stock, gap
    return found[:, :count].copy()


@compiled
def _met(curve: Array, after: int, stock: float) -> tuple[float, int]:
    """Return the value at a stock up to corner ``after``, infinite outside; and the corner that is next."""
    if after < curve.shape[1] and curve[0, after] == stock:
        return float(curve[1, after]), after + 1
    if 0 < after < curve.shape[1]:
        return _between(curve, after, stock), after
    return np.inf, after


@compiled
def within(curve: Array, floor: float, ceiling: float, near: float) -> Array:
    """Return what lies between two stocks, without corners where it is straight; empty if nothing does."""
    low, high = max(floor, curve[0, 0]), min(ceiling, curve[0, -1])
    if low > high + near:
        return np.empty((2, 0))
    high = max(low, high)
    found, count = np.empty((2, curve.shape[1] + 2)), 0
    count = _put(found, count, low, value_at(curve, low), 0.0)
    for place in range(curve.shape[1]):
        if low + near < curve[0, place] < high - near:
            count = _straightened(found, count, curve[0, place], curve[1, place])
    if high > low + near:
        count = _straightened(found, count, high, value_at(curve, high))
    return found[:, :count].copy()


@compiled
def _straightened(curve: Array, count: int, stock: float, value: float) -> int:
    """Add a corner at the right end, in place of the last one if that is on the way to it."""
    if count > 1:
        share = (curve[0, count - 1] - curve[0, count - 2]) / (stock - curve[0, count - 2])
        straight = curve[1, count - 2] + share * (value - curve[1, count - 2])
        if abs(curve[1, count - 1] - straight) <= _FLAT * (abs(straight) + abs(value)):
            count -= 1
    curve[0, count], curve[1, count] = stock, value
    return count + 1
