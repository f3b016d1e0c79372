"""What the message API bears: ``python -m benchmarks.message_load``.

Gunicorn serves the platform, with PostgreSQL and Redis of its own, and an echo of bodies of the same sizes,
each with two workers. Four clients call as fast as they are answered. Each answer tells how long it took, how
much of that it waited for the database, and how long the processor worked on it apart from that: on our own
code.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import numpy as np
from benchmarks.message_server import SERVED, WAITED, WORKED
from rich.console import Console
from rich.table import Table

from flexmeasures.app import Parts
from flexmeasures.domain.accounts import User
from flexmeasures.domain.beliefs import BeliefBlock
from flexmeasures.domain.timing import instant, parse_datetime
from flexmeasures.testing.factories import Factory
from flexmeasures.usecases.ports.platform import Platform

CLIENTS, WORKERS, SECONDS = 4, 2, 4.0
STEP = timedelta(minutes=15)
START = parse_datetime("2000-01-01T00:00:00Z")
POSTED = (1, 96, 35_040)
READ = {"P1D": 96, "P31D": 2_976, "P365D": 35_040}
PASSWORD = secrets.token_urlsafe(12)
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sends."""

    method: str
    path: str
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Run:
    """How calls went: how many were answered each second, and medians of what one took. [s]"""

    rate: float
    served: float
    waited: float
    worked: float
    size: int


@dataclass(frozen=True, slots=True)
class Scene:
    """Who posts and reads what.

    Attributes:
        platform: Behind the server.
        owner: Of everything.
        port: Of the platform.
        echo: Port of the echo.
        token: Of the owner.
    """

    platform: Platform
    owner: User
    port: int
    echo: int
    token: str


def main() -> None:
    """Measure and print."""
    table = Table(title=f"{CLIENTS} clients, gunicorn with {WORKERS} workers, medians")
    for column in (
        *("what", "values", "requests/s", "values/s", "echo/s", "ms", "ms in SQL", "share"),
        *("own ms", "bare store ms", "ratio"),
    ):
        table.add_column(column, justify="right")
    with tempfile.TemporaryDirectory() as folder, _scene(Path(folder)) as scene:
        for size in POSTED:
            run = _measure(scene, _posts(scene, size), scene.port)
            echo = _measure(scene, _echoed(size), scene.echo)
            _add_row(table, "post", size, (run, echo, _bare_post(scene, size)))
        asset_id = _filled(scene)
        for duration, size in READ.items():
            run = _measure(scene, _reads(asset_id, duration), scene.port)
            echo = _measure(scene, partial(Request, "GET", f"/?bytes={run.size}"), scene.echo)
            _add_row(table, f"read {duration}", size, (run, echo, _bare_read(scene, asset_id, size)))
    Console(width=140).print(table)


def _add_row(table: Table, what: str, values: int, found: tuple[Run, Run, float]) -> None:
    run, echo, bare = found
    cells = (
        *(f"{run.rate:,.0f}", f"{run.rate * values:,.0f}", f"{echo.rate:,.0f}"),
        *(f"{1e3 * run.served:.1f}", f"{1e3 * run.waited:.1f}", f"{run.waited / run.served:.0%}"),
        *(f"{1e3 * run.worked:.1f}", f"{1e3 * bare:.1f}", f"{run.served / bare:.2f}"),
    )
    table.add_row(what, f"{values:,}", *cells)


@contextmanager
def _scene(folder: Path) -> Iterator[Scene]:
    """Serve an instance, and an echo, as long as the block lasts."""
    environ = {
        **os.environ,
        "FLEXMEASURES_INSTANCE_PATH": str(folder),
        "FLEXMEASURES_ENV": "development",
        "LOGGING_LEVEL": "ERROR",
        "OPENBLAS_NUM_THREADS": "1",
    }
    parts = Parts(environ, folder)
    platform = parts.platform()
    account = platform.store.accounts.add_account("Owner", ["Prosumer"])
    owner = platform.store.accounts.add_user(
        User(0, "owner@example.com", "owner", account), parts.hashed(PASSWORD)
    )
    with _gunicorn("create()", environ) as port, _gunicorn("echo", environ) as echo:
        token = _token(port)
        yield Scene(platform, owner, port, echo, token)
    parts.close()


@contextmanager
def _gunicorn(application: str, environ: dict[str, str]) -> Iterator[int]:
    """Serve an application of this folder, and return the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        command = [sys.executable, "-m", "gunicorn", "--workers", str(WORKERS), "--log-level", "error"]
        command += ["--no-control-socket"]
        command += ["--bind", f"fd://{listener.fileno()}", f"benchmarks.message_server:{application}"]
        with subprocess.Popen(command, env=environ, pass_fds=[listener.fileno()]) as server:
            try:
                yield port
            finally:
                server.terminate()


def _token(port: int) -> str:
    login = json.dumps({"email": "owner@example.com", "password": PASSWORD}).encode()
    _, body = _call(port, Request("POST", "/api/requestAuthToken", login), "")
    return str(json.loads(body)["auth_token"])


def _call(port: int, request: Request, token: str) -> tuple[tuple[float, float, float], bytes]:
    """Send a request and return what its answer took [s], and the answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    headers = {"Content-Type": "application/json", "Authorization": token}
    connection.request(request.method, request.path, request.body, headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    if response.status != 200:
        raise AssertionError(body)
    served, waited, worked = (float(response.getheader(name, "0")) for name in (SERVED, WAITED, WORKED))
    return (served, waited, worked), body


def _measure(scene: Scene, make: Callable[[], Request], port: int) -> Run:
    """Call as fast as calls are answered, for some seconds."""
    _call(port, make(), scene.token)
    begin = time.monotonic()

    def client() -> list[tuple[float, float, float, int]]:
        told: list[tuple[float, float, float, int]] = []
        while not told or time.monotonic() < begin + SECONDS:
            took, body = _call(port, make(), scene.token)
            told.append((*took, len(body)))
        return told

    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(client) for _ in range(CLIENTS)]
        told = [call for one in clients for call in one.result()]
    took = time.monotonic() - begin
    served, waited, worked, sizes = zip(*told, strict=True)
    return Run(len(told) / took, median(served), median(waited), median(worked), max(sizes))


def _posts(scene: Scene, size: int) -> Callable[[], Request]:
    """Return what makes posts, each of other events."""
    numbers, assets = count(), [_asset(scene) for _ in range(CLIENTS * 2)]
    values = _values(size)

    def make() -> Request:
        number = next(numbers)
        start = START + number // len(assets) % 100 * size * STEP
        return _post(assets[number % len(assets)], start, values)

    return make


def _post(asset_id: int, start: datetime, values: list[float]) -> Request:
    message = {
        **_message("PostMeterDataRequest", asset_id, start),
        "values": values,
        "duration": f"PT{15 * len(values)}M",
        "horizon": "PT0H",
    }
    return Request("POST", "/api/v2_0/postMeterData", json.dumps(message).encode())


def _reads(asset_id: int, duration: str) -> Callable[[], Request]:
    query = urlencode({**_message("GetMeterDataRequest", asset_id, START), "duration": duration})
    return lambda: Request("GET", f"/api/v2_0/getMeterData?{query}")


def _message(kind: str, asset_id: int, start: datetime) -> dict[str, object]:
    address = f"ea1.2018-06.localhost:{asset_id}"
    return {"type": kind, "connection": address, "start": start.isoformat(), "unit": "MW"}


def _echoed(size: int) -> Callable[[], Request]:
    body = _post(1, START, _values(size)).body
    return lambda: Request("POST", "/", body)


def _asset(scene: Scene) -> int:
    make = Factory(scene.platform.store)
    asset = make.asset(owner=scene.owner, name=f"asset {time.monotonic_ns()}")
    make.sensor(asset)
    return asset.id


def _filled(scene: Scene) -> int:
    """Make an asset with a year of values."""
    asset_id = _asset(scene)
    _call(scene.port, _post(asset_id, START, _values(max(POSTED))), scene.token)
    return asset_id


def _bare_post(scene: Scene, size: int) -> float:
    """Return the median of what the store takes for the same values. [s]"""
    times = []
    values = np.array(_values(size))
    starts = instant(START) + np.arange(size) * np.timedelta64(STEP)
    source = scene.platform.store.sources.of_user(scene.owner)
    for _ in range(7):
        sensor = scene.platform.store.assets.sensors([_asset(scene)])[0]
        block = BeliefBlock(sensor.id, source.id, starts, starts + np.timedelta64(STEP), values)
        begin = time.perf_counter()
        with scene.platform.transaction():
            scene.platform.store.beliefs.add([block])
        times.append(time.perf_counter() - begin)
    return median(times)


def _bare_read(scene: Scene, asset_id: int, size: int) -> float:
    """Return the median of what the store takes for the same values. [s]"""
    sensor = scene.platform.store.assets.sensors([asset_id])[0]
    times = []
    for _ in range(7):
        begin = time.perf_counter()
        scene.platform.store.beliefs.latest([sensor.id], START, START + size * STEP)
        times.append(time.perf_counter() - begin)
    return median(times)


def _values(size: int) -> list[float]:
    return [round(value, 3) for value in np.random.default_rng(0).normal(size=size).tolist()]


if __name__ == "__main__":
    main()
