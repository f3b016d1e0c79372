"""Changes told within this process."""

from __future__ import annotations

from collections.abc import Callable

from flexmeasures.domain.changes import Change


class MemoryChanges:
    """A fake of what tells changes to other processes."""

    def __init__(self) -> None:
        self._hear: list[Callable[[Change | None], None]] = []

    def tell(self, change: Change) -> None:
        """Tell a change that is committed."""
        for hear in self._hear:
            hear(change)

    def listen(self, hear: Callable[[Change | None], None]) -> None:
        """Hear of each change from now on."""
        self._hear.append(hear)
