"""How a store reaches the database: a session for the length of a block."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from psycopg import Connection
from sqlalchemy.orm import Session

Sessions = Callable[[], AbstractContextManager[Session]]
"""Opens a block within the current transaction, or within one of its own."""

FRESH = {"populate_existing": True}
"""Rows are read as they are now, not as they were seen before in the same transaction."""


def driver(session: Session) -> Connection:
    """Return the connection of the driver, inside the transaction of the session.

    Raises:
        TypeError: the session speaks through another driver than psycopg.
    """
    connection = session.connection().connection.driver_connection
    if not isinstance(connection, Connection):
        raise TypeError(f"Beliefs are written through psycopg, not {type(connection).__name__}.")
    return connection
