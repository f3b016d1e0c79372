"""Meter data as tests post, read and keep them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tests.unit.api.messages.conftest import Portfolio

from flexmeasures.domain.beliefs import SourceType
from flexmeasures.domain.timing import parse_datetime
from flexmeasures.testing.factories import Factory, block

START = parse_datetime("2026-03-01T00:00:00Z")


def post_values(portfolio: Portfolio, version: str = "v2_0", **change: object) -> Mapping[str, object]:
    message = {**portfolio.right("postMeterData"), **change}
    reply = portfolio.caller.post(
        f"{version}/postMeterData", {k: v for k, v in message.items() if v is not None}
    )
    return reply.body


def read_values(portfolio: Portfolio, version: str = "v2_0", **change: object) -> Mapping[str, object]:
    return portfolio.caller.get(f"{version}/getMeterData", {**portfolio.right("getMeterData"), **change}).body


def keep_values(portfolio: Portfolio, values: list[float], start: datetime = START) -> None:
    """Keep measured values of the battery as of a gateway."""
    store = portfolio.web.platform.store
    sensor = store.assets.sensors([portfolio.battery.id])[0]
    store.beliefs.add([block(sensor, Factory(store).source(SourceType.GATEWAY), start, values)])
