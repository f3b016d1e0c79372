"""What the message API costs beside the bare store and a bare echo: ``python -m benchmarks.messages``.

Requests go through the whole web application, in process, to a real PostgreSQL; an echo of the same bodies
through Flask, and the bare store with the same values, run beside them in the same loop.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
from flask import Flask, request
from rich.console import Console
from rich.table import Table

from flexmeasures.adapters.embedded.services import Embedded
from flexmeasures.adapters.postgres.database import Database
from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Asset, Sensor
from flexmeasures.domain.beliefs import BeliefBlock
from flexmeasures.domain.timing import instant, parse_datetime
from flexmeasures.forecasting.forecast import forecast
from flexmeasures.scheduling.schedule import schedule
from flexmeasures.testing.clock import FixedClock
from flexmeasures.testing.factories import Factory
from flexmeasures.testing.memory.queue import MemoryQueue
from flexmeasures.testing.web import Caller, Web, web_over
from flexmeasures.usecases.ports.platform import Platform

START = "2025-01-01T00:00:00Z"
STEP = timedelta(minutes=15)
ROUNDS = 7
POSTED = (1, 96, 35_040)
READ = {"P1D": 96, "P31D": 2_976, "P365D": 35_040}


@dataclass(frozen=True, slots=True)
class Bench:
    """What is measured.

    Attributes:
        web: The platform over HTTP.
        owner: Of everything.
        caller: A programme of the owner.
        echo: Sends bodies back.
    """

    web: Web
    owner: User
    caller: Caller
    echo: Flask

    def asset(self) -> tuple[Asset, Sensor]:
        """Make an asset of which nothing is known."""
        make = Factory(self.web.platform.store)
        asset = make.asset(owner=self.owner, name=f"asset {time.monotonic_ns()}")
        return asset, make.sensor(asset)


def main() -> None:
    """Measure and print."""
    table = Table(title=f"Messages, medians of {ROUNDS} rounds")
    for column in ("what", "values", "request ms", "bare store ms", "ratio", "echo ms", "values/s"):
        table.add_column(column, justify="right")
    with tempfile.TemporaryDirectory() as folder, Embedded(Path(folder)) as embedded:
        database = Database(embedded.database_uri)
        database.schema.upgrade()
        bench = _bench(database)
        for count in POSTED:
            _add_row(table, "post", count, _posting(bench, count))
        asset, sensor = bench.asset()
        _post(bench, asset, _values(max(POSTED)))
        for duration, count in READ.items():
            _add_row(table, f"read {duration}", count, _reading(bench, asset, sensor, duration))
        database.dispose()
    Console().print(table)


def _bench(database: Database) -> Bench:
    clock = FixedClock()
    queue = MemoryQueue(database.store.jobs, clock)
    platform = Platform(
        store=database.store,
        queue=queue,
        now=clock,
        transaction=lambda: queue.transaction(database.transaction()),
        scheduler=schedule,
        forecaster=forecast,
    )
    web = web_over(platform, database.logins)
    owner = Factory(database.store).user("Prosumer")
    echo = Flask("echo")
    echo.add_url_rule("/", "echo", _sent_back, methods=["POST"])
    return Bench(web, owner, web.as_user(owner), echo)


def _sent_back() -> bytes:
    return request.get_data()


def _add_row(table: Table, what: str, count: int, times: tuple[float, float, float]) -> None:
    whole, bare, echo = (1e3 * one for one in times)
    cells = (
        f"{whole:.1f}",
        f"{bare:.1f}",
        f"{whole / bare:.2f}",
        f"{echo:.2f}",
        f"{1e3 * count / whole:,.0f}",
    )
    table.add_row(what, f"{count:,}", *cells)


def _posting(bench: Bench, count: int) -> tuple[float, float, float]:
    """Return the medians of a post, of the store with the same values, and of an echo. [s]"""
    values = _values(count)
    times: list[tuple[float, float, float]] = []
    for _ in range(ROUNDS):
        asset, _sensor = bench.asset()
        _, other = bench.asset()
        body = _body(asset, values)
        block = _block(bench, other, values)
        times.append(
            (
                _timed(partial(_send, bench, body)),
                _timed(partial(_store, bench, block)),
                _timed(partial(bench.echo.test_client().post, "/", data=body)),
            )
        )
    return _medians(times)


def _reading(bench: Bench, asset: Asset, sensor: Sensor, duration: str) -> tuple[float, float, float]:
    """Return the medians of a read, of the store with the same window, and of an echo of the answer. [s]"""
    query = {
        "type": "GetMeterDataRequest",
        "connection": f"ea1.2018-06.localhost:{asset.id}",
        "start": START,
        "duration": duration,
        "unit": "MW",
    }
    start = parse_datetime(START)
    end = start + READ[duration] * STEP
    store = bench.web.platform.store.beliefs
    answer = json.dumps(dict(bench.caller.get("v2_0/getMeterData", query).body)).encode()
    times = [
        (
            _timed(lambda: bench.caller.get("v2_0/getMeterData", query)),
            _timed(lambda: store.latest([sensor.id], start, end)),
            _timed(lambda: bench.echo.test_client().post("/", data=answer)),
        )
        for _ in range(ROUNDS)
    ]
    return _medians(times)


def _medians(times: list[tuple[float, float, float]]) -> tuple[float, float, float]:
    whole, bare, echo = zip(*times, strict=True)
    return median(whole), median(bare), median(echo)


def _values(count: int) -> list[float]:
    return [round(value, 3) for value in np.random.default_rng(0).normal(size=count).tolist()]


def _body(asset: Asset, values: list[float]) -> bytes:
    message = {
        "type": "PostMeterDataRequest",
        "connection": f"ea1.2018-06.localhost:{asset.id}",
        "values": values,
        "start": START,
        "duration": f"PT{15 * len(values)}M",
        "horizon": "PT0H",
        "unit": "MW",
    }
    return json.dumps(message).encode()


def _block(bench: Bench, sensor: Sensor, values: list[float]) -> BeliefBlock:
    source = bench.web.platform.store.sources.of_user(bench.owner)
    starts = instant(parse_datetime(START)) + np.arange(len(values)) * np.timedelta64(STEP)
    return BeliefBlock(sensor.id, source.id, starts, starts + np.timedelta64(STEP), np.array(values))


def _post(bench: Bench, asset: Asset, values: list[float]) -> None:
    _send(bench, _body(asset, values))


def _send(bench: Bench, body: bytes) -> None:
    reply = bench.caller.send("v2_0/postMeterData", body)
    if reply.status != "PROCESSED":
        raise AssertionError(reply.body)


def _store(bench: Bench, block: BeliefBlock) -> None:
    with bench.web.platform.transaction():
        bench.web.platform.store.beliefs.add([block])


def _timed(call: Callable[[], object]) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
