"""Read messages about devices. Fields are read in the documented order of checks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flexmeasures.api.messages import fields, times
from flexmeasures.api.messages.dialects import Dialect
from flexmeasures.api.messages.wire import Message
from flexmeasures.domain.addresses import UdiAddress, parse_udi
from flexmeasures.domain.errors import (
    IncompleteUdiEvent,
    InvalidAddress,
    InvalidDatetime,
    InvalidDemand,
    InvalidFields,
    InvalidPeriod,
    MissingResource,
    MissingValues,
)
from flexmeasures.domain.flexibility import SocTarget, UdiEvent
from flexmeasures.domain.messages import UdiNotice
from flexmeasures.domain.timing import parse_duration
from flexmeasures.domain.units import factor
from flexmeasures.usecases.flexibility import Demand

MESSAGE_DURATION = timedelta(hours=6)
_SOME_DAY = datetime(2001, 1, 1, tzinfo=UTC)
"""Any: a month is longer than any schedule, wherever it is counted from."""
_TARGETED = "soc-with-targets"
_UNITS = ("kWh", "MWh")


def read_udi_notice(message: Message) -> UdiNotice:
    """Read which UDI event a message is about, and when it was.

    Raises:
        FlexMeasuresError: something is wrong with the message; the class says what.
    """
    fields.check_type(message, "PostUdiEventRequest")
    fields.check_units([message], _UNITS, "State of charge")
    time = _moment(message, "Datetime", "Missing datetime parameter.", "datetime string")
    return UdiNotice(_udi_address(message), time)


def read_udi_event(message: Message, notice: UdiNotice, dialect: Dialect, latest: datetime) -> UdiEvent:
    """Read what a UDI event says.

    Args:
        message: The message.
        notice: Which event it is.
        dialect: In which it is written.
        latest: Until when targets can be.

    Raises:
        FlexMeasuresError: something is wrong with the message; the class says what.
    """
    mwh = factor(str(message["unit"]), "energy")
    soc = mwh * _number(message, "value")
    targets = _targets(message, notice, mwh, latest) if notice.address.event_type == _TARGETED else ()
    limits = _limits(message, mwh) if dialect.device_limits else (None, None, None)
    return UdiEvent(
        notice.address.asset_id,
        notice.address.event_id,
        notice.address.event_type,
        notice.time,
        soc,
        targets,
        *limits,
    )


def read_prior(message: Message, dialect: Dialect) -> datetime | None:
    """Read by when that must have been known which a schedule follows, where a dialect can tell.

    Raises:
        InvalidHorizon: it is no time.
        InvalidTimezone: it lacks its offset.
    """
    return times.prior(message) if dialect.device_limits else None


def read_demands(message: Message) -> list[tuple[str, Demand]]:
    """Read which device messages are asked for: events as they are spelled, and what of each.

    Raises:
        FlexMeasuresError: something is wrong with the message; the class says what.
    """
    fields.check_type(message, "GetDeviceMessageRequest")
    names = [
        name for group in fields.groups_of(message, "event") for name in fields.resources(group, "event")
    ]
    duration = _duration(message)
    return [(name, Demand(parse_udi(name), duration)) for name in names]


def _duration(message: Message) -> timedelta:
    """Return how much of a schedule is asked for.

    Raises:
        InvalidFields: it cannot be read.
        InvalidDemand: it is nothing.
    """
    told = message.get("duration")
    if told is None:
        return MESSAGE_DURATION
    try:
        duration = parse_duration(str(told), _SOME_DAY)
    except InvalidPeriod as error:
        raise InvalidFields({"duration": [f"Cannot parse {told} as ISO8601 duration."]}) from error
    if duration <= timedelta(0):
        raise InvalidDemand("Cannot parse 'duration' value.")
    return duration


def _udi_address(message: Message) -> UdiAddress:
    """Return which event a message is about.

    Raises:
        InvalidAddress: it names none, or several.
    """
    try:
        names = fields.resources(message, "event")
    except MissingResource as error:
        raise InvalidAddress("No event identifier sent.") from error
    if len(names) > 1:
        raise InvalidAddress("A message tells of one event.")
    return parse_udi(names[0])


def _moment(message: Message, name: str, missing: str, what: str) -> datetime:
    """Return the date and time in a message.

    Raises:
        InvalidDatetime: there is none.
        InvalidTimezone: it lacks its offset.
    """
    value = message.get("datetime")
    if value is None:
        raise InvalidDatetime(missing)
    return times.moment(value, name, InvalidDatetime(f"Cannot parse {what} {value} as iso date"))


def _number(message: Message, name: str) -> float:
    """Return a number.

    Raises:
        MissingValues: it is missing, or none.
    """
    if name not in message:
        raise MissingValues
    return fields.number(message[name])


def _targets(message: Message, notice: UdiNotice, mwh: float, latest: datetime) -> tuple[SocTarget, ...]:
    """Return the targets of an event.

    Raises:
        IncompleteUdiEvent: there are none.
        MissingValues: a target has no value.
        InvalidDatetime: a target has no time, or one that is too late.
        InvalidTimezone: the time of a target lacks its offset.
    """
    address = notice.address
    targets = message.get("targets")
    if not isinstance(targets, list):
        raise IncompleteUdiEvent(
            f"The requested UDI event (id = {address.event_id}, type = {address.event_type}) is incomplete."
        )
    return tuple(_target(target, mwh, notice.time, latest) for target in targets)


def _target(target: object, mwh: float, start: datetime, latest: datetime) -> SocTarget:
    if not isinstance(target, dict):
        raise MissingValues(fields.ILL_FORMATTED)
    soc = mwh * _number(target, "value")
    due = _moment(target, "Target datetime", "Target missing datetime parameter.", "target datetime string")
    if due > latest:
        raise InvalidDatetime(
            f"Target datetime exceeds {latest.isoformat()}. Maximum scheduling horizon is {latest - start}."
        )
    return SocTarget(due, soc)


def _limits(message: Message, mwh: float) -> tuple[float | None, float | None, float | None]:
    """Return round-trip efficiency, least and largest state of charge, as far as they are told.

    Raises:
        MissingValues: one of them is no number, or cannot be.
    """
    efficiency = _told(message, "roundtrip_efficiency", 1.0)
    least, largest = _told(message, "soc_min", mwh), _told(message, "soc_max", mwh)
    if efficiency is not None and not 0 < efficiency <= 1:
        raise MissingValues("The roundtrip efficiency should be more than 0 and at most 1.")
    if least is not None and largest is not None and least > largest:
        raise MissingValues("The minimum state of charge should not exceed the maximum.")
    return efficiency, least, largest


def _told(message: Message, name: str, scale: float) -> float | None:
    return None if message.get(name) is None else scale * _number(message, name)
