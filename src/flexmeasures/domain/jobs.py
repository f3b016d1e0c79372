"""Work for later, with its durable record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

FORECASTING = "forecasting"
SCHEDULING = "scheduling"
QUEUES = (FORECASTING, SCHEDULING)


class JobState(StrEnum):
    """How far a job is."""

    QUEUED = "queued"
    STARTED = "started"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = frozenset({JobState.QUEUED, JobState.STARTED})


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work.

    Attributes:
        id: Identity, a UUID as text.
        queue: ``forecasting`` or ``scheduling``.
        kind: Names the use case that does it.
        arguments: What the use case is called with: plain JSON values, ids rather than data.
        state: How far it is.
        key: What it is known by outside, such as ``udi:<asset id>:<event id>``.
        asset_id: The asset that it works for, if it is one.
        created: When it was put into the queue.
        started: When a worker last took it.
        ended: When it was finished, failed or cancelled.
        attempts: How often a worker took it.
        error: Class and text of what went wrong last.
        result: What it found: plain JSON values.
    """

    id: str
    queue: str
    kind: str
    arguments: Mapping[str, object]
    state: JobState
    created: datetime
    key: str | None = None
    asset_id: int | None = None
    started: datetime | None = None
    ended: datetime | None = None
    attempts: int = 0
    error: str | None = None
    result: Mapping[str, object] = field(default_factory=dict)
