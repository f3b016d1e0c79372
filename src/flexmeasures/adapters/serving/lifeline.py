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


def stop_with_parent() -> bool:
    """Ask this process to stop as soon as its parent is gone.

    Returns:
        Whether it has a lifeline, and so a parent that supervises it.
    """
    number = os.environ.pop(VARIABLE, "")
    if not number.isdecimal():
        return False
    threading.Thread(target=_watch, args=(int(number),), name="lifeline", daemon=True).start()
    return True


def _watch(reading: int) -> None:
    while os.read(reading, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
