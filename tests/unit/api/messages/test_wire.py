"""Messages that are none, and messages of any content."""

from __future__ import annotations

import copy
import json
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.api.messages.conftest import SINCE, Portfolio

POST = "v2_0/postMeterData"
BAD_BODIES = [
    b"",
    b"{",
    b"nothing",
    b"null",
    b"[1, 2]",
    b'"text"',
    b"\xff\xfe",
    b'{"type": "PostMeterDataRequest", "type": "PostMeterDataRequest"}',
    b'{"value": NaN}',
    b'{"value": Infinity}',
    b'{"value": ' + b"9" * 5000 + b"}",
    b"[" * 100_000,
]
WORDS = [
    *("type", "connection", "connections", "groups", "value", "values", "start", "duration", "unit"),
    *("horizon", "prior", "resolution", "source", "market", "sensor", "event", "datetime", "targets"),
    *("timeseries", "soc_min", "roundtrip_efficiency"),
]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["PT1H", "P1M", "-PT5M", "R/PT1H", "2026-03-01T00:00:00Z", "MW", "\x00", "ea1."])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=8,
)


@pytest.mark.parametrize("body", BAD_BODIES, ids=range(len(BAD_BODIES)))
def test_what_is_no_message_is_refused(portfolio: Portfolio, body: bytes) -> None:
    reply = portfolio.caller.send(POST, body)

    assert reply.code == 400
    assert reply.body["status"] == 400
    assert isinstance(reply.body["message"], str)


@pytest.mark.parametrize("name", ["\ud800", "<script>", "\u202e5", "٣"])
def test_any_text_can_be_a_wrong_address(portfolio: Portfolio, name: str) -> None:
    body = json.dumps({**portfolio.right("postMeterData"), "connection": name}).encode()

    reply = portfolio.caller.send(POST, body)

    assert (reply.code, reply.status) == (400, "INVALID_DOMAIN")


def test_a_form_is_no_message(portfolio: Portfolio) -> None:
    response = portfolio.web.app.test_client().post(
        f"/api/{POST}", data={"type": "x"}, headers={"Authorization": portfolio.caller.token}
    )

    assert response.status_code == 400


def test_json_is_read_whatever_its_content_type(portfolio: Portfolio) -> None:
    response = portfolio.web.app.test_client().post(
        f"/api/{POST}",
        data=json.dumps(portfolio.right("postMeterData")),
        headers={"Authorization": portfolio.caller.token, "Content-Type": "text/plain"},
    )

    assert response.status_code == 200


def test_a_body_can_be_too_large(portfolio: Portfolio) -> None:
    reply = portfolio.caller.send(POST, b" " * (10 * 1024 * 1024))

    assert (reply.code, reply.body["status"]) == (413, 413)


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("PUT", "v2_0/assets", 405),
        ("POST", "v2_0/openapi.json", 405),
        ("GET", "v1/getConnection", 404),
        ("GET", "v9/getService", 404),
    ],
)
def test_what_is_not_there_is_told_in_json(portfolio: Portfolio, method: str, path: str, code: int) -> None:
    response = portfolio.web.app.test_client().open(f"/api/{path}", method=method)

    assert response.status_code == code
    assert response.json is not None
    assert response.json["status"] == code
    assert response.headers["FlexMeasures-Version"] == "1.1.0"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "v2_0/postMeterData"),
        ("POST", "v2_0/getMeterData"),
        ("DELETE", "v1/getService"),
        ("BREW", "v1_3/postUdiEvent"),
    ],
)
def test_a_service_says_which_method_it_does_not_take(portfolio: Portfolio, method: str, path: str) -> None:
    response = portfolio.web.app.test_client().open(f"/api/{path}", method=method)

    assert response.status_code == 405
    assert response.json == {
        "type": f"{path.split('/')[1][0].upper()}{path.split('/')[1][1:]}Response",
        "result": "Rejected",
        "status": "INVALID_METHOD",
        "message": f"Request method {method} not supported.",
    }
    assert "OPTIONS" in response.headers["Allow"]


def test_the_head_of_an_answer_is_that_of_the_answer(portfolio: Portfolio) -> None:
    query = {key: str(value) for key, value in portfolio.right("getMeterData").items()}
    headers = {"Authorization": portfolio.caller.token}

    head = portfolio.web.app.test_client().head("/api/v2_0/getMeterData", query_string=query, headers=headers)

    assert (head.status_code, head.data) == (200, b"")
    assert head.content_type == "application/json"


def test_how_much_of_a_schedule_can_be_asked_for_in_a_body(portfolio: Portfolio) -> None:
    query = {key: str(value) for key, value in portfolio.right("getDeviceMessage").items()}
    headers = {"Authorization": portfolio.caller.token}

    replies = [
        portfolio.web.app.test_client().get(
            "/api/v1_3/getDeviceMessage", query_string=query, json={"duration": duration}, headers=headers
        )
        for duration in ("PT6H", "six hours")
    ]

    assert [reply.status_code for reply in replies] == [400, 422]
    assert replies[1].json == {
        "result": "Rejected",
        "status": "UNPROCESSABLE_ENTITY",
        "message": {"args_and_json": {"duration": ["Cannot parse six hours as ISO8601 duration."]}},
    }


def test_one_group_in_a_query_is_a_group(portfolio: Portfolio) -> None:
    query = portfolio.right("getMeterData")
    group = {"connection": query.pop("connection")}

    reply = portfolio.caller.get("v2_0/getMeterData", {**query, "groups": [group]})

    assert reply.body["connection"] == group["connection"]


def test_lists_in_a_query_can_be_repeated_keys_or_json(portfolio: Portfolio) -> None:
    query = portfolio.right("getMeterData")
    names = [portfolio.address(portfolio.battery), portfolio.address(portfolio.consumer)]
    del query["connection"]
    repeated = [*query.items(), *(("connections", name) for name in names)]
    headers = {"Authorization": portfolio.caller.token}

    by_keys = portfolio.web.app.test_client().get(
        "/api/v2_0/getMeterData", query_string=repeated, headers=headers
    )
    by_list = portfolio.caller.get("v2_0/getMeterData", {**query, "connections": names})

    assert by_keys.json == by_list.body
    assert by_list.body["connections"] == names


def test_what_only_begins_like_a_list_is_a_text(portfolio: Portfolio) -> None:
    query = {key: str(value) for key, value in portfolio.right("getMeterData").items()}
    headers = {"Authorization": portfolio.caller.token}

    reply = portfolio.web.app.test_client().get(
        "/api/v2_0/getMeterData", query_string={**query, "source": "[Wizard"}, headers=headers
    )

    assert reply.status_code == 400
    assert reply.json is not None
    assert "The data source is not found: [Wizard" in reply.json["message"]


def test_no_message_breaks_anything(portfolio: Portfolio) -> None:
    tables = portfolio.tables
    before = {part.name: copy.copy(getattr(tables, part.name)) for part in fields(tables)}

    @given(
        st.sampled_from(sorted(SINCE)),
        st.sampled_from(["v1_3", "v2_0"]),
        st.dictionaries(st.sampled_from(WORDS), VALUES, max_size=3),
    )
    @settings(max_examples=100, deadline=None)
    def check(service: str, version: str, changes: dict[str, object]) -> None:
        reply = portfolio.send(version, service, {**portfolio.right(service), **changes})
        after = {name: getattr(tables, name) for name in ("beliefs", "events", "jobs", "assets", "sensors")}
        for name, value in before.items():
            setattr(tables, name, copy.copy(value))

        assert reply.code in {200, 400, 403, 422}, reply.body
        assert isinstance(reply.body["status"], (str, int))
        if reply.code != 200:
            assert after == {name: before[name] for name in after}

    check()
