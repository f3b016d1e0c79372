"""What a schedule costs, by what for."""

from __future__ import annotations

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.case import Case
from flexmeasures.scheduling.contracts import Commitment, Site
from flexmeasures.scheduling.equipment import Running

_ON = 1e-9  # of the largest power: less is off


def costs(case: Case, power: Array, stock: Array) -> dict[str, float]:
    """Return what a schedule costs, by what for; what is worth something at the end counts against it.

    Args:
        case: What was scheduled.
        power: (D, T) power of all devices: storages, curtailables, processes. [MW]
        stock: (S, T) state of charge of the storages at the end of each step. [MWh]

    Returns:
        Costs of ``energy``, and those of ``wear``, ``starts``, ``end value``, ``curtailment`` and of each
        commitment where there are any. [currency]
    """
    fleet, hours = case.fleet, case.fleet.hours
    number = stock.shape[0]
    parts = {
        "wear": float(fleet.wear_cost @ np.abs(power[:number]).sum(axis=1)) * hours,
        "starts": sum(
            _starts(running, power[place]) * running.start_cost
            for place, running in enumerate(case.running)
            if running is not None
        ),
        "end value": -float(fleet.end_value @ stock[:, -1]),
        "curtailment": sum(
            device.price * float((device.potential + power[number + place]).sum()) * hours
            for place, device in enumerate(case.curtailables)
        ),
    }
    named = {commitment.name: _deviations(case, commitment, power) for commitment in case.commitments}
    return {
        "energy": energy_cost(power, case.site, hours),
        **{name: part for name, part in parts.items() if part},
        **named,
    }


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


def _starts(running: Running, power: Array) -> int:
    """Return how often a device is switched on."""
    on = power > _ON * float(np.abs(power).max(initial=0.0))
    return int(np.count_nonzero(on & ~np.concatenate([[running.was_on], on[:-1]])))


def _deviations(case: Case, commitment: Commitment, power: Array) -> float:
    """Return what it costs not to stay at a power. [currency]"""
    holds = np.isfinite(commitment.quantity)
    if not holds.any():
        return 0.0
    together = power[case.places(commitment.members)].sum(axis=0)
    together = together if commitment.members else together + case.site.inflexible
    deviation = together[holds] - commitment.quantity[holds]
    above, below = np.maximum(deviation, 0), np.maximum(-deviation, 0)
    priced = commitment.up_price[holds] @ above - commitment.down_price[holds] @ below
    peaks = commitment.up_peak_price * above.max() + commitment.down_peak_price * below.max()
    return float(priced) * case.fleet.hours + float(peaks)
