"""Read messages that ask for values. Fields are read in the documented order of checks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flexmeasures.api.messages import fields, times
from flexmeasures.api.messages.dialects import Dialect
from flexmeasures.api.messages.read_values import AFTER_THE_FACT, POSITIVE_HORIZON, POWER_UNITS
from flexmeasures.api.messages.wire import Message
from flexmeasures.domain.beliefs import BeliefFilter, SourceType
from flexmeasures.domain.errors import InvalidHorizon
from flexmeasures.domain.messages import Query, SourceChoice

FindSources = Callable[[SourceChoice], frozenset[int]]
"""Returns the ids of the sources that are chosen, or refuses a choice that there is none of."""

_PROGNOSES = frozenset({SourceType.USER, SourceType.FORECASTER})
_MEASUREMENTS = frozenset(SourceType) - {SourceType.FORECASTER, SourceType.SCHEDULER}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a message asks for.

    Attributes:
        names: Of the connections, as they are spelled.
        query: Of all of them.
    """

    names: tuple[str, ...]
    query: Query


@dataclass(frozen=True, slots=True)
class _Limits:
    """Whose values are asked for, of which time, and as they were known when."""

    names: tuple[str, ...]
    sources: frozenset[int] | None
    horizon: timedelta | None
    prior: datetime | None
    start: datetime
    end: datetime


def read_meter_query(message: Message, dialect: Dialect, find_sources: FindSources) -> Asked:
    """Read which measured values are asked for.

    Raises:
        FlexMeasuresError: something is wrong with the message; the class says what.
    """
    fields.check_type(message, "GetMeterDataRequest")
    limits = _limits(message, find_sources, _horizon_after_the_fact)
    if limits.prior is not None and limits.prior < limits.end:
        raise InvalidHorizon(AFTER_THE_FACT)
    only = BeliefFilter(
        source_types=_MEASUREMENTS,
        prior=limits.prior,
        horizon_min=limits.horizon,
        horizon_max=timedelta(0),
    )
    return _asked(message, dialect, limits, only)


def read_prognosis_query(message: Message, dialect: Dialect, find_sources: FindSources) -> Asked:
    """Read which predicted values are asked for: recorded before the event ended, unless a horizon is told.

    Raises:
        FlexMeasuresError: something is wrong with the message; the class says what.
    """
    fields.check_type(message, "GetPrognosisRequest")
    limits = _limits(message, find_sources, _horizon)
    least = timedelta.resolution if limits.horizon is None else limits.horizon
    only = BeliefFilter(source_types=_PROGNOSES, prior=limits.prior, horizon_min=least)
    return _asked(message, dialect, limits, only)


def _limits(
    message: Message, find_sources: FindSources, horizon: Callable[[Message], timedelta | None]
) -> _Limits:
    """Read all but how the values are asked for, whether measured or predicted.

    Args:
        message: The message.
        find_sources: Finds the sources that it names.
        horizon: Reads the horizon.

    Raises:
        FlexMeasuresError: something is wrong with the message; the class says what.
    """
    groups = fields.groups_of(message, "connection")
    fields.check_units(groups, POWER_UNITS, "power")
    names = tuple(name for group in groups for name in fields.resources(group, "connection"))
    choice = fields.sources(message)
    sources = None if choice is None else find_sources(choice)
    least = horizon(message)
    prior = times.prior(message)
    start, duration = times.period(groups[0])
    return _Limits(names, sources, least, prior, start, start + duration)


def _asked(message: Message, dialect: Dialect, limits: _Limits, only: BeliefFilter) -> Asked:
    slots = times.resolution(message)
    addresses = tuple(dialect.connection(name) for name in limits.names)
    return Asked(limits.names, Query(addresses, limits.start, limits.end, only, slots, limits.sources))


def _horizon(message: Message) -> timedelta | None:
    told = times.horizon(message)
    return told[0] if told else None


def _horizon_after_the_fact(message: Message) -> timedelta | None:
    """Return a horizon that measurements can have.

    Raises:
        InvalidHorizon: it cannot be read, or lies before the end of the event.
    """
    horizon = _horizon(message)
    if horizon is not None and horizon > timedelta(0):
        raise InvalidHorizon(POSITIVE_HORIZON)
    return horizon
