"""A pipe by which children notice that their parent is gone, even when it was killed.

Nothing is ever written to it. The kernel closes the parent's end with the parent, and the children read that.
"""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import dataclass

VARIABLE = "FLEXMEASURES_LIFELINE"


@dataclass(frozen=True, slots=True)
class Lifeline:
    """Both ends of the pipe: the reading one is for the children to inherit."""

    reading: int
    writing: int

    @classmethod
    def make(cls) -> Lifeline:
        """Make a pipe of which children inherit only what they are given."""
        return cls(*os.pipe())

    def close(self) -> None:
        """Close both ends."""
        os.close(self.reading)
        os.close(self.writing)


def stop_with_parent() -> None:
    """Ask this process to stop as soon as its parent is gone; nothing happens if it has no lifeline."""
    number = os.environ.pop(VARIABLE, "")
    if number.isdecimal():
        threading.Thread(target=_watch, args=(int(number),), name="lifeline", daemon=True).start()


def _watch(reading: int) -> None:
    while os.read(reading, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
