"""The services of the message API: one table for all versions."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from flexmeasures.api.messages import fields, write
from flexmeasures.api.messages.dialects import Dialect
from flexmeasures.api.messages.read_queries import read_meter_query, read_prognosis_query
from flexmeasures.api.messages.read_udi import (
    read_demands,
    read_prior,
    read_udi_event,
    read_udi_notice,
)
from flexmeasures.api.messages.read_values import (
    read_meter_data,
    read_prices,
    read_prognosis,
    read_weather,
)
from flexmeasures.api.messages.wire import Message
from flexmeasures.api.messages.write import Body
from flexmeasures.domain.accounts import USEF_ROLES, User
from flexmeasures.domain.errors import UnknownPrices
from flexmeasures.usecases import flexibility, ingest, reading
from flexmeasures.usecases.flexibility import Demand
from flexmeasures.usecases.ports.platform import Platform

_PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a service.

    Attributes:
        message: What was sent.
        caller: By whom.
        dialect: In which version.
        platform: To what.
        naming_authority: What the addresses of this host begin with.
    """

    message: Message
    caller: User
    dialect: Dialect
    platform: Platform
    naming_authority: str


@dataclass(frozen=True, slots=True)
class Service:
    """A service of the message API.

    Attributes:
        name: In paths.
        since: Number of the first version that has it.
        method: Of HTTP.
        access: Roles of which a caller needs one.
        description: For the list of services.
        handle: Does what is asked, in one transaction.
        in_steps: Whether it makes its own transactions instead, one after the other.
        by_body: Fields that a query may leave to a JSON body.
    """

    name: str
    since: str
    method: str
    access: tuple[str, ...]
    description: str
    handle: Callable[[Call], Body]
    in_steps: bool = False
    by_body: frozenset[str] = frozenset()


def services_of(dialect: Dialect) -> list[Service]:
    """Return the services that a version has."""
    return [service for service in SERVICES if service.since <= dialect.number]


def _get_connection(call: Call) -> Body:
    fields.check_optional_type(call.message, "GetConnectionRequest")
    connections = reading.list_connections(call.caller, call.platform)
    return write.write_connections(connections, call.naming_authority, call.platform.rules.mode)


def _get_meter_data(call: Call) -> Body:
    find_sources = partial(reading.chosen_sources, call.caller, platform=call.platform)
    asked = read_meter_query(call.message, call.dialect, find_sources)
    return write.write_reading(asked, reading.read_power(call.caller, asked.query, call.platform))


def _get_prognosis(call: Call) -> Body:
    find_sources = partial(reading.chosen_sources, call.caller, platform=call.platform)
    asked = read_prognosis_query(call.message, call.dialect, find_sources)
    return write.write_reading(asked, reading.read_power(call.caller, asked.query, call.platform))


def _post_meter_data(call: Call) -> Body:
    posted = read_meter_data(call.message, call.dialect)
    return write.write_outcome(ingest.record_power(call.caller, posted, call.platform))


def _post_prognosis(call: Call) -> Body:
    posted = read_prognosis(call.message, call.dialect)
    return write.write_outcome(ingest.record_power(call.caller, posted, call.platform))


def _post_price_data(call: Call) -> Body:
    posted = read_prices(call.message, call.dialect)
    return write.write_outcome(ingest.record_prices(call.caller, posted, call.platform))


def _post_weather_data(call: Call) -> Body:
    posted = read_weather(call.message, call.dialect)
    return write.write_outcome(ingest.record_weather(call.caller, posted, call.platform))


def _post_udi_event(call: Call) -> Body:
    platform, dialect = call.platform, call.dialect
    notice = read_udi_notice(call.message)
    flexibility.check_notice(call.caller, notice, dialect.devices, platform)
    latest = flexibility.latest_time(notice.time, platform)
    event = read_udi_event(call.message, notice, dialect, latest)
    prior = read_prior(call.message, dialect)
    flexibility.post_udi_event(event, platform)
    if not dialect.schedules_at_once:
        flexibility.order_schedule(notice.address, platform, prior)
    return dict(write.PROCESSED)


def _get_device_message(call: Call) -> Body:
    demands = read_demands(call.message)
    if call.dialect.schedules_at_once:
        for _, demand in demands:
            _wait_for_schedule(demand, call)
    with call.platform.transaction():
        found = [
            (
                name,
                flexibility.device_message(call.caller, demand, call.dialect.devices, call.platform),
            )
            for name, demand in demands
        ]
    return write.write_device_messages(found)


def _wait_for_schedule(demand: Demand, call: Call) -> None:
    """Have a schedule made and wait for it, as long as the dialect has patience.

    Raises:
        UnknownPrices: it cannot be made, as prices are missing.
    """
    platform = call.platform
    with platform.transaction():
        flexibility.order_missing_schedule(call.caller, demand, call.dialect.devices, platform)
    deadline = time.monotonic() + call.dialect.patience.total_seconds()
    while True:
        with platform.transaction():
            waiting = flexibility.is_being_scheduled(demand.address, platform)
            lacks_prices = flexibility.failed_for_prices(demand.address, platform)
        if lacks_prices:
            raise UnknownPrices("Prices unknown for planning window.")
        if not waiting or time.monotonic() > deadline:
            return
        time.sleep(_PAUSE)


_DEVICE_ROLES = ("Prosumer", "ESCo")

SERVICES = (
    Service(
        "getConnection",
        "1.1",
        "GET",
        USEF_ROLES,
        "Request entity addresses of connections",
        _get_connection,
    ),
    Service("getMeterData", "1.0", "GET", USEF_ROLES, "Request meter reading", _get_meter_data),
    Service("postMeterData", "1.0", "POST", USEF_ROLES, "Send meter reading", _post_meter_data),
    Service("getPrognosis", "1.1", "GET", USEF_ROLES, "Request load planning", _get_prognosis),
    Service("postPrognosis", "1.1", "POST", USEF_ROLES, "Send prediction", _post_prognosis),
    Service("postPriceData", "1.1", "POST", USEF_ROLES, "Send prices", _post_price_data),
    Service(
        "postWeatherData",
        "1.1",
        "POST",
        USEF_ROLES,
        "Send weather forecasts or weather sensor observations",
        _post_weather_data,
    ),
    Service(
        "getDeviceMessage",
        "1.2",
        "GET",
        _DEVICE_ROLES,
        "Get an Active Demand & Supply (ADS) request for a certain type of control action,"
        " including control set points",
        _get_device_message,
        in_steps=True,
        by_body=frozenset({"duration"}),
    ),
    Service(
        "postUdiEvent",
        "1.2",
        "POST",
        _DEVICE_ROLES,
        "Send a description of some flexible consumption or production process as a USEF Device Interface"
        " (UDI) event, including device capabilities (control constraints)",
        _post_udi_event,
    ),
)
