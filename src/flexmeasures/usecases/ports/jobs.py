"""What the use cases need to put work off until later, and to know what became of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flexmeasures.domain.jobs import Job, JobState


class JobStore(Protocol):
    """The durable record of jobs."""

    def add(self, *jobs: Job) -> None:
        """Keep new jobs; jobs of the same keys are left as they are and lose their keys."""

    def job(self, job_id: str) -> Job | None:
        """Return a job."""

    def by_key(self, key: str) -> Job | None:
        """Return the newest job that is known by this key."""

    def by_keys(self, keys: Collection[str]) -> dict[str, Job]:
        """Return the newest job that is known by each of these keys, where there is one."""

    def start(self, job_id: str, at: datetime) -> Job | None:
        """Mark an open job as started and count the attempt; return it, or None if it is not open."""

    def end(self, job_id: str, state: JobState, at: datetime, outcome: Mapping[str, object]) -> bool:
        """End an open job: finished (with its result), failed (``outcome["error"]`` says why) or cancelled.

        Returns:
            Whether the job was open. If not, nothing is changed: somebody else has ended it.
        """

    def requeue(self, job_id: str) -> Job | None:
        """Mark a job as queued again, as if nobody had tried it yet; return it, or None if there is none."""

    def jobs(
        self,
        *,
        queue: str | None = None,
        states: Iterable[JobState] = (),
        assets: Collection[int] | None = None,
        limit: int = 100,
    ) -> list[Job]:
        """Return jobs, newest first: those of some assets, or of any and none."""

    def counts(self) -> dict[str, dict[JobState, int]]:
        """Return how many jobs there are by queue and state."""

    def clear(self, queue: str, at: datetime) -> int:
        """Cancel the queued jobs of a queue; return how many."""

    def forget(self, states: Iterable[JobState], before: datetime) -> int:
        """Remove the jobs in these states that ended before a time; return how many."""


class TaskStore(Protocol):
    """The latest run of each recurring task."""

    def report(self, name: str, at: datetime, *, succeeded: bool) -> None:
        """Keep the outcome of a run."""

    def latest(self, name: str) -> tuple[datetime, bool] | None:
        """Return when a task last ran and whether it succeeded."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A job to be recorded.

    Attributes:
        queue: ``forecasting`` or ``scheduling``.
        kind: Names the use case that does it.
        arguments: What the use case is called with: plain JSON values.
        key: What it is known by outside.
        asset_id: The asset that it works for, if it is one.
    """

    queue: str
    kind: str
    arguments: Mapping[str, object]
    key: str | None = None
    asset_id: int | None = None


class Queue(Protocol):
    """Where work for later is put."""

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

    def put_all(self, wanted: Sequence[Wanted]) -> list[Job]:
        """Record jobs in the current transaction, all at once; return them in the same order."""

    def again(self, job: Job) -> None:
        """Send a recorded job to the workers (again) once the current transaction is committed."""

    def held(self, queue: str) -> frozenset[str]:
        """Return the ids of the jobs that wait for a worker or that a living worker is busy with.

        Raises:
            ServiceUnavailable: the queue does not answer.
        """

    def listeners(self, queue: str) -> int:
        """Return how many living workers take jobs from a queue.

        Raises:
            ServiceUnavailable: the queue does not answer.
        """

    def drop(self, queue: str) -> None:
        """Forget the jobs that wait for a worker; their records are left as they are.

        Raises:
            ServiceUnavailable: the queue does not answer.
        """
