"""Which workers live, and what each is busy with.

RQ takes minutes to notice that a worker was killed. A worker of ours says every few seconds that it lives and
which job it does; whatever no living worker does is lost and can be sent again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from types import TracebackType
from uuid import uuid4

from redis import Redis
from redis.exceptions import RedisError

WORKERS = "flexmeasures:workers"
BEAT_SECONDS = 5.0
ALIVE_SECONDS = 30
IDLE = b"-"


class Attendance:
    """What one worker says of itself while it is in this context."""

    def __init__(self, connection: Redis, name: str, queues: Sequence[str] = ()) -> None:
        self._connection = connection
        self._name = name
        self._queues = queues
        self._member = f"{name}:{uuid4().hex}"
        self._job = IDLE
        self._left = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"attendance of {name}", daemon=True)

    def __enter__(self) -> Attendance:
        with suppress(RedisError):
            self._replace_predecessors()
        self._say()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left.set()
        self._thread.join()
        with suppress(RedisError):
            self._connection.delete(_key(self._member))
            self._connection.srem(WORKERS, self._member)
            for queue in self._queues:
                self._connection.zrem(_queue_key(queue), self._member)

    @contextmanager
    def busy_with(self, job_id: str) -> Iterator[None]:
        """Say that a job is being done."""
        self._job = job_id.encode()
        self._say()
        try:
            yield
        finally:
            self._job = IDLE
            self._say()

    def _replace_predecessors(self) -> None:
        """Take the place of workers of this name: they were killed, for a supervisor starts one at a time."""
        for member in _members(self._connection):
            if member.rpartition(":")[0] == self._name:
                self._connection.delete(_key(member))
                self._connection.srem(WORKERS, member)
                for queue in self._queues:
                    self._connection.zrem(_queue_key(queue), member)

    def _beat(self) -> None:
        while not self._left.wait(BEAT_SECONDS):
            self._say()

    def _say(self) -> None:
        with suppress(RedisError), self._connection.pipeline() as pipeline:
            pipeline.sadd(WORKERS, self._member)
            pipeline.set(_key(self._member), self._job, ex=ALIVE_SECONDS)
            for queue in self._queues:
                pipeline.zadd(_queue_key(queue), {self._member: time.time()})
            pipeline.execute()


def busy_jobs(connection: Redis) -> frozenset[str]:
    """Return the ids of the jobs that living workers are busy with.

    Raises:
        RedisError: Redis does not answer.
    """
    members = sorted(_members(connection))
    if not members:
        return frozenset()
    jobs = connection.mget([_key(member) for member in members])
    gone = [member for member, job in zip(members, jobs, strict=True) if job is None]
    if gone:
        connection.srem(WORKERS, *gone)
    return frozenset(_text(job) for job in jobs if job not in {None, IDLE})


def listeners(connection: Redis, queue: str) -> int:
    """Return how many living workers take jobs from a queue.

    Raises:
        RedisError: Redis does not answer.
    """
    key, dead = _queue_key(queue), time.time() - ALIVE_SECONDS
    connection.zremrangebyscore(key, "-inf", dead)
    return int(connection.zcard(key))


def _members(connection: Redis) -> set[str]:
    return {_text(member) for member in connection.smembers(WORKERS)}


def _key(member: str) -> str:
    return f"flexmeasures:worker:{member}"


def _queue_key(queue: str) -> str:
    return f"flexmeasures:listeners:{queue}"


def _text(answer: bytes | str) -> str:
    return answer.decode() if isinstance(answer, bytes) else answer
