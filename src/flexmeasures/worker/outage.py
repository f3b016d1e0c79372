"""Tell what passes, such as an outage of the database, from an error of a job, which stays."""

from __future__ import annotations

import psycopg
from sqlalchemy.exc import DBAPIError

from flexmeasures.domain.errors import ServiceUnavailable

_ROLLED_BACK = "40"
"""SQLSTATEs of transactions that met others: deadlocks and the like (PostgreSQL, appendix A)."""


def passes(error: Exception) -> bool:
    """Tell whether the same may work at the next attempt."""
    if isinstance(error, ServiceUnavailable):
        return True
    cause = error.orig if isinstance(error, DBAPIError) else error
    return isinstance(cause, psycopg.Error) and (cause.sqlstate or "").startswith(_ROLLED_BACK)
