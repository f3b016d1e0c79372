"""All that is asked of a schedule, as one problem for the scheduler."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from flexmeasures.domain.errors import InvalidParts
from flexmeasures.domain.series import Array
from flexmeasures.scheduling.contracts import Commitment, Site
from flexmeasures.scheduling.equipment import Adjustable, Coupling, Curtailable, Process, StorageDevice
from flexmeasures.scheduling.goal import Firm, Goal
from flexmeasures.scheduling.problem import Problem
from flexmeasures.usecases.flex.deviations import SIDES, Soft, breach_prices, commitments_of_people, soft
from flexmeasures.usecases.flex.devices import Device, Place, device
from flexmeasures.usecases.flex.groups import (
    group_breaches,
    group_places,
    groups_of,
    members_of,
    silent_groups,
)
from flexmeasures.usecases.flex.knowledge import Knowledge
from flexmeasures.usecases.flex.limits import amount, limit
from flexmeasures.usecases.flex.meters import Meter, meter
from flexmeasures.usecases.flex.model_fields import MAXIMIZE
from flexmeasures.usecases.flex.priced_stocks import with_priced_stocks
from flexmeasures.usecases.flex.values import Fixed
from flexmeasures.usecases.flex.wishes import DeviceWish, SiteWish, Wishes

DEVICE_BREACH_PRICE = 1e5
"""Of a device beyond its capacity, where that may be relaxed and nobody says for how much. [currency/MW]"""


@dataclass(frozen=True, slots=True)
class Label:
    """What a device is called, and what is known of it elsewhere.

    Attributes:
        name: Unique.
        soc: Last known state of charge. [MWh]
        is_process: Whether it runs once.
    """

    name: str
    soc: float | None = None
    is_process: bool = False


@dataclass(frozen=True, slots=True)
class Assembled:
    """A problem with what it came from.

    Attributes:
        problem: For the scheduler.
        names: Of the device that each wish became; empty for wishes about groups.
        notes: What was missing, in sentences.
        sign: −1 where prices were turned round, as a process is to run where it is dearest.
    """

    problem: Problem
    names: tuple[str, ...]
    notes: tuple[str, ...]
    sign: float = 1.0


def assemble(wishes: Wishes, labels: Sequence[Label], knowledge: Knowledge) -> Assembled:
    """Return all wishes as one problem.

    Args:
        wishes: Of D devices.
        labels: (D) what each device is called.
        knowledge: What is known for the steps.

    Raises:
        InvalidParts: nothing is said of the largest power of a device.
        UnknownPrices: a price is not known at any time.
    """
    grid = knowledge.grid
    meters = _meters(wishes, knowledge)
    groups = group_places(wishes.devices)
    names = tuple("" if place in groups.values() else labels[place].name for place in range(len(labels)))
    devices = _devices(wishes, labels, names, knowledge)
    sign = -1.0 if any(w.told.texts.get("optimization-sense") == MAXIMIZE for w in wishes.devices) else 1.0
    site, *networks = (signed(one.site, sign) for one in meters)
    electricity = wishes.sites[0]
    by_sensor = {
        sensor_id: name
        for wish, name in zip(wishes.devices, names, strict=True)
        for sensor_id in wish.power_sensors
        if name
    }
    commitments: list[Commitment] = [one for part in meters for one in part.commitments]
    for place in wishes.sites:
        commitments += commitments_of_people(
            place, by_sensor, lambda group: members_of(wishes, names, group), knowledge
        )
    commitments += _device_breaches(wishes, devices, names, knowledge)
    commitments += group_breaches(wishes, groups, names, knowledge)
    made = [one for one in devices if one is not None]
    problem = Problem(
        grid,
        site,
        tuple(one for one in made if isinstance(one, StorageDevice)),
        strict=electricity.told.flags.get("strict", False),
        curtailables=tuple(one for one in made if isinstance(one, Curtailable)),
        processes=tuple(one for one in made if isinstance(one, Process)),
        groups=tuple(groups_of(wishes, groups, names, [label.name for label in labels], knowledge)),
        commitments=tuple(commitments),
    )
    problem = replace(
        problem,
        adjustables=tuple(one for one in made if isinstance(one, Adjustable)),
        networks=tuple(networks),
        couplings=tuple(_couplings(wishes, names, knowledge)),
        co2_price=amount(electricity.told, "co2-price"),
        goals=tuple(Goal(goal) for goal in electricity.goals) or (Goal.COST,),
        firm=_firm(electricity),
    )
    problem = with_priced_stocks(problem, electricity)
    notes = (*(note for one in meters for note in one.notes), *silent_groups(wishes.devices))
    return Assembled(problem, names, notes, sign)


def _meters(wishes: Wishes, knowledge: Knowledge) -> list[Meter]:
    """Return the meters of all commodities, also of those that only devices name."""
    named = {site.commodity for site in wishes.sites}
    others = list(dict.fromkeys(wish.commodity for wish in wishes.devices if wish.commodity not in named))
    size = knowledge.grid.size
    return [
        *(meter(site, knowledge) for site in wishes.sites),
        *(Meter(Site.within(commodity, size)) for commodity in others),
    ]


def signed(site: Site, sign: float) -> Site:
    """Return a site with its prices as they are, or turned round."""
    return replace(site, buy_price=sign * site.buy_price, sell_price=sign * site.sell_price)


def _devices(
    wishes: Wishes, labels: Sequence[Label], names: Sequence[str], knowledge: Knowledge
) -> list[Device | None]:
    """Return the devices; None for wishes about groups."""
    tree: dict[str, object] = {}
    found: list[Device | None] = []
    capacity = limit(wishes.sites[0].told, "site-power-capacity", knowledge)
    holders: dict[int, str] = {}
    priced = frozenset(_breach_prices(wishes.sites[0], knowledge))
    for place, (wish, label, name) in enumerate(zip(wishes.devices, labels, names, strict=True)):
        if not name:
            found.append(None)
            continue
        feeds = holders.get(wish.stock_sensor or 0, "")
        at = Place(name, capacity, label.soc, feeds, label.is_process, priced)
        try:
            made = _fixed_device(wish, name, knowledge) or device(wish, at, knowledge)
        except InvalidParts as error:
            tree[str(place)] = error.tree
            continue
        if wish.stock_sensor and isinstance(made, StorageDevice):
            holders.setdefault(wish.stock_sensor, name)
        found.append(made)
    if tree:
        raise InvalidParts({"flex-model": tree})
    return found


def _fixed_device(wish: DeviceWish, name: str, knowledge: Knowledge) -> Adjustable | None:
    """Return a device whose power is what sensors say, if it is one."""
    load: Array | None = None
    for value, sign in wish.fixed_flows():
        flow = sign * np.nan_to_num(knowledge.on_steps(value))
        load = flow if load is None else load + flow
    return None if load is None else Adjustable(name, load, load, wish.commodity)


def _device_breaches(
    wishes: Wishes, devices: Sequence[Device | None], names: Sequence[str], knowledge: Knowledge
) -> Iterator[Commitment]:
    """Yield what it costs devices to exceed capacities, where these may be relaxed."""
    prices = _breach_prices(wishes.sites[0], knowledge)
    for number, (wish, made, name) in enumerate(zip(wishes.devices, devices, names, strict=True)):
        for side, price in prices.items():
            if made is None or f"{side}-capacity" not in wish.told.values:
                continue
            most = limit(wish.told, f"{side}-capacity", knowledge)
            if most.any():
                yield from soft(
                    Soft(
                        side,
                        most,
                        price,
                        f"any {side} breach device {number}",
                        f"all {side} breaches device {number}",
                        f"{side}-capacity",
                        (name,),
                        wish.commodity,
                    )
                )


def _breach_prices(site: SiteWish, knowledge: Knowledge) -> dict[str, Array]:
    """Return the (T,) price of exceeding capacities of devices, by side; nothing for those that are firm."""
    prices = breach_prices(site, knowledge)
    relaxed = site.told.flags.get("relax-capacity-constraints", False)
    usual = np.full(knowledge.grid.size, DEVICE_BREACH_PRICE)
    return prices or (dict.fromkeys(SIDES, usual) if relaxed else {})


def _couplings(wishes: Wishes, names: Sequence[str], knowledge: Knowledge) -> Iterator[Coupling]:
    """Yield devices whose powers are in proportion; what only produces has a negative share."""
    shares: dict[str, list[tuple[str, float]]] = {}
    for wish, name in zip(wishes.devices, names, strict=True):
        label = wish.told.texts.get("coupling")
        if label and name:
            value = wish.told.values.get("coupling-coefficient")
            size = value.value if isinstance(value, Fixed) else 1.0
            produces = _only_produces(wish, knowledge)
            shares.setdefault(label, []).append((name, -size if produces else size))
    for label, members in shares.items():
        if len(members) > 1:
            yield Coupling(label, tuple(members))


def _only_produces(wish: DeviceWish, knowledge: Knowledge) -> bool:
    if "production-capacity" not in wish.told.values:
        return False
    consumes = "consumption-capacity" in wish.told.values
    return not (consumes and limit(wish.told, "consumption-capacity", knowledge).any())


def _firm(site: SiteWish) -> frozenset[Firm]:
    """Return which limits are not to be relaxed."""
    flags = site.told.flags
    all_of_them = flags.get("relax-constraints", True)
    firm = set()
    if not flags.get("relax-soc-constraints", all_of_them):
        firm.add(Firm.STORAGES)
    if not flags.get("relax-site-capacity-constraints", all_of_them):
        firm.add(Firm.SITES)
    return frozenset(firm)
