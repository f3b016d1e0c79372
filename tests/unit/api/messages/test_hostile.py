"""Requests that mean no good, or make no sense: each is answered in a documented way, and nothing breaks."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from itertools import product

import pytest
from tests.unit.api.messages.conftest import SINCE, Portfolio

from flexmeasures.testing.web import Reply

POST = "/api/v2_0/postMeterData"
FIELDS = {"horizon", "prior", "resolution", "source", "groups", "targets", "timeseries"}
ODD: list[object] = [
    *(None, True, -1, 1e308, 10**400, "", "\x00", "a" * 10_000, "\ud800", "💥", "٣", "NaN", "-inf", "1_000"),
    *([], [[]], [None], [{}], {}, {"value": 1}, [[1, 2], [3]]),
    *(
        "P1Y",
        "-P1M",
        "R/P1M",
        "P",
        "PT1.5H",
        "P0.5Y",
        "P999999999Y",
        "--PT1H",
        "R/R/PT1H",
        "P0001-00-00T00:00:00",
    ),
    *("0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "2026-02-30T00:00:00Z", "2026-W09-7T00:00:00Z"),
    *("2026-03-01T24:00:00Z", "2026-03-01T00:00:60Z", "2026-03-01T00:00:00+99:99", "20260301T000000Z"),
    *("ea1.2018-06.localhost:" + "9" * 17, "ea1.2018-06.localhost:fm1." + "9" * 18, "ea1.2018-06.l\nh:3"),
    *(
        "ea1.2018-06.localhost:٣",
        "ea1.2018-06.localhost:temperature:nan:5",
        "ea1.2018-06.localhost:epex_da\x00",
    ),
]
BODIES: list[tuple[str, Callable[[bytes], bytes], int]] = [
    ("application/json; charset=utf-16", lambda body: body.decode().encode("utf-16"), 200),
    ("application/json", lambda body: b"\xef\xbb\xbf" + body, 200),
    ("application/json; charset=nonsense", lambda body: body, 200),
    ("text/html", lambda body: body, 200),
    ("application/json", lambda body: body.replace(b"MW", b"M\xff"), 400),
    ("application/json", gzip.compress, 400),
    ("application/json", lambda body: b'{"a":' * 50_000 + b"1" + b"}" * 50_000, 400),
    ("application/json", lambda body: body[:-1] + b', "value": -Infinity}', 400),
    (
        "multipart/form-data; boundary=b",
        lambda body: b'--b\r\nContent-Disposition: form-data; name="x"\r\n',
        400,
    ),
    ("application/x-www-form-urlencoded", lambda body: b"type=PostMeterDataRequest", 400),
]


@pytest.mark.parametrize(("content_type", "change", "code"), BODIES, ids=range(len(BODIES)))
def test_a_body_in_another_form_is_read_or_refused(
    portfolio: Portfolio, content_type: str, change: Callable[[bytes], bytes], code: int
) -> None:
    body = change(json.dumps(portfolio.right("postMeterData")).encode())
    headers = {"Authorization": portfolio.caller.token, "Content-Type": content_type}

    response = portfolio.web.app.test_client().post(POST, data=body, headers=headers)

    assert response.status_code == code, response.text
    answer = json.loads(response.data)
    if code == 400:
        assert answer["message"].startswith("The body of the request is no valid JSON.")
        assert portfolio.tables.beliefs == {}


@pytest.mark.parametrize("host", ["", "x:y:z", "[::1]:5000", "xn--nxasmq6b", "a b", "127.0.0.1:80"])
def test_addresses_can_be_read_whatever_host_was_called(portfolio: Portfolio, host: str) -> None:
    headers = {"Authorization": portfolio.caller.token, "Host": host}
    client = portfolio.web.app.test_client()

    listed = json.loads(client.get("/api/v2_0/getConnection", headers=headers).data)["connections"]
    query = {key: str(value) for key, value in portfolio.right("getMeterData").items()}
    answers = [
        client.get("/api/v2_0/getMeterData", query_string={**query, "connection": name}, headers=headers)
        for name in listed
    ]

    assert [answer.status_code for answer in answers] == [200] * 3


@pytest.mark.parametrize(
    "path", ["api/v2_0/getService/", "api/v2_0", "api/v2_0/getservice", "api/v10/getService"]
)
def test_paths_are_told_apart(portfolio: Portfolio, path: str) -> None:
    response = portfolio.web.app.test_client().get(f"/{path}")

    assert response.status_code == 404
    assert json.loads(response.data)["status"] == 404


def test_a_resource_can_be_called_with_a_slash_behind_it(portfolio: Portfolio) -> None:
    for path in ("assets/", f"asset/{portfolio.battery.id}/", f"user/{portfolio.owner.id}/"):
        assert portfolio.caller.get(f"v2_0/{path}").code == 200


def test_anybody_may_ask_which_methods_there_are(portfolio: Portfolio) -> None:
    response = portfolio.web.app.test_client().options(POST)

    assert response.status_code == 200
    assert set(response.allow) == {"POST", "OPTIONS"}


@pytest.mark.full
@pytest.mark.parametrize("service", SINCE)
def test_odd_values_in_any_field_are_answered(portfolio: Portfolio, service: str) -> None:
    right = portfolio.right(service)
    for field, odd in product({*right, *FIELDS}, ODD):
        reply = _send(portfolio, service, {**right, field: odd})

        assert reply.code in {200, 400, 403, 422}, (field, odd, reply.body)


def _send(portfolio: Portfolio, service: str, message: dict[str, object]) -> Reply:
    """Send a message; text that has no bytes cannot be in a query."""
    if service.startswith("post"):
        return portfolio.caller.send(f"v2_0/{service}", json.dumps(message).encode())
    return portfolio.caller.get(
        f"v2_0/{service}", {key: value for key, value in message.items() if value != "\ud800"}
    )
