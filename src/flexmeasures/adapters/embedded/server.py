"""What a supervised server is."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from flexmeasures.adapters.embedded.processes import Kind


class State(StrEnum):
    """How a server answers."""

    HEALTHY = "answers"
    RECOVERING = "is alive and recovering"
    SLOW = "takes too long to answer"
    MUTE = "does not answer"


@dataclass(frozen=True, slots=True)
class Answer:
    """How a server answered, and in which words."""

    state: State
    text: str = ""


class Server(Protocol):
    """A server of an instance."""

    @property
    def kind(self) -> Kind:
        """How its processes are found and stopped."""

    def ping(self) -> Answer:
        """Ask whether it is there."""

    def start(self) -> subprocess.Popen[bytes]:
        """Start it, with everything that it needs; only called while none of its processes lives.

        Raises:
            InvalidInstance: the instance folder cannot be used.
            ServiceUnavailable: its programme is not there.
        """
