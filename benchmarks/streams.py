"""How many pages can listen for news, and what that costs those who ask for pages meanwhile.

Run with ``python -m benchmarks.streams``; ``--pages 600`` for as many. A server of its own is started with a
demonstration. Printed are how long ordinary pages take without and with the open streams, how long news take
until all of them have it, the memory of the web workers, and how long stopping takes.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import requests
from benchmarks.startup import web_workers
from rich.console import Console
from rich.table import Table

from flexmeasures.adapters.embedded.services import Embedded
from flexmeasures.adapters.redis.changes import RedisChanges
from flexmeasures.adapters.redis.connection import connect
from flexmeasures.domain.changes import Change

ASKED = 60


@dataclass(frozen=True, slots=True)
class Serving:
    """A server with a demonstration: its process, address and instance folder."""

    process: psutil.Process
    address: str
    instance: Path


@contextmanager
def demonstration() -> Iterator[Serving]:
    """Serve a demonstration."""
    with tempfile.TemporaryDirectory(prefix="flexmeasures-streams-") as folder:
        variables = {**os.environ, "FLEXMEASURES_INSTANCE_PATH": folder}
        command = [sys.executable, "-m", "flexmeasures.app", "demo", "--port", "0"]
        process = subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, text=True)
        address = None
        for line in process.stdout or ():
            if address := re.search(r"http://[\w.]+:\d+", line):
                break
        if address is None:
            raise SystemExit("The server did not start.")
        try:
            yield Serving(psutil.Process(process.pid), address[0], Path(folder))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def main() -> None:
    """Open streams, and print what they cost."""
    parser = argparse.ArgumentParser(description="Measure open pages.")
    parser.add_argument("--pages", type=int, default=300)
    wanted = parser.parse_args().pages
    table = Table(title=f"{wanted} open pages", title_justify="left")
    for name in ("what", "value"):
        table.add_column(name)
    with demonstration() as serving:
        session = visitor(serving.address)
        table.add_row("dashboard alone, p50", f"{asked(session, serving.address) * 1e3:.0f} ms")
        table.add_row("memory of web workers alone", memory(serving))
        streams = [stream(session, serving.address) for _ in range(wanted)]
        heard = [each for each in streams if b"text/event-stream" in each.recv(4096)]
        table.add_row("streams that were opened", str(len(heard)))
        table.add_row("dashboard beside them, p50", f"{asked(session, serving.address) * 1e3:.0f} ms")
        table.add_row("memory of web workers", memory(serving))
        table.add_row("until all have heard the news", f"{news(serving, heard) * 1e3:.0f} ms")
        workers = web_workers(serving.process)
        began = time.perf_counter()
        serving.process.send_signal(signal.SIGTERM)
        psutil.wait_procs(workers, timeout=30)
        table.add_row("until the web workers have stopped", f"{time.perf_counter() - began:.1f} s")
    Console(width=100).print(table)


def visitor(address: str) -> requests.Session:
    """Log in as visitors of a demonstration do."""
    session = requests.Session()
    page = session.get(f"{address}/login").text
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    session.post(f"{address}/login", data=dict(fields))
    if "Log out" not in session.get(f"{address}/dashboard").text:
        raise SystemExit("The demonstration lets nobody in.")
    return session


def asked(session: requests.Session, address: str) -> float:
    """Return how long the dashboard takes, in the median. [s]"""
    times = []
    for _ in range(ASKED):
        began = time.perf_counter()
        session.get(f"{address}/dashboard").raise_for_status()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def stream(session: requests.Session, address: str) -> socket.socket:
    """Open a stream of news."""
    place = urlsplit(address)
    connection = socket.create_connection((place.hostname, place.port or 80), timeout=20)
    cookies = "; ".join(f"{name}={value}" for name, value in session.cookies.items())
    head = f"GET /live HTTP/1.1\r\nHost: {place.netloc}\r\nCookie: {cookies}\r\n\r\n"
    connection.sendall(head.encode())
    return connection


def news(serving: Serving, streams: list[socket.socket]) -> float:
    """Return how long it takes until all streams have heard of a change. [s]"""
    for each in streams:
        each.setblocking(False)
        try:
            while each.recv(4096):
                pass
        except BlockingIOError:
            each.settimeout(20)
    with Embedded(serving.instance) as services:
        changes = RedisChanges(connect(services.redis_uri))
        began = time.perf_counter()
        changes.tell(Change(sensors=frozenset(range(1, 500))))
        for each in streams:
            while b"event: values" not in each.recv(4096):
                pass
        return time.perf_counter() - began


def memory(serving: Serving) -> str:
    """Return what the web workers hold for themselves."""
    sizes = [worker.memory_full_info().uss / 1e6 for worker in web_workers(serving.process)]
    return ", ".join(f"{size:.0f} MB" for size in sizes)


if __name__ == "__main__":
    main()
