"""Why the schedule of an asset is as it is: what the scheduler told when it made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flexmeasures.domain.assets import Asset
from flexmeasures.domain.errors import InvalidPeriod, InvalidTimezone
from flexmeasures.domain.jobs import SCHEDULING, Job, JobState
from flexmeasures.domain.timing import parse_datetime
from flexmeasures.ui.words import moment
from flexmeasures.usecases.ports import Platform

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


def explanation_of(asset: Asset, zone: str, platform: Platform) -> Explanation | None:
    """Return what is known of why an asset's latest schedule is as it is.

    Args:
        asset: Whose schedule.
        zone: In which times are told.
        platform: What is known.
    """
    done = platform.store.jobs.jobs(queue=SCHEDULING, states=(JobState.FINISHED,), limit=RECENT)
    job = next((job for job in done if job.asset_id == asset.id), None)
    return _read(job, zone) if job and job.result else None


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
