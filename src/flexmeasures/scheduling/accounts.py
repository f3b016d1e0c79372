"""What a schedule costs, by what for and by device."""

from __future__ import annotations

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.case import Case
from flexmeasures.scheduling.contracts import Commitment, Site, StockCommitment
from flexmeasures.scheduling.equipment import ELECTRICITY, Running

_ON = 1e-9  # of the largest power: less is off


def costs(case: Case, power: Array, stock: Array) -> dict[str, float]:
    """Return what a schedule costs, by what for; what is worth something at the end counts against it.

    Args:
        case: What was scheduled.
        power: (D, T) power of all devices: storages, curtailables, processes, adjustables. [MW]
        stock: (S, T) state of charge of the storages at the end of each step. [MWh]

    Returns:
        Costs of ``energy``, and those of other commodities (``gas energy``), ``CO₂``, ``wear``, ``starts``,
        ``end value``, ``curtailment``, ``running`` of adjustables and each commitment, where there are any.
        [currency]
    """
    fleet, hours = case.fleet, case.fleet.hours
    parts = {
        "CO₂": emissions(case, power) * case.wishes.co2_price,
        "wear": float(fleet.wear_cost @ np.abs(power[: len(stock)]).sum(axis=1)) * hours,
        "starts": sum(
            _starts(running, power[place]) * running.start_cost
            for place, running in enumerate(case.running)
            if running is not None
        ),
        "end value": -float(fleet.end_value @ stock[:, -1]),
        "curtailment": sum(
            device.price * float((device.potential + power[case.names.index(device.name)]).sum()) * hours
            for device in case.curtailables
        ),
        "running": sum(
            device.cost * float(np.abs(power[case.names.index(device.name)]).sum()) * hours
            for device in case.adjustables
        ),
    }
    energy = {_name(site): _energy(case, site, power) for site in case.sites}
    found = {"energy": energy.pop("energy")} | {name: part for name, part in (energy | parts).items() if part}
    for name, part in _committed(case, power, stock):
        found[name] = found.get(name, 0.0) + part
    return found


def energy_cost(power: Array, site: Site, hours: float) -> float:
    """Return the cost of all energy that passes the meter of a site; the mean over its scenarios, if any.

    Args:
        power: (D, T) power of the devices. [MW]
        site: With prices and the load that is not scheduled.
        hours: Length of a step. [h]

    Returns:
        Cost; negative where the site earns. [currency]
    """
    loads = site.loads
    net = power.sum(axis=0) + loads
    price = np.where(net > 0, site.buy_price, site.sell_price)
    return float((price * net).sum()) / len(loads) * hours


def _energy(case: Case, site: Site, power: Array) -> float:
    """Return what energy costs at one meter, without its CO₂. [currency]"""
    co2 = emissions(case, power, site.commodity) * case.wishes.co2_price
    return energy_cost(power[case.behind(site.commodity)], site, case.fleet.hours) - co2


def emissions(case: Case, power: Array, commodity: str = "") -> float:
    """Return the CO₂ of what passes the meters, or one of them, less what production saves. [t]"""
    total = 0.0
    for site in case.sites:
        if site.co2_intensity is not None and commodity in {"", site.commodity}:
            net = power[case.behind(site.commodity)].sum(axis=0) + site.loads.mean(axis=0)
            total += float(site.co2_intensity @ net) * case.fleet.hours
    return total


def costs_of_devices(case: Case, power: Array) -> dict[str, float]:
    """Return the cost of the energy of each device: its power at the price of the net power. [currency]

    What the loads that are not scheduled cost is left out.
    """
    shares: dict[str, float] = {}
    for site in case.sites:
        own = case.behind(site.commodity)
        net = power[own].sum(axis=0) + site.inflexible
        price = np.where(net > 0, site.buy_price, site.sell_price) * case.fleet.hours
        shares |= dict(zip((case.names[place] for place in own), (power[own] @ price).tolist(), strict=True))
    return {name: shares[name] for name in case.names}


def _name(site: Site) -> str:
    return "energy" if site.commodity == ELECTRICITY else f"{site.commodity} energy"


def _starts(running: Running, power: Array) -> int:
    """Return how often a device is switched on."""
    on = power > _ON * float(np.abs(power).max(initial=0.0))
    return int(np.count_nonzero(on & ~np.concatenate([[running.was_on], on[:-1]])))


def _committed(case: Case, power: Array, stock: Array) -> list[tuple[str, float]]:
    """Return what it costs not to stay at each commitment. [currency]"""
    found = []
    hours = case.fleet.hours
    for commitment in case.commitments:
        held = power_held(case, commitment, power)
        found.append((commitment.name, _deviations(held, commitment, hours)))
    for promise in case.stock_commitments:
        held = stock_held(case, promise, stock)
        found.append((promise.name, _deviations(held, promise, hours)))
    return found


def power_held(case: Case, commitment: Commitment, power: Array) -> Array:
    """Return the (T,) power that a commitment is about. [MW]"""
    if commitment.members:
        members: Array = power[case.places(commitment.members)].sum(axis=0)
        return members
    site = next(site for site in case.sites if site.commodity == commitment.commodity)
    whole: Array = power[case.behind(site.commodity)].sum(axis=0) + site.inflexible
    return whole


def stock_held(case: Case, commitment: StockCommitment, stock: Array) -> Array:
    """Return the (T,) stock that a commitment is about. [MWh]"""
    held: Array = stock[case.fleet.owner[case.names.index(commitment.storage)]]
    return held


def _deviations(held: Array, commitment: Commitment | StockCommitment, hours: float) -> float:
    """Return what it costs not to stay at a power or stock. [currency]"""
    holds = np.isfinite(commitment.quantity)
    if not holds.any():
        return 0.0
    deviation = (held - commitment.quantity)[holds]
    above, below = np.maximum(deviation, 0), np.maximum(-deviation, 0)
    up = np.broadcast_to(commitment.up_price, holds.shape)[holds]
    down = np.broadcast_to(commitment.down_price, holds.shape)[holds]
    peaks = commitment.up_peak_price * above.max() + commitment.down_peak_price * below.max()
    return float(up @ above - down @ below) * hours + float(peaks)
