"""How long the platform takes to start, and what it takes while it idles.

Run as ``python benchmarks/startup.py``. Processor time is printed beside wall time, as it does not depend on
what else the machine does. To reach: help in under 0.5 s, a web worker that idles under 150 MB, a start in
under 15 s.
"""

from __future__ import annotations

import os
import re
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import psutil

COMMAND = (sys.executable, "-m", "flexmeasures.app")
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Effort:
    """Time that a command took. [s]"""

    wall: float
    processor: float


def measure(command: Sequence[str], environment: Mapping[str, str]) -> Effort:
    """Return the median effort of a command that ends by itself."""
    efforts = []
    for _ in range(ROUNDS):
        began, used = time.perf_counter(), _processor_time()
        subprocess.run(command, env=environment, check=True, capture_output=True)
        efforts.append(Effort(time.perf_counter() - began, _processor_time() - used))
    return Effort(
        statistics.median(effort.wall for effort in efforts),
        statistics.median(effort.processor for effort in efforts),
    )


def _processor_time() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def serving(environment: Mapping[str, str]) -> Iterator[tuple[psutil.Process, str, float]]:
    """Serve an instance; give the process, the address, and the seconds until it answered."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [*COMMAND, "run", "--port", "0"], env=environment, stdout=subprocess.PIPE, text=True
    )
    line = process.stdout.readline() if process.stdout else ""
    seconds = time.perf_counter() - began
    address = re.search(r"http://\S+", line)
    if address is None:
        raise SystemExit(f"The server did not start: {line}")
    try:
        yield psutil.Process(process.pid), address[0], seconds
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate()


def web_workers(server: psutil.Process) -> list[psutil.Process]:
    """Return the processes that answer requests: the children of gunicorn's first process."""
    first = next(child for child in server.children() if "gunicorn" in " ".join(child.cmdline()))
    return first.children()


def print_memory(server: psutil.Process, address: str) -> None:
    """Print what each process holds after some requests; shared pages count once in the second number."""
    for path in ("/api/ops/ping", "/api/v3_0/health/ready", "/login") * 5:
        with urlopen(address + path) as answer:  # noqa: S310  (own server)
            answer.read()
    deadline = time.monotonic() + 60
    while sum("run-worker" in " ".join(child.cmdline()) for child in server.children()) < 2:
        if time.monotonic() > deadline:
            raise SystemExit("The workers did not start.")
        time.sleep(0.1)
    time.sleep(3)  # until they are idle
    rows = [("web worker", process) for process in web_workers(server)]
    rows += [
        ("job worker", child) for child in server.children() if "run-worker" in " ".join(child.cmdline())
    ]
    rows.append(("supervisor", server))
    for name, process in rows:
        memory = process.memory_full_info()
        print(f"{name:<28} {memory.rss / 1e6:8.0f} MB   {memory.pss / 1e6:8.0f} MB")


def main() -> None:
    """Print a table."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        environment = {
            **os.environ,
            "HOME": folder,
            "FLEXMEASURES_ENV": "development",
            "FLEXMEASURES_INSTANCE_PATH": f"{folder}/instance",
        }
        print(f"{'':<28} {'wall':>10}   {'processor':>10}")
        for name, command in (
            ("python -c pass", (sys.executable, "-c", "pass")),
            ("flexmeasures --help", (*COMMAND, "--help")),
            ("flexmeasures run --help", (*COMMAND, "run", "--help")),
        ):
            effort = measure(command, environment)
            print(f"{name:<28} {effort.wall:8.2f} s   {effort.processor:8.2f} s")
        with serving(environment) as (_, _, seconds):
            print(f"{'first start':<28} {seconds:8.2f} s")
        with serving(environment) as (server, address, seconds):
            print(f"{'second start':<28} {seconds:8.2f} s")
            print(f"\n{'idle':<28} {'resident':>11}   {'its share':>11}")
            print_memory(server, address)


if __name__ == "__main__":
    main()
