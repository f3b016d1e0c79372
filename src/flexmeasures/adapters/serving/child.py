"""A child process that is started again when it dies, ever later if it does so soon."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from flexmeasures.adapters.serving.lifeline import VARIABLE, Lifeline

FIRST_DELAY = 0.5  # s
LONGEST_DELAY = 30.0  # s
HEALTHY = 30.0  # s; who lives that long has not failed at its start

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Role:
    """What a child is for.

    Attributes:
        name: For people.
        command: To run.
        descriptors: Open files that it inherits.
        speaks: Whether what it prints is shown; errors always are.
    """

    name: str
    command: Sequence[str]
    descriptors: tuple[int, ...] = ()
    speaks: bool = False


@dataclass(slots=True)
class Child:
    """A supervised process."""

    role: Role
    lifeline: Lifeline
    process: subprocess.Popen[bytes] | None = None
    _born: float = 0.0
    _delay: float = FIRST_DELAY
    _due: float = 0.0

    def start(self) -> None:
        """Start it, in a process group of its own: Ctrl-C is for the parent, who stops it in order."""
        variables = {**os.environ, VARIABLE: str(self.lifeline.reading)}
        self.process = subprocess.Popen(  # noqa: S603  (own programmes, own arguments)
            self.role.command,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=None if self.role.speaks else subprocess.DEVNULL,
            pass_fds=(self.lifeline.reading, *self.role.descriptors),
            start_new_session=True,
        )
        self._born = time.monotonic()

    def tend(self) -> None:
        """Start it again if it died and its delay is over."""
        now = time.monotonic()
        if self.process is None:
            if now >= self._due:
                self.start()
            return
        if self.process.poll() is None:
            return
        if now - self._born > HEALTHY:
            self._delay = FIRST_DELAY
        self._due = now + self._delay
        log.warning(
            "A process died and is started again.",
            process=self.role.name,
            ending=ending(self.process.returncode),
            delay_seconds=self._delay,
        )
        self._delay = min(2 * self._delay, LONGEST_DELAY)
        self.process = None

    @property
    def has_ended(self) -> bool:
        """Whether it is not running."""
        return self.process is None or self.process.poll() is not None

    def ask_to_stop(self) -> None:
        """Ask it to stop if it runs."""
        if not self.has_ended and self.process is not None:
            self.process.terminate()

    def kill(self) -> None:
        """End it and its own children."""
        if not self.has_ended and self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)


def ending(code: int) -> str:
    """Say how a process ended.

    >>> ending(-9)
    'killed by signal 9'
    """
    return f"exit code {code}" if code >= 0 else f"killed by signal {-code}"
