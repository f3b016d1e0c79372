"""What a schedule is asked for: devices behind one meter, their limits, and what energy costs.

Shapes: T steps. Power in MW and energy in MWh, consumption positive; prices in currency/MWh.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid

Mask = NDArray[np.bool_]


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


@dataclass(frozen=True, slots=True)
class Curtailable:
    """Production that can be turned down, such as solar or wind.

    Attributes:
        name: For explanations.
        potential: (T,) production when nothing is turned down, not negative. [MW]
        price: Of each MWh that is turned down. [currency/MWh]
    """

    name: str
    potential: Array
    price: float = 0.0


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
    """

    name: str
    kind: ProcessKind
    profile: Array
    allowed: Mask


@dataclass(frozen=True, slots=True)
class Group:
    """Devices that share a connection within the site.

    Attributes:
        name: For explanations.
        members: Names of the devices.
        consumption_max: (T,) their largest consumption together, infinite where it has no limit. [MW]
        production_max: (T,) their largest production together, infinite where it has no limit. [MW]
    """

    name: str
    members: tuple[str, ...]
    consumption_max: Array
    production_max: Array


@dataclass(frozen=True, slots=True)
class Commitment:
    """A power to stay at, and what it costs not to: a traded position, a soft limit, a peak tariff.

    Attributes:
        name: Under which its cost is told.
        quantity: (T,) the power to stay at, not finite where it does not hold. [MW]
        up_price: (T,) of each MWh above. [currency/MWh]
        down_price: (T,) of each MWh below; negative where that costs. [currency/MWh]
        up_peak_price: Of the highest power above. [currency/MW]
        down_peak_price: Of the highest power below. [currency/MW]
        members: Names of the devices that it holds for together; none for the whole site.
    """

    name: str
    quantity: Array
    up_price: Array
    down_price: Array
    up_peak_price: float = 0.0
    down_peak_price: float = 0.0
    members: tuple[str, ...] = ()

    @staticmethod
    def peak(name: str, price: float, free: float, during: Mask) -> Commitment:
        """Return a tariff on the highest consumption of the site in some steps, above what is free. [MW]"""
        nothing = np.zeros(during.size)
        return Commitment(name, np.where(during, free, np.nan), nothing, nothing, up_peak_price=price)


@dataclass(frozen=True, slots=True)
class Site:
    """What the devices share.

    Attributes:
        buy_price: (T,) price of consumption. [currency/MWh]
        sell_price: (T,) price of production. [currency/MWh]
        consumption_max: (T,) largest consumption of the site, infinite where it has no limit. [MW]
        production_max: (T,) largest production of the site, infinite where it has no limit. [MW]
        inflexible: (T,) power of everything that is not scheduled. [MW]
    """

    buy_price: Array
    sell_price: Array
    consumption_max: Array
    production_max: Array
    inflexible: Array

    @staticmethod
    def at_price(price: Array) -> Site:
        """Return a site without limits and loads, which buys and sells at one price."""
        unlimited = np.full(price.size, np.inf)
        return Site(price, price, unlimited, unlimited, np.zeros(price.size))


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything that a schedule depends on.

    Attributes:
        grid: T steps.
        site: What the devices share.
        storages: D devices.
        prefer_charging_sooner: Whether, at equal cost, consumption comes early and production late.
        strict: Whether to refuse what cannot be met, rather than to come as near as possible and say so.
        curtailables: Production that can be turned down.
        processes: Loads that have to run once.
        groups: Devices that share connections within the site.
        commitments: Powers to stay at, and what it costs not to.
        seconds: After this time, a search may end with the best that it has found. [s]
        asset_type: Name of the type of the asset that is scheduled; plug-ins have schedulers by it.
    """

    grid: TimeGrid
    site: Site
    storages: tuple[StorageDevice, ...] = field(default=())
    prefer_charging_sooner: bool = True
    strict: bool = False
    curtailables: tuple[Curtailable, ...] = ()
    processes: tuple[Process, ...] = ()
    groups: tuple[Group, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    seconds: float = 10.0
    asset_type: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all devices, in the order in which their power is told."""
        names = [device.name for device in self.storages]
        names += [device.name for device in self.curtailables]
        return (*names, *(process.name for process in self.processes))
