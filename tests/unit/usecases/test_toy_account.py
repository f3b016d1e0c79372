"""An account to play with."""

from __future__ import annotations

from flexmeasures.testing.factories import Factory
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.structure import add_structure
from flexmeasures.usecases.toy_account import PRICES, add_toy_account


def test_toys_trade_at_prices_that_are_there_already(memory_platform: Platform) -> None:
    add_structure(memory_platform)
    prices = Factory(memory_platform.store).market(PRICES)
    toys = add_toy_account("Toys", lambda password: password, memory_platform)
    assert toys.prices == prices
    (connection,) = memory_platform.store.assets.connections([toys.battery.id])
    assert connection.market_id == prices.id
