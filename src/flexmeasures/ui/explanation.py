"""Why the schedule of an asset is as it is: what the scheduler told when it made it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isnan

from flexmeasures.domain.assets import Connection
from flexmeasures.domain.errors import InvalidPeriod, InvalidTimezone
from flexmeasures.domain.jobs import SCHEDULING, Job, JobState
from flexmeasures.domain.timing import parse_datetime
from flexmeasures.ui.words import energy, figure, moment, power
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.reasons import Action, Reasons, reasons_of

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)")
"""A time in ISO 8601 with its offset."""

RECENT = 20
"""Jobs of an asset that are looked through for the latest one that tells anything."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of why the latest schedule is as it is, in sentences.

    Attributes:
        made: When.
        now: Why it does what it does next.
        binds: What keeps it from doing better.
        earns: What it is worth.
        shortfalls: What could not be met.
        cost: Of the energy; None if it was not told.
        status: Such as ``optimal``.
    """

    made: datetime
    now: tuple[str, ...]
    binds: tuple[str, ...]
    earns: tuple[str, ...]
    shortfalls: tuple[str, ...]
    cost: float | None
    status: str


def explanation_of(connection: Connection, zone: str, platform: Platform) -> Explanation | None:
    """Return what is known of why an asset's latest schedule is as it is.

    Args:
        connection: The asset whose schedule it is; it may have been planned with the site it is part of.
        zone: In which times are told.
        platform: What is known.
    """
    parent = connection.asset.parent_id
    planned = {connection.id} if parent is None else {connection.id, parent}
    done = platform.store.jobs.jobs(
        queue=SCHEDULING, states=(JobState.FINISHED,), assets=planned, limit=RECENT
    )
    job = next((job for job in done if job.result), None)
    if job is None:
        return None
    found = reasons_of(connection, platform)
    told = tuple(localised(text, zone) for text in _texts(job.result.get("explanation")))
    cost = job.result.get("cost")
    return Explanation(
        job.ended or job.created,
        why_now(found, zone) if found else (),
        (*limits(found), *told) if found else told,
        earnings(found, zone) if found else (),
        _shortfalls(job, zone),
        float(cost) if isinstance(cost, int | float) else None,
        str(job.result.get("status", "")),
    )


def why_now(found: Reasons, zone: str) -> tuple[str, ...]:
    """Say what a schedule does next, and how its price compares with the rest of the time."""
    coin = found.currency
    if found.next is None:
        return ("It does nothing: no price pays for it.",)
    said = [_next(found.next, coin, zone)]
    if not isnan(found.mean_price):
        said.append(f"Over all that time a MWh costs {figure(found.mean_price)} {coin} on average.")
    return tuple(said)


def limits(found: Reasons) -> tuple[str, ...]:
    """Say how often a schedule runs into the capacity of its asset."""
    if not found.full_steps:
        return ()
    return (
        f"Its capacity binds: it runs at full power in {found.full_steps} of {found.busy_steps} busy steps.",
    )


def earnings(found: Reasons, zone: str) -> tuple[str, ...]:
    """Say what a schedule consumes and gives back, and what that earns against doing nothing."""
    coin, said = found.currency, []
    consumed, produced = found.consumed, found.produced
    if consumed.energy > 0:
        said.append(
            f"Until {moment(found.end, zone)} it consumes"
            f" {energy(consumed.energy)}{_at(consumed.price, coin)}."
        )
    if produced.energy > 0:
        said.append(f"It gives back {energy(produced.energy)}{_at(produced.price, coin)}.")
    if produced.energy > 0 and not isnan(found.earnings):
        said.append(f"Against doing nothing that earns {figure(found.earnings, 2)} {coin}.")
    return tuple(said)


def localised(text: str, zone: str) -> str:
    """Write the times in a text as clocks in a zone show them.

    >>> localised("It is full at 2026-03-28T23:00:00+00:00.", "Europe/Amsterdam")
    'It is full at Sun 29 Mar, 00:00.'
    """
    return _TIME.sub(lambda found: _time(found[0], zone), text)


def _next(action: Action, coin: str, zone: str) -> str:
    does = "consumes" if action.power > 0 else "produces"
    when = f"from {moment(action.start, zone)} to {moment(action.end, zone)}"
    return f"Next it {does} up to {power(abs(action.power))} {when}{_at(action.price, coin)}."


def _at(price: float, coin: str) -> str:
    return "" if isnan(price) else f", at {figure(price)} {coin} per MWh on average"


def _shortfalls(job: Job, zone: str) -> tuple[str, ...]:
    told = _items(job.result.get("shortfalls"))
    return tuple(_shortfall(each, zone) for each in told if isinstance(each, Mapping))


def _items(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list | tuple) else ()


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in _items(value))


def _shortfall(value: Mapping[str, object], zone: str) -> str:
    amount = value.get("amount")
    by = f"{amount:.3g} {value.get('unit', '')}" if isinstance(amount, int | float) else "some"
    return f"{value.get('constraint', 'a limit')} at {_time(value.get('time'), zone)} is missed by {by}"


def _time(value: object, zone: str) -> str:
    try:
        return moment(parse_datetime(str(value)), zone)
    except (InvalidPeriod, InvalidTimezone):
        return "some time"
