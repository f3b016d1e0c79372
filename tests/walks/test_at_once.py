"""Many clients at once: nothing is lost, nothing is kept twice, nobody waits for ever."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from flexmeasures.domain.timing import parse_datetime
from flexmeasures.testing.factories import Factory
from flexmeasures.testing.web import Caller, Web

pytestmark = pytest.mark.services

CLIENTS = 8
START = "2026-02-01T00:00:00Z"
HOST = "ea1.2018-06.localhost"


def test_clients_that_post_the_same_and_different_values_at_once(web: Web) -> None:
    make = Factory(web.platform.store)
    owner = make.user("Prosumer")
    assets = [make.asset(owner=owner) for _ in range(3)]
    sensors = [make.sensor(asset) for asset in assets]
    caller = web.as_user(owner)
    messages = [_message(assets[place % 3].id, day) for place in range(3) for day in range(4)] * 4

    with ThreadPoolExecutor(CLIENTS) as pool:
        replies = list(pool.map(lambda message: _post(web, caller, message), messages))

    assert {code for code, _ in replies} == {200}
    words = Counter(word for _, word in replies)
    assert words == {"PROCESSED": 12, "ALREADY_RECEIVED_AND_SUCCESSFULLY_PROCESSED": 36}
    start = parse_datetime(START)
    known = web.platform.store.beliefs.latest(
        [sensor.id for sensor in sensors], start, start + timedelta(days=5)
    )
    for (beliefs,) in known.values():
        assert beliefs.value.tolist() == [float(step) for step in range(96)] * 4
    assert web.platform.store.beliefs.count([sensor.id for sensor in sensors]) == 3 * 4 * 96


def test_of_contradictions_sent_at_once_one_is_kept_whole(web: Web) -> None:
    make = Factory(web.platform.store)
    owner = make.user("Prosumer")
    asset = make.asset(owner=owner)
    sensor = make.sensor(asset)
    caller = web.as_user(owner)
    messages = [{**_message(asset.id, 0), "values": [float(client)] * 96} for client in range(CLIENTS)]

    with ThreadPoolExecutor(CLIENTS) as pool:
        replies = list(pool.map(lambda message: _post(web, caller, message), messages))

    assert Counter(replies) == {
        (200, "PROCESSED"): 1,
        (403, "INVALID_REPLACEMENT"): CLIENTS - 1,
    }
    start = parse_datetime(START)
    ((beliefs,),) = web.platform.store.beliefs.latest([sensor.id], start, start + timedelta(days=1)).values()
    assert len(set(beliefs.value.tolist())) == 1
    assert beliefs.value.size == 96


def test_of_one_event_sent_at_once_one_schedule_is_ordered(web: Web) -> None:
    make = Factory(web.platform.store)
    owner = make.user("Prosumer")
    asset = make.asset(owner=owner)
    make.sensor(asset)
    caller = web.as_user(owner)
    message = {
        "type": "PostUdiEventRequest",
        "event": f"{HOST}:{asset.id}:1:soc",
        "value": 1,
        "unit": "MWh",
        "datetime": START,
    }

    with ThreadPoolExecutor(CLIENTS) as pool:
        replies = list(pool.map(lambda _: _post(web, caller, message, "postUdiEvent"), range(CLIENTS)))

    assert Counter(replies) == {(200, "PROCESSED"): 1, (400, "OUTDATED_UDI_EVENT"): CLIENTS - 1}
    assert len(web.platform.store.jobs.jobs()) == 1


def _message(asset_id: int, day: int) -> dict[str, object]:
    return {
        "type": "PostMeterDataRequest",
        "connection": f"{HOST}:{asset_id}",
        "values": list(range(96)),
        "start": (parse_datetime(START) + timedelta(days=day)).isoformat(),
        "duration": "P1D",
        "horizon": "PT0H",
        "unit": "MW",
    }


def _post(
    web: Web, caller: Caller, message: dict[str, object], service: str = "postMeterData"
) -> tuple[int, object]:
    reply = Caller(web.app.test_client(), caller.token).post(f"v2_0/{service}", message)
    return reply.code, reply.status
