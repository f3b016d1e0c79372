"""Tell an outage of the database, which passes, from an error of a job, which stays."""

from __future__ import annotations

import psycopg
from sqlalchemy.exc import DBAPIError

from flexmeasures.domain.errors import ServiceUnavailable

_PASSING = ("08", "57P", "53", "40")
"""Connection lost, server shutting down or starting, out of resources, deadlock (PostgreSQL, appendix A)."""


def is_outage(error: BaseException) -> bool:
    """Tell whether the same would work once the database is back."""
    if isinstance(error, ServiceUnavailable):
        return True
    if not isinstance(error, DBAPIError):
        return False
    cause = error.orig
    return error.connection_invalidated or (isinstance(cause, psycopg.OperationalError) and _passes(cause))


def _passes(cause: psycopg.OperationalError) -> bool:
    return cause.sqlstate is None or cause.sqlstate.startswith(_PASSING)
