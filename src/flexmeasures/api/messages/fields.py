"""Read the fields that messages share. The order in which they are read is the documented order of checks."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import numpy as np

from flexmeasures.api.messages.wire import Message
from flexmeasures.domain.errors import (
    FlexMeasuresError,
    InvalidHorizon,
    InvalidMessageType,
    InvalidPeriod,
    InvalidResolution,
    InvalidTimezone,
    InvalidUnit,
    MissingMessageType,
    MissingResource,
    MissingValues,
)
from flexmeasures.domain.messages import SourceChoice
from flexmeasures.domain.series import Array
from flexmeasures.domain.slots import SlotLength, parse_slot_length
from flexmeasures.domain.timing import parse_datetime, parse_duration

ILL_FORMATTED = "Request includes empty or ill-formatted value(s)."
_LONGEST_HORIZON = timedelta(days=36525)
_HORIZON = re.compile(r"(?P<sign>-?)(?P<repeats>R[0-9]*/)?(?P<duration>.+)")


def check_type(message: Message, expected: str) -> None:
    """Check that a message states its type.

    Raises:
        MissingMessageType: it does not.
        InvalidMessageType: it states another.
    """
    if "type" not in message:
        raise MissingMessageType
    if message["type"] != expected:
        raise InvalidMessageType(f"Request message should specify type '{expected}'.")


def check_optional_type(message: Message, expected: str) -> None:
    """Check the type of a message that need not state it.

    Raises:
        InvalidMessageType: it states another.
    """
    if "type" in message:
        check_type(message, expected)


def groups_of(message: Message, key: str) -> list[Message]:
    """Return the parts of a message that each have a resource; they inherit what they leave out.

    A part that lacks its resource is returned as well: ``resources`` refuses it.

    Args:
        message: The message.
        key: What resources are called, in singular.
    """
    groups = several(message.get("groups"))
    if key in message or f"{key}s" in message or not groups:
        return [message]
    inherited = {name: value for name, value in message.items() if name != "groups"}
    return [{**inherited, **group} if isinstance(group, dict) else inherited for group in groups]


def check_units(groups: Sequence[Message], units: Iterable[str], quantity: str) -> None:
    """Check that all parts of a message are in one of the units of a quantity.

    Raises:
        InvalidUnit: one is not.
    """
    known = list(units)
    for group in groups:
        if group.get("unit") not in known:
            raise InvalidUnit(f"Data for {quantity} should be given in {' or '.join(known)}.")


def resources(group: Message, key: str) -> list[str]:
    """Return the addresses in a part of a message, as they are spelled.

    Raises:
        MissingResource: there are none, or one of them is empty.
    """
    named = several(group.get(key, group.get(f"{key}s")))
    if not named or not all(isinstance(name, (str, int)) and str(name).strip() for name in named):
        raise MissingResource(f"The message should name its {key}.")
    return [str(name) for name in named]


def values(group: Message) -> Array:
    """Return the values in a part of a message.

    Raises:
        MissingValues: there are none, or one of them is no number.
    """
    if "timeseries" in group and "value" not in group and "values" not in group:
        given = [entry.get("value") if isinstance(entry, dict) else None for entry in _timeseries(group)]
    elif "value" in group or "values" in group:
        given = several(group.get("value", group.get("values")))
    else:
        raise MissingValues
    if not given:
        raise MissingValues(ILL_FORMATTED)
    return _numbers(given)


def number(value: object) -> float:
    """Return a finite number that is given as such or as text.

    Raises:
        MissingValues: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise MissingValues(ILL_FORMATTED)
    try:
        result = float(value)
    except (ValueError, OverflowError) as error:
        raise MissingValues(ILL_FORMATTED) from error
    if not math.isfinite(result):
        raise MissingValues(ILL_FORMATTED)
    return result


def horizon(message: Message) -> tuple[timedelta, bool] | None:
    """Return the horizon of a message, and whether it is written as a repeating interval.

    Raises:
        InvalidHorizon: it cannot be read.
    """
    text = message.get("horizon")
    if text is None:
        return None
    found = _HORIZON.fullmatch(text) if isinstance(text, str) else None
    if not found:
        raise InvalidHorizon
    try:
        duration = parse_duration(found["duration"])
    except InvalidPeriod as error:
        raise InvalidHorizon from error
    if abs(duration) > _LONGEST_HORIZON:
        raise InvalidHorizon
    return (-duration if found["sign"] else duration), bool(found["repeats"])


def prior(message: Message) -> datetime | None:
    """Return the latest time of recording that a message tells.

    Raises:
        InvalidHorizon: it is no time.
        InvalidTimezone: it lacks its offset.
    """
    told = message.get("prior")
    if told is None:
        return None
    return moment(
        told, "Prior", InvalidHorizon(f"Missing horizon or prior. Cannot parse prior {told} as iso date")
    )


def moment(value: object, name: str, otherwise: FlexMeasuresError) -> datetime:
    """Return a date and time with its offset.

    Args:
        value: As in the message.
        name: What it is called in the answer if its offset is missing.
        otherwise: What is wrong if it is no date and time.

    Raises:
        InvalidTimezone: it lacks its offset.
    """
    if not isinstance(value, str):
        raise otherwise
    try:
        return parse_datetime(value)
    except InvalidTimezone as error:
        raise InvalidTimezone(f"{name} should explicitly state a timezone.") from error
    except InvalidPeriod as error:
        raise otherwise from error


def period(group: Message) -> tuple[datetime, timedelta]:
    """Return start and duration of the values in a part of a message.

    Raises:
        InvalidPeriod: one of them is missing or makes no sense.
        InvalidTimezone: the start lacks its offset.
    """
    if "timeseries" in group and "duration" not in group:
        return _period_of_timeseries(group)
    return _plain_period(group)


def resolution(message: Message) -> SlotLength | None:
    """Return the resolution that is asked for.

    Raises:
        InvalidResolution: it cannot be read.
    """
    text = message.get("resolution")
    if text is None or text == "":
        return None
    try:
        return parse_slot_length(str(text))
    except (InvalidPeriod, InvalidResolution) as error:
        raise InvalidResolution(
            f"The resolution string cannot be parsed as ISO8601 duration: {text}"
        ) from error


def sources(message: Message) -> SourceChoice | None:
    """Return whose values are asked for: users by number, or everybody who holds a role."""
    named = [str(item) for item in several(message.get("source", message.get("sources")))]
    if not named:
        return None
    numbers = [name for name in named if name.isascii() and name.isdigit() and len(name) < 10]
    return SourceChoice(
        tuple(int(name) for name in numbers), tuple(name for name in named if name not in numbers)
    )


def several(value: object) -> list[object]:
    """Return a field's values, however many there are."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _numbers(given: list[object]) -> Array:
    """Return finite numbers; those that are given as such are read at once.

    Raises:
        MissingValues: one of them is none.
    """
    if set(map(type, given)) <= {float, int}:
        try:
            found = np.array(given, np.float64)
        except OverflowError as error:
            raise MissingValues(ILL_FORMATTED) from error
        if np.isfinite(found).all():
            return found
    return np.array([number(value) for value in given])


def _timeseries(group: Message) -> list[object]:
    return several(group["timeseries"])


def _period_of_timeseries(group: Message) -> tuple[datetime, timedelta]:
    """Return when a series begins and how long it lasts, if its parts follow each other in equal steps.

    Raises:
        InvalidPeriod: they do not.
        InvalidTimezone: a start lacks its offset.
    """
    parts = [
        _plain_period(entry) for entry in _timeseries(group) if isinstance(entry, dict) and "start" in entry
    ]
    if not parts or len(parts) < len(_timeseries(group)):
        raise InvalidPeriod("Each part of a timeseries should state its start and duration.")
    start, step = parts[0]
    if any(part != (start + place * step, step) for place, part in enumerate(parts)):
        raise InvalidPeriod("The parts of a timeseries should follow each other in equal steps.")
    return start, step * len(parts)


def _plain_period(group: Message) -> tuple[datetime, timedelta]:
    """Return start and duration that are given as such.

    Raises:
        InvalidPeriod: one of them is missing or makes no sense.
        InvalidTimezone: the start lacks its offset.
    """
    start = moment(group.get("start"), "Start time", InvalidPeriod())
    duration = group.get("duration")
    if not isinstance(duration, str):
        raise InvalidPeriod(f"{duration!r} is no duration.")
    length = parse_duration(duration, start)
    _check_end(start, length)
    return start, length


def _check_end(start: datetime, duration: timedelta) -> None:
    """Check that a period ends.

    Raises:
        InvalidPeriod: it has no length, or ends at no time that we know.
    """
    if duration == timedelta(0):
        raise InvalidPeriod("A period should be longer than zero.")
    try:
        end = start + duration
    except OverflowError as error:
        raise InvalidPeriod(f"A duration of {duration} is too long.") from error
    parse_datetime(end.isoformat())
