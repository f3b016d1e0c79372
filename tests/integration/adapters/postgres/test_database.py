from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import text

from flexmeasures.adapters.embedded.services import Embedded
from flexmeasures.adapters.postgres.database import Database
from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.errors import ServiceUnavailable
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.usecases.ports.platform import Platform

pytestmark = pytest.mark.services


def roles(database: Database) -> list[str]:
    return list(database.store.accounts.roles())


def test_a_transaction_is_committed_at_its_end(database: Database) -> None:
    with database.transaction():
        database.store.accounts.add_role("admin")
        with ThreadPoolExecutor(1) as elsewhere:
            assert elsewhere.submit(roles, database).result() == []
    assert roles(database) == ["admin"]


def test_a_transaction_is_rolled_back_if_something_is_raised(database: Database) -> None:
    def interrupted() -> None:
        with database.transaction():
            make = Factory(database.store)
            database.store.beliefs.add([block(make.sensor(), make.source(), NOON, [1.0] * 100)])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()
    assert database.store.assets.assets() == []
    with database.joined() as session:
        assert session.execute(text("SELECT count(*) FROM belief")).scalar_one() == 0


def test_a_transaction_within_another_is_part_of_it(database: Database) -> None:
    def interrupted() -> None:
        with database.transaction():
            with database.transaction():
                database.store.accounts.add_role("admin")
            assert roles(database) == ["admin"]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()
    assert roles(database) == []


def test_what_is_refused_leaves_the_transaction_usable(database: Database) -> None:
    make = Factory(database.store)
    asset = make.asset()
    with database.transaction():
        with pytest.raises(Exception, match=asset.name):
            make.asset(name=asset.name)
        database.store.accounts.add_role("admin")
    assert roles(database) == ["admin"]


def test_what_was_read_before_is_read_anew(database: Database) -> None:
    asset = Factory(database.store).asset()
    with database.transaction():
        assert database.store.assets.asset(asset.id).attributes == {}
        database.store.assets.set_attributes(asset.id, {"a": 1})
        assert database.store.assets.asset(asset.id).attributes == {"a": 1}


def test_a_lost_connection_is_told_and_the_next_use_works(database: Database) -> None:
    def cut_off() -> None:
        with database.transaction():
            with database.joined() as session:
                mine = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with database.engine.connect() as other:
                other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": mine})
            Factory(database.store).sensor()

    with pytest.raises(ServiceUnavailable):
        cut_off()
    assert roles(database) == []


def test_of_two_who_wait_for_each_other_one_is_told(database: Database) -> None:
    make = Factory(database.store)
    sensors, source = [make.sensor(), make.sensor()], make.source()
    barrier = Barrier(2, timeout=60)

    def write(order: list[Sensor]) -> str:
        try:
            with database.transaction():
                for sensor in order:
                    database.store.beliefs.add([block(sensor, source, NOON, [1.0])])
                    if sensor is order[0]:
                        barrier.wait()
        except ServiceUnavailable as error:
            return str(error)
        return "written"

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(write, (sensors, sensors[::-1])), key=len)
    assert told[0] == "written"
    assert "deadlock detected" in told[1]
    assert database.store.beliefs.count([sensor.id for sensor in sensors]) == 2


def test_a_connection_lost_while_idle_goes_unnoticed(database: Database) -> None:
    roles(database)
    with database.engine.connect() as one:
        one.execute(
            text(
                "SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
        one.detach()
    assert roles(database) == []


@pytest.mark.parametrize(
    "uri",
    [
        "postgresql://me:secret@127.0.0.1:1/nowhere",
        "postgresql://me:secret@/nowhere?host=%2Fnowhere%2Fat%2Fall",
    ],
)
def test_a_database_that_is_not_there_is_named_without_its_password(uri: str) -> None:
    missing = Database(uri)
    for use in (missing.ping, missing.store.accounts.users, missing.upgrade, missing.schema.current):
        with pytest.raises(ServiceUnavailable, match="nowhere at") as caught:
            use()
        assert "secret" not in str(caught.value)
    missing.dispose()


def test_a_database_that_lets_nobody_in_is_named_without_the_password(database: Database) -> None:
    url = database.engine.url.set(username="stranger", password="secret")
    refusing = Database(url.render_as_string(hide_password=False))
    for use in (refusing.ping, refusing.store.accounts.users, refusing.schema.current):
        with pytest.raises(ServiceUnavailable, match="authentication failed") as caught:
            use()
        assert "secret" not in str(caught.value)
    refusing.dispose()


def _write_in_child(database: Database, answers: multiprocessing.SimpleQueue[object]) -> None:
    with database.joined() as session:
        answers.put(session.execute(text("SELECT pg_backend_pid()")).scalar_one())
    database.store.accounts.add_role("of the child")
    database.dispose()
    os._exit(0)


@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
def test_a_forked_process_makes_connections_of_its_own(database: Database) -> None:
    with database.joined() as session:
        mine = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    fork = multiprocessing.get_context("fork")
    answers: multiprocessing.SimpleQueue[object] = fork.SimpleQueue()
    child = fork.Process(target=_write_in_child, args=(database, answers))
    child.start()
    child.join(60)
    assert child.exitcode == 0
    of_child = answers.get()
    assert of_child != mine
    assert roles(database) == ["of the child"]
    with database.joined() as session:  # any of its own: the pool may hold several
        assert session.execute(text("SELECT pg_backend_pid()")).scalar_one() != of_child


def test_jobs_are_sent_by_redis_after_the_commit(redis_platform: Platform) -> None:
    with redis_platform.transaction():
        job = redis_platform.queue.put("scheduling", "schedule", {})
        assert redis_platform.queue.held("scheduling") == frozenset()
    assert redis_platform.queue.held("scheduling") == {job.id}


@pytest.mark.parametrize("kind", ["platform", "memory_platform"])
def test_a_platform_sends_the_jobs_of_committed_transactions_only(
    kind: str, request: pytest.FixtureRequest
) -> None:
    platform: Platform = request.getfixturevalue(kind)

    def interrupted() -> None:
        with platform.transaction():
            platform.queue.put("scheduling", "schedule", {})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()
    assert platform.store.jobs.jobs() == []
    with platform.transaction():
        job = platform.queue.put("scheduling", "schedule", {})
    assert platform.queue.held("scheduling") == {job.id}
    assert platform.store.jobs.job(job.id) == job


def test_the_servers_are_shared_by_the_processes_of_a_run(instance: Embedded, database: Database) -> None:
    assert instance.check() == []
    database.ping()
