"""What the platform has accepted over HTTP is kept and done, whatever is killed meanwhile."""

from __future__ import annotations

import json
import random
import re
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import quote, urlsplit

import psutil
import pytest
from tests.faults.serving import COMMAND, STARTING, Server, command, environment, serving

from flexmeasures.adapters.redis.connection import connect
from flexmeasures.testing.waiting import eventually

pytestmark = [pytest.mark.services, pytest.mark.full, pytest.mark.timeout(600)]

START = datetime(2015, 6, 2, 10, tzinfo=UTC)
SECONDS = 20.0
PAUSE = 0.25
"""Between two events, so that a busy machine can follow. [s]"""


@dataclass
class Device:
    """A battery that tells its state of charge again and again.

    Attributes:
        server: What it tells it to.
        asset_id: Its number.
        owner_id: That of its owner.
        accepted: Numbers of the events that were accepted.
    """

    server: Server
    asset_id: int
    owner_id: int
    token: str = ""
    accepted: list[int] = field(default_factory=list)

    def address(self, event: int) -> str:
        return f"ea1.2018-06.localhost:{self.owner_id}:{self.asset_id}:{event}:soc"

    def tell(self, event: int) -> None:
        """Post an event; note it if it was accepted."""
        message = {
            "type": "PostUdiEventRequest",
            "event": self.address(event),
            "value": 100.0 + event % 7,
            "datetime": (START + event * timedelta(minutes=1)).isoformat(),
            "unit": "kWh",
        }
        status, _ = self.call("POST", "/api/v2_0/postUdiEvent", message)
        if status == 200:
            self.accepted.append(event)

    def asked(self, event: int) -> int:
        """Return the status of the device message that an event led to."""
        what = f"type=GetDeviceMessageRequest&event={quote(self.address(event))}"
        return self.call("GET", f"/api/v2_0/getDeviceMessage?{what}")[0]

    def is_answered(self) -> bool:
        """Tell whether each accepted event has led to a device message."""
        return all(self.asked(event) == 200 for event in reversed(self.accepted))

    def log_in(self) -> None:
        login = {"email": "eve@example.com", "password": "let me in"}
        _, answer = self.call("POST", "/api/requestAuthToken", login)
        self.token = str(answer.get("auth_token", ""))

    def call(self, method: str, path: str, message: object = None) -> tuple[int, dict[str, object]]:
        """Return status and JSON of an answer; status 0 if there is none."""
        where = urlsplit(self.server.address)
        connection = HTTPConnection(where.hostname or "", where.port, timeout=10)
        body = None if message is None else json.dumps(message)
        headers = {"Content-Type": "application/json"} | ({"Authorization": self.token} if self.token else {})
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, HTTPException, ValueError):
            return 0, {}
        finally:
            connection.close()


def last_id(done: subprocess.CompletedProcess[str]) -> int:
    assert done.returncode == 0, done.stderr
    return int(re.findall(r"ID:(\d+)", done.stdout)[-1])


def furnish(instance: Path) -> tuple[int, int]:
    """Make an owner and a battery; return their ids."""
    assert command(instance, "add", "structure").returncode == 0
    user = subprocess.run(
        [*COMMAND, "add", "user", "--username", "eve", "--email", "eve@example.com", "--roles", "Prosumer"],
        env=environment(instance),
        cwd=instance,
        input="let me in\nlet me in\n",
        capture_output=True,
        text=True,
        check=True,
    )
    owner_id = last_id(user)
    what = ("--name", "battery", "--asset-type-name", "battery", "--capacity-in-MW", "0.1")
    where = ("--event-resolution", "15", "--latitude", "52", "--longitude", "5")
    whose = ("--owner-id", str(owner_id), "--max-soc-in-MWh", "0.5")
    return owner_id, last_id(command(instance, "add", "asset", *what, *where, *whose))


def kill_redis(instance: Path) -> None:
    with suppress(Exception):
        client = connect(f"unix://{instance}/run/redis.sock")
        psutil.Process(int(client.info("server")["process_id"])).kill()


def empty_redis(instance: Path) -> None:
    with suppress(Exception):
        connect(f"unix://{instance}/run/redis.sock").flushall()


def kill_child(server: Server, name: str) -> None:
    with suppress(psutil.Error, IndexError):
        server.children(name)[-1].kill()


def torment(device: Device, instance: Path) -> None:
    """Post events while something is killed every now and then."""
    chance = random.Random(7)  # noqa: S311 - no secret
    blows: list[Callable[[], None]] = [
        lambda: kill_redis(instance),
        lambda: empty_redis(instance),
        lambda: kill_child(device.server, "--queue scheduling"),
        lambda: kill_child(device.server, "gunicorn"),
    ]
    end, next_blow, event = time.monotonic() + SECONDS, time.monotonic() + 2.0, 0
    while time.monotonic() < end:
        event += 1
        device.tell(event)
        time.sleep(PAUSE)
        if time.monotonic() > next_blow:
            chance.choice(blows)()
            next_blow = time.monotonic() + chance.uniform(1.0, 4.0)


def test_each_accepted_event_gets_its_schedule_though_servers_and_workers_are_killed(tmp_path: Path) -> None:
    owner_id, asset_id = furnish(tmp_path)
    with serving(tmp_path) as server:
        eventually(server.is_ready, STARTING)
        device = Device(server, asset_id, owner_id)
        device.log_in()
        torment(device, tmp_path)
        server.process.send_signal(signal.SIGKILL)
        server.process.wait(10)
    assert len(device.accepted) > 10
    with serving(tmp_path) as again:
        eventually(again.is_ready, STARTING)
        device.server = again
        device.log_in()
        eventually(device.is_answered, 3 * STARTING)
    shown = command(tmp_path, "jobs", "show-queues").stdout.splitlines()[2].split()
    assert shown[:3] == ["scheduling", "0", "0"]
    assert int(shown[3]) >= len(device.accepted)
    assert shown[4] == "0"
