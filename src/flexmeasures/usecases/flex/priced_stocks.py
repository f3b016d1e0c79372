"""States of charge that may be missed at a price."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.contracts import StockCommitment
from flexmeasures.scheduling.problem import Problem
from flexmeasures.usecases.flex.limits import amount
from flexmeasures.usecases.flex.wishes import SiteWish


def with_priced_stocks(problem: Problem, site: SiteWish) -> Problem:
    """Return a problem in which states of charge may be missed at the prices that are told."""
    below, above = (
        amount(site.told, f"soc-{side}-breach-price")
        if f"soc-{side}-breach-price" in site.told.values
        else None
        for side in ("minima", "maxima")
    )
    if below is None and above is None:
        return problem
    promises: list[StockCommitment] = []
    storages = []
    for storage in problem.storages:
        eased = storage
        if below is not None and storage.soc_minima is not None:
            promises += _promises(storage.name, "minima", storage.soc_minima, (0.0, below))
            eased = replace(eased, soc_minima=None)
        if above is not None and storage.soc_maxima is not None:
            promises += _promises(storage.name, "maxima", storage.soc_maxima, (above, 0.0))
            eased = replace(eased, soc_maxima=None)
        if below is not None and above is not None and not np.isnan(storage.soc_target).all():
            promises += _promises(storage.name, "targets", storage.soc_target, (above, below))
            eased = replace(eased, soc_target=np.full(problem.grid.size, np.nan))
        storages.append(eased)
    return replace(problem, storages=tuple(storages), stock_commitments=tuple(promises))


def _promises(
    storage: str, wish: str, quantity: Array, prices: tuple[float, float]
) -> Iterator[StockCommitment]:
    """Yield what it costs to be above and below a state of charge: at most, and all the time."""
    up, down = prices
    yield StockCommitment(
        f"any soc {wish}", storage, quantity, up_peak_price=up, down_peak_price=down, limit=f"soc-{wish}"
    )
    yield StockCommitment(f"all soc {wish}", storage, quantity, up_price=up, down_price=-down)
