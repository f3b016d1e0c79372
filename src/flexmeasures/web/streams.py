"""Server-sent events for all pages that one process serves: one thread writes to all of them."""

from __future__ import annotations

import os
import selectors
import socket
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from flexmeasures.domain.changes import Change
from flexmeasures.usecases.ports.changes import Changes

MOST = 400
"""Streams of one process; who comes later looks again now and then."""

GATHERING = 0.25
"""How long changes are gathered before they are told. [s]"""

BEAT = 20.0
"""A stream that says nothing for so long says that it lives, lest a proxy closes it. [s]"""

LASTING = 900.0
"""A stream ends then; the browser opens another one, if the visitor may still see what it tells of. [s]"""

SLOW = 65_536
"""Who leaves so much unread is gone. [bytes]"""

HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-store\r\n"
    b"Connection: close\r\nX-Accel-Buffering: no\r\nX-Content-Type-Options: nosniff\r\n\r\nretry: 2000\n\n"
)
ALIVE = b": alive\n\n"


@dataclass(frozen=True, slots=True)
class Interest:
    """What a stream tells of.

    Attributes:
        sensors: Ids of the sensors.
        jobs: Whether it tells of jobs too.
    """

    sensors: frozenset[int]
    jobs: bool = False

    def events(self, change: Change | None) -> bytes:
        """Return what a change means to whoever is interested; None means that anything may have changed."""
        values = change is None or not self.sensors.isdisjoint(change.sensors)
        jobs = self.jobs and (change is None or bool(change.queues))
        kinds = [name for name, told in (("values", values), ("jobs", jobs)) if told]
        return b"".join(f"event: {name}\ndata: {name}\n\n".encode() for name in kinds)


@dataclass(slots=True, eq=False)
class _Stream:
    """One page that listens."""

    connection: socket.socket
    interest: Interest
    ends: float
    unsent: bytearray = field(default_factory=lambda: bytearray(HEAD))


class Streams:
    """All streams of this process; safe after a fork, for the thread starts with the first stream."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._process = 0
        self._lock = threading.Lock()

    @property
    def count(self) -> int:
        """How many pages listen to this process."""
        return len(self._open) if self._process == os.getpid() else 0

    def add(self, connection: socket.socket, interest: Interest) -> None:
        """Tell a page what changes, until it goes away."""
        with self._lock:
            self._begin()
            self._coming.append(_Stream(connection, interest, monotonic() + LASTING))
        self._wake()

    @property
    def is_full(self) -> bool:
        """Whether no more pages can listen."""
        return self.count >= MOST

    def hear(self, change: Change | None) -> None:
        """Have a change told soon."""
        self._heard.append(change)
        self._wake()

    def _begin(self) -> None:
        """Start the thread of this process, once."""
        if self._process == os.getpid():
            return
        self._process = os.getpid()
        self._coming: deque[_Stream] = deque()
        self._heard: deque[Change | None] = deque()
        self._open: set[_Stream] = set()
        self._selector = selectors.DefaultSelector()
        self._bell, self._ear = socket.socketpair()
        for end in (self._bell, self._ear):
            end.setblocking(False)
        self._selector.register(self._ear, selectors.EVENT_READ)
        threading.Thread(target=self._run, name="streams", daemon=True).start()
        self._changes.listen(self.hear)

    def _wake(self) -> None:
        try:
            self._bell.send(b"!")
        except BlockingIOError:
            return  # it rings already

    def _run(self) -> None:
        due, beat = monotonic(), monotonic() + BEAT
        while True:
            waiting = beat - monotonic() if not self._heard else due - monotonic()
            for key, events in self._selector.select(max(0.0, waiting)):
                self._serve(key, events)
            self._take_in()
            now = monotonic()
            if self._heard and now >= due:
                self._tell(_together(self._heard))
                due = now + GATHERING
            if now >= beat:
                self._send_all(lambda _: ALIVE)
                self._end_old(now)
                beat = now + BEAT

    def _serve(self, key: selectors.SelectorKey, events: int) -> None:
        stream = key.data
        if not isinstance(stream, _Stream):
            _drain(self._ear)
        elif events & selectors.EVENT_READ and _is_gone(stream.connection):
            self._close(stream)
        else:
            self._flush(stream)

    def _take_in(self) -> None:
        while self._coming:
            stream = self._coming.popleft()
            self._open.add(stream)
            self._selector.register(stream.connection, selectors.EVENT_READ, stream)
            self._flush(stream)

    def _tell(self, change: Change | None) -> None:
        self._send_all(lambda stream: stream.interest.events(change))

    def _send_all(self, text: Callable[[_Stream], bytes]) -> None:
        for stream in tuple(self._open):
            stream.unsent += text(stream)
            self._flush(stream)

    def _flush(self, stream: _Stream) -> None:
        """Send what fits; wait for more room if something is left."""
        try:
            while stream.unsent:
                del stream.unsent[: stream.connection.send(stream.unsent)]
        except BlockingIOError:
            if len(stream.unsent) > SLOW:
                self._close(stream)
                return
        except OSError:
            self._close(stream)
            return
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if stream.unsent else 0)
        self._selector.modify(stream.connection, wanted, stream)

    def _end_old(self, now: float) -> None:
        for stream in tuple(self._open):
            if now >= stream.ends:
                self._close(stream)

    def _close(self, stream: _Stream) -> None:
        self._open.discard(stream)
        self._selector.unregister(stream.connection)
        stream.connection.close()


def _together(heard: deque[Change | None]) -> Change | None:
    """Take all changes that were heard, as one; None if any may have been missed."""
    whole: Change | None = Change()
    while heard:
        change = heard.popleft()
        whole = None if whole is None or change is None else whole | change
    return whole


def _drain(ear: socket.socket) -> None:
    try:
        while ear.recv(4096):
            pass
    except BlockingIOError:
        return


def _is_gone(connection: socket.socket) -> bool:
    """Tell whether the other end was closed; what else a page sends is ignored."""
    try:
        return connection.recv(4096) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
