"""Which workers live."""

from __future__ import annotations

import pytest
from redis import Redis

from flexmeasures.adapters.redis.attendance import WORKERS, Attendance, busy_jobs

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
