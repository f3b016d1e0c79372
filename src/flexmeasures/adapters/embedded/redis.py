"""A Redis of the instance's own, which listens on a socket in a private folder only."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import redis

from flexmeasures.adapters.embedded import processes
from flexmeasures.adapters.embedded.binaries import redis_server
from flexmeasures.adapters.embedded.home import Home
from flexmeasures.adapters.embedded.processes import Kind
from flexmeasures.adapters.embedded.server import Answer, State
from flexmeasures.domain.errors import ServiceUnavailable

OPTIONS = (
    *("--port", "0"),
    *("--daemonize", "no"),
    *("--unixsocketperm", "700"),
    *("--appendonly", "yes"),
    *("--appendfsync", "everysec"),
    *("--maxmemory-policy", "noeviction"),
    *("--save", ""),
)


@dataclass(frozen=True, slots=True)
class Redis:
    """Redis in an instance folder."""

    home: Home

    @property
    def kind(self) -> Kind:
        return processes.REDIS

    @property
    def uri(self) -> str:
        """Where clients find it."""
        return f"unix://{quote(str(self._socket))}"

    def ping(self) -> Answer:
        client = redis.Redis.from_url(self.uri, retry=None, socket_timeout=3)  # it retries for seconds else
        try:
            client.ping()
        except redis.RedisError as error:
            return _diagnose(str(error).strip())
        finally:
            client.close()
        return Answer(State.HEALTHY)

    def start(self) -> subprocess.Popen[bytes]:
        program = redis_server()
        # an older Redis cannot read the files of a newer one; jobs are sent again from the database
        data = self.home.private(self.home.redis / _major(program))
        self._socket.unlink(missing_ok=True)
        where = ("--dir", str(data), "--unixsocket", str(self._socket))
        return processes.start(self.home, self.kind.name, [program, *OPTIONS, *where])

    @property
    def _socket(self) -> Path:
        return self.home.sockets / "redis.sock"


def _major(program: str) -> str:
    done = subprocess.run([program, "--version"], check=False, capture_output=True, text=True)  # noqa: S603  (found by us)
    version = re.search(r"v=(\d+)\.", done.stdout)
    if version is None:
        raise ServiceUnavailable(f"{program} does not say which version it is: {done.stdout or done.stderr}")
    return version[1]


def _diagnose(text: str) -> Answer:
    """Tell a server that is busy, or answers with an error, from one that is not there."""
    if "LOADING" in text or "loading the dataset" in text:
        return Answer(State.RECOVERING, text)
    if "imeout" in text:
        return Answer(State.SLOW, text)
    if "MISCONF" in text:
        return Answer(State.HEALTHY, text)  # cannot write to its disk: no reason to kill it
    return Answer(State.MUTE, text)
