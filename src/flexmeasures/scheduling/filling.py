"""Many storages by the exact programme: each by itself, or one after the other in what the others leave."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.compiled import compiled
from flexmeasures.scheduling.equipment import Mask
from flexmeasures.scheduling.lone import Many, one_of
from flexmeasures.scheduling.nonconvex import cheapest_of_any
from flexmeasures.scheduling.slopes import cheapest, least_cost

Places = NDArray[np.intp]


class Room(NamedTuple):
    """What storages can do together.

    Attributes:
        least: (T,) least power. [MW]
        largest: (T,) largest power. [MW]
    """

    least: Array
    largest: Array


class Plans(NamedTuple):
    """Schedules of D storages.

    Attributes:
        power: (D, T) power. [MW]
        stock: (D, T) stock at the end of each step. [MWh]
        exists: (D,) whether there is one already.
    """

    power: Array
    stock: Array
    exists: Mask


@compiled
def cheapest_each(many: Many, power: Array, stock: Array, paid: Array) -> float:
    """Write the best schedule of each storage, (D, T), and its cost, (D,); return a bound on their sum."""
    bound = 0.0
    for i in range(paid.size):
        own, paid[i] = cheapest(one_of(many, i, many.least[i], many.largest[i]), power[i], stock[i])
        bound += own
    return bound


@compiled
def cheapest_of_any_each(many: Many, power: Array, stock: Array, paid: Array) -> float:
    """Write the same where costs need not be convex: slower, and exact."""
    bound = 0.0
    for i in range(paid.size):
        own, paid[i] = cheapest_of_any(one_of(many, i, many.least[i], many.largest[i]), power[i], stock[i])
        bound += own
    return bound


@compiled
def least_together(many: Many) -> float:
    """Return a bound on the cost of all storages, each as if it were alone. [currency]"""
    bound = 0.0
    for i in range(many.start.size):
        bound += least_cost(one_of(many, i, many.least[i], many.largest[i]))
    return bound


@compiled
def fill(many: Many, order: Places, room: Room, plans: Plans) -> int:
    """Schedule storages one after the other, each within what all others leave of shared limits.

    Args:
        many: The storages.
        order: (D,) places in which they come.
        room: For all together.
        plans: Which are replaced; a storage that finds no schedule in what is left keeps the one that it had.

    Returns:
        How many have none yet.
    """
    power, stock = plans.power, plans.stock
    size = many.buy.size
    net = power.sum(axis=0)
    new_power, new_stock = np.empty(size), np.empty(size)
    least, largest = np.empty(size), np.empty(size)
    for i in order:
        clash = False
        for t in range(size):
            others = net[t] - power[i, t]
            largest[t] = min(many.largest[i, t], room.largest[t] - others)
            least[t] = max(many.least[i, t], room.least[t] - others)
            clash |= least[t] > largest[t]
        if clash or not np.isfinite(cheapest(one_of(many, i, least, largest), new_power, new_stock)[0]):
            continue
        plans.exists[i] = True
        for t in range(size):
            net[t] += new_power[t] - power[i, t]
            power[i, t], stock[i, t] = new_power[t], new_stock[t]
    return int(plans.exists.size - plans.exists.sum())
