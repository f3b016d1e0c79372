"""What the methods of scheduling work on: storages as arrays, and limits that may be eased."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flexmeasures.scheduling.contracts import Commitment, Group, Site
from flexmeasures.scheduling.equipment import Curtailable, Process, Running
from flexmeasures.scheduling.fleet import Fleet, fleet
from flexmeasures.scheduling.preference import Preference, preference
from flexmeasures.scheduling.problem import Problem


@dataclass(frozen=True, slots=True)
class Case:
    """All that costs and limits depend on.

    Attributes:
        site: Prices, limits and loads.
        fleet: D storages.
        running: (D) how each of them may be switched on and off.
        preference: What decides between schedules of equal cost.
        curtailables: Production that can be turned down.
        processes: Loads that have to run once.
        groups: Devices that share connections.
        commitments: Powers to stay at.
        names: Of all devices: storages, curtailables, processes.
        seconds: After which a search may end. [s]
    """

    site: Site
    fleet: Fleet
    running: tuple[Running | None, ...]
    preference: Preference
    curtailables: tuple[Curtailable, ...]
    processes: tuple[Process, ...]
    groups: tuple[Group, ...]
    commitments: tuple[Commitment, ...]
    names: tuple[str, ...]
    seconds: float

    @property
    def has_storages_only(self) -> bool:
        """Whether there is nothing but storages, each with its own stock, behind the meter."""
        others = self.curtailables or self.processes or self.groups or self.commitments or any(self.running)
        return not others and np.array_equal(self.fleet.owner, np.arange(self.fleet.owner.size))

    def places(self, members: tuple[str, ...]) -> list[int]:
        """Return the places of devices by their names; of all devices where none is named."""
        return [place for place, name in enumerate(self.names) if name in members or not members]


def as_case(problem: Problem) -> Case:
    """Return a problem as methods of scheduling work on it."""
    site = problem.site
    return Case(
        site=site,
        fleet=fleet(problem),
        running=tuple(storage.running for storage in problem.storages),
        preference=preference(site.buy_price, site.sell_price, sooner=problem.prefer_charging_sooner),
        curtailables=problem.curtailables,
        processes=problem.processes,
        groups=problem.groups,
        commitments=problem.commitments,
        names=problem.names,
        seconds=problem.seconds,
    )
