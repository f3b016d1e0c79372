"""A sixth version is one more row of the table of dialects: every service of it is there at once."""

from __future__ import annotations

import pytest
from flask import Flask
from tests.unit.api.messages.conftest import SINCE, Portfolio

from flexmeasures.api.messages.blueprint import register
from flexmeasures.api.messages.dialects import Dialect
from flexmeasures.api.openapi.document import openapi
from flexmeasures.testing.web import VERSION, Caller
from flexmeasures.web.application import make

SIXTH = Dialect("v2_1", "2.1", rolling_horizons=True, has_prior=True, device_limits=True)


@pytest.fixture
def future(portfolio: Portfolio) -> Flask:
    """A web application that speaks the sixth version only."""
    app = make(portfolio.web.app.config, portfolio.web.logins, VERSION)
    register(app, portfolio.web.platform, [SIXTH])
    return app


@pytest.mark.parametrize("service", [name for name in SINCE if name != "getDeviceMessage"])
def test_one_row_serves_a_whole_version(portfolio: Portfolio, future: Flask, service: str) -> None:
    caller = Caller(future.test_client(), portfolio.caller.token)
    send = caller.get if service.startswith("get") else caller.post

    reply = send(f"v2_1/{service}", portfolio.right(service))

    assert (reply.code, reply.body["type"]) == (200, f"{service[0].upper()}{service[1:]}Response")


def test_one_row_is_described_and_listed(portfolio: Portfolio, future: Flask) -> None:
    listed = Caller(future.test_client()).get("v2_1/getService").body
    described = openapi(SIXTH, VERSION, "Authorization")["paths"]

    assert listed["version"] == "2.1"
    assert isinstance(described, dict)
    assert described.keys() >= {f"/{service}" for service in SINCE}
