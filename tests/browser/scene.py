"""A small portfolio with everything that pages show: fresh, late and missing data, prices, a schedule, jobs.

All values are made by formulas, so that tests know what they should see.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from flexmeasures.domain.accounts import Account, User
from flexmeasures.domain.assets import Asset, AssetType, Quantity, Sensor
from flexmeasures.domain.beliefs import BeliefBlock, Source
from flexmeasures.domain.jobs import Job, JobState
from flexmeasures.domain.series import Array, Series
from flexmeasures.domain.timing import Instants, TimeGrid, instant
from flexmeasures.usecases.ports.platform import Platform, Store

NOW = datetime(2026, 3, 28, 13, 20, tzinfo=UTC)
"""The day before clocks in Europe go forward."""

ZONE = "Europe/Amsterdam"
QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

ADMIN = "ada@example.com"
PROSUMER = "paula@example.com"
STRANGER = "stan@example.com"
GUEST = "gus@example.com"
"""Shares a login with others: holds the role anonymous."""

PASSWORD = "correct horse battery staple"
UNRULY_NAME = "<script>alert(1)</script> & Söhne"


@dataclass(frozen=True, slots=True)
class Plan:
    """An asset to be made, and how its power goes.

    Attributes:
        name: Display name.
        type: Name of its type.
        place: Degrees north and east, or nothing.
        power: Mean, swing and hour of the peak. [MW, MW, h]
        behind: For how long nothing has been measured.
    """

    name: str
    type: str
    place: tuple[float, float] | None
    power: tuple[float, float, float]
    capacity: float
    behind: timedelta = timedelta(0)


PLANS = (
    Plan("Harbour wind", "wind", (52.95, 4.76), (-2.6, 1.4, 3.0), 5.0),
    Plan("Dune solar", "solar", (52.37, 4.53), (-0.8, 1.2, 12.0), 2.2),
    Plan("Town hall", "building", (52.3731, 4.8922), (0.42, 0.16, 14.0), 0.8),
    Plan("Old depot", "building", (52.09, 5.12), (0.06, 0.02, 9.0), 0.15, behind=timedelta(hours=9)),
    Plan("Bus charging", "one-way_evse", (52.38, 4.90), (0.12, 0.11, 22.0), 0.3),
    Plan("Canal battery", "battery", (52.36, 4.95), (0.0, 0.5, 13.0), 1.0),
    Plan(UNRULY_NAME, "process", None, (0.02, 0.004, 10.0), 0.05),
)
TYPES = (
    AssetType(0, "wind", "wind turbine", is_producer=True),
    AssetType(0, "solar", "solar panel", is_producer=True),
    AssetType(0, "building", "building", is_consumer=True, is_producer=True),
    AssetType(0, "one-way_evse", "uni-directional EVSE", is_consumer=True),
    AssetType(0, "battery", "stationary battery", is_consumer=True, is_producer=True),
    AssetType(0, "process", "process", is_consumer=True),
    AssetType(0, "market", "market"),
)


@dataclass(frozen=True, slots=True)
class Scene:
    """What was made.

    Attributes:
        assets: By display name.
        power: Power sensors by display name.
        market: The price sensor.
        users: By email address.
        meter: Source of measurements.
    """

    assets: Mapping[str, Asset]
    power: Mapping[str, Sensor]
    market: Sensor
    users: Mapping[str, User]
    meter: Source


def _hours(grid: TimeGrid) -> Array:
    """Return the (T,) hours since the year began."""
    passed = (grid.starts() - np.datetime64("2026-01-01T00", "us")) / np.timedelta64(1, "h")
    return np.asarray(passed, dtype=np.float64)


def power_of(plan: Plan, grid: TimeGrid) -> Array:
    """Return the (T,) power of a plan. [MW, consumption positive]"""
    mean, swing, peak = plan.power
    hours = _hours(grid)
    daily = np.cos((hours - peak) / 24 * 2 * np.pi)
    wobble: Array = 0.18 * np.sin(hours * 1.7) + 0.12 * np.sin(hours * 0.61 + 1)
    if plan.type == "solar":
        return -swing * np.maximum(daily - 0.15, np.zeros(grid.size)) * (1 + wobble)
    if plan.type == "battery":
        return np.where(np.abs(daily) > 0.75, np.copysign(swing, daily), np.zeros(grid.size))
    return np.asarray(mean + swing * (daily + wobble) * np.sign(mean))


def prices(grid: TimeGrid) -> Array:
    """Return the (T,) prices of a market. [EUR/MWh]"""
    hours = _hours(grid)
    return np.asarray(
        np.round(70 + 30 * np.cos((hours - 19) / 12 * np.pi) - 24 * np.cos((hours - 13) / 6 * np.pi), 2)
    )


def set_scene(platform: Platform, hashed_password: str, *, days: int = 8) -> Scene:
    """Fill a platform."""
    with platform.transaction():
        store = platform.store
        account = store.accounts.add_account("Waterland Energy", ["Prosumer"])
        other = store.accounts.add_account("Elsewhere", ["Prosumer"])
        users = {
            email: store.accounts.add_user(_user(email, home, roles), hashed_password)
            for email, home, roles in (
                (ADMIN, account, {"admin"}),
                (PROSUMER, account, set()),
                (STRANGER, other, set()),
                (GUEST, account, {"anonymous"}),
            )
        }
        types = {kind.name: store.assets.add_type(kind) for kind in TYPES}
        market = _market(store, types["market"])
        owner = users[PROSUMER]
        assets = {plan.name: store.assets.add_asset(_asset(plan, types, owner, market)) for plan in PLANS}
        power = {name: store.assets.add_sensor(_sensor(asset)) for name, asset in assets.items()}
        meter = store.sources.of_user(owner)
        scene = Scene(assets, power, market, users, meter)
        _measure(scene, store, days)
        _forecast(scene, store, days)
        _price(scene, store, days)
        _schedule(scene, store)
        _jobs(scene, store)
    return scene


def _user(email: str, account: Account, roles: set[str]) -> User:
    return User(0, email, email.split("@", maxsplit=1)[0].title(), account, frozenset(roles), ZONE)


def _market(store: Store, kind: AssetType) -> Sensor:
    asset = store.assets.add_asset(Asset(0, "exchange", "Exchange", kind))
    attributes = {"market_name": "exchange", "market_type": "day_ahead", "display_name": "Day-ahead price"}
    sensor = Sensor(0, "price", asset.id, "EUR/MWh", ZONE, HOUR, Quantity.PRICE, attributes=attributes)
    return store.assets.add_sensor(sensor)


def _asset(plan: Plan, types: Mapping[str, AssetType], owner: User, market: Sensor) -> Asset:
    latitude, longitude = plan.place or (None, None)
    attributes: dict[str, object] = {"capacity_in_mw": plan.capacity, "market_id": market.id}
    if plan.type == "battery":
        told = (NOW - QUARTER).isoformat()
        attributes |= {"min_soc_in_mwh": 0.2, "max_soc_in_mwh": 2.0, "soc_in_mwh": 1.1, "soc_datetime": told}
    return Asset(
        0,
        plan.name,
        plan.name,
        types[plan.type],
        owner.account.id,
        owner.id,
        latitude=latitude,
        longitude=longitude,
        attributes=attributes,
    )


def _sensor(asset: Asset) -> Sensor:
    return Sensor(0, "power", asset.id, "MW", ZONE, QUARTER, Quantity.POWER)


def _until_now(days: int, step: timedelta) -> TimeGrid:
    midnight = NOW.replace(hour=0, minute=0)
    return TimeGrid.between(midnight - days * DAY, NOW, step)


def _measure(scene: Scene, store: Store, days: int) -> None:
    whole = _until_now(days, QUARTER)
    for plan in PLANS:
        if plan.name == UNRULY_NAME:
            continue
        grid = TimeGrid(whole.start, QUARTER, whole.size - plan.behind // QUARTER)
        values = power_of(plan, grid)
        if plan.name == "Town hall":
            values[-40:-32] = np.nan
        recorded = grid.starts() + np.timedelta64(QUARTER + timedelta(minutes=2))
        store.beliefs.add(
            [BeliefBlock.of(Series(grid, values), scene.power[plan.name].id, scene.meter.id, recorded)]
        )


def _forecast(scene: Scene, store: Store, days: int) -> None:
    source = store.sources.of_model("FlexMeasures", "forecaster", "autoregression", "1")
    whole = _until_now(days, QUARTER)
    grid = TimeGrid(whole.start + 2 * DAY, QUARTER, whole.size + 8)
    for plan in PLANS[:3]:
        values = power_of(plan, grid) * 0.94 + 0.03 * np.sin(np.arange(grid.size) / 9)
        ahead: Instants = grid.starts() - np.timedelta64(6, "h")
        recorded = np.minimum(ahead, instant(NOW - HOUR))
        told = BeliefBlock.of(Series(grid, values), scene.power[plan.name].id, source.id, recorded)
        wide = 0.1 + 0.1 * np.abs(values)
        quantiles = [
            replace(told, value=values + sign * wide, probability=np.full(values.size, level))
            for level, sign in ((0.1, -1.0), (0.9, 1.0))
        ]
        store.beliefs.add([told, *quantiles])


def _price(scene: Scene, store: Store, days: int) -> None:
    source = store.sources.of_model("Exchange", "market")
    whole = _until_now(days, HOUR)
    end = NOW.replace(hour=23, minute=0) + DAY
    grid = TimeGrid.between(whole.start - HOUR, end, HOUR)
    midnight: Instants = grid.starts().astype("datetime64[D]").astype("datetime64[us]")
    noon = midnight - np.timedelta64(timedelta(hours=12))
    store.beliefs.add([BeliefBlock.of(Series(grid, prices(grid)), scene.market.id, source.id, noon)])


def _schedule(scene: Scene, store: Store) -> None:
    source = store.sources.of_model("FlexMeasures", "scheduler", "storage", "1")
    start = NOW.replace(minute=15)
    grid = TimeGrid(start, QUARTER, 96)
    plan = next(plan for plan in PLANS if plan.type == "battery")
    recorded = instant(NOW - timedelta(minutes=6))
    series = Series(grid, power_of(plan, grid))
    store.beliefs.add([BeliefBlock.of(series, scene.power[plan.name].id, source.id, recorded)])


def _jobs(scene: Scene, store: Store) -> None:
    battery, hall = scene.assets["Canal battery"].id, scene.assets["Town hall"].id
    made = NOW - timedelta(minutes=6)
    result = {
        "status": "optimal",
        "cost": -38.42,
        "explanation": [
            "It charges 2.0 MWh from 11:45 to 15:15, when a MWh costs 52 EUR on average.",
            "It discharges 1.8 MWh from 23:45 to 03:15, when a MWh is worth 76 EUR on average.",
            "The limit of 1 MW binds in 14 of 96 steps.",
        ],
        "shortfalls": [
            {
                "device": "Canal battery",
                "constraint": "soc-target",
                "time": "2026-03-29T05:00:00+02:00",
                "amount": 0.12,
                "unit": "MWh",
            },
        ],
    }
    jobs = (
        _job(1, "scheduling", "schedule", JobState.FINISHED, made, battery, result=result),
        _job(2, "forecasting", "forecast", JobState.FINISHED, made, hall),
        _job(
            3,
            "forecasting",
            "forecast",
            JobState.FAILED,
            made,
            hall,
            error="NotEnoughData: 3 of 96 values are known.",
        ),
        _job(4, "forecasting", "forecast", JobState.QUEUED, NOW - timedelta(minutes=4), hall),
    )
    for job in jobs:
        store.jobs.add(job)


def _job(
    number: int,
    queue: str,
    kind: str,
    state: JobState,
    made: datetime,
    asset_id: int,
    *,
    error: str | None = None,
    result: Mapping[str, object] | None = None,
) -> Job:
    done = state in {JobState.FINISHED, JobState.FAILED}
    return Job(
        f"0000000{number}-0000-4000-8000-000000000000",
        queue,
        kind,
        {},
        state,
        made,
        asset_id=asset_id,
        started=made + timedelta(seconds=1) if done else None,
        ended=made + timedelta(seconds=2.4) if done else None,
        attempts=1 if done else 0,
        error=error,
        result=result or {},
    )
