"""What schedules will change in the next day: the opportunities that lie ahead, and what they are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Asset, Connection
from flexmeasures.domain.beliefs import BeliefFilter, SourceType
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.usecases.effects import Adjustment, adjustments, effect_of
from flexmeasures.usecases.holdings import Holding, holdings_of, steps_of
from flexmeasures.usecases.ports.platform import Platform

AHEAD = timedelta(hours=24)
MOST = 100
"""So many scheduled assets are looked at."""

_BY_SCHEDULERS = BeliefFilter(source_types=frozenset({SourceType.SCHEDULER}))


@dataclass(frozen=True, slots=True)
class Coming:
    """What schedules will change of an asset.

    Attributes:
        asset: Which.
        adjustments: Still to come.
        worth: Of all that they change in the next day, NaN without prices. [currency]
    """

    asset: Asset
    adjustments: tuple[Adjustment, ...]
    worth: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """What lies ahead.

    Attributes:
        coming: By asset, where there is anything.
        currency: Of the market, empty if there is none or there are several.
    """

    coming: tuple[Coming, ...]
    currency: str

    @property
    def asset_ids(self) -> frozenset[int]:
        """Assets of which anything will change."""
        return frozenset(each.asset.id for each in self.coming)

    @property
    def count(self) -> int:
        """How many adjustments there are."""
        return sum(len(each.adjustments) for each in self.coming)

    @property
    def worth(self) -> float:
        """Of all together; NaN unless all are known in one currency. [currency]"""
        return sum(each.worth for each in self.coming) if self.currency else np.nan

    @property
    def best(self) -> tuple[Asset, Adjustment] | None:
        """The adjustment of most value, or without prices the first one."""
        found = [(each.asset, one) for each in self.coming for one in each.adjustments]
        priced = [pair for pair in found if pair[1].worth > 0]
        if priced and self.currency:
            return max(priced, key=lambda pair: pair[1].worth)
        return min(found, key=lambda pair: pair[1].start, default=None)


NOTHING = Outlook((), "")


def outlook(user: User, connections: Sequence[Connection], platform: Platform) -> Outlook:
    """Return what schedules will change of some assets in the next day.

    Args:
        user: Who looks.
        connections: Assets with power.
        platform: What is known.
    """
    now = platform.now()
    grid = steps_of(now, now + AHEAD)
    ids = [each.sensor.id for each in connections]
    planned = platform.store.beliefs.latest(ids, grid.start, grid.end, _BY_SCHEDULERS) if ids else {}
    scheduled = [
        each for each in connections if any(part.value.size for part in planned.get(each.sensor.id, []))
    ]
    if not scheduled:
        return NOTHING
    held = holdings_of(scheduled[:MOST], user, grid, platform)
    found = (_coming(each, grid, platform) for each in held)
    coins = {each.market.unit.split("/", maxsplit=1)[0] for each in held if each.market}
    return Outlook(tuple(each for each in found if each.adjustments), coins.pop() if len(coins) == 1 else "")


def _coming(held: Holding, grid: TimeGrid, platform: Platform) -> Coming:
    ahead = [each for each in adjustments([held], grid, platform.now()) if not each.is_missed]
    hours = grid.step / timedelta(hours=1)
    profit = effect_of("", None, [held], hours).money.profit
    return Coming(held.asset, tuple(ahead), profit)
