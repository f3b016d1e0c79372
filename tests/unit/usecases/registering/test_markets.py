"""Markets and when their prices are known."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.registering.markets import NewMarket, add_market


@pytest.mark.parametrize(
    ("horizon", "told"), [(None, {}), (timedelta(hours=12), {"knowledge_horizon": "PT12H"})]
)
def test_a_market_tells_when_prices_are_known_where_somebody_says_so(
    memory_platform: Platform, horizon: timedelta | None, told: dict[str, str]
) -> None:
    new = NewMarket("epex", "day_ahead", "EUR/MWh", timedelta(hours=1), knowledge_horizon=horizon)
    attributes = add_market(new, memory_platform).sensor.attributes
    assert {name: value for name, value in attributes.items() if name == "knowledge_horizon"} == told
