"""Storages behind a meter as arrays, and what their power costs: what exact programmes work on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.compiled import compiled, inlined


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


@inlined
def price_of(lone: Lone, t: int, power: float) -> float:
    """Return what a power costs in a step. [currency]"""
    net = lone.load[t] + power
    price = lone.buy[t] if net > 0 else lone.sell[t]
    return float((price * net + lone.effort * abs(power)) * lone.hours)


@compiled
def pay(lone: Lone, power: Array, stock: Array) -> float:
    """Write the power that makes a stock what it is; return what that costs."""
    cost = 0.0
    before = lone.start
    for t in range(lone.buy.size):
        change = stock[t] - lone.retention[t] * before - lone.inflow[t]
        power[t] = (change / lone.charging[t] if change > 0 else change * lone.discharging[t]) / lone.hours
        cost += price_of(lone, t, power[t])
        before = stock[t]
    return cost - lone.end_value * before


@compiled
def close(lone: Lone) -> None:
    """Write a ceiling where there is none: the stock that no schedule exceeds."""
    highest = abs(lone.start)
    for t in range(lone.buy.size):
        highest += max(lone.largest[t], 0.0) * lone.charging[t] * lone.hours + max(lone.inflow[t], 0.0)
        if lone.ceiling[t] == np.inf:
            lone.ceiling[t] = max(highest, lone.floor[t])


@compiled
def one_of(many: Many, i: int, least: Array, largest: Array) -> Lone:
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
