from __future__ import annotations

from datetime import timedelta

from flexmeasures.domain.audit import Change
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory
from flexmeasures.usecases.ports.platform import Store

MINUTE = timedelta(minutes=1)


def test_changes_are_told_newest_first_by_what_they_are_about(any_store: Store) -> None:
    make = Factory(any_store)
    owner = make.user("Prosumer")
    asset = make.asset(owner=owner)
    sensor = make.sensor(asset)
    first = Change(NOON, "Made it.", owner.id, owner.username, asset_id=asset.id)
    second = Change(NOON + MINUTE, "Changed it.", owner.id, owner.username, asset_id=asset.id)
    about_user = Change(NOON, "Let them in.", user_id=owner.id, account_id=owner.account.id)
    about_sensor = Change(NOON, "Uploaded values.", sensor_id=sensor.id)
    for change in (second, first, about_user, about_sensor):
        any_store.audit.note(change)
    assert any_store.audit.about_asset(asset.id) == [second, first]
    assert any_store.audit.about_asset(asset.id, limit=1) == [second]
    assert any_store.audit.about_user(owner.id) == [about_user]
    assert any_store.audit.about_sensor(sensor.id) == [about_sensor]
    assert any_store.audit.about_account(owner.account.id) == [about_user]
    assert any_store.audit.about_asset(asset.id + 1) == []


def test_changes_of_an_asset_go_with_it(any_store: Store) -> None:
    asset = Factory(any_store).asset()
    any_store.audit.note(Change(NOON, "Made it.", asset_id=asset.id))
    any_store.assets.delete_asset(asset.id)
    assert any_store.audit.about_asset(asset.id) == []
