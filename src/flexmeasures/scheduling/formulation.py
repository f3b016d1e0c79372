"""The mathematics: storages behind one meter as a linear programme.

Columns for each storage i and step t: charge c, discharge d, stock s after the step. Where the site pays
another price than it gets: import m and export x.

    s[i,t] = a s[i,t-1] + (η⁺c[i,t] − d[i,t]/η⁻) Δt + inflow[i,t]        floor ≤ s ≤ ceiling
    m[t] − x[t] = load[t] + Σᵢ (c[i,t] − d[i,t])        m ≤ consumption_max,  x ≤ production_max

    min Σ Δt [(buy + ε) m − (sell + ε) x + Σᵢ (wear + δ) (c + d)] − Σᵢ end_value s[i,T]

ε (lateness) and δ (effort) decide between schedules of equal cost. At one price for both directions the cost
is put on c and d themselves, and the balance is a row of its limits only.

Where both directions at once would pay, a switch u per step allows one: c ≤ P⁺u and d ≤ P⁻(1 − u).

Inside, powers are shares of the largest rating, energies of that rating in one step, and prices of the
largest price: all numbers stay near one, whatever the size of the site.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.fleet import Fleet
from flexmeasures.scheduling.preference import Preference
from flexmeasures.scheduling.problem import Site
from flexmeasures.scheduling.programme import Index, LinearProgramme, Programme, Term

Mask = NDArray[np.bool_]

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

    @staticmethod
    def of(fleet: Fleet, site: Site, preference: Preference) -> Scale:
        """Return the scale of a problem."""
        ratings = np.concatenate(
            [fleet.power_min.ravel(), fleet.power_max.ravel(), np.ravel(site.inflexible), [0.0]]
        )
        power = float(np.abs(ratings[np.isfinite(ratings)]).max()) or 1.0
        prices = np.concatenate(
            [site.buy_price, site.sell_price, preference.lateness, fleet.end_value, [_LEAST_PRICE]]
        )
        return Scale(power, power * fleet.hours, float(np.abs(prices).max()))


@dataclass(frozen=True, slots=True)
class OneWay:
    """Where only one direction is allowed at a time, by a switch.

    Attributes:
        storages: (D, T)
        meter: (T,)
    """

    storages: Mask
    meter: Mask


@dataclass(frozen=True, slots=True)
class Flows:
    """Column numbers of the flows of power.

    Attributes:
        charge: (D, T)
        discharge: (D, T)
        stock: (D, T)
        imports: (T,), or empty where there is one price for both directions.
        exports: (T,), or empty likewise.
    """

    charge: Index
    discharge: Index
    stock: Index
    imports: Index
    exports: Index


@dataclass(frozen=True, slots=True)
class Formulation:
    """A problem as a linear programme, and where to find things in it.

    Attributes:
        programme: In scaled numbers.
        flows: Its columns.
        scale: What its numbers stand for.
        fixed_cost: What its costs leave out, because nothing can be done about it. [currency]
    """

    programme: LinearProgramme
    flows: Flows
    scale: Scale
    fixed_cost: float


def formulate(fleet: Fleet, site: Site, preference: Preference, one_way: OneWay) -> Formulation:
    """Return the programme that minimises cost and preference."""
    scale = Scale.of(fleet, site, preference)
    programme = Programme()
    charge, discharge, stock = add_storages(programme, fleet, scale)
    imports, exports = _meter(programme, charge, discharge, site, preference, scale)
    for flow in (charge, discharge):
        programme.prefer(flow, preference.effort / scale.price)
        programme.charge(flow, fleet.wear_cost[:, None] / scale.price)
    programme.charge(stock[:, -1], -fleet.end_value / scale.price)
    flows = Flows(charge, discharge, stock, imports, exports)
    separate(programme, flows, fleet, site, one_way, scale)
    fixed_cost = 0.0 if imports.size else float(site.buy_price @ site.inflexible) * fleet.hours
    return Formulation(programme.assemble(), flows, scale, fixed_cost)


def add_storages(programme: Programme, fleet: Fleet, scale: Scale) -> tuple[Index, Index, Index]:
    """Add charge, discharge and stock of all storages, each (D, T), with the balance of the stock."""
    shape = fleet.power_max.shape
    lower, upper = fleet.power_min / scale.power, fleet.power_max / scale.power
    charge = programme.columns(shape, np.maximum(lower, 0), np.maximum(upper, 0))
    discharge = programme.columns(shape, np.maximum(-upper, 0), np.maximum(-lower, 0))
    stock = programme.columns(shape, fleet.floor / scale.energy, fleet.ceiling / scale.energy)
    given = fleet.inflow / scale.energy
    given[:, 0] += fleet.retention[:, 0] * fleet.start / scale.energy
    change = (Term(1.0, stock), Term(-fleet.charging, charge), Term(1 / fleet.discharging, discharge))
    balance = programme.rows(shape, change, given, given)
    programme.extend(balance[:, 1:], Term(-fleet.retention[:, 1:], stock[:, :-1]))
    return charge, discharge, stock


def _meter(
    programme: Programme,
    charge: Index,
    discharge: Index,
    site: Site,
    preference: Preference,
    scale: Scale,
) -> tuple[Index, Index]:
    """Add what passes the meter, its limits and its price."""
    buy, sell = site.buy_price / scale.price, site.sell_price / scale.price
    lateness = preference.lateness / scale.price
    load = site.inflexible / scale.power
    largest, least = site.consumption_max / scale.power, -site.production_max / scale.power
    flexible = (Term(1.0, charge), Term(-1.0, discharge))
    steps = load.shape
    if np.array_equal(buy, sell):
        programme.charge(charge, buy)
        programme.charge(discharge, -sell)
        programme.prefer(charge, lateness)
        programme.prefer(discharge, -lateness)
        if np.isfinite(largest).any() or np.isfinite(least).any():
            programme.rows(steps, flexible, least - load, largest - load)
        nothing = np.empty(0, np.int64)
        return nothing, nothing
    imports = programme.columns(steps, 0.0, largest)
    exports = programme.columns(steps, 0.0, -least)
    programme.rows(steps, (*flexible, Term(-1.0, imports), Term(1.0, exports)), -load, -load)
    programme.charge(imports, buy)
    programme.charge(exports, -sell)
    programme.prefer(imports, lateness)
    programme.prefer(exports, -lateness)
    return imports, exports


def separate(
    programme: Programme, flows: Flows, fleet: Fleet, site: Site, one_way: OneWay, scale: Scale
) -> None:
    """Allow one direction at a time where it is asked for."""
    here = one_way.storages
    if here.any():
        _switch(
            programme,
            (flows.charge[here], np.maximum(fleet.power_max[here], 0) / scale.power),
            (flows.discharge[here], np.maximum(-fleet.power_min[here], 0) / scale.power),
        )
    there = one_way.meter
    if there.any() and flows.imports.size:
        load = site.inflexible[there]
        most = np.maximum(fleet.power_max[:, there].sum(axis=0) + load, 0)
        least = np.maximum(-fleet.power_min[:, there].sum(axis=0) - load, 0)
        _switch(
            programme,
            (flows.imports[there], most / scale.power),
            (flows.exports[there], least / scale.power),
        )


def _switch(programme: Programme, forth: tuple[Index, Array], back: tuple[Index, Array]) -> None:
    """Add switches: ``forth <= limit * switch`` and ``back <= limit * (1 - switch)``."""
    columns, limit = forth
    switch = programme.switches(columns.shape)
    programme.rows(columns.shape, (Term(1.0, columns), Term(-limit, switch)), upper=0.0)
    columns, limit = back
    programme.rows(columns.shape, (Term(1.0, columns), Term(limit, switch)), upper=limit)
