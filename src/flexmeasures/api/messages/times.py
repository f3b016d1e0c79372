"""Read the fields of messages that tell times, in the documented order of checks."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from flexmeasures.api.messages.fields import several
from flexmeasures.api.messages.wire import Message
from flexmeasures.domain.errors import (
    FlexMeasuresError,
    InvalidHorizon,
    InvalidPeriod,
    InvalidResolution,
    InvalidTimezone,
)
from flexmeasures.domain.slots import SlotLength, parse_slot_length
from flexmeasures.domain.timing import parse_datetime, parse_duration

_LONGEST_HORIZON = timedelta(days=36525)
_HORIZON = re.compile(r"(?P<sign>-?)(?P<repeats>R[0-9]*/)?(?P<duration>.+)")


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


def _period_of_timeseries(group: Message) -> tuple[datetime, timedelta]:
    """Return when a series begins and how long it lasts, if its parts follow each other in equal steps.

    Raises:
        InvalidPeriod: they do not.
        InvalidTimezone: a start lacks its offset.
    """
    entries = several(group["timeseries"])
    parts = [_plain_period(entry) for entry in entries if isinstance(entry, dict) and "start" in entry]
    if not parts or len(parts) < len(entries):
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
