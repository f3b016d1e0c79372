"""A private PostgreSQL and Redis under one instance folder, shared safely by many processes.

Each user of an instance holds a shared lock. Who comes first starts the servers, the last one out stops
them; the reaper does so when that one was killed. Needs ``flock``: keep the instance off network drives.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Collection
from pathlib import Path
from subprocess import Popen
from types import TracebackType
from typing import Self

import structlog

from flexmeasures.adapters.embedded import locks, processes
from flexmeasures.adapters.embedded.home import LOW_SPACE, Home, open_home
from flexmeasures.adapters.embedded.postgres import Postgres
from flexmeasures.adapters.embedded.processes import POSTGRES, REDIS, Kind
from flexmeasures.adapters.embedded.reaper import ensure_reaper, stop_if_unused
from flexmeasures.adapters.embedded.redis import Redis
from flexmeasures.adapters.embedded.server import Server, State
from flexmeasures.domain.errors import ServiceUnavailable

BOTH = (POSTGRES, REDIS)
START = 60.0  # s
RECOVERY = 900.0  # s; reading the log of a large database after a crash takes its time
ATTEMPTS = 2  # somebody may kill a server while it starts
BRIEFLY = 5.0  # s; for a server that is alive and does not answer
PATIENCE = 60.0  # s; for a server that answers late: slow is not dead

log = structlog.get_logger(__name__)


class Embedded:
    """The servers of an instance folder, there while this context manager is open.

    Example: ``with Embedded(folder) as services: connect(services.database_uri)``
    """

    def __init__(self, folder: Path, kinds: Collection[Kind] = BOTH) -> None:
        """Name an instance; nothing is started yet.

        Args:
            folder: Of the instance.
            kinds: Which servers are needed; others may be there because others need them.
        """
        self._folder = folder
        self._kinds = kinds
        self._home: Home | None = None
        self._users = -1
        self._pid = -1

    @property
    def database_uri(self) -> str:
        """Where SQLAlchemy finds the database, which is empty at first."""
        return Postgres(self._opened).uri

    @property
    def redis_uri(self) -> str:
        """Where Redis listens."""
        return Redis(self._opened).uri

    @property
    def folder(self) -> Path:
        """The instance folder, as an absolute path."""
        return self._opened.folder

    def check(self) -> list[str]:
        """Start again what died; return the names of what was started. Call it every few seconds.

        A server that was only slow, or that somebody else has started meanwhile, is not among them.

        Raises:
            ServiceUnavailable: a server does not start any more.
        """
        if all(server.ping().state == State.HEALTHY for server in self._servers):
            return []
        with locks.one_at_a_time(self._opened, RECOVERY):
            return self._ensure()

    def __enter__(self) -> Self:
        """Start what is missing and join what is running.

        Raises:
            InvalidInstance: the folder cannot be used.
            ServiceUnavailable: a server does not start.
        """
        self._home = open_home(self._folder)
        self._users, self._pid = locks.open_lock(self._home, "users"), os.getpid()
        try:
            with locks.one_at_a_time(self._home, RECOVERY):
                fcntl.flock(self._users, fcntl.LOCK_SH)
                self._ensure()
        except BaseException:
            self._leave()
            raise
        if self._home.free_space() < LOW_SPACE:
            log.warning(
                "Little space is left on the disk of the instance; the database stops when it is full.",
                folder=str(self._home.folder),
                free_megabytes=self._home.free_space(),
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the servers unless somebody else uses them."""
        self._leave()

    @property
    def _opened(self) -> Home:
        if self._home is None:
            raise RuntimeError("The servers of an instance are there inside its context only.")
        return self._home

    @property
    def _servers(self) -> tuple[Server, ...]:
        servers: tuple[Server, ...] = (Postgres(self._opened), Redis(self._opened))
        return tuple(server for server in servers if server.kind in self._kinds)

    def _leave(self) -> None:
        if os.getpid() != self._pid or self._users < 0:
            return  # a forked child shares the lock, which is not its own to give back
        try:
            with locks.one_at_a_time(self._opened, RECOVERY):
                stop_if_unused(self._opened, self._users)
        finally:
            os.close(self._users)
            self._users = -1

    def _ensure(self) -> list[str]:
        """Have every server answer; return the names of those that were started for it."""
        ensure_reaper(self._opened)
        return [server.kind.name for server in self._servers if self._revive(server)]

    def _revive(self, server: Server) -> bool:
        """Have a server answer; return whether it was started for it."""
        if self._answers(server):
            return False
        for _ in range(ATTEMPTS):
            # if it lives: hung, its socket deleted, or orphans of a dead server
            processes.stop(self._opened, server.kind, patience=BRIEFLY)
            if self._wait(server, START, server.start()):
                return True
        raise self._failure(server)

    def _answers(self, server: Server) -> bool:
        """Return whether a server answers, having been given time if it lives."""
        if server.ping().state == State.HEALTHY:
            return True
        return locks.is_held(self._opened, server.kind.name) and self._wait(server, BRIEFLY)

    def _wait(self, server: Server, seconds: float, process: Popen[bytes] | None = None) -> bool:
        began = time.monotonic()
        while (state := server.ping().state) != State.HEALTHY:
            limit = {State.RECOVERING: RECOVERY, State.SLOW: max(seconds, PATIENCE)}.get(state, seconds)
            ended = process is not None and process.poll() is not None
            if ended or not locks.is_held(self._opened, server.kind.name):
                return False
            if time.monotonic() - began > limit:
                return False
            time.sleep(locks.POLL)
        return True

    def _failure(self, server: Server) -> ServiceUnavailable:
        path = locks.log_of(self._opened, server.kind.name)
        words = path.read_text(encoding="utf-8", errors="replace")[-1500:] if path.exists() else ""
        return ServiceUnavailable(
            f"The {server.kind.name} of {self._opened.folder} does not start: {server.ping().text}\n"
            f"{self._opened.free_space()} MB are free there. Its last words, in {path}:\n{words}"
        )
