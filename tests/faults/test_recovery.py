"""What happens when parts of a running platform are killed, and how it comes back."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from tests.faults.serving import STARTING, Server, command, processes_of, serving

from flexmeasures.adapters.embedded import processes
from flexmeasures.adapters.embedded.home import open_home
from flexmeasures.adapters.embedded.services import Embedded
from flexmeasures.testing.waiting import eventually

pytestmark = [pytest.mark.services, pytest.mark.full, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance that the tests of this module serve one after the other."""
    return tmp_path_factory.mktemp("instance")


@pytest.fixture
def server(instance: Path) -> Iterator[Server]:
    with serving(instance) as running:
        eventually(running.is_ready, STARTING)
        eventually(lambda: len(running.children("run-worker")) == 2, STARTING)
        yield running
    eventually(lambda: processes_of(instance) == [])


def kill(process: psutil.Process) -> None:
    process.kill()
    eventually(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)


def first_of(instance: Path, name: str) -> psutil.Process:
    """Return the first process of an embedded server."""
    home = open_home(instance)
    kind = processes.POSTGRES if name == "postgres" else processes.REDIS
    return processes._processes(home, kind, everyone=False)[0]


@pytest.mark.parametrize("name", ["postgres", "redis"])
def test_a_killed_embedded_server_comes_back_and_keeps_what_it_had(
    name: str, server: Server, instance: Path
) -> None:
    made = command(instance, "add", "account", "--name", f"before {name} was killed")
    assert "ID:" in made.stdout, made.stderr
    kill(first_of(instance, name))
    eventually(server.is_ready, STARTING)
    again = command(instance, "add", "account", "--name", f"before {name} was killed")
    assert again.returncode == 1
    assert "already exists" in again.stderr


def test_killed_children_are_started_again(server: Server) -> None:
    for name in ("gunicorn", "--queue scheduling", "--queue forecasting"):
        kill(server.children(name)[0])
    eventually(lambda: sum("died and is started again" in line for line in server.lines) == 3, STARTING)
    eventually(lambda: len(server.children("run-worker")) == 2, STARTING)
    eventually(server.is_ready, STARTING)


def test_a_killed_server_leaves_nothing_that_hinders_the_next_start(instance: Path) -> None:
    with serving(instance) as killed:
        port = killed.address.rpartition(":")[2]
        killed.process.kill()
        killed.process.wait(10)
        with serving(instance, "--port", port) as next_one:
            eventually(next_one.is_ready, STARTING)
            assert next_one.address == killed.address
    eventually(lambda: processes_of(instance) == [], 60)


def test_a_terminal_that_closes_or_a_ctrl_c_stops_everything(instance: Path) -> None:
    for number in (signal.SIGINT, signal.SIGHUP):
        with serving(instance) as server:
            server.process.send_signal(number)
            assert server.process.wait(60) == 0
        assert processes_of(instance) == []


def test_two_servers_share_one_instance_and_either_may_go(server: Server, instance: Path) -> None:
    with serving(instance, "--without-workers") as second:
        eventually(second.is_ready, STARTING)
        assert second.address != server.address
        assert second.children("run-worker") == []
    assert server.is_ready()


def test_two_instances_run_side_by_side(server: Server, tmp_path: Path) -> None:
    with serving(tmp_path, "--without-workers") as second:
        eventually(second.is_ready, STARTING)
        assert server.is_ready()
    assert server.is_ready()
    assert processes_of(tmp_path) == []


def test_a_foreign_database_may_go_away_and_come_back(tmp_path: Path) -> None:
    folders = tmp_path / "servers", tmp_path / "instance"
    folders[1].mkdir()
    with Embedded(folders[0]) as services:
        foreign = {
            "SQLALCHEMY_DATABASE_URI": services.database_uri,
            "FLEXMEASURES_REDIS_URL": services.redis_uri,
        }
        empty = command(folders[1], "run", "--port", "0", **foreign)
        assert empty.returncode == 1
        assert "Run: flexmeasures db upgrade" in empty.stderr
        assert command(folders[1], "db", "upgrade", **foreign).returncode == 0
        with serving(folders[1], "--without-workers", **foreign) as server:
            assert server.is_ready()
            processes.stop(open_home(folders[0]), processes.POSTGRES)
            assert server.get("/api/v3_0/health/ready") == (
                503,
                {"database_sql": False, "database_redis": True},
            )
            assert server.get("/api/ops/ping")[0] == 200
            assert services.check() == ["postgres"]
            eventually(server.is_ready, STARTING)
            processes.stop(open_home(folders[0]), processes.REDIS)
            assert server.get("/api/v3_0/health/ready") == (
                503,
                {"database_sql": True, "database_redis": False},
            )
            assert services.check() == ["redis"]
            eventually(server.is_ready, STARTING)
        assert not (folders[1] / "postgres").exists()


def test_stale_locks_and_pid_files_do_not_hinder_a_start(instance: Path) -> None:
    with serving(instance):
        pass
    home = open_home(instance)
    (home.postgres / "18" / "postmaster.pid").write_text(
        f"{os.getpid()}\n{home.postgres}/18\n1\n5432\n\n\n\n"
    )
    for name in ("start", "users", "postgres", "redis", "reaper"):
        (home.run / f"{name}.lock").write_text(str(os.getpid()))
    with serving(instance) as server:
        assert server.is_ready()
