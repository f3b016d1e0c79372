"""All that is asked of a schedule, as one problem for the scheduler."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from flexmeasures.domain.errors import InvalidParts
from flexmeasures.domain.series import Array
from flexmeasures.scheduling.contracts import Commitment, Group, Site, StockCommitment
from flexmeasures.scheduling.equipment import Adjustable, Coupling, Curtailable, Process, StorageDevice
from flexmeasures.scheduling.goal import Firm, Goal
from flexmeasures.scheduling.problem import Problem
from flexmeasures.usecases.flex.devices import Device, Place, device
from flexmeasures.usecases.flex.knowledge import Knowledge
from flexmeasures.usecases.flex.meters import Meter, Soft, limit, meter, soft, user_commitments
from flexmeasures.usecases.flex.model_fields import MAXIMIZE
from flexmeasures.usecases.flex.values import Fixed
from flexmeasures.usecases.flex.wishes import DeviceWish, SiteWish, Wishes

GROUP_BREACH_PRICE = 1e7
"""Of a group beyond what it may consume or produce. [currency/MW]"""

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
    groups = _group_places(wishes.devices)
    names = tuple("" if place in groups.values() else labels[place].name for place in range(len(labels)))
    devices = _devices(wishes, labels, names, knowledge)
    sign = -1.0 if any(w.told.texts.get("optimization-sense") == MAXIMIZE for w in wishes.devices) else 1.0
    site, *networks = (signed(one.site, sign) for one in meters)
    electricity = wishes.sites[0]
    by_sensor = {
        wish.sensor_id: name
        for wish, name in zip(wishes.devices, names, strict=True)
        if wish.sensor_id and name
    }
    commitments: list[Commitment] = [one for part in meters for one in part.commitments]
    for place in wishes.sites:
        commitments += user_commitments(place, by_sensor, knowledge)
    commitments += _device_breaches(wishes, devices, names, knowledge)
    commitments += _group_breaches(wishes, groups, names, knowledge)
    made = [one for one in devices if one is not None]
    problem = Problem(
        grid,
        site,
        tuple(one for one in made if isinstance(one, StorageDevice)),
        strict=electricity.told.flags.get("strict", False),
        curtailables=tuple(one for one in made if isinstance(one, Curtailable)),
        processes=tuple(one for one in made if isinstance(one, Process)),
        groups=tuple(_groups(wishes, groups, names, labels, knowledge)),
        commitments=tuple(commitments),
    )
    problem = replace(
        problem,
        adjustables=tuple(one for one in made if isinstance(one, Adjustable)),
        networks=tuple(networks),
        couplings=tuple(_couplings(wishes, names, knowledge)),
        co2_price=_amount(electricity, "co2-price"),
        goals=tuple(Goal(goal) for goal in electricity.goals) or (Goal.COST,),
        firm=_firm(electricity),
    )
    problem = _with_priced_stocks(problem, electricity)
    return Assembled(problem, names, tuple(note for one in meters for note in one.notes), sign)


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
    priced = frozenset(_breach_prices(wishes.sites[0]))
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


def _group_places(devices: Sequence[DeviceWish]) -> dict[tuple[str, int], int]:
    """Return which wish is about each group that devices name, by what names it."""
    named = {wish.group for wish in devices if wish.group}
    found: dict[tuple[str, int], int] = {}
    for place, wish in enumerate(devices):
        for key in (("asset", wish.asset_id), ("sensor", wish.sensor_id)):
            if key in named and key[1] is not None:
                found[key[0], key[1]] = place
    return found


def _members(wishes: Wishes, names: Sequence[str], group: tuple[str, int]) -> tuple[str, ...]:
    """Return the devices of a group, and of the groups within it."""
    found: list[str] = []
    wanted, seen = [group], set()
    while wanted:
        key = wanted.pop()
        if key in seen:
            continue
        seen.add(key)
        for wish, name in zip(wishes.devices, names, strict=True):
            if wish.group != key:
                continue
            if name:
                found.append(name)
            wanted += [
                (kind, one)
                for kind, one in (("asset", wish.asset_id), ("sensor", wish.sensor_id))
                if one is not None and not name
            ]
    return tuple(dict.fromkeys(found))


def _groups(
    wishes: Wishes,
    places: Mapping[tuple[str, int], int],
    names: Sequence[str],
    labels: Sequence[Label],
    knowledge: Knowledge,
) -> Iterator[Group]:
    for key, place in places.items():
        most = limit(wishes.devices[place].told, "power-capacity", knowledge)
        members = _members(wishes, names, key)
        if members and np.isfinite(most).any():
            yield Group(labels[place].name, members, most, most)


def _group_breaches(
    wishes: Wishes, places: Mapping[tuple[str, int], int], names: Sequence[str], knowledge: Knowledge
) -> Iterator[Commitment]:
    for key, place in places.items():
        told, members = wishes.devices[place].told, _members(wishes, names, key)
        for side in ("consumption", "production"):
            if f"{side}-capacity" in told.values and members:
                most = limit(told, f"{side}-capacity", knowledge)
                label = f"group {key[0]} {key[1]}"
                yield from soft(
                    Soft(
                        side,
                        most,
                        GROUP_BREACH_PRICE,
                        f"{label} any {side} breach",
                        f"{label} all {side} breaches",
                        f"group-{side}-capacity",
                        members,
                        wishes.devices[place].commodity,
                    )
                )


def _device_breaches(
    wishes: Wishes, devices: Sequence[Device | None], names: Sequence[str], knowledge: Knowledge
) -> Iterator[Commitment]:
    """Yield what it costs devices to exceed capacities, where these may be relaxed."""
    prices = _breach_prices(wishes.sites[0])
    for number, (wish, made, name) in enumerate(zip(wishes.devices, devices, names, strict=True)):
        for side, amount in prices.items():
            if made is None or f"{side}-capacity" not in wish.told.values:
                continue
            most = limit(wish.told, f"{side}-capacity", knowledge)
            if most.any():
                yield from soft(
                    Soft(
                        side,
                        most,
                        amount,
                        f"any {side} breach device {number}",
                        f"all {side} breaches device {number}",
                        f"{side}-capacity",
                        (name,),
                        wish.commodity,
                    )
                )


def _breach_prices(site: SiteWish) -> dict[str, float]:
    """Return what it costs devices to exceed their capacities, by side; nothing for those that are firm."""
    sides = ("consumption", "production")
    told = {side: site.told.values.get(f"{side}-breach-price") for side in sides}
    prices = {side: price.value for side, price in told.items() if isinstance(price, Fixed)}
    relaxed = site.told.flags.get("relax-capacity-constraints", False)
    return prices or (dict.fromkeys(sides, DEVICE_BREACH_PRICE) if relaxed else {})


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


def _amount(site: SiteWish, name: str) -> float:
    value = site.told.values.get(name)
    return value.value if isinstance(value, Fixed) else 0.0


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


def _with_priced_stocks(problem: Problem, site: SiteWish) -> Problem:
    """Return a problem in which states of charge may be missed at the prices that are told."""
    below, above = (
        _amount(site, f"soc-{side}-breach-price") if f"soc-{side}-breach-price" in site.told.values else None
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
