"""The sensors that wishes refer to: whether they are there, measure the right thing, and may be used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from flexmeasures.domain.access import may_read, may_update
from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Asset, Sensor
from flexmeasures.domain.errors import InvalidParts, InvalidUnit, UnreadableParts
from flexmeasures.domain.quantities import ENERGY, POWER, RATIO, unit_of
from flexmeasures.usecases.flex.knowledge import Knowledge, factor_of
from flexmeasures.usecases.flex.told import Told
from flexmeasures.usecases.flex.values import Recorded
from flexmeasures.usecases.flex.wishes import CONTEXT_FIELD, MODEL_FIELD, DeviceWish, SiteWish, Wishes

_OUTPUTS = frozenset(
    {"sensor", "consumption", "production", "aggregate-consumption", "aggregate-production"}
    | {"aggregate-power"}
)
_UNUSED = frozenset({"soc-sensor", "sensors", "consumption-price-sensor", "production-price-sensor"})


@dataclass(frozen=True, slots=True)
class Reference:
    """A sensor that a field refers to.

    Attributes:
        path: Way to the field, from ``flex-model`` or ``flex-context`` on.
        value: What is read of the sensor, or what it is filled with.
        is_output: Whether it is filled.
    """

    path: tuple[str, ...]
    value: Recorded
    is_output: bool = False


def references(wishes: Wishes) -> Iterator[Reference]:
    """Yield all sensors that are referred to."""
    several = len(wishes.sites) > 1
    for number, site in enumerate(wishes.sites):
        top = (CONTEXT_FIELD, str(number)) if several else (CONTEXT_FIELD,)
        yield from _of_site(site, top)
    for number, wish in enumerate(wishes.devices):
        yield from _of_device(wish, (MODEL_FIELD, str(number)))


def inputs(wishes: Wishes) -> list[Recorded]:
    """Return all that is read of sensors, and of those that are filled who they belong to."""
    return [reference.value for reference in references(wishes)]


def _of_site(site: SiteWish, top: tuple[str, ...]) -> Iterator[Reference]:
    yield from _told(site.told, top)
    for number, commitment in enumerate(site.commitments):
        yield from _told(commitment, (*top, "commitments", str(number)))


def _of_device(wish: DeviceWish, top: tuple[str, ...]) -> Iterator[Reference]:
    yield from _told(wish.told, top)
    if isinstance(wish.stock, Recorded):
        name = "state-of-charge" if "state-of-charge" in wish.told.others else "soc-sensor"
        yield Reference((*top, name), wish.stock, is_output=True)


def _told(told: Told, top: tuple[str, ...]) -> Iterator[Reference]:
    for name, value in told.values.items():
        if isinstance(value, Recorded):
            yield Reference((*top, name), value)
    for name, values in told.sums.items():
        yield from (Reference((*top, name), value) for value in values if isinstance(value, Recorded))
    for name, sensor_ids in told.sensors.items():
        if name not in _UNUSED:
            for sensor_id in sensor_ids:
                yield Reference((*top, name), Recorded(sensor_id, (POWER,)), name in _OUTPUTS)


def check_references(caller: User, wishes: Wishes, owners: Mapping[int, tuple[Sensor, Asset]]) -> None:
    """Check that sensors are there, measure what they should, and may be used by the caller.

    Raises:
        InvalidParts: a sensor is missing or measures something else.
        UnreadableParts: the caller may not read a sensor, or not fill it.
    """
    wrong: dict[tuple[str, ...], str] = {}
    hidden: dict[tuple[str, ...], str] = {}
    currencies: dict[str, int] = {}
    for reference in references(wishes):
        sensor_id = reference.value.sensor_id
        if sensor_id not in owners:
            wrong[reference.path] = f"No sensor found with ID {sensor_id}."
            continue
        sensor, asset = owners[sensor_id]
        right: Callable[[User, Asset], bool] = may_update if reference.is_output else may_read
        if not right(caller, asset):
            verb = "record data of" if reference.is_output else "read"
            hidden[reference.path] = f"You may not {verb} sensor {sensor_id}."
            continue
        text = _misfit(sensor, reference)
        if text:
            wrong[reference.path] = text
        elif (currency := unit_of(sensor.unit).currency) and not reference.is_output:
            currencies.setdefault(currency, sensor_id)
    if hidden:
        raise UnreadableParts(_tree(hidden))
    if wrong:
        raise InvalidParts(_tree(wrong))
    _check_currency(wishes, currencies)


def _misfit(sensor: Sensor, reference: Reference) -> str:
    """Say why a sensor does not fit a field; nothing if it does."""
    dimensions = reference.value.dimensions
    if reference.path[-1] in {"state-of-charge", "soc-sensor"}:
        dimensions = (ENERGY, RATIO)
    try:
        factor_of(sensor, dimensions)
    except InvalidUnit as error:
        return str(error)
    return ""


def currency_of(wishes: Wishes, knowledge: Knowledge) -> str:
    """Return the currency of all prices; empty where they tell none."""
    told = _currencies(wishes)
    measured = (unit_of(sensor.unit).currency for sensor, _ in knowledge.owners.values())
    return min(told | {currency for currency in measured if currency}, default="")


def _check_currency(wishes: Wishes, currencies: Mapping[str, int]) -> None:
    """Check that sensors and values name prices in one currency.

    Raises:
        InvalidParts: they do not.
    """
    every = sorted(_currencies(wishes) | currencies.keys())
    if len(every) > 1:
        text = f"Prices share one currency, here are {' and '.join(every)}."
        raise InvalidParts({CONTEXT_FIELD: {"consumption-price": [text]}})


def _currencies(wishes: Wishes) -> set[str]:
    """Return the currencies of values that are told."""
    told = (
        *(site.told for site in wishes.sites),
        *(commitment for site in wishes.sites for commitment in site.commitments),
        *(device.told for device in wishes.devices),
    )
    values = (value for part in told for value in part.values.values())
    return {value.currency for value in values if not isinstance(value, Recorded) and value.currency}


def _tree(texts: Mapping[tuple[str, ...], str]) -> dict[str, object]:
    """Return texts by their ways as fields within fields."""
    tree: dict[str, object] = {}
    within: dict[str, dict[tuple[str, ...], str]] = {}
    for (first, *rest), text in texts.items():
        if rest:
            within.setdefault(first, {})[tuple(rest)] = text
        else:
            tree[first] = [text]
    return {**tree, **{name: _tree(inner) for name, inner in within.items()}}
