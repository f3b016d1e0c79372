"""Backups where there are none."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from flexmeasures.domain.errors import BackupFailure, UnknownBackup
from flexmeasures.usecases.ports.backups import Part


class MemoryBackups:
    """A fake that makes no backups and knows none."""

    def dump(self, folder: Path) -> Path:
        """Refuse to write a file."""
        raise BackupFailure(f"Nothing in memory is dumped into {folder}.")

    def restore(self, file: Path) -> None:
        """Refuse to read a file."""
        raise BackupFailure(f"Nothing in memory comes from {file}.")

    def tables(self, parts: Collection[Part]) -> list[str]:  # noqa: ARG002 - as the port has it
        """Return that there are none."""
        return []

    def save(self, folder: Path, parts: Collection[Part]) -> Iterator[str]:
        """Refuse to write a folder."""
        raise BackupFailure(f"Nothing in memory is saved in {folder}: {', '.join(parts)}.")

    def missing(self, folder: Path, parts: Collection[Part]) -> list[str]:
        """Return that everything is missing."""
        return [f"{folder.name} {part}" for part in parts]

    def clear(self) -> None:
        """Refuse to remove what nothing can bring back."""
        raise BackupFailure("There is no backup of what is in memory.")

    def load(self, folder: Path, parts: Collection[Part]) -> Iterator[str]:
        """Refuse to read a folder."""
        raise UnknownBackup(f"There is no folder {folder} with {', '.join(parts)}.")
