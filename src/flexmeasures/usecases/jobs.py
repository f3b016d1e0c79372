"""Look after jobs: list, retry, cancel, clear, and send again what the queue has lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flexmeasures.domain.errors import UnknownEntity
from flexmeasures.domain.jobs import OPEN, QUEUES, Job, JobState
from flexmeasures.usecases.ports.platform import Platform

WEEK, MONTH = timedelta(days=7), timedelta(days=30)
ALL = 1_000_000
"""More than there are open jobs."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """What became of a queue that was cleared.

    Attributes:
        queue: Its name.
        cancelled: How many jobs were waiting.
        left: How many jobs wait now.
    """

    queue: str
    cancelled: int
    left: int


def queue_names(text: str) -> list[str]:
    """Read the names of queues, joined by vertical bars.

    Raises:
        UnknownEntity: there is no such queue.
    """
    names = [name.strip() for name in text.split("|")]
    for name in names:
        if name not in QUEUES:
            raise UnknownEntity(f"Unknown queue '{name}'. Expected {' or '.join(QUEUES)}.")
    return names


def find(job_id: str, platform: Platform) -> Job:
    """Return a job.

    Raises:
        UnknownEntity: there is none.
    """
    job = platform.store.jobs.job(job_id)
    if job is None:
        raise UnknownEntity(f"There is no job '{job_id}'.")
    return job


def reopen(job_id: str, platform: Platform) -> Job:
    """Mark a job as queued, whatever became of it, and return it.

    Raises:
        UnknownEntity: there is none.
    """
    job = platform.store.jobs.requeue(job_id)
    if job is None:
        raise UnknownEntity(f"There is no job '{job_id}'.")
    return job


def retry(job_id: str, platform: Platform) -> Job:
    """Put a job back into its queue, whatever became of it, and return it.

    Raises:
        UnknownEntity: there is none.
    """
    job = reopen(job_id, platform)
    platform.queue.again(job)
    return job


def cancel(job_id: str, platform: Platform) -> bool:
    """Cancel a job; one that is being done loses its results. Return whether it was open.

    Raises:
        UnknownEntity: there is none.
    """
    job = find(job_id, platform)
    return platform.store.jobs.end(job.id, JobState.CANCELLED, platform.now(), {})


def clear(queue: str, platform: Platform) -> Cleared:
    """Cancel all jobs of a queue that wait for a worker.

    Raises:
        ServiceUnavailable: the queue does not answer.
    """
    cancelled = platform.store.jobs.clear(queue, platform.now())
    platform.queue.drop(queue)
    left = platform.store.jobs.counts().get(queue, {}).get(JobState.QUEUED, 0)
    return Cleared(queue, cancelled, left)


def resend(queues: Sequence[str], suspects: frozenset[str], platform: Platform) -> frozenset[str]:
    """Send open jobs again that were lost on their way to a worker or together with it.

    A job can be missing from the queue for the moment in which a worker takes it. It is lost if it is missing
    at two looks in a row.

    Args:
        queues: Where to look.
        suspects: Ids of the jobs that were missing at the look before.
        platform: All that is needed.

    Returns:
        Ids of the jobs that are missing now, for the next look.

    Raises:
        ServiceUnavailable: the queue does not answer.
    """
    missing: list[Job] = []
    for queue in queues:
        # in this order: what a worker ends between the two looks is open here no more
        held = platform.queue.held(queue)
        missing += [
            job for job in platform.store.jobs.jobs(queue=queue, states=OPEN, limit=ALL) if job.id not in held
        ]
    lost = [job for job in missing if job.id in suspects]
    for job in sorted(lost, key=lambda job: job.created):
        platform.queue.again(job)
    return frozenset(job.id for job in missing) - frozenset(job.id for job in lost)


def forget(platform: Platform) -> int:
    """Remove jobs whose time is over, and return how many.

    A finished one is kept for a week, and for as long as its results can be asked for; one that failed or
    was cancelled for a month at least, so that somebody may find out why. Where results can be asked for
    ever, all are kept.
    """
    kept = platform.rules.planning_ttl
    if kept < timedelta(0):
        return 0
    now = platform.now()
    finished = platform.store.jobs.forget([JobState.FINISHED], now - max(kept, WEEK))
    others = [JobState.FAILED, JobState.CANCELLED]
    return finished + platform.store.jobs.forget(others, now - max(kept, MONTH))
