"""Read messages that ask for values. Fields are read in the documented order of checks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from flexmeasures.api.messages import fields
from flexmeasures.api.messages.dialects import Dialect
from flexmeasures.api.messages.read_values import AFTER_THE_FACT, POSITIVE_HORIZON, POWER_UNITS
from flexmeasures.api.messages.wire import Message
from flexmeasures.domain.beliefs import BeliefFilter, SourceType
from flexmeasures.domain.errors import InvalidHorizon
from flexmeasures.domain.messages import Query

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


def read_meter_query(message: Message, dialect: Dialect) -> Asked:
    """Read which measured values are asked for.

    Raises:
        FlexMeasuresError: something is wrong with the message; the class says what.
    """
    fields.check_type(message, "GetMeterDataRequest")
    asked = _asked(message, dialect, _horizon_after_the_fact)
    only = replace(asked.query.only, source_types=_MEASUREMENTS, horizon_max=timedelta(0))
    if only.prior is not None and only.prior < asked.query.end:
        raise InvalidHorizon(AFTER_THE_FACT)
    return replace(asked, query=replace(asked.query, only=only))


def read_prognosis_query(message: Message, dialect: Dialect) -> Asked:
    """Read which predicted values are asked for: recorded before the event ended, unless a horizon is told.

    Raises:
        FlexMeasuresError: something is wrong with the message; the class says what.
    """
    fields.check_type(message, "GetPrognosisRequest")
    asked = _asked(message, dialect, _horizon)
    least = asked.query.only.horizon_min
    only = replace(
        asked.query.only,
        source_types=_PROGNOSES,
        horizon_min=timedelta.resolution if least is None else least,
    )
    return replace(asked, query=replace(asked.query, only=only))


def _horizon(message: Message) -> timedelta | None:
    told = fields.horizon(message)
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


def _asked(message: Message, dialect: Dialect, horizon: Callable[[Message], timedelta | None]) -> Asked:
    """Read what is asked for, whether measured or predicted.

    Args:
        message: The message.
        dialect: In which it is written.
        horizon: Reads the horizon.

    Raises:
        FlexMeasuresError: something is wrong with the message; the class says what.
    """
    groups = fields.groups_of(message, "connection")
    fields.check_units(groups, POWER_UNITS, "power")
    names = tuple(name for group in groups for name in fields.resources(group, "connection"))
    sources = fields.sources(message)
    least = horizon(message)
    prior = fields.prior(message)
    start, duration = fields.period(groups[0])
    slots = fields.resolution(message)
    addresses = tuple(dialect.connection(name) for name in names)
    only = BeliefFilter(prior=prior, horizon_min=least)
    return Asked(names, Query(addresses, start, start + duration, only, slots, sources))
