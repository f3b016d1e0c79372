"""Asset types and sensors that cannot be made."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flexmeasures.domain.errors import DuplicateEntity, InvalidField, UnknownEntity
from flexmeasures.testing.factories import Factory
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.registering.assets import NewSensor, add_asset_type, add_sensor


def test_an_asset_type_is_made_once(memory_platform: Platform) -> None:
    made = add_asset_type("heat pump", "Heats", memory_platform)
    assert made in memory_platform.store.assets.types()
    with pytest.raises(DuplicateEntity, match="An asset type with the name heat pump already exists"):
        add_asset_type("heat pump", "Cools", memory_platform)


def test_a_sensor_has_no_negative_step(memory_platform: Platform) -> None:
    asset = Factory(memory_platform.store).asset()
    with pytest.raises(InvalidField, match="not less than zero"):
        add_sensor(NewSensor("flow", asset.id, "m³/h", -timedelta(minutes=1), "UTC"), memory_platform)


def test_a_sensor_is_on_an_asset(memory_platform: Platform) -> None:
    with pytest.raises(UnknownEntity):
        add_sensor(NewSensor("flow", 99, "m³/h", timedelta(0), "UTC"), memory_platform)
