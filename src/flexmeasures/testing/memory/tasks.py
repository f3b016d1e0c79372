"""The latest runs of recurring tasks in memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flexmeasures.testing.memory.tables import Tables


@dataclass(frozen=True, slots=True)
class MemoryTasks:
    """A fake of the store of task runs."""

    tables: Tables

    def report(self, name: str, at: datetime, *, succeeded: bool) -> None:
        """Keep the outcome of a run."""
        self.tables.tasks[name] = (at, succeeded)

    def latest(self, name: str) -> tuple[datetime, bool] | None:
        """Return when a task last ran and whether it succeeded."""
        return self.tables.tasks.get(name)
