from pathlib import Path

import pytest

from flexmeasures.adapters.embedded import locks, processes
from flexmeasures.adapters.embedded.home import Home, open_home
from flexmeasures.adapters.embedded.processes import KEPT_LOGS
from flexmeasures.domain.errors import InvalidInstance, ServiceUnavailable


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path / "instance")


def test_a_process_holds_its_lock_as_long_as_it_lives(home: Home) -> None:
    process = processes.start(home, "redis", ["/bin/sleep", "60"])
    assert locks.is_held(home, "redis")
    process.kill()
    process.wait(10)
    assert not locks.is_held(home, "redis")


def test_what_a_process_says_is_kept_and_old_logs_are_put_aside(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "LARGEST_LOG", 1)
    for number in range(KEPT_LOGS + 3):
        processes.start(home, "redis", ["/bin/echo", str(number)]).wait(10)
    kept = sorted((path.name, path.read_text()) for path in home.logs.glob("redis*"))
    assert kept == [
        ("redis.log", "5\n"),
        ("redis.log.1", "4\n"),
        ("redis.log.2", "3\n"),
        ("redis.log.3", "2\n"),
    ]


def test_other_settings_of_postgres_are_kept_from_the_servers(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGDATABASE", "another")
    monkeypatch.setenv("KEPT", "yes")
    processes.start(home, "redis", ["/usr/bin/env"]).wait(10)
    said = locks.log_of(home, "redis").read_text()
    assert "PGDATABASE" not in said
    assert "KEPT=yes" in said


def test_a_programme_that_fails_tells_why(home: Home) -> None:
    with pytest.raises(InvalidInstance, match=r"(?s)sh failed for .* MB free:\nno luck"):
        processes.run_as_owner(home, ["/bin/sh", "-c", "echo no luck >&2; exit 3"])


def test_a_lock_that_somebody_else_keeps_is_waited_for_and_then_told(home: Home) -> None:
    first, second = locks.open_lock(home, "start"), locks.open_lock(home, "start")
    locks.acquire(first, 1, "")
    with pytest.raises(ServiceUnavailable, match=r"Somebody has it\. Waited for 0\.1 s\."):
        locks.acquire(second, 0.1, "Somebody has it.")
    locks.unlock(first)
    locks.acquire(second, 1, "")
    locks.unlock(second)
    assert not locks.is_held(home, "start")
