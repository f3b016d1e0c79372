"""Write what the use cases found into messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo

import numpy as np

from flexmeasures.api.messages.read_queries import Asked
from flexmeasures.domain.accounts import User
from flexmeasures.domain.addresses import write_connection
from flexmeasures.domain.assets import Connection
from flexmeasures.domain.flexibility import DeviceMessage
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import from_instant, write_duration
from flexmeasures.usecases.ports.beliefs import Written
from flexmeasures.usecases.reading import Reading

Body = dict[str, object]

PROCESSED: Body = {"status": "PROCESSED", "message": "Request has been processed."}
_ALREADY_RECEIVED: Body = {
    "results": "PROCESSED",
    "status": "ALREADY_RECEIVED_AND_SUCCESSFULLY_PROCESSED",
    "message": "Some of the data has already been received and successfully processed.",
}
_DECIMALS = 6


def write_outcome(written: Written) -> Body:
    """Write what became of values that came in."""
    return dict(_ALREADY_RECEIVED if written.known else PROCESSED)


def write_reading(asked: Asked, reading: Reading) -> Body:
    """Write values; connections that have the same are named together."""
    zone = asked.query.start.tzinfo or UTC
    start, duration = asked.query.start, timedelta(0)
    if reading.edges.size:
        start = from_instant(reading.edges[0])
        duration = from_instant(reading.edges[-1]) - start
    series: dict[bytes, tuple[list[str], Array]] = {}
    for name, values in zip(asked.names, reading.values, strict=True):
        names, _ = series.setdefault(values.tobytes(), ([], values))
        if name not in names:
            names.append(name)
    groups = [
        {**_named("connection", names), "values": _numbers(values)} for names, values in series.values()
    ]
    return {
        **(groups[0] if len(groups) == 1 else {"groups": groups}),
        "start": _time(start, zone),
        "duration": write_duration(duration),
        "unit": "MW",
        **PROCESSED,
    }


def write_device_messages(found: Sequence[tuple[str, DeviceMessage]]) -> Body:
    """Write what devices are asked to do."""
    groups = [
        {
            "event": name,
            "values": _numbers(np.round(message.power.values, _DECIMALS)),
            "start": message.power.grid.start.isoformat(),
            "duration": write_duration(message.power.grid.duration),
        }
        for name, message in found
    ]
    return {**(groups[0] if len(groups) == 1 else {"groups": groups}), "unit": "MW", **PROCESSED}


def write_connections(connections: Sequence[Connection], naming_authority: str, mode: str) -> Body:
    """Write the addresses and names of connections; games use their technical names."""
    return {
        "connections": [
            write_connection(naming_authority, connection.asset.owner_id, connection.id)
            for connection in connections
        ],
        "names": [
            connection.asset.name if mode == "play" else connection.asset.display_name
            for connection in connections
        ],
    }


def write_refusal(user: User, access: Sequence[str]) -> str:
    """Say why a user may not call a service."""
    reserved = _listed([f"{role}s" for role in access])
    if user.has_role("anonymous"):
        return "You are an anonymous user while this service is reserved for non-anonymous users."
    roles = sorted(user.roles | user.account.roles)
    held = f"are {_listed([f'{_article(role)} {role}' for role in roles])}" if roles else "have no role"
    return (
        "You don't have the right role to access this service."
        f" You {held} while this service is reserved for {reserved}."
    )


def _named(key: str, names: list[str]) -> Body:
    return {key: names[0]} if len(names) == 1 else {f"{key}s": names}


def _numbers(values: Array) -> list[float | None]:
    """Return values as JSON: what is not known is null, nothing is minus zero, and nothing known is empty."""
    unknown = np.isnan(values)
    if unknown.all():
        return []
    listed: list[float | None] = (values + 0.0).tolist()
    for place in np.flatnonzero(unknown):
        listed[place] = None
    return listed


def _time(time: datetime, zone: tzinfo) -> str:
    text = time.astimezone(zone).isoformat()
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text


def _article(role: str) -> str:
    return "an" if role[:1].lower() in "aeiou" else "a"


def _listed(words: Sequence[str]) -> str:
    if len(words) < 3:
        return " and ".join(words)
    return f"{', '.join(words[:-1])}, and {words[-1]}"
