"""What decides between schedules of equal cost: consume early, produce late, and do nothing for nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.compiled import compiled

EFFORT = 0.501
"""Share of the slope: with a little less than that, lateness alone would make a storage cycle."""

_SHARE = 1e-3
_LEAST_SLOPE = 1e-3  # [currency/MWh], as documented for prices that are all equal


@dataclass(frozen=True, slots=True)
class Preference:
    """Small prices on top of the real ones; no reported cost contains them.

    Attributes:
        lateness: (T,) price of consuming, and reward of producing, at each step. [currency/MWh]
        effort: Price of energy through a storage, in each direction. [currency/MWh]
    """

    lateness: Array
    effort: float

    @property
    def decides(self) -> bool:
        """Whether anything is preferred."""
        return self.effort > 0


def preference(buy_price: Array, sell_price: Array, *, sooner: bool) -> Preference:
    """Return the preference among schedules of equal cost.

    Lateness rises from zero to at most a thousandth of the spread of prices, so that it never outweighs a
    difference that matters. Effort is half of that and a little more: just enough that lateness alone never
    makes a storage cycle.

    Args:
        buy_price: (T,) price of consumption. [currency/MWh]
        sell_price: (T,) price of production. [currency/MWh]
        sooner: Whether there is a preference at all.

    Returns:
        The preference, all zeros where there is none.

    >>> preference(np.array([10.0, 30.0]), np.array([10.0, 30.0]), sooner=True).lateness
    array([0.  , 0.02])
    """
    if not sooner:
        return no_preference(buy_price.size)
    most = float(slope(buy_price, sell_price))
    return Preference(np.linspace(0.0, most, buy_price.size), EFFORT * most)


@compiled
def slope(buy_price: Array, sell_price: Array) -> float:
    """Return how much lateness rises from the first to the last of (T,) prices. [currency/MWh]"""
    spread = max(buy_price.max() - buy_price.min(), sell_price.max() - sell_price.min())
    largest = max(np.abs(buy_price).max(), np.abs(sell_price).max())
    return float(_SHARE * spread if spread > 0 else max(_SHARE * largest, _LEAST_SLOPE))


def no_preference(size: int) -> Preference:
    """Return what prefers nothing, for T steps."""
    return Preference(np.zeros(size), 0.0)
