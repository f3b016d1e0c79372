"""The queue: durable rows in the store, RQ on Redis as their transport."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from uuid import uuid4

import rq
import structlog
from redis import Redis
from redis.exceptions import RedisError

from flexmeasures.adapters.redis import outbox
from flexmeasures.adapters.redis.attendance import busy_jobs, listeners
from flexmeasures.domain.errors import ServiceUnavailable
from flexmeasures.domain.jobs import Job, JobState
from flexmeasures.usecases.ports.jobs import JobStore, Wanted

SERIALIZER = "json"
"""Of the jobs in Redis: they carry an id and nothing else, and reading them runs no code."""

FAILURES_KEPT_SECONDS = 24 * 3600
"""How long RQ remembers failures; the row remembers them for good."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """How long jobs may take. [s]

    Attributes:
        default: Of any job.
        by_queue: Of the jobs of some queues.
    """

    default: int = 180
    by_queue: Mapping[str, int] = field(default_factory=dict)

    def of(self, queue: str) -> int:
        """Return the limit in a queue. [s]"""
        return self.by_queue.get(queue, self.default)


class RedisQueue:
    """Records jobs in the store and sends them by RQ after the commit.

    If Redis does not answer then, nothing is lost: the row is open, and workers send open rows that RQ does
    not know (``usecases.jobs.resend``).
    """

    def __init__(
        self,
        connection: Redis,
        jobs: JobStore,
        now: Callable[[], datetime],
        limits: TimeLimits | None = None,
    ) -> None:
        self._connection = connection
        self._jobs = jobs
        self._now = now
        self._limits = limits or TimeLimits()

    def put(
        self,
        queue: str,
        kind: str,
        arguments: Mapping[str, object],
        *,
        key: str | None = None,
        asset_id: int | None = None,
    ) -> Job:
        (job,) = self.put_all([Wanted(queue, kind, arguments, key, asset_id)])
        return job

    def put_all(self, wanted: Sequence[Wanted]) -> list[Job]:
        jobs = [_job(one, self._now()) for one in wanted]
        self._jobs.add(*jobs)
        self._hold(*jobs)
        return jobs

    def again(self, job: Job) -> None:
        self._hold(job)

    def _hold(self, *jobs: Job) -> None:
        """Send jobs once the current transaction is committed; at once if there is none."""
        for job in jobs:
            outbox.hold(job)
        if not outbox.in_transaction():
            self.send_pending()

    def held(self, queue: str) -> frozenset[str]:
        with _reporting_outage():
            waiting = self._rq(queue).get_job_ids()
            return frozenset(waiting) | busy_jobs(self._connection)

    def listeners(self, queue: str) -> int:
        with _reporting_outage():
            return listeners(self._connection, queue)

    def drop(self, queue: str) -> None:
        with _reporting_outage():
            self._rq(queue).empty()  # type: ignore[no-untyped-call]  # RQ leaves it untyped

    @contextmanager
    def transaction(self, opened: AbstractContextManager[None]) -> Iterator[None]:
        """Send jobs after the commit of a transaction, forget them if it is rolled back.

        Args:
            opened: The transaction of the store; inside another one it takes part in that.
        """
        outbox.enter()
        try:
            with opened:
                yield
        except BaseException:
            if outbox.leave():
                self.discard_pending()
            raise
        if outbox.leave():
            self.send_pending()

    def send_pending(self) -> None:
        """Send the jobs put in this context; they are committed."""
        jobs = outbox.take()
        try:
            self._send(jobs)
        except RedisError as error:
            log.warning(
                "Jobs are recorded, and will be sent later: the queue does not answer.",
                jobs=len(jobs),
                error=str(error),
            )

    def discard_pending(self) -> None:
        """Forget the jobs put in this context; they were rolled back."""
        outbox.take()

    def ping(self) -> None:
        """Check that the queue answers.

        Raises:
            ServiceUnavailable: it does not.
        """
        with _reporting_outage():
            self._connection.ping()

    def _send(self, jobs: Iterable[Job]) -> None:
        for name, group in groupby(sorted(jobs, key=attrgetter("queue")), key=attrgetter("queue")):
            once = {job.id: job for job in group}
            self._rq(name).enqueue_many([self._message(job) for job in once.values()])

    def _message(self, job: Job) -> rq.queue.EnqueueData:
        return rq.Queue.prepare_data(
            f"flexmeasures.{job.kind}",
            args=(job.id,),
            job_id=job.id,
            description=job.kind if job.asset_id is None else f"{job.kind} for asset {job.asset_id}",
            timeout=self._limits.of(job.queue),
            result_ttl=0,
            failure_ttl=FAILURES_KEPT_SECONDS,
        )

    def _rq(self, name: str) -> rq.Queue:
        return rq.Queue(name, connection=self._connection, serializer=SERIALIZER)


def _job(wanted: Wanted, now: datetime) -> Job:
    return Job(
        id=str(uuid4()),
        queue=wanted.queue,
        kind=wanted.kind,
        arguments=dict(wanted.arguments),
        state=JobState.QUEUED,
        created=now,
        key=wanted.key,
        asset_id=wanted.asset_id,
    )


@contextmanager
def _reporting_outage() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise ServiceUnavailable(f"The job queue (Redis) does not answer: {error}") from error
