"""Storages: batteries, charging stations, heat pumps and their buffers.

Charge c, discharge d and stock s of storage i in step t; several may feed the stock of one:

    s[i,t] = a s[i,t-1] + Σⱼ (η⁺c[j,t] − d[j,t]/η⁻) Δt + inflow[i,t]        floor ≤ s ≤ ceiling

Where both directions at once would pay, a switch u per step allows one: c ≤ P⁺u and d ≤ P⁻(1 − u). Then what
comes in has to find room even if nothing goes out meanwhile, and the other way round, which says more than
the switch as long as that may be anything between 0 and 1:

    a s[t-1] + η⁺c[t] Δt + inflow[t] ≤ ceiling[t]        a s[t-1] − d[t]/η⁻ Δt + inflow[t] ≥ floor[t]
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.case import Case
from flexmeasures.scheduling.equipment import Mask
from flexmeasures.scheduling.fleet import Fleet
from flexmeasures.scheduling.flow import Flow
from flexmeasures.scheduling.programme import Index, Programme, Term
from flexmeasures.scheduling.scale import Scale


@dataclass(frozen=True, slots=True)
class StorageColumns:
    """Column numbers of storages, each (D, T)."""

    charge: Index
    discharge: Index
    stock: Index

    def flow(self) -> Flow:
        """Return the power of the storages."""
        return Flow((Term(1.0, self.charge), Term(-1.0, self.discharge)), np.zeros(self.charge.shape))


def add_storages(programme: Programme, case: Case, scale: Scale, one_way: Mask) -> StorageColumns:
    """Add all storages with the balance of their stocks.

    Args:
        programme: To add to.
        case: What to schedule.
        scale: Of the numbers.
        one_way: (D, T) where charging and discharging are kept apart by a switch.
    """
    fleet = case.fleet
    shape = fleet.power_max.shape
    lower, upper = fleet.power_min / scale.power, fleet.power_max / scale.power
    most, least = np.maximum(upper, 0), np.maximum(-lower, 0)
    charge = programme.columns(shape, np.maximum(lower, 0), most)
    discharge = programme.columns(shape, np.maximum(-upper, 0), least)
    stock = programme.columns(shape, fleet.floor / scale.energy, fleet.ceiling / scale.energy)
    given = fleet.inflow / scale.energy
    given[:, 0] += fleet.retention[:, 0] * fleet.start / scale.energy
    balance = programme.rows(shape, (Term(1.0, stock),), given, given)
    programme.extend(balance[:, 1:], Term(-fleet.retention[:, 1:], stock[:, :-1]))
    programme.extend(balance[fleet.owner], Term(-fleet.charging, charge))
    programme.extend(balance[fleet.owner], Term(1 / fleet.discharging, discharge))
    if one_way.any():
        separate(programme, (charge[one_way], most[one_way]), (discharge[one_way], least[one_way]))
    columns = StorageColumns(charge, discharge, stock)
    if one_way.any():
        _tighten(programme, fleet, scale, columns, one_way)
    _add_costs(programme, case, scale, columns)
    return columns


def _tighten(
    programme: Programme, fleet: Fleet, scale: Scale, columns: StorageColumns, one_way: Mask
) -> None:
    """Keep what comes in within the room that there is, and what goes out within what is there.

    That holds where a stock is that of one storage, and could stay as it is in a step.
    """
    shared = np.bincount(fleet.owner, minlength=fleet.owner.size) > 1
    where = one_way & ~shared[:, None] & (fleet.owner == np.arange(fleet.owner.size))[:, None]
    where[:, 0] = False
    kept = np.full_like(fleet.floor, np.nan)
    for limits, flow, coefficient, sign in (
        (fleet.ceiling, columns.charge, fleet.charging, 1.0),
        (fleet.floor, columns.discharge, 1 / fleet.discharging, -1.0),
    ):
        kept[:, 1:] = fleet.retention[:, 1:] * limits[:, :-1] + fleet.inflow[:, 1:]
        rows = where & np.isfinite(limits) & (sign * (limits - kept) >= 0)
        step = np.flatnonzero(rows)
        before = Term(sign * fleet.retention.ravel()[step], columns.stock.ravel()[step - 1])
        moved = Term(coefficient.ravel()[step], flow.ravel()[step])
        most = sign * (limits - fleet.inflow).ravel()[step] / scale.energy
        programme.rows(step.shape, (before, moved), upper=most)


def separate(programme: Programme, forth: tuple[Index, Array], back: tuple[Index, Array]) -> None:
    """Allow one of two flows at a time, each up to its limit: by a switch."""
    columns, limit = forth
    switch = programme.switches(columns.shape)
    programme.rows(columns.shape, (Term(1.0, columns), Term(-limit, switch)), upper=0.0)
    columns, limit = back
    programme.rows(columns.shape, (Term(1.0, columns), Term(limit, switch)), upper=limit)


def _add_costs(programme: Programme, case: Case, scale: Scale, columns: StorageColumns) -> None:
    """Charge wear and the value of what is left."""
    fleet = case.fleet
    for flow in (columns.charge, columns.discharge):
        programme.prefer(flow, case.wishes.preference.effort / scale.price)
        programme.charge(flow, fleet.wear_cost[:, None] / scale.price)
    programme.charge(columns.stock[:, -1], -fleet.end_value / scale.price)
    if case.wishes.preference.decides and not case.wishes.sooner.all():
        late = ~case.wishes.sooner
        programme.prefer(columns.charge[late], -case.wishes.preference.lateness / scale.price)
        programme.prefer(columns.discharge[late], case.wishes.preference.lateness / scale.price)
