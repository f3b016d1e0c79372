from datetime import UTC, datetime, timedelta

import numpy as np

from flexmeasures.domain.assets import Asset, AssetType, Quantity, Sensor
from flexmeasures.domain.flexibility import SocTarget
from flexmeasures.domain.series import Series
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.usecases.demo.history import Story
from flexmeasures.usecases.demo.knowledge import Knowledge
from flexmeasures.usecases.demo.messages import Message, news, udi_event
from flexmeasures.usecases.demo.portfolio import Feed
from flexmeasures.usecases.demo.recordings import Recording

HOUR = timedelta(hours=1)
NOON = datetime(2015, 11, 20, 12, tzinfo=UTC)


def a_recording(unit: str) -> Recording:
    grid = TimeGrid(datetime(2015, 1, 1, tzinfo=UTC), HOUR, 365 * 24)
    return Recording("r", "somebody", unit, "CC0", "", Series(grid, np.arange(grid.size, dtype=float)))


def a_story(quantity: Quantity, unit: str, knowledge: Knowledge, factor: float = 1.0) -> Story:
    sensor = Sensor(7, "s", 3, unit, "Europe/Berlin", HOUR, quantity)
    return Story(sensor, Feed("r", factor, knowledge))


def told_between(story: Story, since: datetime, until: datetime) -> list[Message]:
    return list(news(story, a_recording(story.sensor.unit), "estate", (since, until), 2015))


def test_power_is_told_when_its_hour_is_over() -> None:
    story = a_story(Quantity.POWER, "MW", Knowledge.AFTERWARDS, -1e-3)
    assert told_between(story, NOON, NOON + timedelta(minutes=59)) == []
    (message,) = told_between(story, NOON, NOON + 2 * HOUR)
    hour = (NOON - datetime(2015, 1, 1, tzinfo=UTC)) // HOUR
    assert (message.sender, message.service) == ("estate", "postMeterData")
    assert message.body == {
        "type": "PostMeterDataRequest",
        "connection": "ea1.2021-01.io.flexmeasures:fm1.7",
        "start": "2015-11-20T12:00:00+00:00",
        "duration": "PT2H",
        "unit": "MW",
        "values": [-hour / 1000, -(hour + 1) / 1000],
        "horizon": "PT0M",
    }


def test_prices_of_the_next_day_are_told_at_noon() -> None:
    story = a_story(Quantity.PRICE, "EUR/MWh", Knowledge.DAY_AHEAD)
    (message,) = told_between(story, NOON - 2 * HOUR, NOON)
    assert message.service == "postPriceData"
    assert message.body["start"] == "2015-11-20T23:00:00+00:00"
    assert message.body["duration"] == "P1D"
    assert message.body["prior"] == "2015-11-20T11:00:00+00:00"
    assert told_between(story, NOON, NOON + 5 * HOUR) == []


def test_weather_forecasts_are_told_four_times_a_day_by_the_aggregator() -> None:
    story = a_story(Quantity.TEMPERATURE, "°C", Knowledge.TWO_DAYS_AHEAD)
    messages = told_between(story, NOON - 13 * HOUR, NOON)
    assert [message.body["prior"] for message in messages] == [
        "2015-11-20T00:00:00+00:00",
        "2015-11-20T06:00:00+00:00",
        "2015-11-20T12:00:00+00:00",
    ]
    assert {message.sender for message in messages} == {"aggregator"}
    assert {message.body["duration"] for message in messages} == {"PT6H"}


def test_a_device_tells_its_state_and_its_wishes() -> None:
    device = Asset(4, "van", "Van", AssetType(1, "one-way_evse", "EVSE"), owner_id=9)
    message = udi_event(device, "estate", 203, (NOON, 0.012), (SocTarget(NOON + 9 * HOUR, 0.06),))
    assert message.body == {
        "type": "PostUdiEventRequest",
        "event": "ea1.2021-01.io.flexmeasures:9:4:203:soc-with-targets",
        "value": 0.012,
        "unit": "MWh",
        "datetime": "2015-11-20T12:00:00+00:00",
        "targets": [{"value": 0.06, "datetime": "2015-11-20T21:00:00+00:00"}],
    }
