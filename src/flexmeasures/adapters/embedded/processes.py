"""Servers as processes: started with a lock that they inherit, found and stopped without pid files."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from flexmeasures.adapters.embedded import locks
from flexmeasures.adapters.embedded.home import Home
from flexmeasures.adapters.embedded.privileges import as_owner, unreachable
from flexmeasures.domain.errors import InvalidInstance

LARGEST_LOG = 5_000_000  # bytes; a larger one is put aside when its server starts
KEPT_LOGS = 3


@dataclass(frozen=True, slots=True)
class Kind:
    """How the processes of a server are found and asked to stop.

    Attributes:
        name: Of the server, its lock, its log and the folder in which its processes work.
        polite: Signal for a clean stop.
    """

    name: str
    polite: signal.Signals


POSTGRES = Kind("postgres", signal.SIGINT)
REDIS = Kind("redis", signal.SIGTERM)


def start(home: Home, name: str, command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a server that holds the lock of its name for as long as any of its processes lives.

    Raises:
        InvalidInstance: the servers' user may not run the programme or not enter the folder.
        ServiceUnavailable: a process that cannot be found holds the lock.
    """
    lock = locks.open_lock(home, name)
    try:
        locks.acquire(lock, 5, f"{home.run / name}.lock is held by a process that cannot be found.")
        _rotate(locks.log_of(home, name))
        with locks.log_of(home, name).open("ab") as log:
            return _spawn(home, command, log.fileno(), lock)
    finally:
        os.close(lock)  # the server keeps its copy, and with it the lock


def run_as_owner(home: Home, command: Sequence[str], text: str = "") -> None:
    """Run a programme to its end as the servers' user.

    Raises:
        InvalidInstance: it failed; the message holds what it said.
    """
    launch = as_owner(home, command)
    done = subprocess.run(  # noqa: S603  (own programmes, own arguments)
        launch.command,
        check=False,
        cwd=home.run,
        env=_environment(),
        input=text,
        capture_output=True,
        text=True,
        user=launch.user,
        group=launch.group,
        extra_groups=launch.groups,
    )
    if done.returncode:
        raise InvalidInstance(
            f"{Path(command[0]).name} failed for {home.folder} as user {home.account}, "
            f"{home.free_space()} MB free:\n{(done.stderr or done.stdout)[-1500:]}"
        )


def stop(home: Home, kind: Kind, patience: float = 20) -> None:
    """Stop a server politely; then without waiting for its clients; then every process of it.

    Never waits without limit: a clean stop during a recovery was seen to hang.

    Args:
        home: The instance.
        kind: Which of its servers.
        patience: How long the polite way may take. [s]
    """
    steps = ((kind.polite, False, patience), (signal.SIGQUIT, True, 5.0), (signal.SIGKILL, True, 10.0))
    for sign, everyone, seconds in steps:
        if not locks.is_held(home, kind.name):
            return
        for process in _processes(home, kind, everyone=everyone):
            with suppress(psutil.Error):
                process.send_signal(sign)
        deadline = time.monotonic() + seconds
        while locks.is_held(home, kind.name) and time.monotonic() < deadline:
            time.sleep(locks.POLL)


def _spawn(home: Home, command: Sequence[str], log: int, lock: int) -> subprocess.Popen[bytes]:
    launch = as_owner(home, command)
    try:
        return subprocess.Popen(  # noqa: S603  (own programmes, own arguments)
            launch.command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[lock],
            start_new_session=True,
            cwd=home.run,
            env=_environment(),
            user=launch.user,
            group=launch.group,
            extra_groups=launch.groups,
        )
    except PermissionError as error:
        raise unreachable(home, command[0]) from error


def _environment() -> dict[str, str]:
    """Return the environment without settings of other PostgreSQL servers."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PG")} | {"LC_ALL": "C"}


def _rotate(log: Path) -> None:
    if not log.exists() or log.stat().st_size < LARGEST_LOG:
        return
    for number in range(KEPT_LOGS, 0, -1):
        older = log.with_suffix(f".log.{number - 1}") if number > 1 else log
        if older.exists():
            older.rename(log.with_suffix(f".log.{number}"))


def _processes(home: Home, kind: Kind, *, everyone: bool) -> list[psutil.Process]:
    """Find the processes of a server, or its first one only, by folder and name: pids get recycled."""
    folder = home.folder / kind.name
    found = {
        process.pid: process
        for process in psutil.process_iter(["cwd", "name", "ppid"])
        if kind.name in (process.info["name"] or "")
        and Path(process.info["cwd"] or "/").is_relative_to(folder)
    }
    return [process for process in found.values() if everyone or process.info["ppid"] not in found]
