"""An empty Redis of the test's own."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from redis import Redis

from flexmeasures.adapters.embedded.services import Embedded
from flexmeasures.adapters.redis.connection import connect
from flexmeasures.adapters.redis.queue import RedisQueue
from flexmeasures.usecases.ports.platform import Platform


@pytest.fixture
def redis(instance: Embedded) -> Iterator[Redis]:
    """Connect to the database of this test process, and empty it."""
    number = "".join(filter(str.isdigit, os.environ.get("PYTEST_XDIST_WORKER", ""))) or "0"
    connection = connect(f"{instance.redis_uri}?db={int(number) % 16}")
    connection.flushdb()
    yield connection
    connection.flushdb()
    connection.close()


@pytest.fixture
def queue(redis_platform: Platform) -> RedisQueue:
    """Return the queue of the platform."""
    assert isinstance(redis_platform.queue, RedisQueue)
    return redis_platform.queue
