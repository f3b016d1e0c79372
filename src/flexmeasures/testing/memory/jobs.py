"""The durable record of jobs, in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from flexmeasures.domain.jobs import OPEN, Job, JobState
from flexmeasures.testing.memory.tables import Tables


@dataclass(frozen=True, slots=True)
class MemoryJobs:
    """A fake of the store of jobs."""

    tables: Tables

    def add(self, *jobs: Job) -> None:
        """Keep new jobs; jobs of the same keys are left as they are and lose their keys."""
        for job in jobs:
            earlier = self.by_key(job.key) if job.key is not None else None
            if earlier is not None:
                self._keep(replace(earlier, key=None))
            self._keep(job)

    def job(self, job_id: str) -> Job | None:
        """Return a job."""
        return self.tables.jobs.get(job_id)

    def by_key(self, key: str) -> Job | None:
        """Return the newest job that is known by this key."""
        return next((job for job in self.tables.jobs.values() if job.key == key), None)

    def by_keys(self, keys: Collection[str]) -> dict[str, Job]:
        """Return the newest job that is known by each of these keys, where there is one."""
        return {job.key: job for job in self.tables.jobs.values() if job.key is not None and job.key in keys}

    def start(self, job_id: str, at: datetime) -> Job | None:
        """Mark an open job as started and count the attempt; return it, or None if it is not open."""
        job = self.job(job_id)
        if job is None or job.state not in OPEN:
            return None
        return self._keep(replace(job, state=JobState.STARTED, started=at, attempts=job.attempts + 1))

    def end(self, job_id: str, state: JobState, at: datetime, outcome: Mapping[str, object]) -> bool:
        """End an open job; return whether it was open."""
        job = self.job(job_id)
        if job is None or job.state not in OPEN:
            return False
        error = outcome.get("error")
        result = {name: value for name, value in outcome.items() if name != "error"}
        text = None if error is None else str(error)
        self._keep(replace(job, state=state, ended=at, error=text, result=result))
        return True

    def requeue(self, job_id: str) -> Job | None:
        """Mark a job as queued again, as if nobody had tried it yet; return it, or None if there is none."""
        job = self.job(job_id)
        if job is None:
            return None
        untried = replace(job, state=JobState.QUEUED, started=None, ended=None)
        return self._keep(replace(untried, attempts=0, error=None, result={}))

    def jobs(
        self,
        *,
        queue: str | None = None,
        states: Iterable[JobState] = (),
        assets: Collection[int] | None = None,
        limit: int = 100,
    ) -> list[Job]:
        """Return jobs, newest first: those of some assets, or of any and none."""
        asked = frozenset(states) or frozenset(JobState)
        found = [
            job
            for job in self.tables.jobs.values()
            if queue in {None, job.queue}
            and job.state in asked
            and (assets is None or job.asset_id in assets)
        ]
        return sorted(sorted(found, key=lambda job: job.id), key=lambda job: job.created, reverse=True)[
            :limit
        ]

    def counts(self) -> dict[str, dict[JobState, int]]:
        """Return how many jobs there are by queue and state."""
        jobs = self.tables.jobs.values()
        return {
            queue: dict(Counter(job.state for job in jobs if job.queue == queue))
            for queue in {job.queue for job in jobs}
        }

    def clear(self, queue: str, at: datetime) -> int:
        """Cancel the queued jobs of a queue; return how many."""
        queued = self.jobs(queue=queue, states=[JobState.QUEUED], limit=len(self.tables.jobs))
        for job in queued:
            self._keep(replace(job, state=JobState.CANCELLED, ended=at))
        return len(queued)

    def forget(self, states: Iterable[JobState], before: datetime) -> int:
        """Remove the jobs in these states that ended before a time; return how many."""
        asked = frozenset(states)
        over = [
            job
            for job in self.tables.jobs.values()
            if job.state in asked and job.ended is not None and job.ended < before
        ]
        for job in over:
            del self.tables.jobs[job.id]
        return len(over)

    def _keep(self, job: Job) -> Job:
        self.tables.jobs[job.id] = job
        return job
