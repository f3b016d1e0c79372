"""What the use cases need to copy what is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class Part(StrEnum):
    """What a backup can hold."""

    STRUCTURE = "structure"
    DATA = "data"


class Backups(Protocol):
    """Copies of what is kept."""

    def dump(self, folder: Path) -> Path:
        """Write all data into a new file in a folder, and return the file.

        Raises:
            BackupFailure: it could not be made.
        """

    def restore(self, file: Path) -> None:
        """Read all data from such a file into empty tables; all of it or nothing.

        Raises:
            BackupFailure: it could not be read, or the tables are not empty.
        """

    def tables(self, parts: Collection[Part]) -> list[str]:
        """Return the names of the tables of some parts, in the order in which they are saved."""

    def save(self, folder: Path, parts: Collection[Part]) -> Iterator[str]:
        """Write the tables of some parts into a new folder, one file each; yield the name of each table.

        Raises:
            BackupFailure: the folder is there already, or a table could not be saved. No folder is left then.
        """

    def missing(self, folder: Path, parts: Collection[Part]) -> list[str]:
        """Return the names of the tables of these parts that a folder lacks."""

    def clear(self) -> None:
        """Empty all tables, jobs included."""

    def load(self, folder: Path, parts: Collection[Part]) -> Iterator[str]:
        """Merge the tables of some parts from such a folder into what is kept; yield the name of each table.

        A row takes the place of one with the same key. Tables without a file are left as they are.

        Raises:
            UnknownBackup: there is no such folder.
            BackupFailure: a table could not be loaded. Nothing is changed then.
        """
