"""Statements about somebody's portfolio: energy and money by asset type, and what schedules change.

Shapes: T steps. Power consumption positive, in MW.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import AssetType
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.usecases.effects import Effect, effect_of
from flexmeasures.usecases.holdings import Holding, market_name
from flexmeasures.usecases.trade import Money, energy_of, worth_of_all

SUPPLIER = "Supplier"


@dataclass(frozen=True, slots=True)
class Statement:
    """Energy and money of assets over a window.

    Attributes:
        name: Of the asset type, or of all.
        type: Their type; None for all.
        count: How many assets.
        consumption: [MWh]
        production: [MWh]
        expected: Share of both that is not measured, in [0, 1]. [-]
        money: At the prices of their markets.
        unpriced: Names of the markets without any price for some of the assets; empty for no market.
        pays: Whether these assets can have costs.
        earns: Whether they can have revenues.
    """

    name: str
    type: AssetType | None
    count: int
    consumption: float
    production: float
    expected: float
    money: Money
    unpriced: tuple[str, ...] = ()
    pays: bool = True
    earns: bool = True


@dataclass(frozen=True, slots=True)
class Portfolio:
    """All statements about a portfolio over a window.

    Attributes:
        statements: By asset type.
        total: Of all.
        effects: By asset type, where anything is scheduled.
        effect: Of all.
        currencies: Of the markets; sums of money mean something only if there is one.
    """

    statements: tuple[Statement, ...]
    total: Statement
    effects: tuple[Effect, ...]
    effect: Effect
    currencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flows:
    """Total power of assets, each side for itself; NaN where nothing is known.

    Attributes:
        consumption: (T,) sum of what consumes. [MW]
        production: (T,) sum of what produces, as a positive number. [MW]
    """

    consumption: Array
    production: Array


def portfolio(user: User, held: Sequence[Holding], grid: TimeGrid) -> Portfolio:
    """Return the statements about what somebody holds.

    Args:
        user: Whose view it is: who supplies others is paid for what they consume.
        held: Assets over T steps.
        grid: T steps.
    """
    sells = user.has_role(SUPPLIER)
    hours = grid.step / timedelta(hours=1)
    groups = by_type(held)
    scheduled = [each for each in held if each.is_scheduled]
    currencies = {each.market.unit.split("/", maxsplit=1)[0] for each in held if each.market}
    return Portfolio(
        tuple(_statement(kind.display_name, kind, group, hours, sells=sells) for kind, group in groups),
        _statement("All", None, held, hours, sells=sells),
        tuple(effect_of(kind.display_name, kind, group, hours) for kind, group in by_type(scheduled)),
        effect_of("All", None, scheduled, hours),
        tuple(sorted(currencies)),
    )


def by_type(held: Sequence[Holding]) -> list[tuple[AssetType, list[Holding]]]:
    """Sort assets by their types, in the order of their names."""
    types = {each.asset.type.id: each.asset.type for each in held}
    ordered = sorted(types.values(), key=lambda kind: kind.display_name.casefold())
    return [(kind, [each for each in held if each.asset.type.id == kind.id]) for kind in ordered]


def flows(held: Sequence[Holding], grid: TimeGrid) -> Flows:
    """Return what assets consume and produce together."""
    if not held:
        nothing = np.full(grid.size, np.nan)
        return Flows(nothing, nothing)
    power = np.array([each.power for each in held])
    known = ~np.isnan(power).all(axis=0)
    filled = np.nan_to_num(power)
    return Flows(
        np.where(known, np.maximum(filled, 0.0).sum(axis=0), np.nan),
        np.where(known, np.maximum(-filled, 0.0).sum(axis=0), np.nan),
    )


def all_measured(held: Sequence[Holding], grid: TimeGrid) -> NDArray[np.bool_]:
    """Return (T,) whether everything that is known of a step was measured."""
    measured = np.ones(grid.size, bool)
    for each in held:
        measured &= each.is_measured | np.isnan(each.power)
    return measured


def _statement(
    name: str, kind: AssetType | None, held: Sequence[Holding], hours: float, *, sells: bool
) -> Statement:
    if not held:
        return Statement(name, kind, 0, 0.0, 0.0, 0.0, Money(0.0, 0.0))
    power = np.array([each.power for each in held])
    price = np.array([each.price for each in held])
    is_measured = np.array([each.is_measured for each in held])
    taken, given = np.maximum(power, 0.0), np.maximum(-power, 0.0)
    consumption, production = energy_of(taken, hours), energy_of(given, hours)
    expected = energy_of(np.abs(power[~is_measured]), hours)
    moved = consumption + production
    paid, earned = worth_of_all(taken, price, hours), worth_of_all(given, price, hours)
    takes, gives = (
        kind is None or can or energy > 0
        for can, energy in ((kind and kind.is_consumer, consumption), (kind and kind.is_producer, production))
    )
    return Statement(
        name,
        kind,
        len(held),
        consumption,
        production,
        expected / moved if moved else 0.0,
        Money(earned, paid) if sells else Money(paid, earned),
        _unpriced(held),
        pays=gives if sells else takes,
        earns=takes if sells else gives,
    )


def _unpriced(held: Sequence[Holding]) -> tuple[str, ...]:
    """Return the markets of the assets that move energy without any price for it."""
    bare = [each for each in held if np.isnan(each.price).all() and np.nansum(np.abs(each.power))]
    return tuple(sorted({market_name(each.market) if each.market else "" for each in bare}))
