"""The mathematics: devices behind one meter as a linear programme.

Each kind of device says in its own module what its columns and rows are, and how much power they mean; the
meter says what the power costs and where its limits are (``devices`` and ``meter``). To add a kind: write a
module with a function that adds it and returns its flow, and put the function into ``KINDS``.

Small extra prices decide between schedules of equal cost (``preference``): they are kept apart from costs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flexmeasures.scheduling.case import Case
from flexmeasures.scheduling.commitments import add_commitments, add_stock_commitments
from flexmeasures.scheduling.devices.adjustables import add_adjustables
from flexmeasures.scheduling.devices.couplings import add_couplings
from flexmeasures.scheduling.devices.curtailables import add_curtailables
from flexmeasures.scheduling.devices.modes import add_modes
from flexmeasures.scheduling.devices.processes import add_processes
from flexmeasures.scheduling.devices.running import add_running
from flexmeasures.scheduling.devices.storages import StorageColumns, add_storages
from flexmeasures.scheduling.equipment import Mask
from flexmeasures.scheduling.flow import Flow, terms
from flexmeasures.scheduling.goal import Goal
from flexmeasures.scheduling.meter import add_prices, limits
from flexmeasures.scheduling.objectives import add_goals
from flexmeasures.scheduling.programme import Index, LinearProgramme, Programme
from flexmeasures.scheduling.scale import Scale

KINDS: tuple[Callable[[Programme, Case, Scale], Flow], ...] = (
    add_curtailables,
    add_processes,
    add_adjustables,
)
"""What adds each kind of device beside storages, in the order in which their power is told."""


@dataclass(frozen=True, slots=True)
class Formulation:
    """A case as a linear programme, and where to find things in it.

    Attributes:
        programme: In scaled numbers.
        storages: Columns of the storages.
        flows: Power of all devices.
        limit_rows: (T,) rows of each limit that there is, that of the site first.
        scale: What the numbers stand for.
        fixed: What each goal leaves out, because nothing can be done about it.
    """

    programme: LinearProgramme
    storages: StorageColumns
    flows: tuple[Flow, ...]
    limit_rows: tuple[Index, ...]
    scale: Scale
    fixed: Mapping[Goal, float]


def formulate(case: Case, one_way: Mask) -> Formulation:
    """Return the programme that minimises cost and preference.

    Args:
        case: What to schedule.
        one_way: (D, T) where charging and discharging are kept apart by a switch.
    """
    scale = Scale.of(case)
    programme = Programme()
    storages, flows = add_devices(programme, case, scale, one_way)
    limit_rows = tuple(
        programme.rows(limit.least.shape, terms(limit.flows), limit.least, limit.largest)
        for limit in limits(case, flows, scale)
    )
    fixed = {Goal.COST: add_prices(programme, case, flows, scale)}
    add_commitments(programme, case, flows, scale)
    add_stock_commitments(programme, case, storages.stock, scale)
    fixed |= add_goals(programme, case, storages, flows, scale)
    return Formulation(programme.assemble(), storages, flows, limit_rows, scale, fixed)


def add_devices(
    programme: Programme, case: Case, scale: Scale, one_way: Mask
) -> tuple[StorageColumns, tuple[Flow, ...]]:
    """Add all devices; return the columns of the storages and the power of all."""
    storages = add_storages(programme, case, scale, one_way)
    add_running(programme, case, scale, storages.charge)
    devices = (case.curtailables, case.processes, case.adjustables)
    others = [kind for kind, some in zip(KINDS, devices, strict=True) if some]
    flows = (storages.flow(), *(add(programme, case, scale) for add in others))
    add_modes(programme, case, flows, scale)
    add_couplings(programme, case, flows)
    return storages, flows
