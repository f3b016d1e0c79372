from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from flexmeasures.domain.accounts import Account, User
from flexmeasures.domain.assets import Asset, AssetType, Connection, Quantity, Sensor, Storage
from flexmeasures.domain.series import Series
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.usecases.demo.devices import BATTERY
from flexmeasures.usecases.demo.founding import Portfolio
from flexmeasures.usecases.demo.history import Story
from flexmeasures.usecases.demo.messages import Message
from flexmeasures.usecases.demo.portfolio import Feed
from flexmeasures.usecases.demo.recordings import Recording
from flexmeasures.usecases.demo.simulation import Script, Simulation, event_id_at

NOW = datetime(2015, 11, 20, 12, 7, tzinfo=UTC)
QUARTER_START = NOW.replace(minute=0)
QUARTER = timedelta(minutes=15)
OWNER = User(9, "cooperative@example.com", "cooperative", Account(1, "Cooperative"))
ASSET = Asset(4, "emden_battery", "Battery", AssetType(1, "battery", "battery"), 1, 9)
SENSOR = Sensor(7, "power", 4, "MW", "UTC", QUARTER, Quantity.POWER)
PORTFOLIO = Portfolio({"cooperative": OWNER}, {ASSET.name: ASSET}, {ASSET.name: SENSOR}, ())


@dataclass
class RecordingLine:
    power: float | None = 0.4
    takes: bool = True
    posted: list[Message] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def post(self, message: Message) -> bool:
        self.posted.append(message)
        return self.takes

    def scheduled_power(self, sender: str, event: str) -> float | None:
        self.asked.append(event)
        return self.power


def simulation(line: RecordingLine, storage: Storage | None = None) -> Simulation:
    started = Simulation(Script(PORTFOLIO, {}, 2015, "secret"), line, NOW)
    started.start(BATTERY, Connection(ASSET, SENSOR, 1.0, None, storage or Storage()), NOW)
    return started


def test_a_device_tells_its_state_at_the_start() -> None:
    line = RecordingLine()
    simulation(line)
    (event,) = line.posted
    assert event.service == "postUdiEvent"
    assert event.sender == "cooperative"
    assert event.body["value"] == 1.0
    assert event.body["datetime"] == QUARTER_START.isoformat()


def test_a_device_that_told_its_state_in_this_quarter_does_not_repeat_it() -> None:
    line = RecordingLine()
    simulation(line, Storage(soc=0.7, soc_time=QUARTER_START, udi_event_id=event_id_at(QUARTER_START)))
    assert line.posted == []


def test_a_device_goes_on_with_what_the_platform_knows_of_it() -> None:
    line = RecordingLine()
    simulation(line, Storage(soc=0.7, soc_time=QUARTER_START - QUARTER, udi_event_id=3))
    (event,) = line.posted
    assert event.body["value"] == 0.7


def test_nothing_happens_until_the_quarter_is_over() -> None:
    line = RecordingLine()
    simulation(line).step((BATTERY,), NOW + timedelta(minutes=7))
    assert line.asked == []


def test_a_device_does_its_schedule_meters_it_and_tells_its_new_state() -> None:
    line = RecordingLine()
    simulation(line).step((BATTERY,), NOW + timedelta(minutes=9))
    _, measured, event = line.posted
    assert measured.service == "postMeterData"
    assert measured.body["values"] == [0.4]
    assert measured.body["start"] == QUARTER_START.isoformat()
    assert event.body["value"] == pytest.approx(1.0 + 0.1 * 0.9**0.5)
    assert event.body["datetime"] == (QUARTER_START + QUARTER).isoformat()


def test_quarters_that_were_slept_through_are_made_up_for() -> None:
    line = RecordingLine()
    simulation(line).step((BATTERY,), NOW + timedelta(minutes=40))
    numbers = [event.split(":")[-2] for event in line.asked]
    assert numbers == [str(event_id_at(QUARTER_START) + step) for step in range(3)]


def test_a_device_without_schedule_rests() -> None:
    line = RecordingLine(power=None)
    simulation(line).step((BATTERY,), NOW + timedelta(minutes=9))
    assert line.posted[1].body["values"] == [0.0]
    assert line.posted[2].body["value"] == 1.0


def test_a_device_asked_for_too_much_meters_what_it_could_do() -> None:
    line = RecordingLine(power=-50.0)
    simulation(line).step((BATTERY,), NOW + timedelta(minutes=9))
    assert line.posted[1].body["values"] == [pytest.approx(-0.9 * 0.9**0.5 * 4)]
    assert line.posted[2].body["value"] == pytest.approx(0.1)


METER = Sensor(8, "power", 5, "MW", "UTC", timedelta(hours=1), Quantity.POWER)
HOUSE = Asset(5, "house", "House", AssetType(2, "building", "building"), 1, 9)
HOUR_OVER = NOW + timedelta(hours=1)


def metering(line: RecordingLine) -> Simulation:
    grid = TimeGrid(datetime(2015, 1, 1, tzinfo=UTC), timedelta(hours=1), 365 * 24)
    recording = Recording("house", "somebody", "kW", "CC0", "", Series(grid, np.full(grid.size, 3.0)))
    portfolio = Portfolio(
        {"cooperative": OWNER}, {"house": HOUSE}, {"house": METER}, (Story(METER, Feed("house", 1e-3)),)
    )
    return Simulation(Script(portfolio, {"house": recording}, 2015, "secret"), line, NOW)


def test_a_meter_posts_each_hour_once_when_it_is_over() -> None:
    line = RecordingLine()
    meter = metering(line)
    meter.step((), NOW + timedelta(minutes=50))
    assert line.posted == []
    meter.step((), HOUR_OVER)
    meter.step((), HOUR_OVER)
    meter.step((), HOUR_OVER + timedelta(minutes=5))
    (message,) = line.posted
    assert (message.sender, message.service) == ("cooperative", "postMeterData")
    assert message.body["values"] == [0.003]


def test_a_meter_posts_again_what_was_not_taken() -> None:
    line = RecordingLine(takes=False)
    meter = metering(line)
    meter.step((), HOUR_OVER)
    line.takes = True
    meter.step((), HOUR_OVER + timedelta(seconds=5))
    meter.step((), HOUR_OVER + timedelta(seconds=10))
    assert [message.body["values"] for message in line.posted] == [[0.003]] * 2
