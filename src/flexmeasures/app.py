"""The only place that knows all parts: it makes the platform, the web application and the command line.

Each part is imported when it is asked for, so that every process has only what it needs.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime
from functools import cached_property
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flexmeasures.cli.program import Schema, Serving
from flexmeasures.cli.root import root
from flexmeasures.domain.clock import DemoClock
from flexmeasures.domain.errors import FlexMeasuresError, ServiceUnavailable
from flexmeasures.domain.jobs import QUEUES, SCHEDULING

if TYPE_CHECKING:
    from flask import Flask
    from redis import Redis

    from flexmeasures.adapters.embedded.services import Embedded
    from flexmeasures.adapters.postgres.database import Database
    from flexmeasures.adapters.redis.queue import RedisQueue
    from flexmeasures.forecasting.forecast import Forecaster
    from flexmeasures.forecasting.task import Forecast, ForecastTask
    from flexmeasures.plugins.found import Plugins
    from flexmeasures.scheduling.problem import Problem
    from flexmeasures.scheduling.solution import Solution
    from flexmeasures.settings.schema import Settings
    from flexmeasures.usecases.demo.recordings import Recording
    from flexmeasures.usecases.demo.simulation import Script
    from flexmeasures.usecases.ports.backups import Backups
    from flexmeasures.usecases.ports.platform import Platform


def create() -> Flask:
    """Make the web application, for any WSGI server (``flexmeasures.app:create()``).

    Raises:
        FlexMeasuresError: the settings or the instance are not fit for use.
    """
    from flexmeasures.adapters.serving.lifeline import stop_with_parent

    parts = Parts(os.environ, Path.cwd(), supervised=stop_with_parent())
    atexit.register(parts.close)
    return parts.web()


def main() -> None:
    """Run the command ``flexmeasures``."""
    from flexmeasures.adapters.serving.lifeline import stop_with_parent

    parts = Parts(os.environ, Path.cwd(), supervised=stop_with_parent())
    try:
        root(obj=parts, prog_name="flexmeasures")
    except FlexMeasuresError as error:
        click.echo(f"Error: {error}", err=True)
        raise SystemExit(1) from error
    finally:
        parts.close()


def wall_clock() -> datetime:
    """Return the true time."""
    return datetime.now(UTC)


class Parts:
    """The parts of the platform, each made when it is asked for."""

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
        self._open.callback(database.dispose)
        return database

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

    @cached_property
    def plugins(self) -> Plugins:
        """What plug-ins offer."""
        from flexmeasures.plugins.found import Plugins

        return Plugins(self.settings.plugin_modules)

    def platform(self) -> Platform:
        """Return all that use cases may touch."""
        return self._platform

    def schema(self) -> Schema:
        """Return the versions of the database's structure."""
        return self.database.schema

    def backups(self) -> Backups:
        """Return what makes and reads copies of the data."""
        from flexmeasures.adapters.postgres.address import address
        from flexmeasures.adapters.postgres.backups.backups import DatabaseBackups

        self._update_embedded()
        uri = self.settings.database_uri or self.embedded.database_uri
        return DatabaseBackups(address(uri), self.database.joined, wall_clock)

    def mail(self, recipients: Sequence[str], subject: str, text: str) -> None:
        """Send a mail."""
        from flexmeasures.adapters.mail.sender import Sender

        settings = self.settings
        sender = Sender(
            host=settings.MAIL_SERVER,
            port=settings.MAIL_PORT,
            use_tls=settings.MAIL_USE_TLS,
            use_ssl=settings.MAIL_USE_SSL,
            username=settings.MAIL_USERNAME,
            password=settings.MAIL_PASSWORD,
            sender=settings.MAIL_DEFAULT_SENDER,
        )
        sender.send(recipients, subject, text)

    def web(self) -> Flask:
        """Return the web application with all its services and pages."""
        from flexmeasures.api.routes import Surroundings, add_routes
        from flexmeasures.ui.pages import TEMPLATES, register
        from flexmeasures.web.application import make
        from flexmeasures.web.profiling import time_requests

        ours, platform, database = version("flexmeasures"), self.platform(), self.database
        app = make(self.settings.for_flask(), database.logins, ours, str(TEMPLATES))
        checks = {"database_sql": database.ping, "database_redis": self.queue.ping}
        add_routes(app, platform, Surroundings(ours, database.logins, self.backups(), checks))
        register(app, platform, self.settings)
        if self.settings.FLEXMEASURES_PROFILE_REQUESTS:
            time_requests(app)
        return app

    def serve(self, serving: Serving, announce: Callable[[str], None] | None = None) -> None:
        """Serve the platform until somebody stops it."""
        from flexmeasures.adapters.serving.listener import listen
        from flexmeasures.adapters.serving.serve import Plan, serve

        queues = QUEUES if serving.with_workers else ()
        plan = Plan(serving.host, serving.debug, queues, serving.companions)
        foreign = self.settings.database_uri is not None
        with listen(serving.host, serving.port) as listener:
            if foreign:
                self._demand_current_schema()
            self.platform()
            check = self.embedded.check if self.uses_embedded else None
            serve(plan, listener, check, announce or self._announce)

    def check_port(self, host: str, port: int) -> None:
        """Check that a port can be listened at, before other work is done."""
        from flexmeasures.adapters.serving.listener import listen

        listen(host, port).close()

    def work(self, queues: Sequence[str], name: str) -> None:
        """Do jobs of these queues until somebody stops it."""
        from flexmeasures.adapters.redis.worker import Worker
        from flexmeasures.worker.kinds import KINDS
        from flexmeasures.worker.run import Runner
        from flexmeasures.worker.watch import Watch

        if SCHEDULING in queues:
            import_module("flexmeasures.scheduling.schedule").get_ready()  # somebody waits for the first job
        worker = Worker(self.redis, queues, name)
        runner = Runner(self._platform, KINDS, stopping=lambda: worker.stopping)
        worker.work(runner.run, Watch(self._platform, queues))

    def instance(self) -> Path:
        """Return the instance folder, before any other setting is read."""
        from flexmeasures.settings.loading import find_instance

        return find_instance(self._environ, self._folder)

    def recordings(self) -> Mapping[str, Recording]:
        """Return the recordings that demonstrations tell, by name."""
        from flexmeasures.adapters.demo.archive import recordings

        return recordings()

    def simulate(self, script: Script, port: int) -> None:
        """Let the meters and devices of a demonstration post to a server until somebody stops it."""
        from flexmeasures.adapters.demo.meter import simulate
        from flexmeasures.adapters.serving.supervisor import stop_at_signals

        with stop_at_signals() as stop:
            simulate(script, port, self._platform, stop)

    def do(self, job_id: str) -> None:
        """Do one job in this process."""
        from flexmeasures.worker.kinds import KINDS
        from flexmeasures.worker.run import Runner

        Runner(self._platform, KINDS).run(job_id)

    def place(self) -> str:
        """Return where the database is, without user and password."""
        from flexmeasures.adapters.postgres.address import address, spoken

        return spoken(address(self.settings.database_uri or self.embedded.database_uri))

    def model(self) -> Iterable[str]:
        """Return all tables with their columns, as lines for people to read."""
        from flexmeasures.adapters.postgres.model import describe_model

        return describe_model()

    def hashed(self, password: str) -> str:
        """Return what is kept of a password, as logging in compares it."""
        from flexmeasures.web.passwords import hash_password

        return hash_password(password, str(self.settings.for_flask()["SECURITY_PASSWORD_SALT"]))

    @cached_property
    def _platform(self) -> Platform:
        from flexmeasures.usecases.ports.platform import Platform

        if self.settings.plugin_modules:
            self.plugins  # noqa: B018  (one that is missing is told now, not when it is needed)
        self._update_embedded()
        return Platform(
            store=self.database.store,
            queue=self.queue,
            now=self.clock,
            transaction=self._transaction,
            scheduler=self._schedule,
            forecaster=self._forecast,
            rules=self.settings.rules,
        )

    def _demand_current_schema(self) -> None:
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

    def _update_embedded(self) -> None:
        """Bring the instance's own database up to date; a foreign one is left to its operator."""
        if self.settings.database_uri is None:
            schema = self.database.schema
            if schema.current() not in schema.heads():
                schema.upgrade()

    def _transaction(self) -> AbstractContextManager[None]:
        return self.queue.transaction(self.database.transaction())

    def _announce(self, address: str) -> None:
        click.echo(f"FlexMeasures is at {address} (Ctrl-C stops it).")
        if self.settings.redirects_to_https:
            click.echo(
                "It sends visitors to HTTPS: put a proxy with a certificate in front of it. "
                "To try it out here, set FLEXMEASURES_ENV=development."
            )

    def _schedule(self, problem: Problem) -> Solution:
        """Compute a schedule. The solver is imported at its first use: web processes have none."""
        from flexmeasures.scheduling.schedule import schedule

        return self.plugins.schedulers().get(problem.asset_type, schedule)(problem)

    def _forecast(self, task: ForecastTask) -> Forecast:
        """Compute a forecast, by the plug-in that has the model asked for if there is one."""
        return self.plugins.forecasters().get(task.model, self._forecaster)(task)

    @cached_property
    def _forecaster(self) -> Forecaster:
        """The forecaster, imported at its first use; it keeps the models that it fitted."""
        from flexmeasures.forecasting.forecast import Forecaster

        return Forecaster()


if __name__ == "__main__":
    main()
