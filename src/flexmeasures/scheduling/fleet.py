"""All storages of a problem as arrays, so that nothing is done one by one."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.problem import Problem


@dataclass(frozen=True, slots=True)
class Fleet:
    """D storages in T steps.

    The stock after a step is ``retention · stock + change + inflow``, where the change is ``charging ·
    power`` or ``power / discharging`` times the length of the step. What comes in during a step decays within
    it: that is part of the efficiencies and of the inflow here.

    Attributes:
        power_min: (D, T) least power. [MW]
        power_max: (D, T) largest power. [MW]
        start: (D,) state of charge at the start. [MWh]
        floor: (D, T) least state of charge at the end of each step, wishes and targets included. [MWh]
        ceiling: (D, T) largest state of charge at the end of each step, likewise. [MWh]
        bottom: (D, T) least state of charge that is possible at all. [MWh]
        top: (D, T) largest state of charge that is possible at all. [MWh]
        target: (D, T) state of charge asked for at the end of each step, NaN where there is none. [MWh]
        charging: (D, T) efficiency of charging. [-]
        discharging: (D, T) efficiency of discharging. [-]
        retention: (D, T) share of the stock that is left after a step. [-]
        inflow: (D, T) what comes into the stock by itself in each step. [MWh]
        wear_cost: (D,) of energy in each direction. [currency/MWh]
        end_value: (D,) of what is in stock at the end. [currency/MWh]
        owner: (D,) place of the storage whose stock each of them fills: its own by default.
        hours: Length of a step. [h]
    """

    power_min: Array
    power_max: Array
    start: Array
    floor: Array
    ceiling: Array
    bottom: Array
    top: Array
    target: Array
    charging: Array
    discharging: Array
    retention: Array
    inflow: Array
    wear_cost: Array
    end_value: Array
    owner: NDArray[np.intp]
    hours: float

    @property
    def rise(self) -> Array:
        """(D, T) largest change of each stock in each step, decay left out. [MWh]"""
        return self._change(self.power_max)

    @property
    def fall(self) -> Array:
        """(D, T) least change of each stock in each step, decay left out. [MWh]"""
        return self._change(self.power_min)

    def _change(self, power: Array) -> Array:
        gained = np.where(power > 0, power * self.charging, power / self.discharging)
        change = self.inflow.copy()
        np.add.at(change, self.owner, gained * self.hours)
        return change


def fleet(problem: Problem) -> Fleet:
    """Return the storages of a problem, one row each; where limits of power clash, the largest one counts.

    A storage that feeds the stock of another keeps an empty one itself, without limits.
    """
    storages = problem.storages
    size = problem.grid.size
    hours = problem.grid.step.total_seconds() / 3600
    power_max = _stacked([storage.power_max for storage in storages], size)
    retention = _stacked([storage.retention for storage in storages], size)
    within, owner = _kept_within_step(retention), owners(problem)
    bottom = _stacked([storage.soc_min for storage in storages], size)
    top = _stacked([storage.soc_max for storage in storages], size)
    whole = Fleet(
        power_min=np.minimum(_stacked([storage.power_min for storage in storages], size), power_max),
        power_max=power_max,
        start=np.array([storage.soc_start for storage in storages], float),
        floor=_wished(bottom, [storage.soc_minima for storage in storages], np.fmax),
        ceiling=_wished(top, [storage.soc_maxima for storage in storages], np.fmin),
        bottom=bottom,
        top=top,
        target=_stacked([storage.soc_target for storage in storages], size),
        charging=_stacked([storage.charging_efficiency for storage in storages], size) * within[owner],
        discharging=_stacked([storage.discharging_efficiency for storage in storages], size) / within[owner],
        retention=retention,
        inflow=_stacked([storage.inflow for storage in storages], size) * within * hours,
        wear_cost=np.array([storage.wear_cost for storage in storages], float),
        end_value=np.array([storage.end_value for storage in storages], float),
        owner=owner,
        hours=hours,
    )
    return _targeted(_without_stock(whole) if any(storage.feeds for storage in storages) else whole)


def owners(problem: Problem) -> NDArray[np.intp]:
    """Return the (D,) place of the storage whose stock each storage fills."""
    places = {storage.name: place for place, storage in enumerate(problem.storages)}
    return np.array([places[storage.feeds or storage.name] for storage in problem.storages], np.intp)


def _wished(limits: Array, wishes: list[Array | None], nearer: np.ufunc) -> Array:
    """Return (D, T) limits that include the wishes of those that have some."""
    wished = [place for place, wish in enumerate(wishes) if wish is not None]
    if not wished:
        return limits
    narrowed = limits.copy()
    for place in wished:
        narrowed[place] = nearer(limits[place], wishes[place])
    return narrowed


def _targeted(whole: Fleet) -> Fleet:
    """Return storages whose limits include their targets."""
    return replace(
        whole, floor=np.fmax(whole.floor, whole.target), ceiling=np.fmin(whole.ceiling, whole.target)
    )


def _without_stock(whole: Fleet) -> Fleet:
    """Take away the stock of storages that feed others; what they lose within a step is that of the other."""
    feeds = (whole.owner != np.arange(whole.owner.size))[:, None]
    return replace(
        whole,
        start=np.where(feeds[:, 0], 0.0, whole.start),
        floor=np.where(feeds, 0.0, whole.floor),
        ceiling=np.where(feeds, 0.0, whole.ceiling),
        bottom=np.where(feeds, 0.0, whole.bottom),
        top=np.where(feeds, 0.0, whole.top),
        target=np.where(feeds, np.nan, whole.target),
        retention=np.where(feeds, 1.0, whole.retention),
        inflow=np.where(feeds, 0.0, whole.inflow),
        end_value=np.where(feeds[:, 0], 0.0, whole.end_value),
    )


def _kept_within_step(retention: Array) -> Array:
    """Return the mean share of what comes in evenly during a step that is left at its end: (a − 1) / ln a."""
    decays = retention < 1
    if not decays.any():
        return np.ones_like(retention)
    share = np.where(decays, retention, 0.5)
    return np.where(decays, (share - 1) / np.log(share), 1.0)


def _stacked(rows: list[float | Array] | list[Array], size: int) -> Array:
    """Return one row of T values for each value or (T,) array."""
    if rows and all(isinstance(row, float) for row in rows):
        return np.repeat(np.array(rows, float)[:, None], size, axis=1)
    stacked = np.empty((len(rows), size))
    for place, row in enumerate(rows):
        stacked[place] = row
    return stacked
