"""A queue in memory that tests look into."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from flexmeasures.domain.jobs import Job, JobState
from flexmeasures.usecases.ports.jobs import JobStore, Wanted


@dataclass(slots=True)
class MemoryQueue:
    """Records jobs in a store, and remembers which were sent after the commit.

    Attributes:
        store: Where jobs are recorded.
        now: The platform's clock.
        sent: The jobs that workers would have got, in order.
        listening: How many workers take jobs from each queue.
    """

    store: JobStore
    now: Callable[[], datetime]
    sent: list[Job] = field(default_factory=list)
    listening: dict[str, int] = field(default_factory=dict)
    _waiting: list[Job] = field(default_factory=list)
    _depth: int = 0

    def put(
        self,
        queue: str,
        kind: str,
        arguments: Mapping[str, object],
        *,
        key: str | None = None,
        asset_id: int | None = None,
    ) -> Job:
        """Record a job in the current transaction; it is sent to the workers once that is committed."""
        (job,) = self.put_all([Wanted(queue, kind, arguments, key, asset_id)])
        return job

    def put_all(self, wanted: Sequence[Wanted]) -> list[Job]:
        """Record jobs in the current transaction, all at once; return them in the same order."""
        jobs = [
            Job(
                *(str(uuid4()), one.queue, one.kind, dict(one.arguments), JobState.QUEUED, self.now()),
                key=one.key,
                asset_id=one.asset_id,
            )
            for one in wanted
        ]
        self.store.add(*jobs)
        for job in jobs:
            self.again(job)
        return jobs

    def again(self, job: Job) -> None:
        """Send a recorded job to the workers (again) once the current transaction is committed."""
        self._waiting.append(job)
        if self._depth == 0:
            self._send()

    def held(self, queue: str) -> frozenset[str]:
        """Return the ids of the jobs that wait for a worker."""
        return frozenset(job.id for job in self.sent if job.queue == queue)

    def listeners(self, queue: str) -> int:
        """Return how many living workers take jobs from a queue."""
        return self.listening.get(queue, 0)

    def drop(self, queue: str) -> None:
        """Forget the jobs that wait for a worker; their records are left as they are."""
        self.sent = [job for job in self.sent if job.queue != queue]

    @contextmanager
    def transaction(self, opened: AbstractContextManager[None]) -> Iterator[None]:
        """Send jobs after the commit of a transaction, forget them if it is rolled back."""
        self._depth += 1
        try:
            with opened:
                yield
        except BaseException:
            if self._depth == 1:
                self._waiting.clear()
            raise
        finally:
            self._depth -= 1
        if self._depth == 0:
            self._send()

    def _send(self) -> None:
        self.sent += self._waiting
        self._waiting.clear()
