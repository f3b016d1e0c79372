"""What a schedule is asked for: devices, the meters that they are behind, and what is wanted.

Shapes: T steps, D devices. Power in MW and energy in MWh, consumption positive; prices in currency/MWh.

Where each wish of a flexibility model goes:

=============================================  =============================================================
wish                                           field
=============================================  =============================================================
prices, capacities, fixed loads of a site      ``Site`` of the commodity
capacity that may be exceeded at a price       ``Commitment.soft_limit``, with ``limit`` to have it told
peak price, per window of a tariff             ``Commitment.peak`` for each window, all of one name
traded or promised power                       ``Commitment`` with a price above and one below
capacity of devices together                   ``Group``; soft: ``Commitment`` with ``members``
capacity of one device, series or fixed        ``power_min``, ``power_max``; soft: a ``Commitment``
least and largest state of charge              ``soc_min`` and ``soc_max``
minima, maxima and targets by time             ``soc_minima``, ``soc_maxima``, ``soc_target``: met if one can,
                                               else missed the least; at a price: ``StockCommitment``
gain and usage                                 ``inflow``
efficiencies and losses, series or fixed       ``charging_efficiency`` and so on, ``retention``
stock shared by several devices                ``feeds``
solar, wind                                    ``Curtailable``
load or generator without a stock              ``Adjustable``; in a group but fixed: with equal limits
modes of operation                             ``bands``
boiler, CHP, heat pump between commodities     an ``Adjustable`` in each commodity, and a ``Coupling``
heat and other commodities without a grid      ``Site.within`` in ``networks``
CO₂                                            ``Site.co2_intensity``; ``co2_price`` or ``Goal.EMISSIONS``
what is to be refused rather than relaxed      ``firm``, or ``strict`` for everything
=============================================  =============================================================
"""

from __future__ import annotations

from dataclasses import dataclass, field

from flexmeasures.domain.timing import TimeGrid
from flexmeasures.scheduling.contracts import Commitment, Group, Site, StockCommitment
from flexmeasures.scheduling.equipment import (
    Adjustable,
    Coupling,
    Curtailable,
    Device,
    Process,
    StorageDevice,
)
from flexmeasures.scheduling.goal import Firm, Goal


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything that a schedule depends on.

    Attributes:
        grid: T steps.
        site: The meter of electricity.
        storages: Devices with a stock.
        prefer_charging_sooner: Whether, at equal cost, consumption comes early and production late.
        strict: Whether to refuse what cannot be met, rather than to come as near as possible and say so.
        curtailables: Production that can be turned down.
        processes: Loads that have to run once.
        groups: Devices that share connections within the site.
        commitments: Powers to stay at, and what it costs not to.
        seconds: After this time, a search may end with the best that it has found. [s]
        asset_type: Name of the type of the asset that is scheduled; plug-ins have schedulers by it.
        adjustables: Loads and generators without a stock.
        networks: The meters of other commodities.
        couplings: Devices whose powers are in proportion.
        stock_commitments: States of charge to stay at, and what it costs not to.
        co2_price: Of CO₂, beside what energy costs. [currency/t]
        goals: What is wanted, the most important first; each may cost the ones before it ``tolerance``.
        tolerance: What a goal may cost an earlier one, as a share of what that one could have. [-]
        firm: Limits that are refused rather than relaxed, where not everything is.
        solver: Of linear programmes: that of this process, or one of ``commands``.
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
    adjustables: tuple[Adjustable, ...] = ()
    networks: tuple[Site, ...] = ()
    couplings: tuple[Coupling, ...] = ()
    stock_commitments: tuple[StockCommitment, ...] = ()
    co2_price: float = 0.0
    goals: tuple[Goal, ...] = (Goal.COST,)
    tolerance: float = 1e-6
    firm: frozenset[Firm] = frozenset()
    solver: str = "highs"

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all devices, in the order in which their power is told: adjustables are the last."""
        return tuple(device.name for device in self.devices)

    @property
    def devices(self) -> tuple[Device, ...]:
        """All devices, in that order."""
        return (*self.storages, *self.curtailables, *self.processes, *self.adjustables)

    @property
    def sites(self) -> tuple[Site, ...]:
        """The meters of all commodities, that of electricity first."""
        return (self.site, *self.networks)
