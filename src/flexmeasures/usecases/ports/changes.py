"""What pages need to hear of changes that other processes make."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from flexmeasures.domain.changes import Change


class Changes(Protocol):
    """Tells what was committed, by whichever process."""

    def listen(self, hear: Callable[[Change | None], None]) -> None:
        """Hear of each change from now on, in a thread of its own, until this process ends.

        Args:
            hear: Called soon after each commit; with None after an outage, when changes may have been missed.
        """
