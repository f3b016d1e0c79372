"""A worker that does its jobs in its own process, and outlives Redis.

A process for each job costs more than most jobs, and loses what was imported and warmed up. What a process of
its own is good for, to survive a crash, the supervisor and the durable rows do.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from time import monotonic
from types import FrameType
from typing import Protocol
from uuid import uuid4

import structlog
from redis import Redis
from redis.client import Pipeline
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.utils import now

from flexmeasures.adapters.redis.attendance import Attendance
from flexmeasures.adapters.redis.queue import SERIALIZER

HEARTBEAT = timedelta(seconds=10)
LISTENING_SECONDS = 1
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 2.0

log = structlog.get_logger()


class Watcher(Protocol):
    """Looks for lost jobs now and then."""

    @property
    def is_due(self) -> bool:
        """Whether it is time for a look."""

    def look(self) -> None:
        """Send lost jobs again."""


class Worker:
    """Takes jobs from queues and does them, one after the other, until it is asked to stop.

    Attributes:
        stopping: Whether it was asked to stop.
    """

    def __init__(self, connection: Redis, queues: Sequence[str], name: str) -> None:
        self._connection = connection
        self._queues = queues
        self._name = name
        self.stopping = False

    def work(self, do: Callable[[str], None], watcher: Watcher, *, until_empty: bool = False) -> None:
        """Do jobs until SIGTERM or SIGINT comes, or until there are none left.

        Args:
            do: Does the job of this id; whatever it raises is logged.
            watcher: Looks for lost jobs, at once and then between jobs.
            until_empty: Whether to stop when no job waits.
        """
        with Attendance(self._connection, self._name, self._queues) as attendance:
            pause = FIRST_PAUSE
            while not self.stopping:
                began = monotonic()
                try:
                    self._session(do, watcher, attendance, until_empty=until_empty)
                    if until_empty:
                        return
                    pause = FIRST_PAUSE if monotonic() - began > LONGEST_PAUSE else pause
                    pause = self._rest(pause)
                except StopRequested:
                    self.stopping = True

    def _session(
        self, do: Callable[[str], None], watcher: Watcher, attendance: Attendance, *, until_empty: bool
    ) -> None:
        """Work as long as Redis answers."""
        queues = [Queue(name, connection=self._connection, serializer=SERIALIZER) for name in self._queues]
        try:
            session = _Session(
                queues,
                name=f"{self._name}.{uuid4().hex[:8]}",
                connection=self._connection,
                job_class=_job_class(do, attendance),
                serializer=SERIALIZER,
                log_job_description=False,
            )
            session.watcher = watcher
            session.on_stop = self._stop
            session.work(burst=until_empty, logging_level="WARNING")
        except RedisError as error:
            log.warning("The job queue does not answer.", worker=self._name, error=str(error))

    def _stop(self) -> None:
        self.stopping = True

    def _rest(self, pause: float) -> float:
        """Wait before the next session, and return how long to wait before the one after it. [s]"""
        if not self.stopping:
            time.sleep(pause)
        return min(2 * pause, LONGEST_PAUSE)


def _job_class(do: Callable[[str], None], attendance: Attendance) -> type[Job]:
    class RecordedJob(Job):
        """A job of RQ that carries the id of a row."""

        def perform(self) -> None:
            with attendance.busy_with(self.id):
                do(self.id)

    return RecordedJob


class _Session(SimpleWorker):
    """RQ's worker, told to look for lost jobs and to stop well.

    It quits when it loses Redis; a new session takes its place.
    """

    max_connection_wait_time = LONGEST_PAUSE
    log_result_lifespan = False
    watcher: Watcher
    on_stop: Callable[[], None]
    _busy: bool = False

    @property
    def dequeue_timeout(self) -> int:
        """How long to listen before looking up. [s]"""
        return LISTENING_SECONDS

    @property
    def should_run_maintenance_tasks(self) -> bool:
        """Whether RQ's own maintenance or a look for lost jobs is due."""
        return self.watcher.is_due or bool(super().should_run_maintenance_tasks)

    def run_maintenance_tasks(self) -> None:
        """Look for lost jobs, and do RQ's own maintenance."""
        if self.watcher.is_due:
            self.watcher.look()
        if super().should_run_maintenance_tasks:
            super().run_maintenance_tasks()  # type: ignore[no-untyped-call]  # RQ leaves it untyped

    def subscribe(self) -> None:
        """Listen to no orders by publish and subscribe: signals and rows are enough."""

    def unsubscribe(self) -> None:
        """Nothing was subscribed to."""

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Say that this worker lives; RQ would several times for each job."""
        seldom = self.last_heartbeat is None or now() - self.last_heartbeat > HEARTBEAT
        if seldom or pipeline is not None:
            super().heartbeat(timeout, pipeline)

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Do a job in this process."""
        self._busy = True
        try:
            super().execute_job(job, queue)
        finally:
            self._busy = False

    def request_stop(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002 - as Python calls it
        """Stop after the current job; at once if there is none or at a second signal."""
        self.on_stop()
        if not self._busy:
            raise StopRequested
        if self._stop_requested:
            raise SystemExit(128 + signum)
        self._stop_requested = True
        log.info("Stopping after the current job.", worker=self.name, signal=signal.Signals(signum).name)
