"""From what is said of a site to its meter: prices, capacities, fixed loads and what deviations cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from flexmeasures.domain.errors import UnknownPrices
from flexmeasures.domain.quantities import POWER, POWER_PRICE
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import from_instant
from flexmeasures.scheduling.contracts import Commitment, Site
from flexmeasures.usecases.flex.knowledge import Knowledge, consumption_sign, smaller
from flexmeasures.usecases.flex.told import Told
from flexmeasures.usecases.flex.values import Fixed, Recorded
from flexmeasures.usecases.flex.wishes import ELECTRICITY, SiteWish


@dataclass(frozen=True, slots=True)
class Meter:
    """What a site wishes, as the scheduler takes it.

    Attributes:
        site: Its meter.
        commitments: What deviations cost.
        notes: What was missing, in sentences.
    """

    site: Site
    commitments: tuple[Commitment, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prices:
    """What energy costs.

    Attributes:
        buy: (T,) [currency/MWh]
        sell: (T,) [currency/MWh]
        notes: What was missing.
    """

    buy: Array
    sell: Array
    notes: tuple[str, ...] = ()


def meter(wish: SiteWish, knowledge: Knowledge) -> Meter:
    """Return the meter of a commodity.

    Raises:
        UnknownPrices: a price is not known at any time.
    """
    size = knowledge.grid.size
    if wish.commodity != ELECTRICITY and not wish.told.names - {"commodity"} and not wish.commitments:
        return Meter(Site.within(wish.commodity, size))
    prices = prices_of(wish, knowledge)
    consumption, production = _capacities(wish, knowledge)
    load, missing = fixed_load(wish.told, knowledge)
    site = Site(prices.buy, prices.sell, consumption, production, load, wish.commodity)
    if "co2-intensity" in wish.told.values:
        intensity = np.nan_to_num(knowledge.on_steps(wish.told.values["co2-intensity"]))
        site = replace(site, co2_intensity=intensity)
    return Meter(site, (*_peaks(wish, knowledge), *_breaches(wish, knowledge)), (*prices.notes, *missing))


def prices_of(wish: SiteWish, knowledge: Knowledge) -> Prices:
    """Return what energy costs at a meter.

    Raises:
        UnknownPrices: a price is not known at any time.
    """
    values = wish.told.values
    nothing: Array = np.zeros(knowledge.grid.size)
    buy, notes = (
        _price(wish, "consumption-price", knowledge) if "consumption-price" in values else (nothing, ())
    )
    sell, more = _price(wish, "production-price", knowledge) if "production-price" in values else (buy, ())
    if "grid-fee" in values:
        buy = buy + np.nan_to_num(knowledge.on_steps(values["grid-fee"]))
    return Prices(buy, sell, (*notes, *more))


def _price(wish: SiteWish, name: str, knowledge: Knowledge) -> tuple[Array, tuple[str, ...]]:
    """Return the (T,) price, completed where it is not known, and what was missing."""
    told = knowledge.on_steps(wish.told.values[name])
    known = ~np.isnan(told)
    if not known.any():
        raise UnknownPrices(f"The {name} is not known at any time of the planning window.")
    if known.all():
        return told, ()
    places = np.flatnonzero(known)
    filled = np.interp(np.arange(told.size), places, told[places])
    first = from_instant(knowledge.grid.starts()[int(np.argmin(known))]).isoformat()
    missing = int((~known).sum())
    text = (
        f"The {name} is missing in {missing} of {told.size} steps, first at {first}: "
        "the nearest known ones take their place."
    )
    return filled, (text,)


def _capacities(wish: SiteWish, knowledge: Knowledge) -> tuple[Array, Array]:
    """Return the (T,) largest consumption and production that are firm; infinite where there is no limit."""
    both = limit(wish.told, "site-power-capacity", knowledge)
    found = []
    for side, other in (("consumption", "production"), ("production", "consumption")):
        own = limit(wish.told, f"site-{side}-capacity", knowledge)
        if f"site-{side}-breach-price" in wish.told.values:
            own = np.full(own.size, np.inf)
        closed = (
            wish.commodity != ELECTRICITY
            and f"site-{other}-capacity" in wish.told.values
            and not {f"site-{side}-capacity", "site-power-capacity"} & wish.told.values.keys()
        )
        found.append(np.zeros(own.size) if closed else np.minimum(both, own))
    return found[0], found[1]


def limit(told: Told, name: str, knowledge: Knowledge) -> Array:
    """Return the (T,) limit that a field sets, infinite where it sets none. [MW]"""
    value = told.values.get(name)
    if value is None:
        return np.full(knowledge.grid.size, np.inf)
    found = knowledge.on_steps(value, smaller)
    return np.where(np.isnan(found), np.inf, np.maximum(found, 0.0))


def fixed_load(told: Told, knowledge: Knowledge) -> tuple[Array, tuple[str, ...]]:
    """Return the (T,) power of everything that is not scheduled, and what of it is not known. [MW]"""
    load, notes = np.zeros(knowledge.grid.size), []
    for sensor_id, sign in signed_sensors(told, knowledge):
        series = knowledge.on_steps(Recorded(sensor_id, (POWER,)))
        missing = int(np.isnan(series).sum())
        if missing:
            sensor = knowledge.owners[sensor_id][0]
            notes.append(
                f"Nothing is known of {sensor.name} ({sensor_id}) in {missing} of {series.size} steps:"
                " it counts as zero there."
            )
        load = load + sign * np.nan_to_num(series)
    return load, tuple(notes)


def signed_sensors(told: Told, knowledge: Knowledge) -> Iterator[tuple[int, float]]:
    """Yield the sensors of fixed loads, each with the sign of its consumption."""
    for sensor_id in told.sensors.get("inflexible-consumption", ()):
        yield sensor_id, 1.0
    for sensor_id in told.sensors.get("inflexible-production", ()):
        yield sensor_id, -1.0
    for sensor_id in told.sensors.get("inflexible-device-sensors", ()):
        yield sensor_id, consumption_sign(knowledge.owners[sensor_id][0])


def _peaks(wish: SiteWish, knowledge: Knowledge) -> Iterator[Commitment]:
    """Yield what peaks cost: of each price the highest power in the steps that have it."""
    for side, sign in (("consumption", 1.0), ("production", -1.0)):
        told = wish.told.values
        price = told.get(f"site-peak-{side}-price")
        if price is None:
            continue
        prices = knowledge.on_steps(price)
        free = np.nan_to_num(knowledge.on_steps(told.get(f"site-peak-{side}") or Fixed(0.0, POWER)), nan=0.0)
        nothing = np.zeros(prices.size)
        for one in np.unique(prices[~np.isnan(prices)]):
            quantity = np.where(prices == one, sign * free, np.nan)
            up, down = (float(one), 0.0) if sign > 0 else (0.0, float(one))
            name = f"{wish.commodity} {side} peak"
            yield Commitment(name, quantity, nothing, nothing, up, down, commodity=wish.commodity)


def _breaches(wish: SiteWish, knowledge: Knowledge) -> Iterator[Commitment]:
    """Yield what it costs to go beyond capacities that may be exceeded at a price."""
    for side in ("consumption", "production"):
        price = wish.told.values.get(f"site-{side}-breach-price")
        if isinstance(price, Fixed) and f"site-{side}-capacity" in wish.told.values:
            most = limit(wish.told, f"site-{side}-capacity", knowledge)
            yield from soft(
                Soft(
                    side,
                    most,
                    price.value,
                    f"{wish.commodity} any {side} breach",
                    f"{wish.commodity} all {side} breaches",
                    f"site-{side}-capacity",
                    commodity=wish.commodity,
                )
            )


@dataclass(frozen=True, slots=True)
class Soft:
    """A limit of power that may be exceeded at a price.

    Attributes:
        side: ``consumption`` or ``production``.
        most: (T,) the limit. [MW]
        price: Of the largest excess [currency/MW] and of the energy beyond the limit. [currency/MWh]
        largest: Name of what the largest excess costs.
        each: Name of what that of all steps costs.
        limit: Which limit it is, for what is told.
        members: Names of the devices; none for all of the commodity.
        commodity: Of the meter.
    """

    side: str
    most: Array
    price: float
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
    nothing, each = np.zeros(most.size), np.full(most.size, told.price)
    up, down = (told.price, 0.0) if consumes else (0.0, told.price)
    yield Commitment(
        told.largest, quantity, nothing, nothing, up, down, told.members, told.commodity, told.limit
    )
    ups, downs = (each, nothing) if consumes else (nothing, -each)
    yield Commitment(told.each, quantity, ups, downs, 0.0, 0.0, told.members, told.commodity)


def user_commitments(wish: SiteWish, names: dict[int, str], knowledge: Knowledge) -> Iterator[Commitment]:
    """Yield the commitments of people.

    Args:
        wish: Of the site.
        names: Names of devices, by the sensors of their power.
        knowledge: Of their series.
    """
    own = {f"{wish.commodity} net energy", f"{wish.commodity} consumption peak"}
    own |= {f"{wish.commodity} production peak"}
    nothing = np.zeros(knowledge.grid.size)
    for told in wish.commitments:
        name = told.texts["name"]
        each, peaks = {}, {}
        for side in ("up-price", "down-price"):
            price = told.values.get(side)
            series = nothing if price is None else np.nan_to_num(knowledge.on_steps(price))
            of_power = isinstance(price, Fixed) and price.dimension is POWER_PRICE
            each[side] = nothing if of_power else series
            peaks[side] = float(series[0]) if of_power else 0.0
        yield Commitment(
            f"{name} (custom)" if name in own else name,
            knowledge.on_steps(told.values["baseline"]),
            each["up-price"],
            each["down-price"],
            peaks["up-price"],
            -peaks["down-price"] if peaks["down-price"] else 0.0,
            tuple(names[one] for one in told.sensors.get("sensors", ()) if one in names),
            told.texts.get("commodity", wish.commodity),
        )
