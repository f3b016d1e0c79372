"""Read the fields that messages share. The order in which they are read is the documented order of checks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from flexmeasures.api.messages.wire import Message
from flexmeasures.domain.errors import (
    InvalidMessageType,
    InvalidUnit,
    MissingMessageType,
    MissingResource,
    MissingValues,
)
from flexmeasures.domain.messages import SourceChoice
from flexmeasures.domain.series import Array

ILL_FORMATTED = "Request includes empty or ill-formatted value(s)."


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
        given = [
            entry.get("value") if isinstance(entry, dict) else None for entry in several(group["timeseries"])
        ]
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
