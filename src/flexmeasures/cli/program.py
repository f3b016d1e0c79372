"""What commands get as ``click``'s ``ctx.obj``: the parts of the platform, made when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from flask import Flask

    from flexmeasures.settings.schema import Settings
    from flexmeasures.usecases.demo.recordings import Recording
    from flexmeasures.usecases.demo.simulation import Script
    from flexmeasures.usecases.ports.backups import Backups
    from flexmeasures.usecases.ports.platform import Platform
    from flexmeasures.usecases.ports.weather import WeatherService


@dataclass(frozen=True, slots=True)
class Serving:
    """How the platform is served.

    Attributes:
        host: Address to listen at.
        port: Port to listen at; 0 for any that is free.
        debug: Whether to reload changed code and show errors in the browser.
        with_workers: Whether to do jobs as well.
        companions: Commands that run beside the server and get its port, such as ``demo-meter``.
    """

    host: str
    port: int
    debug: bool = False
    with_workers: bool = True
    companions: tuple[str, ...] = ()


class Schema(Protocol):
    """The versions of the database's structure."""

    def upgrade(self, revision: str = "head") -> None:
        """Bring the structure to a later version."""

    def downgrade(self, revision: str = "-1") -> None:
        """Bring the structure back to an earlier version."""

    def stamp(self, revision: str) -> None:
        """Note a version without changing the structure."""

    def current(self) -> str | None:
        """Return the version that the database has."""

    def heads(self) -> list[str]:
        """Return the latest versions."""

    def history(self) -> list[str]:
        """Return all versions with what they do, newest first."""

    def revision(self, message: str, *, compare: bool) -> str:
        """Write a new version and return its file; with changes found by comparison or empty."""


class Program(Protocol):
    """The parts of the platform, with the embedded servers behind them where none are configured."""

    @property
    def settings(self) -> Settings:
        """All settings, checked.

        Raises:
            InvalidSetting: a file is broken, a value is wrong, or a required setting is missing.
        """

    def platform(self) -> Platform:
        """Return all that use cases may touch.

        Raises:
            InvalidInstance: the instance folder cannot be used.
            ServiceUnavailable: an embedded server does not start.
        """

    def schema(self) -> Schema:
        """Return the versions of the database's structure."""

    def backups(self) -> Backups:
        """Return what makes and reads copies of the data."""

    def weather(self) -> WeatherService:
        """Return the weather service that is set.

        Raises:
            InvalidSetting: it wants a key and none is set.
        """

    def mail(self, recipients: Sequence[str], subject: str, text: str) -> None:
        """Send a mail.

        Raises:
            ServiceUnavailable: the mail server does not take it.
        """

    def model(self) -> Iterable[str]:
        """Return all tables with their columns, as lines for people to read."""

    def place(self) -> str:
        """Return where the database is, without user and password."""

    def do(self, job_id: str) -> None:
        """Do one job in this process."""

    def hashed(self, password: str) -> str:
        """Return what is kept of a password, as logging in compares it."""

    def web(self) -> Flask:
        """Return the web application."""

    def serve(self, serving: Serving, announce: Callable[[str], None] | None = None) -> None:
        """Serve the platform until somebody stops it.

        Args:
            serving: How.
            announce: Called with the address when the web server answers; without it, the address is shown.

        Raises:
            InvalidSetting: the port is taken.
            ServiceUnavailable: the database is not there or not up to date.
        """

    def check_port(self, host: str, port: int) -> None:
        """Check that a port can be listened at, before other work is done.

        Raises:
            InvalidSetting: the port is taken.
        """

    def work(self, queues: Sequence[str], name: str) -> None:
        """Do jobs of these queues until somebody stops it."""

    def instance(self) -> Path:
        """Return the instance folder, before any other setting is read.

        Raises:
            InvalidSetting: a configuration file is broken.
        """

    def recordings(self) -> Mapping[str, Recording]:
        """Return the recordings that demonstrations tell, by name."""

    def simulate(self, script: Script, port: int) -> None:
        """Let the meters and devices of a demonstration post to a server until somebody stops it."""
