"""Texts that PostgreSQL cannot keep are answered, wherever they stand."""

from __future__ import annotations

import json

import pytest

from flexmeasures.testing.factories import Factory
from flexmeasures.testing.web import Caller, Web

pytestmark = pytest.mark.services

ODD = ["\x00", "\ud800", "a\x00b", "💥", "٣", "%", "'; DROP TABLE asset; --", "a" * 5000]


@pytest.fixture
def caller(web: Web) -> Caller:
    """An admin who owns a battery."""
    make = Factory(web.platform.store)
    admin = make.user("admin", "Prosumer")
    make.sensor(make.asset(owner=admin, name="battery"))
    make.market("epex_da")
    return web.as_user(admin)


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_odd_texts_in_messages_are_answered(web: Web, caller: Caller, odd: str) -> None:
    asset = web.platform.store.assets.connections()[0]
    address = f"ea1.2018-06.localhost:{asset.id}"
    span = {"start": "2026-03-01T00:00:00Z", "duration": "PT1H"}
    reading = {"type": "GetMeterDataRequest", "connection": address, "unit": "MW", **span}
    prices = {"type": "PostPriceDataRequest", "unit": "EUR/MWh", "value": 1, **span}
    event = {"type": "PostUdiEventRequest", "value": 1, "unit": "kWh", "datetime": "2026-03-01T00:00:00Z"}
    demand = {"type": "GetDeviceMessageRequest", "event": f"{address}:1:{odd}"}
    posts: list[tuple[str, dict[str, object]]] = [
        ("v1/getMeterData", {**reading, "source": [odd]}),
        ("v1/getMeterData", {**reading, "source": [odd, "MDC", 1]}),
        ("v1_3/postPriceData", {**prices, "market": f"ea1.2018-06.localhost:{odd}"}),
        ("v1_3/postPriceData", {**prices, "market": "ea1.2018-06.localhost:epex_da", "unit": odd}),
        ("v2_0/postUdiEvent", {**event, "event": f"{address}:1:{odd}"}),
        ("requestAuthToken", {"email": odd, "password": odd}),
    ]

    replies = [caller.send(path, json.dumps(message).encode()) for path, message in posts]
    if odd.isascii() or odd.isprintable():
        replies += [caller.get(f"{version}/getDeviceMessage", demand) for version in ("v1_2", "v2_0")]

    assert [reply.code for reply in replies if reply.code not in {200, 400, 401}] == []


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_odd_texts_in_resources_are_answered(web: Web, caller: Caller, odd: str) -> None:
    headers = {"Authorization": caller.token}
    asset = web.platform.store.assets.connections()[0]
    names = ("name", "display_name", "asset_type", "timezone", "unit", "soc_datetime")
    paths = [(f"asset/{asset.id}", {name: odd}) for name in names]
    paths += [("user/1", {name: odd}) for name in ("email", "username", "timezone")]

    codes = {
        (path, *change): caller.client.patch(
            f"/api/v2_0/{path}", data=json.dumps(change), headers=headers
        ).status_code
        for path, change in paths
    }

    assert {place: code for place, code in codes.items() if code not in {200, 400, 403, 404, 422}} == {}


@pytest.mark.parametrize("odd", [odd for odd in ODD if odd != "\ud800"], ids=range(len(ODD) - 1))
def test_odd_texts_in_queries_are_answered(caller: Caller, odd: str) -> None:
    span = {"start_time": "2026-03-01T00:00:00Z", "end_time": "2026-03-01T01:00:00Z", "resolution": "PT15M"}

    replies = [
        caller.get("v2_0/charts/power", {"resource": odd, **span}),
        caller.get("v2_0/getService", {"access": odd}),
        caller.get("v2_0/assets", {"owner_id": odd}),
        caller.get("v2_0/getMeterData", {"source": odd}),
    ]

    assert [reply.code for reply in replies if reply.code not in {400, 404, 422}] == []
