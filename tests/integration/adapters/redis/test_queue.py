"""The queue on PostgreSQL and Redis."""

from __future__ import annotations

from contextlib import nullcontext, suppress
from pathlib import Path

import pytest
import rq
from redis import Redis

from flexmeasures.adapters.postgres.database import Database
from flexmeasures.adapters.redis.connection import connect
from flexmeasures.adapters.redis.queue import SERIALIZER, RedisQueue, TimeLimits
from flexmeasures.domain.errors import ServiceUnavailable
from flexmeasures.domain.jobs import FORECASTING, SCHEDULING, Job, JobState
from flexmeasures.testing.clock import FixedClock
from flexmeasures.usecases.ports.platform import Platform

pytestmark = pytest.mark.services


def sent(redis: Redis, queue: str = SCHEDULING) -> list[str]:
    return rq.Queue(queue, connection=redis, serializer=SERIALIZER).get_job_ids()


def put(platform: Platform, queue: str = SCHEDULING) -> Job:
    return platform.queue.put(queue, "work", {"number": 7}, key="the key", asset_id=None)


def test_a_job_is_recorded_at_once_and_sent_after_the_commit(redis_platform: Platform, redis: Redis) -> None:
    with redis_platform.transaction():
        job = put(redis_platform)
        assert redis_platform.store.jobs.by_key("the key") == job
        assert sent(redis) == []
    assert sent(redis) == [job.id]


def test_nothing_is_recorded_or_sent_when_the_transaction_is_rolled_back(
    redis_platform: Platform, redis: Redis
) -> None:
    with suppress(ZeroDivisionError), redis_platform.transaction():
        put(redis_platform)
        raise ZeroDivisionError
    assert redis_platform.store.jobs.jobs() == []
    with redis_platform.transaction():
        pass
    assert sent(redis) == []


def test_a_transaction_within_another_sends_at_the_end_of_the_outer_one(
    redis_platform: Platform, redis: Redis
) -> None:
    with redis_platform.transaction():
        with redis_platform.transaction():
            job = put(redis_platform)
        assert sent(redis) == []
    assert sent(redis) == [job.id]


def test_a_job_put_outside_of_any_transaction_is_sent_at_once(redis_platform: Platform, redis: Redis) -> None:
    job = put(redis_platform)
    assert sent(redis) == [job.id]


def test_redis_gets_the_id_of_a_job_and_its_time_limit_alone(
    database: Database, redis: Redis, clock: FixedClock
) -> None:
    limited = RedisQueue(redis, database.store.jobs, clock, TimeLimits(180, {FORECASTING: 900}))
    job = limited.put(FORECASTING, "forecast", {"secret": "value"}, asset_id=None)
    known = rq.job.Job.fetch(job.id, connection=redis, serializer=SERIALIZER)
    assert (known.func_name, known.args, known.timeout) == ("flexmeasures.forecast", [job.id], 900)


def test_several_jobs_are_sent_to_their_queues_in_order(redis_platform: Platform, redis: Redis) -> None:
    with redis_platform.transaction():
        jobs = [
            redis_platform.queue.put(queue, "work", {}) for queue in (FORECASTING, SCHEDULING, FORECASTING)
        ]
    assert sent(redis, FORECASTING) == [jobs[0].id, jobs[2].id]
    assert sent(redis, SCHEDULING) == [jobs[1].id]


def test_a_request_succeeds_while_redis_is_away(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    away = RedisQueue(connect(f"unix://{tmp_path}/no.sock"), database.store.jobs, clock)
    with away.transaction(database.transaction()):
        job = away.put(SCHEDULING, "work", {})
    found = database.store.jobs.job(job.id)
    assert found is not None
    assert found.state is JobState.QUEUED


@pytest.mark.parametrize("ask", ["held", "drop"])
def test_who_asks_redis_is_told_when_it_is_away(
    ask: str, database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    away = RedisQueue(connect(f"unix://{tmp_path}/no.sock"), database.store.jobs, clock)
    with pytest.raises(ServiceUnavailable, match="Redis"):
        getattr(away, ask)(SCHEDULING)
    with pytest.raises(ServiceUnavailable, match="Redis"):
        away.ping()


def test_a_dropped_queue_is_empty_and_the_rows_stay(
    redis_platform: Platform, queue: RedisQueue, redis: Redis
) -> None:
    job = put(redis_platform)
    assert queue.held(SCHEDULING) == {job.id}
    queue.drop(SCHEDULING)
    assert queue.held(SCHEDULING) == frozenset()
    assert redis.keys("rq:job:*") == []
    assert redis_platform.store.jobs.job(job.id) == job


def test_a_job_can_be_sent_again_under_its_own_id(
    redis_platform: Platform, queue: RedisQueue, redis: Redis
) -> None:
    job = put(redis_platform)
    queue.drop(SCHEDULING)
    with queue.transaction(nullcontext()):
        queue.again(job)
        queue.again(job)
    assert sent(redis) == [job.id]
