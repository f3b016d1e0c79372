"""Who may make and change which assets."""

from __future__ import annotations

import pytest

from flexmeasures.domain.accounts import ACCOUNT_ADMIN, ADMIN, User
from flexmeasures.domain.errors import InvalidFields, NotAuthorized, UnknownEntity
from flexmeasures.testing.factories import Factory
from flexmeasures.usecases.inventory.assets import AssetWish, create, edit, visible
from flexmeasures.usecases.ports.platform import Platform

NOWHERE = 999_999


@pytest.fixture
def make(memory_platform: Platform) -> Factory:
    return Factory(memory_platform.store)


@pytest.fixture
def keeper(make: Factory) -> User:
    return make.user(ACCOUNT_ADMIN)


def wish(type_id: int | None = None, **fields: object) -> AssetWish:
    return AssetWish(fields, {}, type_id)


def test_an_asset_is_not_made_of_an_unknown_type(
    memory_platform: Platform, make: Factory, keeper: User
) -> None:
    with pytest.raises(InvalidFields, match=f"GenericAssetType with id {NOWHERE} doesn't exist"):
        create(keeper, wish(NOWHERE, name="shed", account_id=keeper.account.id), memory_platform)


def test_an_asset_is_not_made_in_an_unknown_account(memory_platform: Platform, make: Factory) -> None:
    with pytest.raises(InvalidFields, match=f"Account with Id {NOWHERE} doesn't exist"):
        create(make.user(ADMIN), wish(make.type().id, name="shed", account_id=NOWHERE), memory_platform)


def test_an_asset_is_not_made_part_of_an_unknown_one(
    memory_platform: Platform, make: Factory, keeper: User
) -> None:
    with pytest.raises(InvalidFields, match=f"No asset found with ID {NOWHERE}"):
        create(keeper, wish(make.type().id, name="shed", parent_id=NOWHERE), memory_platform)


def test_a_part_belongs_to_the_account_of_its_whole(
    memory_platform: Platform, make: Factory, keeper: User
) -> None:
    whole = make.asset(owner=keeper)
    part = create(keeper, wish(make.type().id, name="shed", parent_id=whole.id), memory_platform)
    assert (part.account_id, part.parent_id) == (keeper.account.id, whole.id)


def test_an_asset_becomes_part_only_of_what_one_may_change(
    memory_platform: Platform, make: Factory, keeper: User
) -> None:
    asset, own, foreign = make.asset(owner=keeper), make.asset(owner=keeper), make.asset(owner=make.user())
    assert edit(keeper, asset, wish(parent_id=own.id), memory_platform).parent_id == own.id
    with pytest.raises(NotAuthorized):
        edit(keeper, asset, wish(parent_id=foreign.id), memory_platform)


def test_an_asset_becomes_no_part_of_its_own_parts(
    memory_platform: Platform, make: Factory, keeper: User
) -> None:
    asset, part = make.asset(owner=keeper), make.asset(owner=keeper)
    edit(keeper, part, wish(parent_id=asset.id), memory_platform)
    for parent in (asset, part):
        with pytest.raises(InvalidFields, match="part of itself or of its parts"):
            edit(keeper, asset, wish(parent_id=parent.id), memory_platform)


def test_an_asset_gets_no_unknown_type(memory_platform: Platform, make: Factory, keeper: User) -> None:
    asset = make.asset(owner=keeper)
    with pytest.raises(InvalidFields, match=f"GenericAssetType with id {NOWHERE} doesn't exist"):
        edit(keeper, asset, wish(NOWHERE), memory_platform)
    changed = edit(keeper, asset, wish(make.type("solar").id), memory_platform)
    assert changed.type.name == "solar"


def test_assets_are_seen_of_the_own_account_and_of_all_that_one_may_see(
    memory_platform: Platform, make: Factory, keeper: User
) -> None:
    own, public = make.asset(owner=keeper), make.asset()
    foreign = make.asset(owner=make.user())
    assert visible(keeper, keeper.account.id, memory_platform, public=False) == [own]
    assert visible(keeper, None, memory_platform, public=True) == [own, public]
    with pytest.raises(NotAuthorized):
        visible(keeper, foreign.account_id, memory_platform, public=False)
    with pytest.raises(UnknownEntity, match=f"There is no account {NOWHERE}"):
        visible(keeper, NOWHERE, memory_platform, public=False)
