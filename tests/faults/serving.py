"""Run the command ``flexmeasures`` as an operator does, and end it in every way."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from flexmeasures.testing.waiting import eventually

COMMAND = (sys.executable, "-m", "flexmeasures.app")
STARTING = 90.0
"""Seconds; on a busy machine."""


def environment(instance: Path, **variables: str) -> dict[str, str]:
    """Return an environment in which nothing is configured but the instance."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    own = {
        "HOME": str(instance),
        "FLEXMEASURES_ENV": "development",
        "FLEXMEASURES_INSTANCE_PATH": str(instance),
    }
    return {**kept, **own, **variables}


def command(instance: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environment(instance, **variables),
        cwd=instance,
        capture_output=True,
        text=True,
        check=False,
        timeout=STARTING,
    )


@dataclass
class Server:
    """A server that was started by ``flexmeasures run``."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where it answers, once it has said so."""
        found = [match[0] for line in self.lines if (match := re.search(r"http://[^\s]+", line))]
        return found[0] if found else ""

    def get(self, path: str) -> tuple[int, object]:
        """Return the status and the JSON of an answer; status 0 if there is none."""
        server = urlsplit(self.address)
        connection = HTTPConnection(server.hostname or "", server.port, timeout=30)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, HTTPException, ValueError):
            return 0, None
        finally:
            connection.close()

    def children(self, name: str) -> list[psutil.Process]:
        """Return the processes below it with this in their command line."""
        found = []
        for child in psutil.Process(self.process.pid).children(recursive=True):
            try:
                if name in " ".join(child.cmdline()):
                    found.append(child)
            except psutil.Error:
                continue
        return found

    def is_ready(self) -> bool:
        """Return whether database and queue answer."""
        return self.get("/api/v3_0/health/ready")[0] == 200

    def stop(self) -> int:
        """Stop it as an operator does and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@contextmanager
def serving(instance: Path, *arguments: str, **variables: str) -> Iterator[Server]:
    """Serve an instance at any free port."""
    process = subprocess.Popen(
        [*COMMAND, "run", "--port", "0", *arguments],
        env=environment(instance, **variables),
        cwd=instance,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    server = Server(process)
    reading = threading.Thread(target=_read, args=(server,), daemon=True)
    reading.start()
    try:
        eventually(lambda: bool(server.address) or process.poll() is not None, STARTING)
        assert server.address, "".join(server.lines)
        yield server
    finally:
        server.stop()
        reading.join(10)
        if process.stdout is not None:
            process.stdout.close()


def processes_of(instance: Path) -> list[str]:
    """Return the command lines of all processes that have to do with an instance."""
    found = []
    for process in psutil.process_iter(["cmdline", "cwd", "pid"]):
        command_line = " ".join(process.info["cmdline"] or ())
        if process.info["pid"] != os.getpid() and str(instance) in f"{command_line} {process.info['cwd']}":
            found.append(command_line)
    return found


def _read(server: Server) -> None:
    if server.process.stdout is not None:
        server.lines.extend(iter(server.process.stdout.readline, ""))
