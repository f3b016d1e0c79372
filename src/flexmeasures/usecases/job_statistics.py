"""How long jobs waited and took, queue by queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from flexmeasures.domain.jobs import QUEUES, Job, JobState
from flexmeasures.usecases.ports.platform import Platform

MOST = 100_000
"""Jobs that are looked at."""


@dataclass(frozen=True, slots=True)
class QueueStatistics:
    """What became of the jobs that were put into a queue lately.

    Attributes:
        queue: Its name.
        created: How many jobs were put into it.
        finished: How many of them are done.
        failed: How many of them failed.
        waiting: Mean time until a worker took them; None if none was taken.
        working: Mean time that they took; None if none has ended.
    """

    queue: str
    created: int
    finished: int
    failed: int
    waiting: timedelta | None
    working: timedelta | None


def statistics(window: timedelta, platform: Platform) -> list[QueueStatistics]:
    """Return what became of the jobs of each queue that were created within a window until now."""
    since = platform.now() - window
    return [
        _of(queue, [job for job in platform.store.jobs.jobs(queue=queue, limit=MOST) if job.created >= since])
        for queue in QUEUES
    ]


def _of(queue: str, jobs: Sequence[Job]) -> QueueStatistics:
    return QueueStatistics(
        queue=queue,
        created=len(jobs),
        finished=sum(job.state is JobState.FINISHED for job in jobs),
        failed=sum(job.state is JobState.FAILED for job in jobs),
        waiting=_mean([job.started - job.created for job in jobs if job.started]),
        working=_mean([job.ended - job.started for job in jobs if job.started and job.ended]),
    )


def _mean(times: Sequence[timedelta]) -> timedelta | None:
    if not times:
        return None
    return timedelta(seconds=float(np.mean([time.total_seconds() for time in times])))
