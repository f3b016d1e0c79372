"""Events of devices that cannot be."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flexmeasures.domain.accounts import User
from flexmeasures.domain.addresses import ID_MAX, UdiAddress
from flexmeasures.domain.errors import UnknownConnection, UnknownUdiEvent
from flexmeasures.domain.messages import Devices, UdiNotice
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory
from flexmeasures.usecases.flexibility import Demand, check_notice, device_message, order_missing_schedule
from flexmeasures.usecases.ports.platform import Platform

DEVICES = Devices(frozenset({"battery"}), "{type}", frozenset({"soc"}), "{event_type}", repeats_time=False)
NOWHERE = UdiAddress(ID_MAX + 1, 1, "soc")


@pytest.fixture
def owner(memory_platform: Platform) -> User:
    return Factory(memory_platform.store).user()


def test_a_number_beyond_all_devices_is_of_none(memory_platform: Platform, owner: User) -> None:
    demand = Demand(NOWHERE, timedelta(hours=1))
    with pytest.raises(UnknownConnection):
        check_notice(owner, UdiNotice(NOWHERE, NOON), DEVICES, memory_platform)
    with pytest.raises(UnknownConnection):
        order_missing_schedule(owner, demand, DEVICES, memory_platform)


def test_a_number_beyond_all_events_is_of_none(memory_platform: Platform, owner: User) -> None:
    make = Factory(memory_platform.store)
    make.sensor(asset := make.asset("battery", owner=owner))
    demand = Demand(UdiAddress(asset.id, ID_MAX + 1, "soc"), timedelta(hours=1))
    with pytest.raises(UnknownUdiEvent):
        device_message(owner, demand, DEVICES, memory_platform)
