"""PostgreSQL's own programmes, run on a database."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass

from sqlalchemy import URL

from flexmeasures.adapters.embedded.binaries import postgres_tool
from flexmeasures.domain.errors import BackupFailure, ServiceUnavailable


@dataclass(frozen=True, slots=True)
class Tool:
    """How a programme is called, and in which environment: a password is never among its arguments."""

    command: tuple[str, ...]
    environment: dict[str, str]


def tool(name: str, url: URL) -> Tool:
    """Return how a programme such as ``pg_dump`` is run on a database.

    Raises:
        BackupFailure: it is neither in the package with PostgreSQL nor on the PATH.
    """
    where = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    environment = {**os.environ, "PGCONNECT_TIMEOUT": "10"}
    if url.password is not None:
        environment["PGPASSWORD"] = url.password
    return Tool((programme(name), "--no-password", f"--dbname={where}"), environment)


def programme(name: str) -> str:
    """Return the path of a programme of PostgreSQL.

    Raises:
        BackupFailure: it is neither in the package with PostgreSQL nor on the PATH.
    """
    try:
        return postgres_tool(name)
    except ServiceUnavailable as error:
        found = shutil.which(name)
        if found is None:
            raise BackupFailure(
                f"No {name} here: install PostgreSQL's client programmes (Debian: postgresql-client)."
            ) from error
        return found


def complaint(words: str) -> str:
    """Return what a programme says went wrong, on one line."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower() or "fatal" in line.lower()]
    return " ".join((errors or lines or ["it gave no reason"])[:2])
