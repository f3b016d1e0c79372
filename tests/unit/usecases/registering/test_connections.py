"""Assets that trade on the market that is there for want of another."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flexmeasures.domain.errors import MissingMarket
from flexmeasures.domain.places import Place
from flexmeasures.testing.factories import Factory
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.registering.connections import NewConnection, add_connection
from flexmeasures.usecases.structure import DUMMY_MARKET


def test_without_a_market_of_its_own_a_connection_gets_the_dummy_market(memory_platform: Platform) -> None:
    make = Factory(memory_platform.store)
    kind, owner = make.type("battery"), make.user("Prosumer")
    new = NewConnection("shed", kind.name, 1.0, timedelta(minutes=15), Place(52.0, 5.0), owner.id)
    make.market("day_ahead")
    with pytest.raises(MissingMarket, match="no dummy TOU market"):
        add_connection(new, memory_platform)
    dummy = make.market(DUMMY_MARKET)
    assert add_connection(new, memory_platform).market_id == dummy.id
