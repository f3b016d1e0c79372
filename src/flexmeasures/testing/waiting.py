"""Wait for what happens elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable

POLL = 0.02
"""Seconds between two looks."""


def eventually(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    """Return as soon as something holds.

    Args:
        holds: Asked again and again.
        seconds: How long to wait at most.

    Raises:
        AssertionError: it does not hold by then.
    """
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"This did not come true within {seconds:g} s.")
        time.sleep(POLL)
