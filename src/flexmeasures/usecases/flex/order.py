"""Take an order for a schedule: complete it, check all of it, and have it done as a job."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flexmeasures.domain.accounts import ADMIN, Account, User
from flexmeasures.domain.addresses import ID_MAX
from flexmeasures.domain.assets import Asset, Sensor
from flexmeasures.domain.errors import InvalidParts, UnreadableParts
from flexmeasures.domain.jobs import SCHEDULING, Job, JobState
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.usecases.flex.completeness import check_wishes
from flexmeasures.usecases.flex.inheritance import Site, site_of, whole_context, whole_model
from flexmeasures.usecases.flex.named_assets import check_assets
from flexmeasures.usecases.flex.references import check_references, references
from flexmeasures.usecases.flex.schedulers import check_scheduler
from flexmeasures.usecases.flex.values import Segments
from flexmeasures.usecases.flex.wishes import (
    CONTEXT_FIELD,
    MODEL_FIELD,
    DeviceWish,
    SiteWish,
    Wishes,
    read_device,
    read_sites,
    read_wishes,
)
from flexmeasures.usecases.ports.platform import Platform

PLAN = "plan"
"""Kind of jobs that make schedules of flex-models."""

OPERATOR = User(0, "", "operator", Account(0, ""), frozenset({ADMIN}))
"""Who orders on the command line."""

MOST_NAMED = 1000
_NO_SENSORS = frozenset({"value", "asset", "soc-at-start", "soc-min", "soc-max"})
_NO_LIST = "What is kept takes a value or a sensor, no list of segments."

UNLIMITED_STEPS = 1_000_000
"""What no schedule has more of, even if there is no limit."""

USUAL_STEP = timedelta(minutes=15)
_GONE = (JobState.FAILED, JobState.CANCELLED)
Owners = Mapping[int, tuple[Sensor, Asset]]


@dataclass(frozen=True, slots=True)
class Order:
    """A schedule that somebody asks for.

    Attributes:
        start: Of the schedule.
        model: A flex-model, as JSON: devices, or one.
        context: A flex-context, as JSON.
        duration: Of the schedule; None for as far as schedules look ahead.
        resolution: Of its steps; None for those of the devices.
        prior: What was recorded later does not count.
        sequential: Whether devices are planned one after the other.
        anew: Whether an equal order is done again.
    """

    start: datetime
    model: object
    context: object
    duration: timedelta | None = None
    resolution: timedelta | None = None
    prior: datetime | None = None
    sequential: bool = False
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """An order with all that it says and inherits.

    Attributes:
        wishes: What is asked.
        arguments: The order as a job keeps it.
        owners: The sensors that it refers to, with their assets.
        grid: Steps of the schedule.
    """

    wishes: Wishes
    arguments: Mapping[str, object]
    owners: Owners
    grid: TimeGrid


def order_for_sensor(caller: User, sensor: Sensor, order: Order, platform: Platform) -> Job:
    """Have a schedule made of the device whose power a sensor is for.

    Raises:
        InvalidParts: fields are wrong; nothing is changed then.
        UnreadableParts: the order refers to sensors that the caller may not use.
    """
    return _queue(sensor.asset_id, order, read_for_sensor(caller, sensor, order, platform), platform)


def read_for_sensor(caller: User, sensor: Sensor, order: Order, platform: Platform) -> Read:
    """Complete an order of one device with what is kept of its asset, and check all of it.

    Raises:
        InvalidParts: fields are wrong.
        UnreadableParts: the order refers to sensors that the caller may not use.
    """
    model = order.model
    if isinstance(model, list) and len(model) == 1:
        model = model[0]
    if not isinstance(model, Mapping):
        raise InvalidParts({MODEL_FIELD: ["A sensor has one device: expected an object with its fields."]})
    asset = platform.store.assets.asset(sensor.asset_id)
    with_sensor = {"sensor": sensor.id, **model}
    try:
        return read_order(caller, asset, _with_model(order, [with_sensor]), platform, alone=True)
    except UnreadableParts as error:
        raise UnreadableParts(_of_one(error.tree)) from error
    except InvalidParts as error:
        raise InvalidParts(_of_one(error.tree)) from error


def order_for_asset(caller: User, asset: Asset, order: Order, platform: Platform) -> Job:
    """Have a schedule made of the devices of an asset.

    Raises:
        InvalidParts: fields are wrong; nothing is changed then.
        UnreadableParts: the order refers to sensors that the caller may not use.
    """
    return _queue(asset.id, order, read_order(caller, asset, order, platform), platform)


def read_order(caller: User, asset: Asset, order: Order, platform: Platform, *, alone: bool = False) -> Read:
    """Complete an order with what is kept of the asset and check all of it.

    Args:
        caller: Who orders.
        asset: To be scheduled.
        order: What is asked.
        platform: What is known.
        alone: Whether other parts of the asset are left as they are.

    Raises:
        InvalidParts: fields are wrong.
        UnreadableParts: it refers to sensors that the caller may not use.
    """
    model = [order.model] if isinstance(order.model, Mapping) else order.model
    if not isinstance(model, list):
        raise InvalidParts({MODEL_FIELD: ["Expected a list of devices."]})
    site = site_of(asset, platform)
    owners = platform.store.assets.owners(sorted(_named_sensors((model, order.context))))
    kept = _only(site) if alone else site
    whole = whole_model(kept, model, {one: sensor for one, (sensor, _) in owners.items()})
    context = whole_context(site, order.context)
    wishes = read_wishes(whole, context)
    owners = {**owners, **_others(wishes, owners, platform)}
    check_references(caller, wishes, owners)
    check_assets(caller, wishes, {one.id: one for one in site.branch}, platform)
    check_wishes(wishes)
    check_scheduler(asset, platform)
    grid = _grid(order, wishes, owners, platform)
    arguments: dict[str, object] = {
        "asset_id": asset.id,
        "start": grid.start.isoformat(),
        "end": grid.end.isoformat(),
        "resolution": grid.step // timedelta(seconds=1),
        "prior": order.prior.isoformat() if order.prior else None,
        "sequential": order.sequential,
        MODEL_FIELD: whole,
        CONTEXT_FIELD: context,
    }
    return Read(wishes, arguments, owners, grid)


def _queue(asset_id: int, order: Order, read: Read, platform: Platform) -> Job:
    """Put a job into the queue, unless an equal one was put there lately."""
    text = json.dumps(read.arguments, sort_keys=True, default=str)
    key = f"plan:{hashlib.sha256(text.encode()).hexdigest()[:40]}"
    if not order.anew:
        known, after = platform.store.jobs.by_key(key), platform.now() - platform.rules.same_order_for
        if known and known.state not in _GONE and known.created > after:
            return known
    return platform.queue.put(SCHEDULING, PLAN, read.arguments, key=key, asset_id=asset_id)


def _with_model(order: Order, model: object) -> Order:
    return Order(
        order.start, model, order.context, order.duration, order.resolution, order.prior, anew=order.anew
    )


def _of_one(tree: Mapping[str, object]) -> Mapping[str, object]:
    """Return what is wrong with the only device, without its number."""
    inner = tree.get(MODEL_FIELD)
    return {**tree, MODEL_FIELD: inner["0"]} if isinstance(inner, dict) and "0" in inner else tree


def _only(site: Site) -> Site:
    return Site(site.asset, site.line, (site.asset,), site.documents)


def _named_sensors(message: object) -> set[int]:
    """Return all sensors that a message seems to name, so that they can be looked up at once."""
    if isinstance(message, Mapping):
        inner = (told for name, told in message.items() if name not in _NO_SENSORS)
        return set().union(*(_named_sensors(told) for told in inner))
    if isinstance(message, (list, tuple)):
        return set().union(*(_named_sensors(told) for told in message[:MOST_NAMED]))
    named = isinstance(message, int) and not isinstance(message, bool) and 0 < message <= ID_MAX
    return {message} if named and isinstance(message, int) else set()


def _others(wishes: Wishes, owners: Owners, platform: Platform) -> Owners:
    missing = {reference.value.sensor_id for reference in references(wishes)} - owners.keys()
    return platform.store.assets.owners(sorted(missing)) if missing else {}


def _grid(order: Order, wishes: Wishes, owners: Owners, platform: Platform) -> TimeGrid:
    """Return the steps of a schedule, until the last target if that is later.

    Raises:
        InvalidParts: there are none, or too many.
    """
    step = _usual_step(wishes, owners) if order.resolution is None else order.resolution
    if step <= timedelta(0):
        raise InvalidParts({"resolution": [f"{step} is no length of time."]})
    midnight = order.start.replace(hour=0, minute=0, second=0, microsecond=0)
    start = order.start - (order.start - midnight) % step
    duration = platform.rules.planning_horizon if order.duration is None else order.duration
    try:
        end = order.start + duration
    except OverflowError as error:
        raise InvalidParts({"duration": ["This ends too late."]}) from error
    size = -((start - end) // step)
    most = _most_steps(step, platform)
    if not 1 <= size <= most:
        raise InvalidParts({"duration": [f"{size} steps are planned: expected 1 to {most}."]})
    target = max(_targets(wishes), default=end)
    size = min(max(size, -((start - target) // step)), most)
    return TimeGrid(start, step, size)


def _most_steps(step: timedelta, platform: Platform) -> int:
    """Return how many steps of this length one schedule has at most."""
    longest = platform.rules.longest_plan
    if longest is None:
        return UNLIMITED_STEPS
    return longest // step if isinstance(longest, timedelta) else longest


def _targets(wishes: Wishes) -> list[datetime]:
    values = [wish.told.values.get("soc-targets") for wish in wishes.devices]
    return [part.end for value in values if isinstance(value, Segments) for part in value.parts]


def _usual_step(wishes: Wishes, owners: Owners) -> timedelta:
    """Return the shortest step of the sensors of the devices' power."""
    steps = [owners[one][0].step for wish in wishes.devices for one in wish.power_sensors]
    return min((step for step in steps if step > timedelta(0)), default=USUAL_STEP)


def check_kept(documents: Mapping[str, object]) -> None:
    """Check flexibility that is to be kept of an asset: it can name sensors, but no lists of segments.

    Args:
        documents: By name; ``flex_model`` and ``flex_context`` are looked at.

    Raises:
        InvalidParts: fields have values that they cannot have.
    """
    tree: dict[str, object] = {}
    readers: tuple[tuple[str, Callable[[object], DeviceWish | tuple[SiteWish, ...]]], ...] = (
        ("flex_model", read_device),
        ("flex_context", read_sites),
    )
    for name, read in readers:
        told = documents.get(name)
        if not told:
            continue
        try:
            found = read(told)
        except InvalidParts as error:
            tree[name] = error.tree.get("", error.tree)
            continue
        lists = _lists(found)
        if lists:
            tree[name] = {field: [_NO_LIST] for field in lists}
    if tree:
        raise InvalidParts(tree)


def _lists(found: DeviceWish | tuple[SiteWish, ...]) -> list[str]:
    """Return the fields that change in time as they were told."""
    parts = [found.told] if isinstance(found, DeviceWish) else [site.told for site in found]
    return [name for told in parts for name, value in told.values.items() if isinstance(value, Segments)]
