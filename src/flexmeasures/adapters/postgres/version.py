"""Which PostgreSQL the platform runs on."""

from __future__ import annotations

from flexmeasures.domain.errors import ServiceUnavailable

OLDEST = 14
"""The first major version whose behaviour the queries rely on."""


def demand_supported(server_version: int, name: str) -> None:
    """Check the version of a server.

    Args:
        server_version: As the server tells it: the major version times ten thousand, plus the minor one.
        name: What people call the database.

    Raises:
        ServiceUnavailable: it is too old.
    """
    major, minor = divmod(server_version, 10_000)
    if major < OLDEST:
        raise ServiceUnavailable(
            f"The database {name} is kept by PostgreSQL {_spoken(major, minor)}, and FlexMeasures needs "
            f"{OLDEST} or later. Upgrade that server, or leave out SQLALCHEMY_DATABASE_URI: then the "
            "instance uses a PostgreSQL of its own."
        )


def _spoken(major: int, minor: int) -> str:
    """Return a version as people write it: before 10, two numbers named a major version."""
    return f"{major}.{minor}" if major >= 10 else f"{major}.{minor // 100}.{minor % 100}"
