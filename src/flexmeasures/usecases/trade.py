"""Energy and what it is worth.

Shapes: T steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flexmeasures.domain.series import Array


@dataclass(frozen=True, slots=True)
class Money:
    """Costs and revenues; NaN where no price is known. [currency]"""

    costs: float
    revenues: float

    @property
    def profit(self) -> float:
        """Revenues less costs; a loss is negative."""
        return self.revenues - self.costs


def worth_of_all(power: Array, price: Array, hours: float) -> float:
    """Return what the energy of S assets is worth; NaN if there is no price for any of them. [currency]

    Args:
        power: (S, T) NaN where unknown. [MW]
        price: (S, T) NaN where unknown. [currency/MWh]
        hours: Length of a step. [h]
    """
    worth = power * price
    unpriced = (np.nansum(power, axis=1) != 0) & np.isnan(worth).all(axis=1)
    return np.nan if unpriced.any() else float(np.nansum(worth) * hours)


def energy_of(power: Array, hours: float) -> float:
    """Return the energy of all known steps. [MWh]

    Args:
        power: (T,) NaN where unknown. [MW]
        hours: Length of a step. [h]
    """
    return float(np.nansum(power) * hours)


def worth_of(power: Array, price: Array, hours: float) -> float:
    """Return what energy is worth where power and price are known; NaN without any price. [currency]

    Args:
        power: (T,) NaN where unknown. [MW]
        price: (T,) NaN where unknown. [currency/MWh]
        hours: Length of a step. [h]
    """
    if not np.nansum(power):
        return 0.0
    worth = power * price
    return float(np.nansum(worth) * hours) if not np.isnan(worth).all() else np.nan
