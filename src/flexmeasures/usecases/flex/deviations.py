"""What it costs to deviate: peaks, limits that may be exceeded at a price, and commitments of people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from flexmeasures.domain.quantities import ENERGY_PRICE, POWER, POWER_PRICE, Dimension
from flexmeasures.domain.series import Array
from flexmeasures.scheduling.contracts import Commitment
from flexmeasures.scheduling.equipment import Mask
from flexmeasures.usecases.flex.knowledge import Knowledge
from flexmeasures.usecases.flex.limits import completed, limit
from flexmeasures.usecases.flex.told import Told
from flexmeasures.usecases.flex.values import Fixed
from flexmeasures.usecases.flex.wishes import ELECTRICITY, SiteWish, read_group

SIDES = ("consumption", "production")
Members = Callable[[tuple[str, int]], tuple[str, ...]]
"""Names of the devices in a group."""


def peaks(wish: SiteWish, knowledge: Knowledge) -> Iterator[Commitment]:
    """Yield what peaks cost: of each price the highest power in the steps that have it."""
    told = wish.told.values
    for side, sign in (("consumption", 1.0), ("production", -1.0)):
        price = told.get(f"site-peak-{side}-price")
        if price is None:
            continue
        prices = knowledge.on_steps(price)
        free = np.nan_to_num(knowledge.on_steps(told.get(f"site-peak-{side}") or Fixed(0.0, POWER)), nan=0.0)
        nothing = np.zeros(prices.size)
        for one, steps in _by_price(prices):
            quantity = np.where(steps, sign * free, np.nan)
            up, down = (one, 0.0) if sign > 0 else (0.0, one)
            name = f"{wish.commodity} {side} peak"
            yield Commitment(name, quantity, nothing, nothing, up, down, commodity=wish.commodity)


def _by_price(prices: Array) -> Iterator[tuple[float, Mask]]:
    """Yield each price with the (T,) steps that have it."""
    for one in np.unique(prices[~np.isnan(prices)]):
        yield float(one), prices == one


def breaches(wish: SiteWish, knowledge: Knowledge) -> Iterator[Commitment]:
    """Yield what it costs to go beyond capacities that may be exceeded at a price."""
    for side, price in breach_prices(wish, knowledge, "site-").items():
        if f"site-{side}-capacity" in wish.told.values:
            yield from soft(
                Soft(
                    side,
                    limit(wish.told, f"site-{side}-capacity", knowledge),
                    price,
                    f"{wish.commodity} any {side} breach",
                    f"{wish.commodity} all {side} breaches",
                    f"site-{side}-capacity",
                    commodity=wish.commodity,
                )
            )


def breach_prices(wish: SiteWish, knowledge: Knowledge, prefix: str = "") -> dict[str, Array]:
    """Return the (T,) price of exceeding capacities, by side; nothing for sides without one. [currency/MW]"""
    told = {side: wish.told.values.get(f"{prefix}{side}-breach-price") for side in SIDES}
    return {side: completed(knowledge.on_steps(price)) for side, price in told.items() if price is not None}


@dataclass(frozen=True, slots=True)
class Soft:
    """A limit of power that may be exceeded at a price.

    Attributes:
        side: ``consumption`` or ``production``.
        most: (T,) the limit. [MW]
        price: (T,) of the largest excess in the steps of one price [currency/MW], and of the energy beyond
            the limit. [currency/MWh]
        largest: Name of what the largest excess costs.
        each: Name of what that of all steps costs.
        limit: Which limit it is, for what is told.
        members: Names of the devices; none for all of the commodity.
        commodity: Of the meter.
    """

    side: str
    most: Array
    price: Array
    largest: str
    each: str
    limit: str
    members: tuple[str, ...] = ()
    commodity: str = ELECTRICITY


def soft(told: Soft) -> Iterator[Commitment]:
    """Yield what it costs to exceed a limit: at most, and in each step."""
    consumes = told.side == "consumption"
    most = np.where(np.isfinite(told.most), told.most, np.nan)
    quantity = most if consumes else -most
    nothing = np.zeros(most.size)
    for one, steps in _by_price(told.price):
        up, down = (one, 0.0) if consumes else (0.0, one)
        here = np.where(steps, quantity, np.nan)
        yield Commitment(
            told.largest, here, nothing, nothing, up, down, told.members, told.commodity, told.limit
        )
    ups, downs = (told.price, nothing) if consumes else (nothing, -told.price)
    yield Commitment(told.each, quantity, ups, downs, 0.0, 0.0, told.members, told.commodity)


def commitments_of_people(
    wish: SiteWish, names: Mapping[int, str], members: Members, knowledge: Knowledge
) -> Iterator[Commitment]:
    """Yield the commitments of people: what each MWh costs, and of each price of power the highest one.

    Args:
        wish: Of the site.
        names: Names of devices, by the sensors of their power.
        members: Of groups.
        knowledge: Of their series.
    """
    for told in wish.commitments:
        name = told.texts["name"]
        shown = f"{name} (custom)" if _is_own(name, wish.commodity) else name
        scope = (_scope(told, names, members), told.texts.get("commodity", wish.commodity))
        baseline = knowledge.on_steps(told.values["baseline"])
        nothing: Array = np.zeros(baseline.size)
        each = [_prices(told, side, ENERGY_PRICE, knowledge) for side in ("up-price", "down-price")]
        up, down = (np.nan_to_num(side) for side in each)
        yield Commitment(shown, baseline, up, down, 0.0, 0.0, *scope)
        for one, steps in _by_price(_prices(told, "up-price", POWER_PRICE, knowledge)):
            yield Commitment(shown, np.where(steps, baseline, np.nan), nothing, nothing, one, 0.0, *scope)
        for one, steps in _by_price(_prices(told, "down-price", POWER_PRICE, knowledge)):
            yield Commitment(shown, np.where(steps, baseline, np.nan), nothing, nothing, 0.0, -one, *scope)


def _prices(told: Told, side: str, dimension: Dimension, knowledge: Knowledge) -> Array:
    """Return the (T,) price of a side if it is one of this dimension; NaN where there is none."""
    price = told.values.get(side)
    if price is None or knowledge.dimension(price) is not dimension:
        return np.full(knowledge.grid.size, np.nan)
    return knowledge.on_steps(price)


def _scope(told: Told, names: Mapping[int, str], members: Members) -> tuple[str, ...]:
    """Return the devices that a commitment holds for; none for the whole site."""
    group = told.others.get("group")
    if group is not None:
        return members(read_group(group))
    return tuple(dict.fromkeys(names[one] for one in told.sensors.get("sensors", ()) if one in names))


def _is_own(name: str, commodity: str) -> bool:
    """Tell whether costs are told under a name already."""
    own = {f"{commodity} net energy", *(f"{commodity} {side} peak" for side in SIDES)}
    own |= {f"{commodity} any {side} breach" for side in SIDES}
    own |= {f"{commodity} all {side} breaches" for side in SIDES}
    own |= {f"{which} soc {wish}" for which in ("any", "all") for wish in ("minima", "maxima", "targets")}
    return name in own
