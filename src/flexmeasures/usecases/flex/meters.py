"""From what is said of a site to its meter: prices, capacities, fixed loads and what deviations cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from flexmeasures.domain.errors import UnknownPrices
from flexmeasures.domain.quantities import POWER
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import from_instant
from flexmeasures.scheduling.contracts import Commitment, Site
from flexmeasures.usecases.flex.deviations import breaches, peaks
from flexmeasures.usecases.flex.knowledge import Knowledge, consumption_sign
from flexmeasures.usecases.flex.limits import completed, limit
from flexmeasures.usecases.flex.told import Told
from flexmeasures.usecases.flex.values import Recorded
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
    return Meter(site, (*peaks(wish, knowledge), *breaches(wish, knowledge)), (*prices.notes, *missing))


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
    first = from_instant(knowledge.grid.starts()[int(np.argmin(known))]).isoformat()
    missing = int((~known).sum())
    text = (
        f"The {name} is missing in {missing} of {told.size} steps, first at {first}: "
        "the nearest known ones take their place."
    )
    return completed(told), (text,)


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
