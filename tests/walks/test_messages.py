"""From a message over the store and the worker to the answer, in every version that has the services."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Event

import pytest

from flexmeasures.api.messages.dialects import DIALECTS, Dialect
from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Asset
from flexmeasures.domain.jobs import SCHEDULING, JobState
from flexmeasures.testing.factories import Factory
from flexmeasures.testing.web import Caller, Web
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.worker.kinds import KINDS
from flexmeasures.worker.run import Runner

pytestmark = pytest.mark.services

HOST = "ea1.2018-06.localhost"
START = "2026-03-02T00:00:00+00:00"
PRICES = [100.0] * 8 + [90.0] * 8 + [100.0] * 8
WITH_PRICES = [dialect for dialect in DIALECTS if dialect.number >= "1.1"]
WITH_DEVICES = [dialect for dialect in DIALECTS if dialect.number >= "1.2"]


def versions(dialects: list[Dialect]) -> pytest.MarkDecorator:
    """Run a test once for each of these dialects."""
    return pytest.mark.parametrize("dialect", dialects, ids=lambda dialect: dialect.version)


@dataclass(frozen=True, slots=True)
class Scene:
    """A battery with its market.

    Attributes:
        platform: All that is needed.
        caller: A programme of the owner.
        owner: Of the battery.
        battery: Of 2 MW and 5 MWh.
    """

    platform: Platform
    caller: Caller
    owner: User
    battery: Asset

    @property
    def address(self) -> str:
        """Of the battery."""
        return f"{HOST}:{self.owner.id}:{self.battery.id}"


@pytest.fixture
def scene(web: Web) -> Scene:
    """A battery with a market, and a programme of its owner."""
    make = Factory(web.platform.store)
    owner = make.user("Prosumer")
    market = make.market("epex_da")
    battery = make.asset(
        owner=owner,
        attributes={
            "capacity_in_mw": 2.0,
            "min_soc_in_mwh": 0.0,
            "max_soc_in_mwh": 5.0,
            "market_id": market.id,
        },
    )
    make.sensor(battery)
    return Scene(web.platform, web.as_user(owner), owner, battery)


@pytest.fixture
def worker(scene: Scene) -> Iterator[None]:
    """A worker that does scheduling jobs as they come, until the test is over."""
    over = Event()

    def work() -> None:
        runner, store = Runner(scene.platform, KINDS), scene.platform.store
        while not over.wait(0.02):
            for job in store.jobs.jobs(queue=SCHEDULING, states=[JobState.QUEUED]):
                runner.run(job.id)

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(work)
        yield
        over.set()
        done.result(30)


@versions(list(DIALECTS))
def test_posted_meter_data_are_read_back(scene: Scene, dialect: Dialect) -> None:
    message = {"connection": scene.address, "start": START, "duration": "PT1H", "unit": "MW"}

    posted = scene.caller.post(
        f"{dialect.version}/postMeterData", {**message, "type": "PostMeterDataRequest", "values": [1.5, -2]}
    )
    read = scene.caller.get(f"{dialect.version}/getMeterData", {**message, "type": "GetMeterDataRequest"})

    assert posted.status == "PROCESSED"
    assert read.body["values"] == [1.5, 1.5, -2, -2]
    assert read.body["start"] == "2026-03-02T00:00:00Z"
    assert read.body["duration"] == "PT1H"


@versions(list(DIALECTS))
def test_meter_data_are_followed_by_forecasts(scene: Scene, dialect: Dialect) -> None:
    message = {
        "type": "PostMeterDataRequest",
        "connection": scene.address,
        "values": [float(hour) for hour in range(96)],
        "start": "2026-02-27T00:00:00Z",
        "duration": "PT24H",
        "unit": "MW",
    }

    scene.caller.post(f"{dialect.version}/postMeterData", message)
    jobs = scene.platform.store.jobs.jobs()

    horizons = {job.arguments["horizon_minutes"] for job in jobs if job.kind == "forecast"}
    assert horizons == {60, 360, 1440, 2880}


@versions(WITH_DEVICES)
def test_a_state_of_charge_is_answered_by_a_schedule(scene: Scene, worker: None, dialect: Dialect) -> None:
    _post_prices(scene, dialect)
    event = f"{scene.address}:203:soc"
    posted = scene.caller.post(
        f"{dialect.version}/postUdiEvent",
        {
            "type": "PostUdiEventRequest",
            "event": event,
            "value": 2500,
            "unit": "kWh",
            "datetime": START,
        },
    )

    message = _device_message(scene, dialect, {"event": event, "duration": "PT24H"})

    assert posted.status == "PROCESSED"
    power = message["values"]
    assert isinstance(power, list)
    charged = [sum(power[: 32 * block]) / 4 for block in (1, 2, 3)]
    assert charged == pytest.approx([-2.5, 2.5, -2.5], abs=1e-5)
    assert message["start"] == START
    assert message["duration"] == "P1D"
    assert message["event"] == event


@versions([dialect for dialect in WITH_DEVICES if "soc-with-targets" in dialect.devices.event_types])
def test_targets_are_reached_in_time(scene: Scene, worker: None, dialect: Dialect) -> None:
    _post_prices(scene, dialect)
    event = f"{scene.address}:204:soc-with-targets"
    scene.caller.post(
        f"{dialect.version}/postUdiEvent",
        {
            "type": "PostUdiEventRequest",
            "event": event,
            "value": 1,
            "unit": "MWh",
            "datetime": START,
            "targets": [{"value": 5, "datetime": "2026-03-02T02:00:00+00:00"}],
        },
    )

    message = _device_message(scene, dialect, {"event": event})

    assert message["values"][:8] == pytest.approx([2.0] * 8)  # type: ignore[index]  # checked by the comparison


@versions(WITH_DEVICES)
def test_without_prices_there_is_no_schedule_and_the_answer_says_why(
    scene: Scene, worker: None, dialect: Dialect
) -> None:
    event = f"{scene.address}:1:soc"
    scene.caller.post(
        f"{dialect.version}/postUdiEvent",
        {"type": "PostUdiEventRequest", "event": event, "value": 1, "unit": "MWh", "datetime": START},
    )

    reply = _until_decided(scene, dialect, {"event": event})

    assert reply["status"] == ("UNKNOWN_PRICES" if dialect.schedules_at_once else "UNKNOWN_SCHEDULE")
    if not dialect.schedules_at_once:
        assert "Scheduling job failed with UnknownPrices" in str(reply["message"])


def _post_prices(scene: Scene, dialect: Dialect) -> None:
    reply = scene.caller.post(
        f"{dialect.version}/postPriceData",
        {
            "type": "PostPriceDataRequest",
            "market": f"{HOST}:epex_da",
            "values": PRICES,
            "start": START,
            "duration": "PT24H",
            "horizon": "PT48H",
            "unit": "EUR/MWh",
        },
    )
    assert reply.status == "PROCESSED"


def _device_message(scene: Scene, dialect: Dialect, message: dict[str, object]) -> dict[str, object]:
    reply = _until_decided(scene, dialect, message)
    assert reply["status"] == "PROCESSED", reply
    return reply


def _until_decided(scene: Scene, dialect: Dialect, message: dict[str, object]) -> dict[str, object]:
    """Ask for a device message until it is no more being made."""
    waited = timedelta(0)
    while waited < timedelta(seconds=30):
        reply = scene.caller.get(
            f"{dialect.version}/getDeviceMessage", {"type": "GetDeviceMessageRequest", **message}
        )
        if "waiting" not in str(reply.body["message"]) and "in progress" not in str(reply.body["message"]):
            return dict(reply.body)
        Event().wait(0.05)
        waited += timedelta(seconds=0.05)
    raise AssertionError("No schedule was made within 30 seconds.")
