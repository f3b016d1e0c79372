"""Keep the web server, the workers and the embedded servers running until somebody says stop."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

import structlog

from flexmeasures.adapters.serving.child import Child, Role, ending
from flexmeasures.adapters.serving.lifeline import Lifeline
from flexmeasures.domain.errors import FlexMeasuresError, ServiceUnavailable

TICK = 0.1  # s
CARE = 3.0  # s between two looks at the embedded servers
STOPS = ((Child.ask_to_stop, 4.0), (Child.ask_to_stop, 2.0), (Child.kill, 5.0))  # and how long to wait [s]
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

log = structlog.get_logger(__name__)


class Supervisor:
    """Runs children while its context is open, and starts those that die again."""

    def __init__(self, roles: Sequence[Role]) -> None:
        self._lifeline = Lifeline.make()
        self._children = [Child(role, self._lifeline) for role in roles]

    def run(self, stop: threading.Event, is_ready: Callable[[], bool], announce: Callable[[], None]) -> None:
        """Run the children until ``stop`` is set, then stop them.

        Args:
            stop: Set when somebody wants an end.
            is_ready: Whether the first child does its work; the others start then.
            announce: Called once, when it does.

        Raises:
            ServiceUnavailable: the first child ended before it was ready.
        """
        try:
            self._children[0].start()
            if self._becomes_ready(stop, is_ready):
                announce()
                for child in self._children[1:]:
                    child.start()
            while not stop.wait(TICK):
                for child in self._children:
                    child.tend()
        finally:
            self._stop()

    def _becomes_ready(self, stop: threading.Event, is_ready: Callable[[], bool]) -> bool:
        first = self._children[0]
        while not stop.wait(TICK):
            if first.process is not None and (code := first.process.poll()) is not None:
                raise ServiceUnavailable(
                    f"The {first.role.name} ended before it was ready ({ending(code)}). "
                    "What it said is above."
                )
            if is_ready():
                return True
        return False

    def _stop(self) -> None:
        """Stop all children: politely, then at once, then without asking."""
        for stop, patience in STOPS:
            for child in self._children:
                stop(child)
            deadline = time.monotonic() + patience
            while time.monotonic() < deadline:
                if all(child.has_ended for child in self._children):
                    self._lifeline.close()
                    return
                time.sleep(TICK / 5)
        log.error("Some processes do not end.", processes=[child.role.name for child in self._children])


@contextmanager
def stop_at_signals() -> Iterator[threading.Event]:
    """Return an event that is set when this process is asked to stop."""
    stop = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  (as Python calls it)
        stop.set()

    before = {number: signal.signal(number, ask) for number in STOP_SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def care_for(check: Callable[[], Sequence[str]]) -> Iterator[None]:
    """Look after the embedded servers meanwhile, in a thread: bringing one back may take a while."""
    over = threading.Event()
    thread = threading.Thread(target=_care, args=(check, over), name="care", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _care(check: Callable[[], Sequence[str]], over: threading.Event) -> None:
    complaint = ""
    while not over.wait(CARE):
        try:
            for name in check():
                log.warning("A server of the instance did not answer and was started again.", server=name)
            complaint = ""
        except (FlexMeasuresError, OSError) as error:
            if str(error) != complaint:
                log.error("A server of the instance does not start.", error=str(error))  # noqa: TRY400
            complaint = str(error)
