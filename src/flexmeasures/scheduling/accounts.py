"""What a schedule costs."""

from __future__ import annotations

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.fleet import Fleet
from flexmeasures.scheduling.problem import Site


def costs(power: Array, stock: Array, fleet: Fleet, site: Site) -> dict[str, float]:
    """Return what a schedule costs, by what for; what is worth something at the end counts against it.

    Args:
        power: (D, T) power of the storages. [MW]
        stock: (D, T) state of charge at the end of each step. [MWh]
        fleet: The storages.
        site: With prices and the load that is not scheduled.
    """
    worn = float(fleet.wear_cost @ np.abs(power).sum(axis=1)) * fleet.hours
    left = float(fleet.end_value @ stock[:, -1])
    energy = energy_cost(power, site, fleet.hours)
    return {"energy": energy, **({"wear": worn} if worn else {}), **({"end value": -left} if left else {})}


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
