"""What messages ask for, in words of the field: the same whatever version they were written in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from flexmeasures.domain.addresses import (
    ConnectionAddress,
    MarketAddress,
    SensorAddress,
    UdiAddress,
    WeatherAddress,
)
from flexmeasures.domain.beliefs import BeliefFilter, BeliefTiming
from flexmeasures.domain.series import Series
from flexmeasures.domain.slots import SlotLength

Address = ConnectionAddress | MarketAddress | SensorAddress | WeatherAddress


class Renewal(Enum):
    """When forecasts are made anew after values came in."""

    ALWAYS = auto()
    AFTER_MEASUREMENTS = auto()
    NEVER = auto()


@dataclass(frozen=True, slots=True)
class Posting:
    """Values of one thing.

    Attributes:
        address: Of the thing.
        name: Its address as the message spells it, for answers.
        series: The values, in ``unit``.
        unit: As the message spells it.
    """

    address: Address
    name: str
    series: Series
    unit: str


@dataclass(frozen=True, slots=True)
class Posted:
    """All values of a message.

    Attributes:
        postings: One for each thing.
        timing: When the values were recorded.
        renewal: When forecasts are made anew.
        measured: Whether the message says that its values were measured.
        observed: Whether all values must have been recorded when their events were over.
    """

    postings: tuple[Posting, ...]
    timing: BeliefTiming
    renewal: Renewal = Renewal.ALWAYS
    measured: bool = False
    observed: bool = False


@dataclass(frozen=True, slots=True)
class SourceChoice:
    """Whose values are asked for: those of these users, and of users who hold one of these roles."""

    user_ids: tuple[int, ...] = ()
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """Which values are asked for.

    Attributes:
        addresses: Of the things, in the order of the answer.
        start: The first event ends after this.
        end: The last event starts before this.
        only: Which beliefs count.
        slots: How long the slots of the answer are; None for the steps of the sensor.
        sources: Ids of the sources of users whose values count; None for anybody's.
    """

    addresses: tuple[Address, ...]
    start: datetime
    end: datetime
    only: BeliefFilter
    slots: SlotLength | None = None
    sources: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Devices:
    """Which devices a version of the messages knows.

    Attributes:
        types: Names of their asset types.
        refusal: What is said of another, with places for ``messages``, ``asset_id`` and ``type``.
        event_types: Types of UDI events that are known.
        unknown: What is said of an event of another type, with places for ``event_id`` and ``event_type``.
        repeats_time: Whether an event may be of the same time as the one before.
    """

    types: frozenset[str]
    refusal: str
    event_types: frozenset[str]
    unknown: str
    repeats_time: bool


@dataclass(frozen=True, slots=True)
class UdiNotice:
    """That something is said of a device: which event it is, and when its state was so."""

    address: UdiAddress
    time: datetime
