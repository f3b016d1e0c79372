"""The versions of the schema: migrations that travel inside the package."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.base import Script
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from flexmeasures.adapters.postgres.outages import is_outage, reason
from flexmeasures.adapters.postgres.tables.all import METADATA
from flexmeasures.domain.errors import InvalidRevision, ServiceUnavailable

FOLDER = Path(__file__).parent / "migrations"

LOCK_TIMEOUT = "10s"
"""How long a migration waits for whoever uses a table; everybody else waits behind it."""

STATEMENT_TIMEOUT = "15min"
_ONE_AT_A_TIME = 5_211_975_031
"""Number of the advisory lock that a migration holds."""


class Schema:
    """The versions of the schema of a database."""

    def __init__(self, engine: Engine, name: str) -> None:
        """Describe a schema.

        Args:
            engine: Of its database.
            name: What people call the database.
        """
        self._engine = engine
        self._name = name

    def upgrade(self, revision: str = "head") -> None:
        """Bring the schema to a later revision.

        Raises:
            InvalidRevision: there is no such revision.
            ServiceUnavailable: the database does not answer, or others keep its tables in use.
        """
        with self._migrating() as config:
            command.upgrade(config, revision)

    def downgrade(self, revision: str = "-1") -> None:
        """Bring the schema back to an earlier revision; data of later ones are lost.

        Raises:
            InvalidRevision: there is no such revision.
            ServiceUnavailable: the database does not answer, or others keep its tables in use.
        """
        with self._migrating() as config:
            command.downgrade(config, revision)

    def stamp(self, revision: str = "head") -> None:
        """Note a revision without changing the schema.

        Raises:
            InvalidRevision: there is no such revision.
            ServiceUnavailable: the database does not answer.
        """
        with self._migrating() as config:
            command.stamp(config, revision)

    def current(self) -> str | None:
        """Return the revision that the database has, or None before the first migration.

        Raises:
            ServiceUnavailable: the database does not answer.
        """
        with self._connected() as connection:
            return MigrationContext.configure(connection).get_current_revision()

    def heads(self) -> list[str]:
        """Return the newest revisions."""
        return list(_scripts().get_heads())

    def history(self) -> list[str]:
        """Return all revisions with what they do, newest first."""
        return [_line(script) for script in _scripts().walk_revisions()]

    def revision(self, message: str, *, compare: bool) -> str:
        """Write a new migration and return its file.

        Args:
            message: What the migration does.
            compare: Whether to fill it with what differs between the database and the tables as declared.

        Raises:
            InvalidRevision: the database is not at the newest revision.
            ServiceUnavailable: the database does not answer.
        """
        number = max((_number(script) for script in _scripts().walk_revisions()), default=0) + 1
        with self._migrating() as config:
            script = command.revision(config, message, autogenerate=compare, rev_id=f"{number:04}")
        if not isinstance(script, Script):
            raise InvalidRevision(f"No migration was written for {message!r}.")
        return script.path

    def differences(self) -> list[str]:
        """Return what differs between the database and the tables as declared.

        Raises:
            ServiceUnavailable: the database does not answer.
        """
        with self._connected() as connection:
            context = MigrationContext.configure(connection)
            return [str(difference) for difference in compare_metadata(context, METADATA)]

    @contextmanager
    def _migrating(self) -> Iterator[Config]:
        """Give what Alembic needs, with a connection that nobody gets afterwards: it has its own limits."""
        with self._connected() as connection:
            connection.detach()
            connection.execute(text(f"SELECT pg_advisory_lock({_ONE_AT_A_TIME})"))
            connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
            connection.execute(text(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'"))
            connection.commit()
            config = _config()
            config.attributes["connection"] = connection
            try:
                yield config
            except CommandError as error:
                raise InvalidRevision(f"The schema of {self._name} cannot be migrated: {error}") from error

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            if is_outage(error):
                raise ServiceUnavailable(
                    f"The database {self._name} does not answer: {reason(error)}"
                ) from error
            raise


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("file_template", "v%%(rev)s_%%(slug)s")
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _number(script: Script) -> int:
    found = re.match(r"\d+", script.revision)
    return int(found[0]) if found else 0


def _line(script: Script) -> str:
    before = script.down_revision or "<base>"
    return f"{before} -> {script.revision}: {script.doc}"
