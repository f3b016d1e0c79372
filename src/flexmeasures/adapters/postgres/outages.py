"""How an outage of the database shows itself."""

from __future__ import annotations

from psycopg import Error, InterfaceError, OperationalError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

Failure = DBAPIError | Error | PoolTimeout
"""What SQLAlchemy and the driver raise."""

FAILURES = (DBAPIError, Error, PoolTimeout)

_STATES = ("08", "28", "53", "57P", "55P03", "40P01")
"""SQLSTATEs of lost connections, of a wrong password, of a full disk or too many clients, of servers that
stop or start, and of those who waited too long or for each other."""


def is_outage(error: Failure) -> bool:
    """Tell whether the database does not answer, rather than refuses what it is told."""
    if isinstance(error, PoolTimeout):
        return True
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, (OperationalError, InterfaceError)):
        return False
    return cause.sqlstate is None or cause.sqlstate.startswith(_STATES)


def reason(error: Failure) -> str:
    """Return what the driver says, on one line."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return " ".join(str(cause).split())
