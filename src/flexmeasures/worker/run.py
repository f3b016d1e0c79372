"""Do one recorded job: exactly once, as far as anybody can see.

The results of a job and the note that it is finished are committed together. A worker that is killed leaves
neither; a job that was started twice is ended by the first, and what the second found is rolled back.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from flexmeasures.domain.errors import FlexMeasuresError
from flexmeasures.domain.jobs import Job, JobState
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.worker.jobs import Work, do
from flexmeasures.worker.outage import passes

MAX_ATTEMPTS = 3
"""So often a job may be broken off, by the death of its worker or an outage, until it is given up."""

LONGEST_ERROR = 1000
_PASSWORD = re.compile(r"(?<=://)[^/@\s]*:[^/@\s]*(?=@)")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Runner:
    """Does jobs by their id.

    Attributes:
        platform: All that jobs may touch.
        kinds: The use case of each kind of job.
        stopping: Tells whether the worker was asked to stop.
        pause: Waits so many seconds.
    """

    platform: Platform
    kinds: Mapping[str, Work]
    stopping: Callable[[], bool] = lambda: False
    pause: Callable[[float], None] = time.sleep

    def run(self, job_id: str) -> None:
        """Do a job; while the database is away, wait for it. A worker that is to stop leaves the job open."""
        wait = 0.1
        while not self.stopping():
            try:
                self._attempt(job_id)
            except Exception as error:
                if not passes(error):
                    raise
                log.warning("A job waits for the database.", job=job_id, error=describe(error))
            else:
                return
            self.pause(wait)
            wait = min(2 * wait, 5.0)

    def _attempt(self, job_id: str) -> None:
        job = self._start(job_id)
        if job is None:
            return
        try:
            self._do(job)
        except _EndedByOthers:
            log.info("A job was ended while it was being done.", job=job.id, kind=job.kind)
        except Exception as error:  # the edge of the job: whatever goes wrong in it is kept with it
            if passes(error):
                raise
            self._fail(job, error)

    def _do(self, job: Job) -> None:
        with self.platform.transaction():
            result = do(job, self.kinds, self.platform)
            if not self._end(job, JobState.FINISHED, result):
                raise _EndedByOthers

    def _start(self, job_id: str) -> Job | None:
        with self.platform.transaction():
            job = self.platform.store.jobs.start(job_id, self.platform.now())
            if job is not None and job.attempts > MAX_ATTEMPTS:
                reason = f"BrokenOff: {MAX_ATTEMPTS} attempts ended with their worker or the database."
                self._end(job, JobState.FAILED, {"error": reason})
                return None
        return job

    def _fail(self, job: Job, error: Exception) -> None:
        if isinstance(error, FlexMeasuresError):
            log.warning("A job failed.", job=job.id, kind=job.kind, error=describe(error))
        else:
            log.error("A job failed.", job=job.id, kind=job.kind, exc_info=error)
        with self.platform.transaction():
            self._end(job, JobState.FAILED, {"error": describe(error)})

    def _end(self, job: Job, state: JobState, outcome: Mapping[str, object]) -> bool:
        return self.platform.store.jobs.end(job.id, state, self.platform.now(), outcome)


def describe(error: Exception) -> str:
    """Return class and text of an error, as it is kept with a job: short, and without passwords.

    >>> describe(ValueError("No answer from https://me:secret@example.com."))
    'ValueError: No answer from https://…@example.com.'
    """
    lines = str(error).strip().splitlines()
    text = _PASSWORD.sub("…", lines[0] if lines else "")
    return f"{type(error).__name__}: {text}"[:LONGEST_ERROR] if text else type(error).__name__


class _EndedByOthers(Exception):
    """A job was cancelled, or done by another worker, while this one did it."""
