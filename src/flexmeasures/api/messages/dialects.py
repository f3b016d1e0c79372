"""What each version of the message API speaks; a new version is one more row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flexmeasures.domain.addresses import (
    ConnectionAddress,
    SensorAddress,
    parse_connection,
    parse_short_connection,
)
from flexmeasures.domain.messages import Devices

_BATTERIES = Devices(
    types=frozenset({"battery"}),
    refusal="API version 1.2 only supports {messages} for batteries. Asset ID:{asset_id} is not a battery.",
    event_types=frozenset({"soc"}),
    unknown="The requested UDI event (id = {event_id}, type = {event_type}) is not known.",
    repeats_time=False,
)
_BATTERIES_AND_EVSE = Devices(
    types=frozenset({"battery", "one-way_evse", "two-way_evse"}),
    refusal="API version 1.3 only supports {messages} for batteries and Electric Vehicle Supply Equipment"
    " (EVSE). Asset ID:{asset_id} is not a battery or EVSE, but a(n) {type}.",
    event_types=frozenset({"soc", "soc-with-targets"}),
    unknown="The requested UDI event type {event_type} is not known.",
    repeats_time=True,
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """One version of the message API.

    Attributes:
        version: As in the path, with underscores.
        number: As in messages.
        connection: Reads the address of a connection.
        reads_by_post: Services that give data and take their message by POST as well.
        rolling_horizons: Whether a horizon always counts for each event; otherwise it counts for the end of
            the message, unless written as a repeating interval.
        has_prior: Whether posted values may tell the latest time of recording.
        renews_after_prognoses: Whether forecasts are made anew after prognoses that are measurements in fact.
        devices: Which devices and UDI events it knows.
        device_limits: Whether a UDI event may tell its device's limits and efficiency, and a prior.
        schedules_at_once: Whether a schedule is made when it is asked for, rather than after the event.
        patience: How long is waited for such a schedule.
    """

    version: str
    number: str
    connection: Callable[[str], ConnectionAddress | SensorAddress] = parse_connection
    reads_by_post: frozenset[str] = frozenset()
    rolling_horizons: bool = False
    has_prior: bool = False
    renews_after_prognoses: bool = True
    devices: Devices = _BATTERIES_AND_EVSE
    device_limits: bool = False
    schedules_at_once: bool = False
    patience: timedelta = timedelta(0)


DIALECTS = (
    Dialect("v1", "1.0", connection=parse_short_connection, reads_by_post=frozenset({"getMeterData"})),
    Dialect("v1_1", "1.1"),
    Dialect("v1_2", "1.2", devices=_BATTERIES, schedules_at_once=True, patience=timedelta(seconds=5)),
    Dialect("v1_3", "1.3", device_limits=True),
    Dialect(
        "v2_0",
        "2.0",
        device_limits=True,
        rolling_horizons=True,
        has_prior=True,
        renews_after_prognoses=False,
    ),
)
