"""What a schedule is asked for: devices behind one meter, their limits, and what energy costs.

Shapes: T steps. Power in MW and energy in MWh, consumption positive; prices in currency/MWh.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid


@dataclass(frozen=True, slots=True)
class StorageDevice:
    """A battery, a charging station, or anything else that stores energy.

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
    """

    grid: TimeGrid
    site: Site
    storages: tuple[StorageDevice, ...] = field(default=())
    prefer_charging_sooner: bool = True
    strict: bool = False
