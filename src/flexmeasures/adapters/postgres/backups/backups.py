"""The port of backups, on a database."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL

from flexmeasures.adapters.postgres.backups import dump, tables
from flexmeasures.adapters.postgres.sessions import Sessions
from flexmeasures.usecases.ports.backups import Part


class DatabaseBackups:
    """Backups of a PostgreSQL database."""

    def __init__(self, url: URL, joined: Sessions, now: Callable[[], datetime]) -> None:
        """Describe what is backed up.

        Args:
            url: Its address.
            joined: Opens its transactions.
            now: The time that names of dumps tell.
        """
        self._url = url
        self._joined = joined
        self._now = now

    def dump(self, folder: Path) -> Path:
        return dump.dump(self._url, folder, self._now)

    def restore(self, file: Path) -> None:
        dump.restore(self._url, file)

    def tables(self, parts: Collection[Part]) -> list[str]:
        return [table.name for table in tables.tables(parts)]

    def save(self, folder: Path, parts: Collection[Part]) -> Iterator[str]:
        return tables.save(self._joined, folder, parts)

    def missing(self, folder: Path, parts: Collection[Part]) -> list[str]:
        return tables.missing(folder, parts)

    def clear(self) -> None:
        tables.clear(self._joined)

    def load(self, folder: Path, parts: Collection[Part]) -> Iterator[str]:
        return tables.load(self._joined, folder, parts)
