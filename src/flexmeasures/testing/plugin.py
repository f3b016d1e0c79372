"""Fixtures for tests of the platform and of plug-ins; register them as ``pytest_plugins`` in a conftest.

Without any server, for unit tests:

- ``clock``: a ``FixedClock`` that shows ``NOON`` until ``clock.advance(timedelta)`` or ``clock.time = …``
- ``memory_store``: a ``Store`` in memory
- ``memory_platform``: a ``Platform`` over it, with a ``MemoryQueue`` (``platform.queue.sent``) and ``clock``

With PostgreSQL (mark such tests ``services``; the servers start with the first of them):

- ``instance``: the embedded servers of the run, shared by its processes (``.database_uri``, ``.redis_uri``)
- ``database``: a ``Database`` of this process, migrated, empty at the start of each test
- ``store``: its ``Store``; ``any_store`` runs a test twice, on ``memory_store`` and on ``store``
- ``platform``: a ``Platform`` over ``database``, with a ``MemoryQueue`` and ``clock``
- ``redis_platform``: the same with the real ``RedisQueue``, on an empty Redis
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from redis import Redis

from flexmeasures.adapters.embedded.services import Embedded
from flexmeasures.adapters.postgres.database import Database
from flexmeasures.adapters.redis.queue import RedisQueue
from flexmeasures.forecasting.forecast import forecast
from flexmeasures.scheduling.explanation import explain
from flexmeasures.scheduling.schedule import schedule
from flexmeasures.testing import servers
from flexmeasures.testing.clock import FixedClock
from flexmeasures.testing.emptying import empty
from flexmeasures.testing.memory.queue import MemoryQueue
from flexmeasures.testing.memory.store import memory_store as make_memory_store
from flexmeasures.testing.memory.tables import Tables
from flexmeasures.usecases.ports.platform import Platform, Store


def pytest_configure(config: pytest.Config) -> None:
    """Choose a folder for the servers of this run, which may outlive the process that starts them."""
    config.addinivalue_line("filterwarnings", "ignore:subprocess .* is still running:ResourceWarning")
    if not hasattr(config, "workerinput"):
        servers.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the folder of the servers of this run."""
    if not hasattr(config, "workerinput"):
        servers.end()


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands still until it is told otherwise."""
    return FixedClock()


@pytest.fixture
def memory_tables() -> Tables:
    """What the store in memory keeps."""
    return Tables()


@pytest.fixture
def memory_store(memory_tables: Tables) -> Store:
    """An empty store in memory."""
    return make_memory_store(memory_tables)


@pytest.fixture
def memory_platform(memory_tables: Tables, memory_store: Store, clock: FixedClock) -> Platform:
    """A platform in memory."""
    queue = MemoryQueue(memory_store.jobs, clock)
    return Platform(
        store=memory_store,
        queue=queue,
        now=clock,
        transaction=lambda: queue.transaction(memory_tables.transaction()),
        scheduler=schedule,
        forecaster=forecast,
        explainer=explain,
    )


@pytest.fixture(scope="session")
def instance() -> Iterator[Embedded]:
    """The servers of this test run, shared by its processes."""
    with servers.running() as services:
        yield services


@pytest.fixture(scope="session")
def process_database(instance: Embedded) -> Iterator[Database]:
    """The database of this process, with whatever the last test left in it."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    database = Database(servers.new_database(instance, f"tests_{worker}"))
    yield database
    database.dispose()


@pytest.fixture
def database(process_database: Database) -> Iterator[Database]:
    """A migrated, empty database."""
    yield process_database
    empty(process_database)


@pytest.fixture
def store(database: Database) -> Store:
    """An empty store in PostgreSQL."""
    return database.store


@pytest.fixture(params=["memory_store", pytest.param("store", marks=pytest.mark.services)])
def any_store(request: pytest.FixtureRequest) -> Store:
    """An empty store, once in memory and once in PostgreSQL."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Store)  # noqa: S101 - tells the type
    return found


@pytest.fixture
def platform(database: Database, clock: FixedClock) -> Platform:
    """A platform over PostgreSQL whose jobs go to a list."""
    queue = MemoryQueue(database.store.jobs, clock)
    return Platform(
        store=database.store,
        queue=queue,
        now=clock,
        transaction=lambda: queue.transaction(database.transaction()),
        scheduler=schedule,
        forecaster=forecast,
        explainer=explain,
    )


@pytest.fixture
def redis_platform(instance: Embedded, database: Database, clock: FixedClock) -> Iterator[Platform]:
    """A platform over PostgreSQL and Redis."""
    connection = Redis.from_url(instance.redis_uri, db=_redis_number())
    connection.flushdb()
    queue = RedisQueue(connection, database.store.jobs, clock)
    yield Platform(
        store=database.store,
        queue=queue,
        now=clock,
        transaction=lambda: queue.transaction(database.transaction()),
        scheduler=schedule,
        forecaster=forecast,
        explainer=explain,
    )
    connection.flushdb()
    connection.close()


def _redis_number() -> int:
    """Return the number of the database in Redis that is this process's own."""
    digits = "".join(filter(str.isdigit, os.environ.get("PYTEST_XDIST_WORKER", "")))
    return int(digits or 0) % 16
