"""All storages of a problem as arrays, so that nothing is done one by one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.problem import Problem


@dataclass(frozen=True, slots=True)
class Fleet:
    """D storages in T steps.

    Attributes:
        power_min: (D, T) least power. [MW]
        power_max: (D, T) largest power. [MW]
        start: (D,) state of charge at the start. [MWh]
        floor: (D, T) least state of charge at the end of each step, targets included. [MWh]
        ceiling: (D, T) largest state of charge at the end of each step, targets included. [MWh]
        target: (D, T) state of charge asked for at the end of each step, NaN where there is none. [MWh]
        charging: (D, 1) efficiency of charging. [-]
        discharging: (D, 1) efficiency of discharging. [-]
        hours: Length of a step. [h]
    """

    power_min: Array
    power_max: Array
    start: Array
    floor: Array
    ceiling: Array
    target: Array
    charging: Array
    discharging: Array
    hours: float

    @property
    def rise(self) -> Array:
        """(D, T) largest change of the state of charge in each step. [MWh]"""
        return self._change(self.power_max)

    @property
    def fall(self) -> Array:
        """(D, T) least change of the state of charge in each step. [MWh]"""
        return self._change(self.power_min)

    def _change(self, power: Array) -> Array:
        return np.where(power > 0, power * self.charging, power / self.discharging) * self.hours


def fleet(problem: Problem) -> Fleet:
    """Return the storages of a problem, one row each; where limits of power clash, the largest one counts."""
    storages = problem.storages
    shape = (len(storages), problem.grid.size)
    target = _stacked([storage.soc_target for storage in storages], shape)
    power_max = _stacked([storage.power_max for storage in storages], shape)
    return Fleet(
        power_min=np.minimum(_stacked([storage.power_min for storage in storages], shape), power_max),
        power_max=power_max,
        start=np.array([storage.soc_start for storage in storages], float),
        floor=np.fmax(_stacked([storage.soc_min for storage in storages], shape), target),
        ceiling=np.fmin(_stacked([storage.soc_max for storage in storages], shape), target),
        target=target,
        charging=np.array([[storage.charging_efficiency] for storage in storages]).reshape(-1, 1),
        discharging=np.array([[storage.discharging_efficiency] for storage in storages]).reshape(-1, 1),
        hours=problem.grid.step.total_seconds() / 3600,
    )


def _stacked(rows: list[Array], shape: tuple[int, int]) -> Array:
    return np.array(rows, float).reshape(shape)
