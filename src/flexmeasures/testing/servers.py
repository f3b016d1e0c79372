"""PostgreSQL and Redis for a test run: started once, shared by its processes, one database for each."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from flexmeasures.adapters.embedded.services import Embedded
from flexmeasures.adapters.postgres.database import Database

_FOLDER = "FLEXMEASURES_TEST_INSTANCE"
_PREPARING = 7_420_110_264
"""Number of the advisory lock under which the first process migrates the template."""

_HASTY = ("fsync", "synchronous_commit", "full_page_writes")
"""What keeps data through a power cut, which tests need not outlive."""


def begin() -> None:
    """Choose the instance folder of this run; the processes that it starts inherit it."""
    folder = Path(tempfile.gettempdir()) / f"flexmeasures-tests-{uuid4().hex[:12]}"
    os.environ[_FOLDER] = str(folder)


def end() -> None:
    """Remove the instance folder of this run."""
    shutil.rmtree(os.environ.pop(_FOLDER), ignore_errors=True)


@contextmanager
def running() -> Iterator[Embedded]:
    """Start the servers of this run, or join them, with a migrated database to copy from."""
    with Embedded(Path(os.environ[_FOLDER])) as services:
        with _preparing(services):
            _make_haste(services)
            template = Database(services.database_uri)
            template.upgrade()
            template.dispose()
        yield services


def new_database(services: Embedded, name: str) -> str:
    """Copy the migrated database and return the URI of the copy."""
    source = make_url(services.database_uri)
    copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
        sql.Identifier(name), sql.Identifier(source.database or "")
    )
    with _preparing(services) as connection:
        connection.execute(copy)
    return source.set(database=name).render_as_string(hide_password=False)


@contextmanager
def _preparing(services: Embedded) -> Iterator[psycopg.Connection]:
    """Connect beside the databases of tests, one process at a time."""
    url = make_url(services.database_uri)
    with psycopg.connect(
        host=str(url.query["host"]), user=url.username, dbname="postgres", autocommit=True
    ) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (_PREPARING,))
        yield connection


def _make_haste(services: Embedded) -> None:
    """Let the server not wait for the disk."""
    url = make_url(services.database_uri)
    with psycopg.connect(
        host=str(url.query["host"]), user="embedded", dbname="postgres", autocommit=True
    ) as connection:
        for setting in _HASTY:
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        connection.execute("SELECT pg_reload_conf()")
