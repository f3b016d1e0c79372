"""Who changed what, whichever way it was changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory
from flexmeasures.usecases.noting import (
    COMMAND_LINE,
    acting,
    note_account,
    note_asset_change,
    note_sensor_change,
    note_user_change,
)
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.removing import remove_sensor


def test_only_what_differs_is_noted_and_by_whom(memory_platform: Platform) -> None:
    make, audit = Factory(memory_platform.store), memory_platform.store.audit
    user = make.user(name="eve")
    asset = make.asset(owner=user)
    sensor = make.sensor(asset)
    for_nothing = (acting(user), memory_platform)
    note_asset_change(for_nothing[0], asset, asset, for_nothing[1])
    note_sensor_change(for_nothing[0], sensor, sensor, for_nothing[1])
    note_user_change(for_nothing[0], user, user, for_nothing[1])
    assert audit.about_account(user.account.id) == []

    other = replace(sensor, step=timedelta(hours=1), attributes={"floor": 2})
    note_sensor_change(acting(user), sensor, other, memory_platform)
    (noted,) = audit.about_sensor(sensor.id)
    assert noted.text == f"Changed floor from nothing to 2; resolution from {sensor.step} to 1:00:00."
    assert (noted.time, noted.by_id, noted.by_name) == (NOON, user.id, "eve")
    assert audit.about_asset(asset.id) == audit.about_account(user.account.id) == [noted]


def test_what_is_gone_is_noted_of_its_asset_or_account(memory_platform: Platform) -> None:
    make, audit = Factory(memory_platform.store), memory_platform.store.audit
    user = make.user()
    sensor = make.sensor(make.asset(owner=user))
    remove_sensor(COMMAND_LINE, sensor, memory_platform)
    (noted,) = audit.about_asset(sensor.asset_id)
    assert noted.text == f"Deleted sensor {sensor.id}, {sensor.name}."
    assert (noted.by_id, noted.by_name, noted.sensor_id) == (None, "command line", None)
    note_account(COMMAND_LINE, user.account.id, "Closed.", memory_platform)
    assert {change.text for change in audit.about_account(user.account.id)} == {"Closed.", noted.text}
