"""Read messages that bring values. What versions mean by the same words differs no more behind this module.

Fields are read in the documented order of checks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from flexmeasures.api.messages import fields, times
from flexmeasures.api.messages.dialects import Dialect
from flexmeasures.api.messages.wire import Message
from flexmeasures.domain.addresses import parse_market, parse_weather
from flexmeasures.domain.beliefs import BeliefTiming
from flexmeasures.domain.errors import InvalidHorizon, InvalidPeriod, InvalidUnit, MissingValues
from flexmeasures.domain.messages import Address, Posted, Posting, Renewal
from flexmeasures.domain.series import Array, Series
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.domain.units import price_factor

POWER_UNITS = ("MW",)
AFTER_THE_FACT = "Meter data can only be observed after the fact."
POSITIVE_HORIZON = "Meter data must have a zero or negative horizon to indicate observations after the fact."
_REPEATS = (
    "API versions 2.0 and higher use regular ISO 8601 durations instead of repeating time intervals."
    " For example: R/P1D should be replaced by P1D."
)
_NO_HORIZON = "Please specify the horizon field using an ISO 8601 duration (such as 'PT24H')."


def read_meter_data(message: Message, dialect: Dialect) -> Posted:
    """Read measured power values.

    Raises:
        FlexMeasuresError: something is wrong with the message; the class says what.
    """
    fields.check_type(message, "PostMeterDataRequest")
    groups = _power_groups(message)
    values = [fields.values(group) for group in groups]
    told = times.horizon(message)
    if told is not None and told[0] > timedelta(0):
        raise InvalidHorizon(POSITIVE_HORIZON)
    timing = _timing(message, dialect)
    series = _series(groups, values)
    if timing.prior is not None and timing.prior < max(part.grid.end for part in series):
        raise InvalidHorizon(AFTER_THE_FACT)
    postings = _postings(groups, series, "connection", dialect.connection)
    return Posted(postings, timing, measured=True, observed=dialect.has_prior)


def read_prognosis(message: Message, dialect: Dialect) -> Posted:
    """Read predicted power values.

    Raises:
        FlexMeasuresError: something is wrong with the message; the class says what.
    """
    fields.check_type(message, "PostPrognosisRequest")
    groups = _power_groups(message)
    values = [fields.values(group) for group in groups]
    if not dialect.has_prior and message.get("horizon") is None:
        raise InvalidHorizon(_NO_HORIZON)
    timing = _timing(message, dialect)
    postings = _postings(groups, _series(groups, values), "connection", dialect.connection)
    renewal = Renewal.AFTER_MEASUREMENTS if dialect.renews_after_prognoses else Renewal.NEVER
    return Posted(postings, timing, renewal)


def read_prices(message: Message, dialect: Dialect) -> Posted:
    """Read prices.

    Raises:
        FlexMeasuresError: something is wrong with the message; the class says what.
    """
    fields.check_type(message, "PostPriceDataRequest")
    groups = fields.groups_of(message, "market")
    for group in groups:
        price_factor(str(group.get("unit")))
    return _prices_or_weather(message, dialect, groups, "market", parse_market)


def read_weather(message: Message, dialect: Dialect) -> Posted:
    """Read weather data.

    Raises:
        FlexMeasuresError: something is wrong with the message; the class says what.
    """
    fields.check_type(message, "PostWeatherDataRequest")
    groups = fields.groups_of(message, "sensor")
    if not all(isinstance(group.get("unit"), str) for group in groups):
        raise InvalidUnit("Data should be given a unit.")
    return _prices_or_weather(message, dialect, groups, "sensor", parse_weather)


def _prices_or_weather(
    message: Message,
    dialect: Dialect,
    groups: Sequence[Message],
    key: str,
    parse: Callable[[str], Address],
) -> Posted:
    for group in groups:
        fields.resources(group, key)
    timing = _timing(message, dialect)
    series = _series(groups, [fields.values(group) for group in groups])
    renewal = Renewal.ALWAYS if key == "market" else Renewal.AFTER_MEASUREMENTS
    return Posted(_postings(groups, series, key, parse), timing, renewal)


def _power_groups(message: Message) -> list[Message]:
    """Return the parts of a message about power, each with unit and connections.

    Raises:
        InvalidUnit: a unit is missing or unknown.
        MissingResource: connections are missing.
    """
    groups = fields.groups_of(message, "connection")
    fields.check_units(groups, POWER_UNITS, "power")
    for group in groups:
        fields.resources(group, "connection")
    return groups


def _timing(message: Message, dialect: Dialect) -> BeliefTiming:
    """Return when the values of a message were recorded.

    Where a dialect knows no prior, values without a horizon were recorded at the end of their events.

    Raises:
        InvalidHorizon: horizon or prior cannot be read, or the dialect has no repeating intervals.
        InvalidTimezone: the prior lacks its offset.
    """
    told = times.horizon(message)
    if told is not None and told[1] and dialect.rolling_horizons:
        raise InvalidHorizon(_REPEATS)
    prior = times.prior(message) if dialect.has_prior else None
    if told is None:
        return BeliefTiming(None if dialect.has_prior else timedelta(0), rolling=True, prior=prior)
    horizon, repeats = told
    return BeliefTiming(horizon, rolling=dialect.rolling_horizons or repeats, prior=prior)


def _series(groups: Sequence[Message], values: Sequence[Array]) -> list[Series]:
    """Return the values of each part of a message in their steps.

    Raises:
        InvalidPeriod: start or duration make no sense.
        InvalidTimezone: a start lacks its offset.
        MissingValues: parts of the same duration differ in their number of values.
    """
    sizes: dict[timedelta, int] = {}
    series = []
    for group, array in zip(groups, values, strict=True):
        start, duration = times.period(group)
        if duration < timedelta(0):
            raise InvalidPeriod("A period should be longer than zero.")
        if sizes.setdefault(duration, array.size) != array.size:
            raise MissingValues("The groups of a message should have equal numbers of values.")
        series.append(Series(TimeGrid(start, duration / array.size, array.size), array))
    return series


def _postings(
    groups: Sequence[Message], series: Sequence[Series], key: str, parse: Callable[[str], Address]
) -> tuple[Posting, ...]:
    """Return the values of each resource.

    Raises:
        InvalidAddress: a resource is named by no address of its kind.
    """
    return tuple(
        Posting(parse(name), name, part, str(group["unit"]))
        for group, part in zip(groups, series, strict=True)
        for name in fields.resources(group, key)
    )
