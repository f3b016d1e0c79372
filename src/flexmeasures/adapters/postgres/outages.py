"""How an outage of the database shows itself."""

from __future__ import annotations

from psycopg import Error, InterfaceError, OperationalError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

Failure = DBAPIError | Error | PoolTimeout
"""What SQLAlchemy and the driver raise."""

FAILURES = (DBAPIError, Error, PoolTimeout)

_STATES = ("08", "57P", "53300", "28")
"""SQLSTATEs of lost connections, of servers that stop or start, of too many clients, of a wrong password."""


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
