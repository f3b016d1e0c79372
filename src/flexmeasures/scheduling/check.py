"""Whether a problem can be worked on at all."""

from __future__ import annotations

from collections import Counter

import numpy as np

from flexmeasures.domain.errors import UnknownPrices
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import from_instant
from flexmeasures.scheduling.contracts import Site
from flexmeasures.scheduling.equipment import Mask, StorageDevice
from flexmeasures.scheduling.fleet import Fleet
from flexmeasures.scheduling.problem import Problem

_SERIES = ("power_min", "power_max", "soc_min", "soc_max", "soc_target", "soc_minima", "soc_maxima")


def check(problem: Problem) -> None:
    """Check that arrays fit the grid and that numbers are known where they are needed.

    Raises:
        UnknownPrices: a price is missing.
        ValueError: an array does not fit the grid, or a number makes no sense.
    """
    for site in problem.sites:
        _check_site(problem, site)
    for storage in problem.storages:
        _check_sizes(problem, storage)
    for device in problem.curtailables:
        _check_size(problem, device.name, "potential", device.potential)
        if not ((device.potential >= 0) & np.isfinite(device.potential)).all():
            raise ValueError(f"The potential of {device.name} is not known, or negative, at some time.")
    for process in problem.processes:
        _check_size(problem, process.name, "allowed", process.allowed)
        if process.profile.size == 0 or not ((process.profile >= 0) & np.isfinite(process.profile)).all():
            raise ValueError(
                f"The profile of {process.name} is empty, or has steps without a positive power."
            )
    for load in problem.adjustables:
        for name in ("power_min", "power_max"):
            _check_size(problem, load.name, name, getattr(load, name))
            if not np.isfinite(getattr(load, name)).all():
                raise ValueError(f"{load.name} has no finite {name} at all times.")
    _check_names(problem)


def _check_site(problem: Problem, site: Site) -> None:
    owner = "site" if site is problem.site else site.commodity
    for name in ("buy_price", "sell_price", "consumption_max", "production_max", "inflexible"):
        _check_size(problem, owner, name, getattr(site, name))
    for prices in (site.buy_price, site.sell_price):
        unknown = ~np.isfinite(prices)
        if unknown.any():
            first = from_instant(problem.grid.starts()[unknown][0])
            raise UnknownPrices(
                f"{unknown.sum()} of {unknown.size} prices are missing, the first at {first.isoformat()}."
            )
    if not np.isfinite(site.inflexible).all():
        raise ValueError(f"The load of the {owner} that is not scheduled is not known at all times.")
    if site.co2_intensity is not None:
        _check_size(problem, owner, "co2_intensity", site.co2_intensity)
        if not np.isfinite(site.co2_intensity).all():
            raise ValueError(f"The co2_intensity of {owner} is not known at all times.")
    if site.uncertainty is not None:
        for name in ("low", "high"):
            _check_size(problem, owner, f"{name} load", getattr(site.uncertainty, name))
        if site.uncertainty.scenarios.shape[1:] != (problem.grid.size,):
            raise ValueError(f"The scenarios of {owner} do not have {problem.grid.size} steps each.")


def _check_sizes(problem: Problem, storage: StorageDevice) -> None:
    for name in _SERIES:
        series = getattr(storage, name)
        if series is not None:
            _check_size(problem, storage.name, name, series)


def check_numbers(problem: Problem, storages: Fleet) -> None:
    """Check that all numbers of storages are known where they are needed.

    Args:
        problem: What is asked for.
        storages: The same as arrays: all at once, and one by one only if something is wrong.

    Raises:
        ValueError: a number is missing, or makes no sense.
    """
    finite = (storages.power_min, storages.power_max, storages.start, storages.inflow)
    known = (storages.bottom, storages.top)
    shares = (storages.charging, storages.discharging, storages.retention)
    fine = (
        all(np.isfinite(numbers).all() for numbers in finite)
        and not any(np.isnan(numbers).any() for numbers in known)
        and all(numbers.min(initial=1.0) > 0 and numbers.max(initial=1.0) < np.inf for numbers in shares)
        and storages.retention.max(initial=1.0) <= 1
    )
    if not fine:
        for storage in problem.storages:
            _check_storage(storage)
        raise ValueError("Some numbers of storages are too large, or too small, to be reckoned with.")


def _check_storage(storage: StorageDevice) -> None:
    for name in ("power_min", "power_max"):
        if not np.isfinite(getattr(storage, name)).all():
            raise ValueError(f"{storage.name} has no finite {name} at all times.")
    if not np.isfinite(storage.soc_start):
        raise ValueError(f"The state of charge of {storage.name} at the start is not known.")
    if np.isnan(storage.soc_min).any() or np.isnan(storage.soc_max).any():
        raise ValueError(f"The limits of the state of charge of {storage.name} are not known at all times.")
    _check_shares(storage)
    if not np.isfinite(storage.inflow).all():
        raise ValueError(f"The inflow of {storage.name} is not known at all times.")


def _check_shares(storage: StorageDevice) -> None:
    for name, highest in (
        ("charging_efficiency", np.inf),
        ("discharging_efficiency", np.inf),
        ("retention", 1),
    ):
        share = np.asarray(getattr(storage, name))
        if not ((share > 0) & (share <= highest) & np.isfinite(share)).all():
            raise ValueError(f"The {name} of {storage.name} is {share}, not above 0 and at most {highest}.")


def _check_names(problem: Problem) -> None:
    names = problem.names
    doubled = {name for name, times in Counter(names).items() if times > 1}
    if doubled:
        raise ValueError(f"Several devices have the name {', '.join(sorted(doubled))}.")
    own = {storage.name for storage in problem.storages if not storage.feeds}
    unknown = {storage.feeds for storage in problem.storages if storage.feeds} - own
    members = [group.members for group in problem.groups]
    members += [commitment.members for commitment in problem.commitments]
    members += [tuple(name for name, _ in coupling.shares) for coupling in problem.couplings]
    unknown |= {name for named in members for name in named} - set(names)
    unknown |= {promise.storage for promise in problem.stock_commitments} - {s.name for s in problem.storages}
    if unknown:
        raise ValueError(f"There is no device, or stock, of the name {', '.join(sorted(unknown))}.")
    _check_commodities(problem)


def _check_commodities(problem: Problem) -> None:
    metered = [site.commodity for site in problem.sites]
    if len(set(metered)) < len(metered):
        raise ValueError(f"Several sites are of the same commodity: {', '.join(metered)}.")
    homeless = {device.commodity for device in problem.devices} | {
        commitment.commodity for commitment in problem.commitments if not commitment.members
    }
    homeless -= set(metered)
    if homeless:
        raise ValueError(f"There is no site of the commodity {', '.join(sorted(homeless))}.")


def _check_size(problem: Problem, owner: str, name: str, values: Array | Mask) -> None:
    if values.shape != (problem.grid.size,):
        raise ValueError(f"{name} of {owner} has shape {values.shape} for {problem.grid.size} steps.")
