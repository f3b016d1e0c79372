"""How long pages take on the server, and how large they are: a thousand assets with millions of beliefs.

Run with ``python -m benchmarks.pages``; ``--millions 20`` for twenty million beliefs, ``--assets 12`` for a
demonstration. Figures are medians of the time until a page is made, in one process, without the network.
To reach: 60 ms on a demonstration, 150 ms with a thousand assets; a year of four series in 100 ms and 300 kB.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import re
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_hex

import numpy as np
from benchmarks.store_measures import Bench, bench
from flask import Flask
from flask.testing import FlaskClient
from rich.console import Console
from rich.table import Table

from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Asset, AssetType, Quantity, Sensor
from flexmeasures.domain.beliefs import BeliefBlock, Source
from flexmeasures.domain.timing import TimeGrid, instant
from flexmeasures.forecasting.task import Forecast, ForecastTask
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.solution import Solution
from flexmeasures.settings.schema import Settings
from flexmeasures.testing.clock import FixedClock
from flexmeasures.testing.memory.changes import MemoryChanges
from flexmeasures.testing.memory.queue import MemoryQueue
from flexmeasures.ui import pages
from flexmeasures.usecases.ports.platform import Platform, Rules
from flexmeasures.web.application import make
from flexmeasures.web.passwords import hash_password

NOW = datetime(2026, 3, 28, 13, 20, tzinfo=UTC)
ZONE = "Europe/Amsterdam"
QUARTER, HOUR, YEAR = timedelta(minutes=15), timedelta(hours=1), timedelta(days=365)
SECRET, PASSWORD = token_hex(32), token_hex(16)
ROUNDS = 7
BATCH = 1_000_000
KINDS = (("wind", True), ("solar", True), ("building", False), ("battery", None), ("one-way_evse", False))


@dataclass(frozen=True, slots=True)
class Scene:
    """What was made: who looks, and an asset with a year of four series, with its power sensor."""

    user: User
    long: Asset
    sensor: Sensor


@dataclass(frozen=True, slots=True)
class Effort:
    """What a page takes: seconds of wall and of processor, and bytes before and after compression."""

    wall: float
    processor: float
    size: int
    sent: int


def main() -> None:
    """Make the scene, ask for every page, and print what it took."""
    parser = argparse.ArgumentParser(description="Measure the pages.")
    parser.add_argument("--assets", type=int, default=1000)
    parser.add_argument("--millions", type=float, default=5)
    options = parser.parse_args()
    with bench() as place:
        began = time.perf_counter()
        clock = FixedClock(NOW)
        platform = _platform(place, clock)
        scene = set_scene(place, options.assets, round(options.millions * 1e6))
        filled = time.perf_counter() - began
        title = f"{options.assets:,} assets, {options.millions:g} million beliefs (made in {filled:.0f} s)"
        client = _visitor(_application(place, platform), scene.user)
        when_ready()
        show(title, {path: effort_of(client, path) for path in _paths(scene)}, Console(width=120))


def when_ready() -> None:
    """Leave what is loaded out of the search for garbage, as the web server does."""
    gc.collect()
    gc.freeze()


def show(title: str, efforts: Mapping[str, Effort], console: Console) -> None:
    """Print what pages took."""
    table = Table(title=title, title_justify="left")
    table.add_column("page")
    for name in ("p50, ms", "processor, ms", "kB", "kB sent"):
        table.add_column(name, justify="right")
    for path, effort in efforts.items():
        table.add_row(
            path.replace("%3A", ":"),
            f"{effort.wall * 1e3:,.1f}",
            f"{effort.processor * 1e3:,.1f}",
            f"{effort.size / 1e3:,.0f}",
            f"{effort.sent / 1e3:,.0f}",
        )
    console.print(table)


def effort_of(client: FlaskClient, path: str) -> Effort:
    """Return what a page takes in the median of several rounds; the first one does not count."""
    walls, processors, answer = [], [], b""
    for number in range(ROUNDS + 1):
        began, used = time.perf_counter(), time.process_time()
        response = client.get(path, headers={"Accept-Encoding": "gzip"})
        answer = response.data
        if number:
            walls.append(time.perf_counter() - began)
            processors.append(time.process_time() - used)
        assert response.status_code == 200, f"{path} answers {response.status_code}"
    size = len(gzip.decompress(answer)) if answer[:2] == b"\x1f\x8b" else len(answer)
    return Effort(statistics.median(walls), statistics.median(processors), size, len(answer))


def set_scene(place: Bench, assets: int, beliefs: int) -> Scene:
    """Fill the database."""
    store = place.database.store
    with place.database.transaction():
        account = store.accounts.add_account("Waterland Energy", ["Prosumer"])
        hashed = hash_password(PASSWORD, SECRET, 4)
        user = User(0, "ada@example.com", "Ada", account, frozenset({"admin"}), ZONE)
        user = store.accounts.add_user(user, hashed)
        types = [
            store.assets.add_type(
                AssetType(0, name, name, is_consumer=producer is not True, is_producer=producer is not False)
            )
            for name, producer in KINDS
        ]
        market = _market(place)
        sensors = [
            _connect(place, user, types[number % len(types)], market, number) for number in range(assets)
        ]
        long = _connect(place, user, types[2], market, assets)
    meter, forecaster = place.make.source("gateway"), place.make.source("forecaster")
    scheduler = place.make.source("scheduler")
    _fill(place, sensors, beliefs, meter, forecaster)
    year = TimeGrid(NOW.replace(minute=0) - YEAR, QUARTER, YEAR // QUARTER + 192)
    _tell(place, [_block(long, meter, TimeGrid(year.start, QUARTER, YEAR // QUARTER), QUARTER)])
    for source in (forecaster, scheduler):
        _tell(place, [_block(long, source, year, -6 * HOUR)])
    hours = TimeGrid(year.start, HOUR, YEAR // HOUR + 35)
    _tell(place, [_block(market, place.make.source("market"), hours, -12 * HOUR)])
    place.raw.execute("COMMIT")
    place.raw.autocommit = True
    place.raw.execute("VACUUM ANALYZE")
    return Scene(user, store.assets.asset(long.asset_id), long)


def _fill(place: Bench, sensors: list[Sensor], beliefs: int, meter: Source, forecaster: Source) -> None:
    """Tell of each sensor as much: four measured values for each that is forecast, and two days ahead."""
    each = max(beliefs // len(sensors) - 192, 100)
    past, ahead = each * 4 // 5, each // 5
    start = NOW.replace(minute=0)
    waiting: list[BeliefBlock] = []
    for sensor in sensors:
        waiting += [
            _block(sensor, meter, TimeGrid(start - past * QUARTER, QUARTER, past), QUARTER),
            _block(sensor, forecaster, TimeGrid(start - ahead * QUARTER, QUARTER, ahead), -6 * HOUR),
            _block(sensor, forecaster, TimeGrid(start, QUARTER, 192), -6 * HOUR),
        ]
        if sum(block.value.size for block in waiting) > BATCH:
            _tell(place, waiting)
            waiting = []
    _tell(place, waiting)


def _tell(place: Bench, blocks: list[BeliefBlock]) -> None:
    with place.database.transaction():
        place.database.store.beliefs.add(blocks)


def _block(sensor: Sensor, source: Source, grid: TimeGrid, behind: timedelta) -> BeliefBlock:
    """Return a value for each step, recorded so much after its start, and never after now."""
    starts = grid.starts()
    hours = np.arange(grid.size) * (grid.step / HOUR)
    values = np.round(0.4 + 0.3 * np.cos(hours / 12 * np.pi) + 0.05 * np.sin(hours * 1.7 + sensor.id), 4)
    recorded = np.minimum(starts + np.timedelta64(behind), instant(NOW))
    return BeliefBlock(sensor.id, source.id, starts, recorded, values)


def _market(place: Bench) -> Sensor:
    store = place.database.store.assets
    kind = store.add_type(AssetType(0, "market", "market"))
    asset = store.add_asset(Asset(0, "exchange", "Exchange", kind))
    attributes = {"market_name": "exchange", "market_type": "day_ahead"}
    sensor = Sensor(0, "price", asset.id, "EUR/MWh", ZONE, HOUR, Quantity.PRICE, attributes=attributes)
    return store.add_sensor(sensor)


def _connect(place: Bench, owner: User, kind: AssetType, market: Sensor, number: int) -> Sensor:
    store = place.database.store.assets
    name = f"{kind.name} {number}"
    attributes = {"capacity_in_mw": 0.8, "market_id": market.id}
    north, east = 51.5 + number % 40 / 25, 4 + number // 40 / 20
    asset = Asset(
        0, name, name, kind, owner.account.id, owner.id, attributes=attributes, latitude=north, longitude=east
    )
    kept = store.add_asset(asset)
    return store.add_sensor(Sensor(0, "power", kept.id, "MW", ZONE, QUARTER, Quantity.POWER))


def _platform(place: Bench, clock: FixedClock) -> Platform:
    queue = MemoryQueue(place.database.store.jobs, clock)
    return Platform(
        store=place.database.store,
        queue=queue,
        now=clock,
        transaction=lambda: queue.transaction(place.database.transaction()),
        scheduler=_schedule_nothing,
        forecaster=_forecast_nothing,
        rules=Rules(timezone=ZONE),
    )


def _schedule_nothing(_: Problem) -> Solution:
    """Refuse to work: pages compute nothing."""
    raise AssertionError("A page asked for a schedule.")


def _forecast_nothing(_: ForecastTask) -> Forecast:
    """Refuse to work: pages compute nothing."""
    raise AssertionError("A page asked for a forecast.")


def _application(place: Bench, platform: Platform) -> Flask:
    given = {"others": {}, "SECRET_KEY": SECRET, "FLEXMEASURES_ENV": "testing", "FLEXMEASURES_TIMEZONE": ZONE}
    settings = Settings.model_validate(given)
    config = settings.for_flask() | {"SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {"bcrypt__rounds": 4}}
    app = make(config, place.database.logins, "1.1.0", str(pages.TEMPLATES))
    pages.register(app, platform, settings, MemoryChanges(), place.database.logins)
    return app


def _visitor(app: Flask, user: User) -> FlaskClient:
    client = app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)
    assert token
    form = {"email": user.email, "password": PASSWORD, "csrf_token": token[1]}
    assert client.post("/login", data=form).status_code == 302
    return client


def _paths(scene: Scene) -> list[str]:
    asset = f"/assets/{scene.long.id}"
    day = _window(NOW - 24 * HOUR, NOW + 24 * HOUR)
    year = _window(NOW - YEAR, NOW)
    return [
        "/dashboard",
        "/dashboard/state",
        "/assets",
        "/sensors",
        f"/sensors/{scene.sensor.id}",
        "/upload",
        "/users",
        "/account",
        asset,
        f"{asset}/values?{day}&width=1400",
        f"{asset}/values?{year}&width=1400",
        f"{asset}/values?{year}&width=4000",
        f"{asset}/values?{year}&width=9000",
        f"{asset}/replay?{day}",
        "/portfolio",
        "/portfolio/statements",
        "/portfolio/values",
        "/analytics",
        "/analytics/metrics",
        "/analytics/values",
        "/analytics?group=type%3Awind",
        "/tasks",
    ]


def _window(start: datetime, end: datetime) -> str:
    return f"start={start:%Y-%m-%dT%H:%M:%SZ}&end={end:%Y-%m-%dT%H:%M:%SZ}"


if __name__ == "__main__":
    main()
