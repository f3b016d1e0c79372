"""What the numbers inside of a programme stand for.

Powers are shares of the largest rating, energies of that rating in one step, and prices of the largest price:
all numbers stay near one, whatever the size of the site.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.case import Case

_LEAST_PRICE = 1e-9  # [currency/MWh]: less than that is nothing


@dataclass(frozen=True, slots=True)
class Scale:
    """What one stands for inside of a programme.

    Attributes:
        power: [MW]
        energy: [MWh]
        price: [currency/MWh]
    """

    power: float
    energy: float
    price: float

    @property
    def money(self) -> float:
        """[currency]"""
        return self.energy * self.price

    @staticmethod
    def of(case: Case) -> Scale:
        """Return the scale of a case."""
        fleet = case.fleet
        power = max(
            _largest(fleet.power_min),
            _largest(fleet.power_max),
            *(_largest(site.inflexible) for site in case.sites),
            *(_largest(device.potential) for device in case.curtailables),
            *(_largest(process.profile) for process in case.processes),
            *(_largest(device.power_min) for device in case.adjustables),
            *(_largest(device.power_max) for device in case.adjustables),
        )
        price = max(
            *(_largest(prices) for site in case.sites for prices in (site.buy_price, site.sell_price)),
            _largest(case.wishes.preference.lateness),
            _largest(fleet.end_value),
            _LEAST_PRICE,
        )
        return Scale(power or 1.0, (power or 1.0) * fleet.hours, price)


def _largest(values: Array) -> float:
    return float(np.abs(values).max(initial=0.0))
