"""A log file that many processes write to and that never grows without limit."""

from __future__ import annotations

import fcntl
import os
from logging import LogRecord
from logging.handlers import WatchedFileHandler
from pathlib import Path

LARGEST = 10_000_000  # bytes
KEPT = 5


class SharedLogFile(WatchedFileHandler):
    """Appends whole lines; whoever finds the file full puts it aside, and the others follow."""

    def __init__(self, path: Path, largest: int = LARGEST) -> None:
        """Name the file; it is opened at the first line.

        Args:
            path: Of the file. Older ones get ``.1``, ``.2`` and so on.
            largest: Size from which on a new file is begun. [bytes]
        """
        super().__init__(path, encoding="utf-8", delay=True)
        self._path = path
        self._largest = largest

    def emit(self, record: LogRecord) -> None:
        """Write a line, to a new file if this one is full."""
        try:
            if self._is_full():
                self._put_aside()
            super().emit(record)
        except OSError:
            self.handleError(record)

    def _is_full(self) -> bool:
        return self._path.exists() and self._path.stat().st_size >= self._largest

    def _put_aside(self) -> None:
        lock = os.open(self._path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._is_full():
                return  # another process was first
            for number in range(KEPT, 0, -1):
                older = self._numbered(number - 1)
                if older.exists():
                    older.rename(self._numbered(number))
        finally:
            os.close(lock)

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}") if number else self._path
