"""The only place that knows all parts: it makes the platform, the web application and the command line.

Each part is imported when it is asked for, so that every process has only what it needs.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cached_property, partial
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flexmeasures.cli.program import Schema, Serving
from flexmeasures.cli.root import root
from flexmeasures.domain.errors import FlexMeasuresError
from flexmeasures.domain.jobs import QUEUES, SCHEDULING
from flexmeasures.servers import Servers, wall_clock

if TYPE_CHECKING:
    from flask import Flask

    from flexmeasures.forecasting.forecast import Forecaster
    from flexmeasures.forecasting.task import Forecast, ForecastTask
    from flexmeasures.plugins.found import Plugins
    from flexmeasures.scheduling.binding import Binding
    from flexmeasures.scheduling.problem import Problem
    from flexmeasures.scheduling.solution import Solution
    from flexmeasures.scheduling.warm import WarmModels
    from flexmeasures.usecases.demo.recordings import Recording
    from flexmeasures.usecases.demo.simulation import Script
    from flexmeasures.usecases.ports.backups import Backups
    from flexmeasures.usecases.ports.platform import Platform
    from flexmeasures.usecases.ports.weather import WeatherService


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


class Parts(Servers):
    """The parts of the platform, each made when it is asked for."""

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

        self.update_embedded()
        uri = self.settings.database_uri or self.embedded.database_uri
        return DatabaseBackups(address(uri), self.database.joined, wall_clock)

    def weather(self) -> WeatherService:
        """Return the weather service that is set."""
        from flexmeasures.adapters.weather.providers import Choice, weather_service

        settings = self.settings
        choice = Choice(
            provider=settings.FLEXMEASURES_WEATHER_PROVIDER,
            url=settings.FLEXMEASURES_WEATHER_URL,
            open_weather_map_key=settings.OPENWEATHERMAP_API_KEY,
            dark_sky_key=settings.DARK_SKY_API_KEY,
        )
        return weather_service(choice)

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
        register(app, platform, self.settings, self.changes, database.logins)
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
                self.demand_current_schema()
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
        self.update_embedded()
        return Platform(
            store=self.database.store,
            queue=self.queue,
            now=self.clock,
            transaction=self._transaction,
            scheduler=self._schedule,
            forecaster=self._forecast,
            rules=self.settings.rules,
            explainer=self._explain,
            offers=lambda name: name in self.plugins.schedulers(),
        )

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

        own = partial(schedule, models=self.models)
        asked = replace(problem, solver=self.settings.solver)
        return self.plugins.schedulers().get(problem.asset_type, own)(asked)

    @cached_property
    def models(self) -> WarmModels:
        """What the schedules of a process leave for the next ones."""
        from flexmeasures.scheduling.warm import WarmModels

        return WarmModels()

    def _explain(self, problem: Problem, solution: Solution) -> Sequence[Binding]:
        """Say why a schedule is as it is; plug-ins say it themselves."""
        from flexmeasures.scheduling.explanation import explain

        return () if problem.asset_type in self.plugins.schedulers() else explain(problem, solution)

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
