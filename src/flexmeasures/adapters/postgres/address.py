"""Where a database is: its documented URI, as the driver takes it, and as people may see it."""

from __future__ import annotations

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from flexmeasures.domain.errors import InvalidSetting

_DRIVER = "postgresql+psycopg"


def address(uri: str) -> URL:
    """Read the address of a PostgreSQL database.

    Args:
        uri: Such as ``postgresql://user:password@host:5432/name``, or with ``?host=<folder of its socket>``.

    Raises:
        InvalidSetting: ``uri`` is no address of a PostgreSQL database.
    """
    try:
        url = make_url(uri)
    except (ArgumentError, ValueError) as error:
        raise InvalidSetting(
            "SQLALCHEMY_DATABASE_URI cannot be read; expected postgresql://user:password@host:port/name."
        ) from error
    if url.drivername not in {"postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2"}:
        raise InvalidSetting(
            f"SQLALCHEMY_DATABASE_URI names {url.drivername}; expected a PostgreSQL database, as in "
            "postgresql://user:password@host:port/name."
        )
    return url.set(drivername=_DRIVER)


def spoken(url: URL) -> str:
    """Return an address as people may see it: without user and password."""
    host = url.host or url.query.get("host", "localhost")
    port = f":{url.port}" if url.port else ""
    return f"{url.database or ''} at {host}{port}"
