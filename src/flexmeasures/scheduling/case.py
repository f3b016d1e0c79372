"""What the methods of scheduling work on: storages as arrays, and limits that may be eased."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from flexmeasures.scheduling.contracts import Commitment, Group, Site, StockCommitment
from flexmeasures.scheduling.equipment import (
    Adjustable,
    Band,
    Coupling,
    Curtailable,
    Mask,
    Process,
    Running,
)
from flexmeasures.scheduling.fleet import Fleet, fleet
from flexmeasures.scheduling.goal import Firm, Goal
from flexmeasures.scheduling.preference import Preference, preference
from flexmeasures.scheduling.problem import Problem


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a schedule is for.

    Attributes:
        preference: What decides between schedules of equal cost.
        sooner: (S,) which storages it holds for.
        goals: What is wanted, the most important first; cost is always among it.
        tolerance: What a goal may cost an earlier one, as a share. [-]
        co2_price: Which the prices of the sites contain. [currency/t]
        firm: Limits that may not be eased.
        seconds: After which a search may end. [s]
        solver: Of linear programmes.
    """

    preference: Preference
    sooner: Mask
    goals: tuple[Goal, ...]
    tolerance: float
    co2_price: float
    firm: frozenset[Firm]
    seconds: float
    solver: str


@dataclass(frozen=True, slots=True)
class Case:
    """All that costs and limits depend on.

    Attributes:
        site: Prices, limits and loads of electricity; prices contain that of CO₂, and limits the margin that
            uncertain loads ask for.
        networks: The same of other commodities.
        fleet: S storages.
        running: (S) how each of them may be switched on and off.
        curtailables: Production that can be turned down.
        processes: Loads that have to run once.
        adjustables: Loads and generators without a stock.
        couplings: Devices whose powers are in proportion.
        groups: Devices that share connections.
        commitments: Powers to stay at.
        stock_commitments: States of charge to stay at.
        names: (D) of all devices: storages, curtailables, processes, adjustables.
        commodities: (D) of all devices.
        bands: (D) ranges in which the power of each stays.
        wishes: What the schedule is for.
        first_step: Number of the first step, of all steps of that length.
    """

    site: Site
    networks: tuple[Site, ...]
    fleet: Fleet
    running: tuple[Running | None, ...]
    curtailables: tuple[Curtailable, ...]
    processes: tuple[Process, ...]
    adjustables: tuple[Adjustable, ...]
    couplings: tuple[Coupling, ...]
    groups: tuple[Group, ...]
    commitments: tuple[Commitment, ...]
    stock_commitments: tuple[StockCommitment, ...]
    names: tuple[str, ...]
    commodities: tuple[str, ...]
    bands: tuple[tuple[Band, ...], ...]
    wishes: Wishes
    first_step: int

    @property
    def sites(self) -> tuple[Site, ...]:
        """The meters of all commodities, that of electricity first."""
        return (self.site, *self.networks)

    @property
    def has_storages_only(self) -> bool:
        """Whether there is nothing but storages, each with its own stock, behind one meter, and one goal."""
        others = (
            self.curtailables
            or self.processes
            or self.adjustables
            or self.networks
            or self.groups
            or self.commitments
            or self.stock_commitments
            or any(self.running)
            or any(self.bands)
            or self.wishes.goals != (Goal.COST,)
            or self.site.uncertainty is not None
        )
        return not others and np.array_equal(self.fleet.owner, np.arange(self.fleet.owner.size))

    def places(self, members: tuple[str, ...]) -> list[int]:
        """Return the places of devices by their names."""
        return [place for place, name in enumerate(self.names) if name in members]

    def behind(self, commodity: str) -> list[int]:
        """Return the places of the devices at the meter of a commodity."""
        return [place for place, own in enumerate(self.commodities) if own == commodity]


def as_case(problem: Problem) -> Case:
    """Return a problem as methods of scheduling work on it."""
    price = problem.co2_price
    site = effective(problem.site, price)
    return Case(
        site=site,
        networks=tuple(effective(network, price) for network in problem.networks),
        fleet=fleet(problem),
        running=tuple(storage.running for storage in problem.storages),
        curtailables=problem.curtailables,
        processes=problem.processes,
        adjustables=problem.adjustables,
        couplings=problem.couplings,
        groups=problem.groups,
        commitments=problem.commitments,
        stock_commitments=problem.stock_commitments,
        names=tuple(device.name for device in problem.devices),
        commodities=tuple(device.commodity for device in problem.devices),
        bands=(
            *(storage.bands for storage in problem.storages),
            *((),) * (len(problem.curtailables) + len(problem.processes)),
            *(device.bands for device in problem.adjustables),
        ),
        wishes=_wishes(problem, site),
        first_step=int(problem.grid.start.timestamp() // problem.grid.step.total_seconds()),
    )


def effective(site: Site, co2_price: float) -> Site:
    """Return a site whose prices contain that of CO₂, and whose limits leave room for what is uncertain."""
    if site.co2_intensity is not None and co2_price:
        co2 = co2_price * site.co2_intensity
        site = replace(site, buy_price=site.buy_price + co2, sell_price=site.sell_price + co2)
    unsure = site.uncertainty
    if unsure is None:
        return site
    return replace(
        site,
        consumption_max=site.consumption_max - np.maximum(unsure.high - site.inflexible, 0.0),
        production_max=site.production_max - np.maximum(site.inflexible - unsure.low, 0.0),
        uncertainty=unsure if unsure.scenarios.size else None,
    )


def _wishes(problem: Problem, site: Site) -> Wishes:
    sooner = np.array([storage.prefers_sooner for storage in problem.storages], bool)
    prefers = problem.prefer_charging_sooner and bool(sooner.all() or sooner.any())
    goals = problem.goals if Goal.COST in problem.goals else (*problem.goals, Goal.COST)
    return Wishes(
        preference=preference(site.buy_price, site.sell_price, sooner=prefers),
        sooner=sooner,
        goals=goals,
        tolerance=problem.tolerance,
        co2_price=problem.co2_price,
        firm=problem.firm,
        seconds=problem.seconds,
        solver=problem.solver,
    )
