"""Settings and servers of an instance: its database, queue and clock, each opened when it is asked for."""
# ruff: noqa: PLC0415

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from flexmeasures.domain.clock import DemoClock
from flexmeasures.domain.errors import ServiceUnavailable

if TYPE_CHECKING:
    from redis import Redis

    from flexmeasures.adapters.embedded.services import Embedded
    from flexmeasures.adapters.postgres.database import Database
    from flexmeasures.adapters.redis.changes import RedisChanges
    from flexmeasures.adapters.redis.queue import RedisQueue
    from flexmeasures.domain.changes import Change
    from flexmeasures.settings.schema import Settings


def wall_clock() -> datetime:
    """Return the true time."""
    return datetime.now(UTC)


class Servers:
    """What an instance runs on, each part opened when it is asked for."""

    def __init__(self, environ: Mapping[str, str], folder: Path, *, supervised: bool = False) -> None:
        """Say where settings are found; nothing is read yet.

        Args:
            environ: Variables of the environment.
            folder: The working directory.
            supervised: Whether another process of the platform watches over this one.
        """
        self._environ = environ
        self._supervised = supervised
        self._folder = folder
        self._open = ExitStack()

    def close(self) -> None:
        """Close what was opened; embedded servers stop if nobody else uses them."""
        self._open.close()

    @cached_property
    def settings(self) -> Settings:
        """All settings, checked; logging follows them from here on."""
        from structlog import get_logger

        from flexmeasures.adapters.logs.journal import set_up_logging
        from flexmeasures.settings.loading import load

        loaded = load(self._environ, self._folder)
        set_up_logging(loaded.settings.LOGGING_LEVEL, loaded.settings.instance / "logs")
        for warning in () if self._supervised else loaded.warnings:  # the supervisor said it
            get_logger(__name__).warning(warning)
        return loaded.settings

    @cached_property
    def embedded(self) -> Embedded:
        """Those of the instance's own servers that are needed, started or joined."""
        from flexmeasures.adapters.embedded.processes import POSTGRES, REDIS
        from flexmeasures.adapters.embedded.services import Embedded

        uris = {POSTGRES: self.settings.database_uri, REDIS: self.settings.redis_uri}
        needed = [kind for kind, uri in uris.items() if uri is None]
        return self._open.enter_context(Embedded(self.settings.instance, needed))

    @property
    def uses_embedded(self) -> bool:
        """Whether a server of the instance's own is needed."""
        return self.settings.database_uri is None or self.settings.redis_uri is None

    @cached_property
    def database(self) -> Database:
        """The database: the configured one, or the instance's own."""
        from flexmeasures.adapters.postgres.database import Database

        uri = self.settings.database_uri or self.embedded.database_uri
        database = Database(uri, self.settings.SQLALCHEMY_ENGINE_OPTIONS)
        database.tell = self._tell
        self._open.callback(database.dispose)
        return database

    def _tell(self, change: Change) -> None:
        """Tell other processes what was committed; only who commits something needs Redis for it."""
        self.changes.tell(change)

    @cached_property
    def changes(self) -> RedisChanges:
        """What tells other processes that something is committed, and hears it of them."""
        from flexmeasures.adapters.redis.changes import RedisChanges

        return RedisChanges(self.redis)

    @cached_property
    def redis(self) -> Redis:
        """The server of the queue: the configured one, or the instance's own."""
        from flexmeasures.adapters.redis.connection import connect

        client = connect(self.settings.redis_uri or self.embedded.redis_uri)
        self._open.callback(client.close)
        return client

    @cached_property
    def queue(self) -> RedisQueue:
        """Work for later."""
        from flexmeasures.adapters.redis.queue import RedisQueue, TimeLimits

        by_queue = {
            name: round(limit.total_seconds())
            for name, limit in self.settings.FLEXMEASURES_JOB_TIMEOUT.items()
        }
        default = round(self.settings.FLEXMEASURES_DEFAULT_JOB_TIMEOUT.total_seconds())
        return RedisQueue(self.redis, self.database.store.jobs, self.clock, TimeLimits(default, by_queue))

    @cached_property
    def clock(self) -> Callable[[], datetime]:
        """The platform's clock; that of demonstrations runs in another year."""
        from flexmeasures.settings.schema import MODE_DEMO

        year = self.settings.FLEXMEASURES_DEMO_YEAR
        if self.settings.FLEXMEASURES_MODE == MODE_DEMO and year is not None:
            return DemoClock(year, wall_clock)
        return wall_clock

    def place(self) -> str:
        """Return where the database is, without user and password."""
        from flexmeasures.adapters.postgres.address import address, spoken

        return spoken(address(self.settings.database_uri or self.embedded.database_uri))

    def demand_current_schema(self) -> None:
        """Say what to do about a foreign database that is not up to date.

        Raises:
            ServiceUnavailable: the database is not there, or not up to date.
        """
        current, heads = self.database.schema.current(), self.database.schema.heads()
        if current not in heads:
            raise ServiceUnavailable(
                f"The database {self.place()} is {f'at version {current}' if current else 'empty'} and "
                f"FlexMeasures needs version {', '.join(heads)}. Run: flexmeasures db upgrade"
            )

    def update_embedded(self) -> None:
        """Bring the instance's own database up to date; a foreign one is left to its operator."""
        if self.settings.database_uri is None:
            schema = self.database.schema
            if schema.current() not in schema.heads():
                schema.upgrade()
