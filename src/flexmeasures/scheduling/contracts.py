"""What devices share, and what it costs: meters, groups behind a connection, and commitments.

Shapes: T steps, S scenarios. Power in MW and energy in MWh, consumption positive; prices in currency/MWh.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.equipment import ELECTRICITY, Mask


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
        commodity: Of the site, where no members are named.
        limit: Which limit it softens, in words such as ``site-consumption-capacity``: going beyond it is then
            told as a shortfall. None where it is only a price.

    Commitments of one name are told as one. So prices of peaks that differ between the windows of a tariff
    are commitments of one name, one for each window, of which each has a peak of its own.
    """

    name: str
    quantity: Array
    up_price: Array
    down_price: Array
    up_peak_price: float = 0.0
    down_peak_price: float = 0.0
    members: tuple[str, ...] = ()
    commodity: str = ELECTRICITY
    limit: str = ""

    @staticmethod
    def soft_limit(
        name: str, limit: str, most: Array, price: float, members: tuple[str, ...] = ()
    ) -> Commitment:
        """Return a limit of consumption that can be broken at a price.

        Args:
            name: Under which its cost is told.
            limit: Which limit, for what is told.
            most: (T,) power up to which nothing is to be paid. [MW]
            price: Of the highest power above [currency/MW] and, once more, of each MWh above [currency/MWh].
            members: Names of the devices; none for the whole site.
        """
        each = np.full(most.size, price)
        return Commitment(name, most, each, np.zeros(most.size), price, 0.0, members, limit=limit)

    @staticmethod
    def peak(name: str, price: float, free: float, during: Mask) -> Commitment:
        """Return a tariff on the highest consumption of the site in some steps, above what is free. [MW]"""
        nothing = np.zeros(during.size)
        return Commitment(name, np.where(during, free, np.nan), nothing, nothing, up_peak_price=price)


@dataclass(frozen=True, slots=True)
class StockCommitment:
    """A state of charge to stay at, and what it costs not to: a target or limit that may be missed for it.

    Attributes:
        name: Under which its cost is told.
        storage: Name of the storage.
        quantity: (T,) state of charge to have at the end of each step, not finite where none. [MWh]
        up_price: Of each MWh above, for each hour. [currency/MWh/h]
        down_price: Of each MWh below, for each hour; negative where that costs. [currency/MWh/h]
        up_peak_price: Of the most that it is ever above. [currency/MWh]
        down_peak_price: Of the most that it is ever below. [currency/MWh]
        limit: Which wish it softens, such as ``soc-minima``: missing it is then told as a shortfall.
    """

    name: str
    storage: str
    quantity: Array
    up_price: float = 0.0
    down_price: float = 0.0
    up_peak_price: float = 0.0
    down_peak_price: float = 0.0
    limit: str = ""


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """How far the load that is not scheduled may be off.

    Attributes:
        low: (T,) load that is undercut with the accepted probability: limits of production hold for it. [MW]
        high: (T,) load that will be exceeded with that probability: limits of consumption hold for it. [MW]
        scenarios: (S, T) equally likely loads; the cost of energy is the mean over them. None for S = 0:
            then it is the cost at the load that is expected. [MW]
        confidence: With which limits are kept in each step, in (0, 1). [-]
    """

    low: Array
    high: Array
    scenarios: Array
    confidence: float


@dataclass(frozen=True, slots=True)
class Site:
    """What the devices of one commodity share: its meter.

    Attributes:
        buy_price: (T,) price of consumption. [currency/MWh]
        sell_price: (T,) price of production. [currency/MWh]
        consumption_max: (T,) largest consumption of the site, infinite where it has no limit. [MW]
        production_max: (T,) largest production of the site, infinite where it has no limit. [MW]
        inflexible: (T,) power of everything that is not scheduled. [MW]
        commodity: That passes this meter.
        co2_intensity: (T,) CO₂ of each MWh consumed, saved by each MWh produced; None for none. [t/MWh]
        uncertainty: How far ``inflexible`` may be off; None where it is trusted.
    """

    buy_price: Array
    sell_price: Array
    consumption_max: Array
    production_max: Array
    inflexible: Array
    commodity: str = ELECTRICITY
    co2_intensity: Array | None = None
    uncertainty: Uncertainty | None = None

    @property
    def loads(self) -> Array:
        """(S, T) loads that are equally likely: one if there is no doubt. [MW]"""
        unsure = self.uncertainty
        return self.inflexible[None] if unsure is None or not unsure.scenarios.size else unsure.scenarios

    @staticmethod
    def at_price(price: Array) -> Site:
        """Return a site without limits and loads, which buys and sells at one price."""
        unlimited = np.full(price.size, np.inf)
        return Site(price, price, unlimited, unlimited, np.zeros(price.size))

    @staticmethod
    def within(commodity: str, size: int) -> Site:
        """Return a commodity that no grid delivers, such as heat: in T steps, its devices add up to zero."""
        nothing = np.zeros(size)
        return Site(nothing, nothing, nothing, nothing, nothing, commodity)
