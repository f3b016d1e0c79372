"""What a schedule costs at the meter."""

from __future__ import annotations

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.problem import Site


def energy_cost(power: Array, site: Site, hours: float) -> float:
    """Return the cost of all energy that passes the meter of a site.

    Args:
        power: (D, T) power of the devices. [MW]
        site: With prices and the load that is not scheduled.
        hours: Length of a step. [h]

    Returns:
        Cost; negative where the site earns. [currency]
    """
    net = power.sum(axis=0) + site.inflexible
    price = np.where(net > 0, site.buy_price, site.sell_price)
    return float(price @ net) * hours
