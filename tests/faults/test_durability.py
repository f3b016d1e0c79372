"""Killing Redis, a worker, the server or the database loses no accepted work and doubles none."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import text

from flexmeasures.adapters.embedded.services import Embedded
from flexmeasures.adapters.postgres.database import Database
from flexmeasures.adapters.redis.connection import connect
from flexmeasures.domain.jobs import OPEN, JobState
from flexmeasures.testing.waiting import eventually

PROGRAMME = Path(__file__).with_name("durable.py")

pytestmark = pytest.mark.services


@dataclass
class House:
    """An instance with a server that accepts jobs and a worker that does them, both supervised."""

    services: Embedded
    folder: Path
    database: Database
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def accepted(self) -> Path:
        return self.folder / "accepted.txt"

    def start(self, task: str) -> None:
        where = (self.services.database_uri, self.services.redis_uri, str(self.accepted))
        with (self.folder / f"{task}.log").open("ab") as log:
            self.processes[task] = subprocess.Popen(
                [sys.executable, str(PROGRAMME), task, *where], stdout=log, stderr=log
            )

    def kill(self, task: str) -> None:
        self.processes[task].kill()
        self.processes[task].wait()
        self.start(task)

    def kill_redis(self) -> None:
        with suppress(RedisError):
            os.kill(int(self.redis().info("server")["process_id"]), signal.SIGKILL)

    def kill_database(self) -> None:
        pids = list(self.services.folder.glob("postgres/*/postmaster.pid"))
        os.kill(int(pids[0].read_text().split()[0]), signal.SIGKILL)

    def empty_redis(self) -> None:
        with suppress(RedisError):
            self.redis().flushall()

    def redis(self) -> Redis:
        return connect(self.services.redis_uri)

    def supervise(self) -> None:
        for task, process in list(self.processes.items()):
            if process.poll() is not None:
                self.start(task)
        self.services.check()

    def stop(self, task: str) -> int:
        process = self.processes.pop(task)
        process.terminate()
        return process.wait(timeout=20)

    def jobs_accepted(self) -> list[str]:
        return self.accepted.read_text(encoding="utf-8").split() if self.accepted.exists() else []

    def bear(self, blow: Callable[[], None]) -> None:
        """Take a blow, and go on accepting jobs."""
        before = len(self.jobs_accepted())
        blow()
        self.supervise()
        eventually(lambda: len(self.jobs_accepted()) > before + 3)

    def is_idle(self) -> bool:
        self.supervise()
        counts = self.database.store.jobs.counts().get("scheduling", {})
        return not any(counts.get(state, 0) for state in OPEN)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with Embedded(tmp_path / "instance") as services:
        database = Database(services.database_uri, {})
        database.upgrade()
        with database.joined() as session:
            session.execute(text("CREATE TABLE noted (number integer NOT NULL)"))
        made = House(services, tmp_path, database)
        try:
            yield made
        finally:
            for process in made.processes.values():
                process.kill()
                process.wait()
            database.dispose()


def _torment(house: House, seconds: float, chance: random.Random) -> dict[str, int]:
    """Kill something again and again, and let the supervision put it right."""
    victims = {
        "worker": lambda: house.kill("work"),
        "server": lambda: house.kill("accept"),
        "redis": house.kill_redis,
        "database": house.kill_database,
        "contents of redis": house.empty_redis,
    }
    killed = dict.fromkeys(victims, 0)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(chance.uniform(0.2, 2.0))
        victim = chance.choice(list(victims))
        victims[victim]()
        killed[victim] += 1
        house.supervise()
    return killed


def _check_all_done_once(house: House) -> None:
    accepted = house.jobs_accepted()
    assert len(accepted) > 10
    eventually(house.is_idle, 60)
    jobs = {job.id: job for job in house.database.store.jobs.jobs(limit=1_000_000)}
    assert not [job_id for job_id in accepted if job_id not in jobs]
    failed = [job for job in jobs.values() if job.state is not JobState.FINISHED]
    assert not failed
    with house.database.joined() as session:
        noted = [number for (number,) in session.execute(text("SELECT number FROM noted"))]
    assert sorted(noted) == sorted(int(str(job.arguments["number"])) for job in jobs.values())


def test_no_accepted_job_is_lost_or_done_twice_when_each_part_is_killed(house: House) -> None:
    house.start("accept")
    house.start("work")
    house.bear(lambda: house.kill("work"))
    house.bear(house.kill_redis)
    house.bear(house.empty_redis)
    house.bear(lambda: house.kill("accept"))
    assert house.stop("accept") == -signal.SIGTERM
    _check_all_done_once(house)
    assert house.stop("work") == 0


@pytest.mark.full
@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_accepted_job_is_lost_or_done_twice_in_a_torment(house: House, seed: int) -> None:
    house.start("accept")
    house.start("work")
    killed = _torment(house, 30, random.Random(seed))  # noqa: S311 - no secret
    house.stop("accept")
    _check_all_done_once(house)
    assert sum(killed.values()) > 5
