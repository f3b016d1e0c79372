"""Who changes assets on pages, and what is noted of it."""

from __future__ import annotations

import pytest

from flexmeasures.domain.errors import InvalidFields, NotAuthorized
from flexmeasures.testing.factories import Factory
from flexmeasures.usecases.asset_care import create, edit
from flexmeasures.usecases.manage_assets import AssetChange
from flexmeasures.usecases.ports.platform import Platform


@pytest.fixture
def make(memory_platform: Platform) -> Factory:
    return Factory(memory_platform.store)


def test_only_admins_make_assets(memory_platform: Platform, make: Factory) -> None:
    with pytest.raises(NotAuthorized, match="needs the role admin"):
        create(make.user("Prosumer"), AssetChange(name="shed"), memory_platform)
    assert memory_platform.store.assets.assets() == []


def test_only_changes_are_noted(memory_platform: Platform, make: Factory) -> None:
    owner = make.user()
    asset = make.asset(owner=owner)
    same = AssetChange(display_name=asset.display_name)
    assert edit(owner, asset, same, memory_platform) == asset
    assert memory_platform.store.audit.about_asset(asset.id, 9) == []
    edit(owner, asset, AssetChange(display_name="Shed"), memory_platform)
    (noted,) = memory_platform.store.audit.about_asset(asset.id, 9)
    assert noted.text == f"Changed display name from {asset.display_name} to Shed."


def test_an_asset_without_power_keeps_its_owner(memory_platform: Platform, make: Factory) -> None:
    owner = make.user()
    asset = make.asset(owner=owner)
    with pytest.raises(InvalidFields, match="has no power sensor"):
        edit(owner, asset, AssetChange(owner_id=make.user().id), memory_platform)
