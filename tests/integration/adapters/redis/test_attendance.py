"""Which workers live."""

from __future__ import annotations

import time

import pytest
from redis import Redis

from flexmeasures.adapters.redis.attendance import ALIVE_SECONDS, WORKERS, Attendance, busy_jobs, listeners

pytestmark = pytest.mark.services


def test_a_worker_says_what_it_is_busy_with(redis: Redis) -> None:
    with Attendance(redis, "first") as first, Attendance(redis, "second") as second:
        assert busy_jobs(redis) == frozenset()
        with first.busy_with("a"), second.busy_with("b"):
            assert busy_jobs(redis) == {"a", "b"}
        assert busy_jobs(redis) == frozenset()
    assert redis.smembers(WORKERS) == set()


def test_what_a_worker_that_says_nothing_more_did_is_not_being_done(redis: Redis) -> None:
    with Attendance(redis, "killed") as killed, killed.busy_with("a"):
        redis.delete(*redis.keys("flexmeasures:worker:*"))
        assert busy_jobs(redis) == frozenset()
        assert redis.smembers(WORKERS) == set()


def test_a_worker_takes_the_place_of_a_killed_one_of_its_name(redis: Redis) -> None:
    with Attendance(redis, "worker") as killed, killed.busy_with("a"), Attendance(redis, "worker"):
        assert busy_jobs(redis) == frozenset()


def test_a_worker_of_another_name_is_left_alone(redis: Redis) -> None:
    with Attendance(redis, "worker:1") as other, other.busy_with("a"), Attendance(redis, "worker"):
        assert busy_jobs(redis) == {"a"}


def test_workers_listen_to_their_queues_while_they_live(redis: Redis) -> None:
    assert listeners(redis, "forecasting") == 0
    with Attendance(redis, "one", ("forecasting", "scheduling")), Attendance(redis, "two", ("forecasting",)):
        assert (listeners(redis, "forecasting"), listeners(redis, "scheduling")) == (2, 1)
    assert listeners(redis, "forecasting") == 0
    redis.zadd("flexmeasures:listeners:forecasting", {"killed": time.time() - ALIVE_SECONDS - 1})
    assert listeners(redis, "forecasting") == 0
