"""Take in what devices say of their flexibility, and tell them what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from flexmeasures.domain.accounts import User
from flexmeasures.domain.addresses import ID_MAX, ConnectionAddress, UdiAddress
from flexmeasures.domain.assets import Connection
from flexmeasures.domain.beliefs import BeliefFilter, SourceType, most_recent
from flexmeasures.domain.errors import (
    InvalidDatetime,
    MissingMarket,
    OutdatedUdiEvent,
    UnknownPrices,
    UnknownSchedule,
    UnknownUdiEvent,
    UnsupportedAsset,
)
from flexmeasures.domain.flexibility import DeviceMessage, UdiEvent
from flexmeasures.domain.jobs import SCHEDULING, Job, JobState
from flexmeasures.domain.messages import Devices, UdiNotice
from flexmeasures.domain.series import Series
from flexmeasures.domain.timing import TimeGrid, from_instant
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.resources import own_connections

SCHEDULE = "schedule"
"""Kind of jobs that make schedules."""

_WAITING = {
    JobState.QUEUED: "Scheduling job waiting to be processed.",
    JobState.STARTED: "Scheduling job in progress.",
    JobState.CANCELLED: "Scheduling job was cancelled.",
}
_FORGOTTEN = "Your UDI event is the most recent event for this device, but"
_PROCESSED = "A scheduling job has been processed based on your UDI event, but"


@dataclass(frozen=True, slots=True)
class Demand:
    """Which device message is asked for.

    Attributes:
        address: Of the UDI event that it answers.
        duration: How much of the schedule, at most.
    """

    address: UdiAddress
    duration: timedelta


def check_notice(caller: User, notice: UdiNotice, devices: Devices, platform: Platform) -> None:
    """Check that a UDI event can be taken in, before its contents are looked at.

    Raises:
        UnknownUdiEvent: the type of the event is not known.
        UnknownConnection: the device is not among the caller's.
        UnrecognizedAsset: nothing measures the power of the device.
        UnsupportedAsset: it is a device of another kind.
        InvalidDatetime: a later state of the device is known.
        OutdatedUdiEvent: an event with this number, or a higher one, is known.
    """
    address = notice.address
    _check_type(address, devices)
    if address.asset_id <= ID_MAX:
        platform.store.assets.hold(address.asset_id)  # events of one device come in one after the other
    storage = _device(caller, address, devices, "UDI events", platform).storage
    if platform.rules.mode == "play":
        return
    known = storage.soc_time
    if known is not None and (notice.time < known or (notice.time == known and not devices.repeats_time)):
        raise InvalidDatetime(
            f"The date of the requested UDI event ({notice.time.isoformat()}) is earlier than"
            f" the latest known date ({known.isoformat()})."
        )
    if storage.udi_event_id is not None and address.event_id <= storage.udi_event_id:
        raise OutdatedUdiEvent(
            f"The requested UDI event (id = {address.event_id}) is equal or before"
            f" the latest existing one (id = {storage.udi_event_id})."
        )


def post_udi_event(event: UdiEvent, platform: Platform) -> None:
    """Keep a UDI event that was checked, and the state of charge that it tells."""
    platform.store.events.add(event)
    platform.store.assets.set_attributes(
        event.asset_id,
        {
            "soc_in_mwh": event.soc,
            "soc_datetime": event.time.isoformat(),
            "soc_udi_event_id": event.event_id,
        },
    )


def order_schedule(address: UdiAddress, platform: Platform, prior: datetime | None = None) -> Job:
    """Have a schedule made for a UDI event, from what was known by ``prior`` if that is told."""
    arguments: dict[str, object] = {
        "asset_id": address.asset_id,
        "event_id": address.event_id,
        "event_type": address.event_type,
    }
    if prior is not None:
        arguments["prior"] = prior.isoformat()
    return platform.queue.put(
        SCHEDULING, SCHEDULE, arguments, key=job_key(address), asset_id=address.asset_id
    )


def order_missing_schedule(caller: User, demand: Demand, devices: Devices, platform: Platform) -> None:
    """Have a schedule made for the latest UDI event of a device, unless it is being made or was made.

    Raises:
        UnknownConnection: the device is not among the caller's.
        UnrecognizedAsset: nothing measures the power of the device.
        UnsupportedAsset: it is a device of another kind.
        UnknownUdiEvent: this is not its latest event.
        MissingMarket: the device has no market.
    """
    address = demand.address
    if address.asset_id <= ID_MAX:
        platform.store.assets.hold(address.asset_id)  # a schedule is ordered once
    connection = _device(caller, address, devices, "device messages", platform)
    known = address.event_id == connection.storage.udi_event_id
    if address.event_type not in devices.event_types or not known:
        raise _unknown_event(address)
    if connection.market_id is None:
        raise MissingMarket(f"Asset {connection.id} has no market.")
    job = platform.store.jobs.by_key(job_key(address))
    if job is None or job.state in {JobState.FAILED, JobState.CANCELLED}:
        order_schedule(address, platform)


def is_being_scheduled(address: UdiAddress, platform: Platform) -> bool:
    """Tell whether a schedule for a UDI event is still to come."""
    job = platform.store.jobs.by_key(job_key(address))
    return job is not None and job.state in {JobState.QUEUED, JobState.STARTED}


def failed_for_prices(address: UdiAddress, platform: Platform) -> bool:
    """Tell whether there is no schedule for a UDI event because prices were missing."""
    job = platform.store.jobs.by_key(job_key(address))
    return (
        job is not None
        and job.state is JobState.FAILED
        and (job.error or "").startswith(UnknownPrices.__name__)
    )


def device_message(caller: User, demand: Demand, devices: Devices, platform: Platform) -> DeviceMessage:
    """Return what a device is asked to do after a UDI event.

    Raises:
        UnknownConnection: the device is not among the caller's.
        UnrecognizedAsset: nothing measures the power of the device.
        UnsupportedAsset: it is a device of another kind.
        UnknownUdiEvent: the event, or its type, is not known, or no longer.
        UnknownSchedule: there is no schedule, or not yet; the text says why.
    """
    address = demand.address
    connection = _device(caller, address, devices, "device messages", platform)
    _check_type(address, devices)
    job = platform.store.jobs.by_key(job_key(address))
    event = _event(address, platform)
    is_latest = address.event_id == connection.storage.udi_event_id
    if event is None or (not is_latest and (job is None or _is_forgotten(job, platform))):
        raise _unknown_event(address)
    if job is None:
        return _message(event, demand, connection, _FORGOTTEN, platform)
    if job.state is not JobState.FINISHED:
        raise UnknownSchedule(_WAITING.get(job.state) or f"Scheduling job failed with {_reason(job)}")
    return _message(event, demand, connection, _PROCESSED, platform)


def job_key(address: UdiAddress) -> str:
    """Return what the scheduling job of a UDI event is known by."""
    return f"udi:{address.asset_id}:{address.event_id}:{address.event_type}"


def _device(
    caller: User, address: UdiAddress, devices: Devices, messages: str, platform: Platform
) -> Connection:
    """Return the device that an event is of.

    Raises:
        UnknownConnection: it is not among the caller's.
        UnrecognizedAsset: nothing measures its power.
        UnsupportedAsset: it is a device of another kind.
    """
    (connection,) = own_connections(caller, [ConnectionAddress(address.asset_id)], platform)
    kind = connection.asset.type
    if kind.name not in devices.types:
        raise UnsupportedAsset(
            devices.refusal.format(messages=messages, asset_id=connection.id, type=kind.display_name)
        )
    return connection


def _check_type(address: UdiAddress, devices: Devices) -> None:
    if address.event_type not in devices.event_types:
        raise UnknownUdiEvent(
            devices.unknown.format(event_id=address.event_id, event_type=address.event_type)
        )


def _event(address: UdiAddress, platform: Platform) -> UdiEvent | None:
    if address.event_id > ID_MAX:
        return None
    return platform.store.events.event(address.asset_id, address.event_id, address.event_type)


def _unknown_event(address: UdiAddress) -> UnknownUdiEvent:
    return UnknownUdiEvent(
        f"The requested UDI event (id = {address.event_id}, type = {address.event_type}) is not known."
    )


def _is_forgotten(job: Job, platform: Platform) -> bool:
    """Tell whether it is too long ago that an event came in to ask about it."""
    kept = platform.rules.planning_ttl
    return kept >= timedelta(0) and job.created + kept < platform.now()


def _reason(job: Job) -> str:
    return job.error or (
        "Exception: The job does not state why it failed. The worker may be missing an exception handler,"
        " or its exception handler is not storing the exception as job meta data."
    )


def _message(
    event: UdiEvent, demand: Demand, connection: Connection, tale: str, platform: Platform
) -> DeviceMessage:
    """Return the first part of the schedule that is known from an event on.

    Raises:
        UnknownSchedule: there is none.
    """
    sensor = connection.sensor
    end = event.time + min(demand.duration, platform.rules.planning_horizon)
    planned = BeliefFilter(source_types=frozenset({SourceType.SCHEDULER}))
    begin = event.time - sensor.step + timedelta.resolution
    known = most_recent(platform.store.beliefs.latest([sensor.id], begin, end, planned).get(sensor.id, []))
    if not known.event_start.size:
        raise UnknownSchedule(f"{tale} the schedule was not found in the database.")
    first = from_instant(known.event_start[0])
    power = known.on(TimeGrid.between(first, from_instant(known.event_start[-1]) + sensor.step, sensor.step))
    gaps = np.flatnonzero(np.isnan(power.values))
    size = int(gaps[0]) if gaps.size else power.grid.size
    return DeviceMessage(event, Series(TimeGrid(first, sensor.step, size), power.values[:size]))


def schedule_arguments(arguments: Mapping[str, object]) -> UdiAddress:
    """Read the arguments of a scheduling job."""
    return UdiAddress(
        int(str(arguments["asset_id"])), int(str(arguments["event_id"])), str(arguments["event_type"])
    )


def latest_time(time: datetime, platform: Platform) -> datetime:
    """Return until when a schedule that begins at a time looks ahead."""
    return time + platform.rules.planning_horizon
