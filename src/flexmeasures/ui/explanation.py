"""Why the schedule of an asset is as it is: what the scheduler told when it made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from math import isnan

from flexmeasures.domain.assets import Connection
from flexmeasures.domain.errors import InvalidPeriod, InvalidTimezone
from flexmeasures.domain.jobs import SCHEDULING, Job, JobState
from flexmeasures.domain.timing import parse_datetime
from flexmeasures.ui.words import energy, figure, moment, power
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.reasons import Action, Reasons, reasons_of

RECENT = 200
"""Jobs that are looked through for the latest one of an asset."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the scheduler told of its latest schedule.

    Attributes:
        made: When.
        sentences: For people.
        shortfalls: What could not be met, for people.
        cost: Of the energy; None if it was not told.
        status: Such as ``optimal``.
    """

    made: datetime
    sentences: tuple[str, ...]
    shortfalls: tuple[str, ...]
    cost: float | None
    status: str


def explanation_of(connection: Connection, zone: str, platform: Platform) -> Explanation | None:
    """Return what is known of why an asset's latest schedule is as it is.

    Args:
        connection: The asset whose schedule it is.
        zone: In which times are told.
        platform: What is known.
    """
    done = platform.store.jobs.jobs(queue=SCHEDULING, states=(JobState.FINISHED,), limit=RECENT)
    job = next((job for job in done if job.asset_id == connection.id), None)
    if job is None or not job.result:
        return None
    told = _read(job, zone)
    found = reasons_of(connection, platform)
    return replace(told, sentences=(*sentences(found, zone), *told.sentences)) if found else told


def sentences(found: Reasons, zone: str) -> tuple[str, ...]:
    """Say what a schedule does, when, why then, and what binds it.

    Args:
        found: What it does.
        zone: In which times are told.
    """
    coin = found.currency
    said = [_next(found.next, coin, zone)] if found.next else ["It does nothing: no price pays for it."]
    consumed, produced = found.consumed, found.produced
    if consumed.energy > 0:
        said.append(
            f"Until {moment(found.end, zone)} it consumes"
            f" {energy(consumed.energy)}{_at(consumed.price, coin)}."
        )
    if produced.energy > 0:
        said.append(f"It gives back {energy(produced.energy)}{_at(produced.price, coin)}.")
    if not isnan(found.mean_price):
        said.append(f"Over all that time a MWh costs {figure(found.mean_price)} {coin} on average.")
    if produced.energy > 0 and not isnan(found.earnings):
        said.append(f"Against doing nothing that earns {figure(found.earnings, 2)} {coin}.")
    if found.full_steps:
        said.append(
            f"Its capacity binds: it runs at full power in {found.full_steps}"
            f" of {found.busy_steps} busy steps."
        )
    return tuple(said)


def _next(action: Action, coin: str, zone: str) -> str:
    does = "consumes" if action.power > 0 else "produces"
    when = f"from {moment(action.start, zone)} to {moment(action.end, zone)}"
    return f"Next it {does} up to {power(abs(action.power))} {when}{_at(action.price, coin)}."


def _at(price: float, coin: str) -> str:
    return "" if isnan(price) else f", at {figure(price)} {coin} per MWh on average"


def _read(job: Job, zone: str) -> Explanation:
    result = job.result
    cost = result.get("cost")
    return Explanation(
        job.ended or job.created,
        _texts(result.get("explanation")),
        tuple(
            _shortfall(each, zone) for each in _items(result.get("shortfalls")) if isinstance(each, Mapping)
        ),
        float(cost) if isinstance(cost, int | float) else None,
        str(result.get("status", "")),
    )


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
