"""Locks of the kernel: held means alive, whatever a pid file says.

They are of the ``flock`` kind: POSIX locks vanish when any descriptor of a file is closed and do not pass to
children. The kernel drops them when the last process that holds them is gone, however it went.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flexmeasures.adapters.embedded.home import Home
from flexmeasures.domain.errors import ServiceUnavailable

POLL = 0.02  # s


def open_lock(home: Home, name: str) -> int:
    """Open a lock file in the instance's ``run`` folder, made when it is missing; return its descriptor."""
    descriptor = os.open(home.run / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    if home.drops_privileges:
        os.fchown(descriptor, home.uid, home.gid)
    return descriptor


def try_lock(descriptor: int, kind: int = fcntl.LOCK_EX) -> bool:
    """Lock if that needs no waiting; return whether it is locked now."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def unlock(descriptor: int) -> None:
    """Give a lock back, also for forked children that hold a copy of the descriptor."""
    fcntl.flock(descriptor, fcntl.LOCK_UN)


def acquire(descriptor: int, seconds: float, problem: str) -> None:
    """Lock, waiting if need be.

    Raises:
        ServiceUnavailable: it took longer than this. [s]
    """
    deadline = time.monotonic() + seconds
    while not try_lock(descriptor):
        if time.monotonic() > deadline:
            raise ServiceUnavailable(f"{problem} Waited for {seconds:g} s.")
        time.sleep(POLL)


def is_held(home: Home, name: str) -> bool:
    """Return whether some process holds this lock exclusively."""
    descriptor = open_lock(home, name)
    try:
        if try_lock(descriptor, fcntl.LOCK_SH):
            unlock(descriptor)
            return False
        return True
    finally:
        os.close(descriptor)


@contextmanager
def one_at_a_time(home: Home, seconds: float) -> Iterator[None]:
    """Let only one process at a time start or stop the servers of an instance.

    Raises:
        ServiceUnavailable: others were at it for longer than this. [s]
    """
    descriptor = open_lock(home, "start")
    problem = f"Another process is still starting or stopping the servers of {home.folder}; see {home.logs}."
    try:
        acquire(descriptor, seconds, problem)
        yield
    finally:
        unlock(descriptor)
        os.close(descriptor)


def log_of(home: Home, name: str) -> Path:
    """Return where a server writes what happens."""
    return home.logs / f"{name}.log"
