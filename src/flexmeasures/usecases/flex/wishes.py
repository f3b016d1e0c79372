"""What is asked of a schedule: sites and devices, read from a flex-context and a flex-model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from flexmeasures.domain.addresses import ID_MAX
from flexmeasures.domain.errors import InvalidParts
from flexmeasures.domain.quantities import POWER
from flexmeasures.usecases.flex.checks import check_device, check_site
from flexmeasures.usecases.flex.context_fields import COMMITMENT, CONTEXT, GOALS
from flexmeasures.usecases.flex.model_fields import MODEL
from flexmeasures.usecases.flex.modes import read_bands, read_profile, read_times
from flexmeasures.usecases.flex.told import Told, read_told
from flexmeasures.usecases.flex.values import Recorded, Value, read_value, shown, wrong

MODEL_FIELD, CONTEXT_FIELD = "flex-model", "flex-context"
ELECTRICITY = "electricity"
MOST_DEVICES = 10_000
MOST_COMMITMENTS = 1000

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class SiteWish:
    """What is said of the meter of a commodity.

    Attributes:
        told: By field.
        commitments: Of people: what each says.
        goals: In their order.
    """

    told: Told
    commitments: tuple[Told, ...] = ()
    goals: tuple[str, ...] = ()

    @property
    def commodity(self) -> str:
        """Which passes the meter."""
        return self.told.texts.get("commodity", ELECTRICITY)


@dataclass(frozen=True, slots=True)
class DeviceWish:
    """What is said of a device.

    Attributes:
        told: By field.
        asset_id: The asset, where one is named.
        group: What its group is named by: ``asset`` or ``sensor`` with an id.
        stock: Its state of charge as told: a sensor or values.
        bands: Least and largest power of each mode of operation. [MW]
        forbidden: Start and end of times in which a process may not run.
        profile: Power in each step of a process; none where it is the same throughout. [MW]
    """

    told: Told
    asset_id: int | None = None
    group: tuple[str, int] | None = None
    stock: Value | None = None
    bands: tuple[tuple[float, float], ...] = ()
    forbidden: tuple[tuple[datetime, datetime], ...] = ()
    profile: tuple[float, ...] = ()

    @property
    def commodity(self) -> str:
        """At whose meter its power counts."""
        return self.told.texts.get("commodity", ELECTRICITY)

    @property
    def sensor_id(self) -> int | None:
        """The sensor of its power, where one is named."""
        return self.told.sensor("sensor")

    @property
    def power_sensors(self) -> tuple[int, ...]:
        """The sensors of its power, of either direction."""
        named = (self.told.sensor(name) for name in ("sensor", "consumption", "production"))
        return tuple(one for one in named if one is not None)

    def fixed_flows(self) -> Iterator[tuple[Recorded, float]]:
        """Yield what sensors say of its power where nothing is to be chosen, with the sign of consumption."""
        for name, sign in (("inflexible-consumption", 1.0), ("inflexible-production", -1.0)):
            for sensor_id in self.told.sensors.get(name, ()):
                yield Recorded(sensor_id, (POWER,)), sign

    @property
    def stock_sensor(self) -> int | None:
        """The sensor of its state of charge, where one is named."""
        return self.stock.sensor_id if isinstance(self.stock, Recorded) else None


@dataclass(frozen=True, slots=True)
class Wishes:
    """All that is asked of a schedule.

    Attributes:
        sites: The meters, that of electricity first.
        devices: In their order.
    """

    sites: tuple[SiteWish, ...]
    devices: tuple[DeviceWish, ...] = field(default=())


def read_wishes(model: object, context: object) -> Wishes:
    """Read a flex-model and a flex-context.

    Args:
        model: A list of devices, or one.
        context: Of electricity, or a list of such of several commodities.

    Raises:
        InvalidParts: fields have values that they cannot have; all of them are told.
    """
    tree: dict[str, object] = {}
    devices: tuple[DeviceWish, ...] = ()
    sites: tuple[SiteWish, ...] = ()
    try:
        devices = _devices(model)
    except InvalidParts as error:
        tree[MODEL_FIELD] = error.tree.get("", error.tree)
    try:
        sites = read_sites(context)
    except InvalidParts as error:
        tree[CONTEXT_FIELD] = error.tree.get("", error.tree)
    if tree:
        raise InvalidParts(tree)
    return Wishes(sites, devices)


def _devices(model: object) -> tuple[DeviceWish, ...]:
    if isinstance(model, Mapping):
        return (read_device(model),)
    if not isinstance(model, list):
        raise wrong(f"{shown(model)} is neither an object nor a list of such.")
    if len(model) > MOST_DEVICES:
        raise wrong(f"{len(model)} devices are too many: expected at most {MOST_DEVICES}.")
    return tuple(_each(model, read_device))


def read_device(message: object) -> DeviceWish:
    """Read what is said of a device.

    Raises:
        InvalidParts: fields have values that they cannot have.
    """
    told = read_told(message, MODEL)
    check_device(told)
    parts: dict[str, object] = {}
    others = told.others
    wish = DeviceWish(told)
    for name, read in _OTHERS.items():
        if name in others:
            try:
                wish = read(wish, others[name])
            except InvalidParts as error:
                parts[name] = error.tree.get("", error.tree)
    if parts:
        raise InvalidParts(parts)
    former = told.sensor("soc-sensor")
    if former is not None and wish.stock is None:
        return replace(wish, stock=Recorded(former, (*MODEL.values["soc-minima"].dimensions, _SHARES)))
    return wish


def _with_asset(wish: DeviceWish, told: object) -> DeviceWish:
    return replace(wish, asset_id=_identity(told))


def _with_group(wish: DeviceWish, told: object) -> DeviceWish:
    return replace(wish, group=read_group(told))


def _with_stock(wish: DeviceWish, told: object) -> DeviceWish:
    takes = MODEL.values["soc-minima"]
    unit = wish.told.texts.get("soc-unit")
    dimensions = takes.dimensions if not isinstance(told, Mapping) else (*takes.dimensions, _SHARES)
    return replace(wish, stock=read_value(told, replace(takes, dimensions=dimensions, bare=unit)))


def _with_bands(wish: DeviceWish, told: object) -> DeviceWish:
    return replace(wish, bands=read_bands(told))


def _with_forbidden(wish: DeviceWish, told: object) -> DeviceWish:
    return replace(wish, forbidden=read_times(told))


def _with_profile(wish: DeviceWish, told: object) -> DeviceWish:
    return replace(wish, profile=read_profile(told))


_SHARES = MODEL.values["storage-efficiency"].dimensions[0]
_OTHERS: Mapping[str, Callable[[DeviceWish, object], DeviceWish]] = {
    "asset": _with_asset,
    "group": _with_group,
    "state-of-charge": _with_stock,
    "operation-modes": _with_bands,
    "time-restrictions": _with_forbidden,
    "power-profile": _with_profile,
}


def read_group(told: object) -> tuple[str, int]:
    """Return what a group is named by.

    Raises:
        InvalidParts: it is named by nothing.
    """
    if isinstance(told, Mapping) and len(told) == 1:
        ((name, inner),) = told.items()
        if name in {"asset", "sensor"}:
            return str(name), _identity(inner)
    raise wrong(f'{shown(told)} names no group: expected {{"asset": id}} or {{"sensor": id}}.')


def _identity(told: object) -> int:
    if isinstance(told, int) and not isinstance(told, bool) and 0 < told <= ID_MAX:
        return told
    raise wrong(f"{shown(told)} is no id: expected a whole number.")


def read_sites(context: object) -> tuple[SiteWish, ...]:
    """Read the meters of all commodities.

    Raises:
        InvalidParts: fields have values that they cannot have.
    """
    if isinstance(context, Mapping) and context.get("commodities") is not None:
        context = _several(context)
    if isinstance(context, list):
        sites = tuple(_each(context, _site))
    else:
        sites = (_site(context),)
        if sites[0].commodity != ELECTRICITY:
            raise InvalidParts({"commodity": ["One context alone is of electricity; expected a list."]})
    names = [site.commodity for site in sites]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise wrong(f"There are several contexts of {', '.join(sorted(twice))}.")
    if ELECTRICITY not in names:
        sites = (SiteWish(Told()), *sites)
    return tuple(sorted(sites, key=lambda site: site.commodity != ELECTRICITY))


def _several(context: Mapping[object, object]) -> list[object]:
    """Return the contexts in one object: that of its own fields first, if it has some.

    Raises:
        InvalidParts: the others are no list.
    """
    others = context["commodities"]
    if not isinstance(others, list):
        raise InvalidParts({"commodities": [f"{shown(others)} is no list of contexts."]})
    own = {name: told for name, told in context.items() if name != "commodities"}
    return [own, *others] if own else others


def _site(message: object) -> SiteWish:
    told = read_told(message, CONTEXT)
    check_site(told)
    told = _renamed(told)
    goals = told.others.get("goals", [])
    if not isinstance(goals, list) or any(goal not in GOALS for goal in goals) or len(goals) > len(GOALS):
        raise InvalidParts({"goals": [f"{shown(goals)} is no list of {', '.join(GOALS)}."]})
    commitments = told.others.get("commitments", [])
    if not isinstance(commitments, list) or len(commitments) > MOST_COMMITMENTS:
        raise InvalidParts({"commitments": [f"{shown(commitments)} is no list of commitments."]})
    try:
        read = tuple(_each(commitments, _commitment))
    except InvalidParts as error:
        raise InvalidParts({"commitments": error.tree}) from error
    return SiteWish(told, read, tuple(str(goal) for goal in goals))


def _renamed(told: Told) -> Told:
    """Return what is said under the names of today."""
    values = dict(told.values)
    for name in ("consumption-price", "production-price"):
        sensor = told.sensor(f"{name}-sensor")
        if sensor is not None:
            values.setdefault(name, Recorded(sensor, CONTEXT.values[name].dimensions))
    return replace(told, values=values)


def _commitment(message: object) -> Told:
    told = read_told(message, COMMITMENT)
    for name, there in (("name", told.texts), ("baseline", told.values)):
        if name not in there:
            raise InvalidParts({name: ["Missing data for required field."]})
    if not {"up-price", "down-price"} & told.values.keys():
        raise InvalidParts({"up-price": ["A commitment needs an up-price or a down-price."]})
    if "group" in told.others:
        read_group(told.others["group"])
    return told


def _each(messages: Sequence[object], read: Callable[[object], Read]) -> Iterator[Read]:
    """Yield what each part of a list says.

    Raises:
        InvalidParts: some of them are wrong; the first ten are told.
    """
    tree: dict[str, object] = {}
    for place, message in enumerate(messages):
        try:
            found = read(message)
        except InvalidParts as error:
            tree[str(place)] = error.tree.get("", error.tree)
            if len(tree) >= 10:
                break
        else:
            if not tree:
                yield found
    if tree:
        raise InvalidParts(tree)
