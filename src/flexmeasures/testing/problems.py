"""Scheduling problems for tests, written in one line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.scheduling.contracts import Site
from flexmeasures.scheduling.equipment import StorageDevice
from flexmeasures.scheduling.problem import Problem

START = datetime(2024, 1, 1, tzinfo=UTC)


def steady(value: float, size: int) -> Array:
    """Return a (T,) array of one value."""
    return np.full(size, float(value))


def site(prices: Sequence[float] | Array) -> Site:
    """Return a site without limits and loads, which buys and sells at these prices."""
    return Site.at_price(np.array(prices, float))


def battery(  # noqa: PLR0913  # each limit of a battery has a name
    size: int,
    *,
    name: str = "battery",
    power: float = 1.0,
    soc: tuple[float, float, float] = (0.0, 0.0, 1.0),
    efficiency: float = 1.0,
    targets: Mapping[int, float] | None = None,
    one_way: bool = False,
) -> StorageDevice:
    """Return a storage of equal limits in all steps.

    Args:
        size: T steps.
        name: For explanations.
        power: Largest power in either direction. [MW]
        soc: Least, first and largest state of charge. [MWh]
        efficiency: Of a round trip, half of the losses in each direction. [-]
        targets: States of charge by the step at whose end they are due. [MWh]
        one_way: Whether it can only consume.
    """
    target = steady(np.nan, size)
    for step, level in (targets or {}).items():
        target[step] = level
    return StorageDevice(
        name,
        power_min=steady(0.0 if one_way else -power, size),
        power_max=steady(power, size),
        soc_start=soc[1],
        soc_min=steady(soc[0], size),
        soc_max=steady(soc[2], size),
        soc_target=target,
        charging_efficiency=efficiency**0.5,
        discharging_efficiency=efficiency**0.5,
    )


def problem(
    place: Site, *storages: StorageDevice, step: timedelta = timedelta(hours=1), sooner: bool = True
) -> Problem:
    """Return a problem from the start of 2024 on."""
    return Problem(
        TimeGrid(START, step, place.buy_price.size), place, storages, prefer_charging_sooner=sooner
    )
