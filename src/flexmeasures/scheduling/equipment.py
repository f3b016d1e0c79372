"""What can be scheduled: storages, loads and generators, solar and wind, processes, and what ties them.

Shapes: T steps. Power in MW and energy in MWh, consumption positive.

A device belongs to one commodity: its power counts at the meter of that commodity. A converter between
commodities, such as a boiler, a heat pump or a CHP, is one adjustable device in each of them, with a coupling
that keeps their powers in proportion.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.series import Array

Mask = NDArray[np.bool_]

ELECTRICITY = "electricity"
"""The commodity of devices and sites of which nothing else is said."""

Band = tuple[float, float]
"""The least and the largest power in one mode of operation. [MW]"""


@dataclass(frozen=True, slots=True)
class Running:
    """How a device may be switched on and off, while it consumes.

    Attributes:
        least_power: When it is on, a hundredth of the largest one at least. [MW]
        least_run: Steps that it stays on once it is.
        least_rest: Steps that it stays off once it is.
        start_cost: Of switching it on. [currency]
        was_on: Whether it was on before the first step.
    """

    least_power: float = 0.0
    least_run: int = 1
    least_rest: int = 1
    start_cost: float = 0.0
    was_on: bool = False


@dataclass(frozen=True, slots=True)
class StorageDevice:
    """A battery, a charging station, a heat pump with its buffer, or anything else that stores energy.

    Attributes:
        name: For explanations.
        power_min: (T,) least power, negative where it can produce. [MW]
        power_max: (T,) largest power. [MW]
        soc_start: State of charge at the start. [MWh]
        soc_min: (T,) least state of charge at the end of each step. [MWh]
        soc_max: (T,) largest state of charge at the end of each step. [MWh]
        soc_target: (T,) state of charge to be reached at the end of each step, NaN where there is none. [MWh]
        charging_efficiency: What arrives of what is consumed, one value or (T,); more than one for heat
            pumps. [-]
        discharging_efficiency: What is produced of what leaves, one value or (T,). [-]
        retention: Share of the stock that is left after a step without power, in (0, 1], one value or
            (T,). [-]
        inflow: Power into the stock, by itself; negative where it is used up, one value or (T,). [MW]
        wear_cost: Of each MWh consumed and of each MWh produced. [currency/MWh]
        end_value: Of each MWh in stock at the end. [currency/MWh]
        feeds: Name of the storage whose stock it shares; what is said of its own stock does not count then.
        running: How it may be switched on and off; None for at will.
        commodity: At whose meter its power counts.
        soc_minima: (T,) least state of charge wished for at the end of each step, NaN where there is none;
            it gives way before ``soc_min``. None for no wish at all. [MWh]
        soc_maxima: (T,) largest state of charge wished for, likewise. [MWh]
        bands: Ranges in which its power stays; it is off only if one of them allows that. None for any.
        prefers_sooner: Whether at equal cost it charges early, where the problem prefers that at all.
    """

    name: str
    power_min: Array
    power_max: Array
    soc_start: float
    soc_min: Array
    soc_max: Array
    soc_target: Array
    charging_efficiency: float | Array = 1.0
    discharging_efficiency: float | Array = 1.0
    retention: float | Array = 1.0
    inflow: float | Array = 0.0
    wear_cost: float = 0.0
    end_value: float = 0.0
    feeds: str = ""
    running: Running | None = None
    commodity: str = ELECTRICITY
    soc_minima: Array | None = None
    soc_maxima: Array | None = None
    bands: tuple[Band, ...] = ()
    prefers_sooner: bool = True


@dataclass(frozen=True, slots=True)
class Adjustable:
    """A load or generator without a stock, whose power is chosen, or given if it is to be part of a group.

    Attributes:
        name: For explanations.
        power_min: (T,) least power, negative where it can produce. [MW]
        power_max: (T,) largest power; the same as the least one where nothing can be chosen. [MW]
        commodity: At whose meter its power counts.
        cost: Of each MWh consumed and of each MWh produced, beside what it costs at the meter. [currency/MWh]
        bands: Ranges in which its power stays; it is off only if one of them allows that. None for any.
    """

    name: str
    power_min: Array
    power_max: Array
    commodity: str = ELECTRICITY
    cost: float = 0.0
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True, slots=True)
class Curtailable:
    """Production that can be turned down, such as solar or wind.

    Attributes:
        name: For explanations.
        potential: (T,) production when nothing is turned down, not negative. [MW]
        price: Of each MWh that is turned down. [currency/MWh]
        commodity: At whose meter its power counts.
        prefers_later: Whether at equal cost it is turned down late, where the problem prefers anything.
    """

    name: str
    potential: Array
    price: float = 0.0
    commodity: str = ELECTRICITY
    prefers_later: bool = True


class ProcessKind(StrEnum):
    """How free a process is in time."""

    INFLEXIBLE = "inflexible"
    """It runs in the first steps in which it may."""
    SHIFTABLE = "shiftable"
    """It runs in one go, at any time."""
    BREAKABLE = "breakable"
    """Its steps may be apart, in their order."""


@dataclass(frozen=True, slots=True)
class Process:
    """A load that has to run once.

    Attributes:
        name: For explanations.
        kind: How free it is in time.
        profile: (N,) power in each step of its run. [MW]
        allowed: (T,) whether it may run in each step.
        commodity: At whose meter its power counts.
    """

    name: str
    kind: ProcessKind
    profile: Array
    allowed: Mask
    commodity: str = ELECTRICITY


Device = StorageDevice | Curtailable | Process | Adjustable
"""Whatever has a power."""


@dataclass(frozen=True, slots=True)
class Coupling:
    """Devices whose powers are in a fixed proportion, such as the gas, power and heat of a CHP.

    Attributes:
        name: For explanations.
        shares: Names of the devices, each with its share: (T,) or one value, negative for what is produced
            while the others consume. The power of each is its share of one common flow, which may be
            negative too where the limits of the devices allow it.
    """

    name: str
    shares: tuple[tuple[str, float | Array], ...]
