"""A small process that stops the servers when their last user was killed.

Run as ``python -m flexmeasures.adapters.embedded.reaper <instance folder>``.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

from flexmeasures.adapters.embedded import locks, processes
from flexmeasures.adapters.embedded.home import Home, open_home

NAME = "reaper"


def ensure_reaper(home: Home) -> None:
    """Start the reaper of an instance unless there is one."""
    if locks.is_held(home, NAME):
        return
    lock = locks.open_lock(home, NAME)
    try:
        locks.acquire(lock, 5, f"The reaper of {home.folder} holds its lock and cannot be found.")
        with locks.log_of(home, NAME).open("ab") as log:
            subprocess.Popen(  # noqa: S603  (own programme, own arguments)
                [sys.executable, "-m", __spec__.name, str(home.folder)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[lock],
                start_new_session=True,
                cwd=home.run,
            )
    finally:
        os.close(lock)


def stop_if_unused(home: Home, users: int) -> bool:
    """Stop the servers if nobody else holds the users' lock; return whether that was so.

    Args:
        home: The instance, whose starting and stopping must be locked.
        users: Descriptor of the users' lock.
    """
    if not locks.try_lock(users):
        return False
    for kind in (processes.REDIS, processes.POSTGRES):
        processes.stop(home, kind)
    return True


def watch(home: Home, patience: float) -> None:
    """Sleep until the kernel says that the last user is gone, then stop the servers.

    Args:
        home: The instance.
        patience: How long others may take to start or stop the servers. [s]
    """
    users = locks.open_lock(home, "users")
    while True:
        fcntl.flock(users, fcntl.LOCK_EX)
        locks.unlock(users)  # a new user may come first: it will be seen under the lock for starting
        with locks.one_at_a_time(home, patience):
            if stop_if_unused(home, users):
                return


if __name__ == "__main__":
    watch(open_home(Path(sys.argv[1])), 1000)
