"""Make, change and find assets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flexmeasures.domain.access import may_found, may_read, may_see_account, may_update
from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Asset, Documents
from flexmeasures.domain.errors import InvalidFields, NotAuthorized, UnknownEntity
from flexmeasures.usecases.noting import acting, note_asset, note_asset_change
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.registering.checks import in_words
from flexmeasures.usecases.structure import asset_types

_FORBIDDEN = "You cannot be authorized for this content or functionality."


@dataclass(frozen=True, slots=True)
class AssetWish:
    """What is to be true of an asset: those of its fields that are told.

    Attributes:
        fields: By the names of ``Asset``.
        documents: By the names of ``Documents``.
        type_id: Of its type; None leaves it as it is.
    """

    fields: Mapping[str, object]
    documents: Mapping[str, object]
    type_id: int | None = None


def create(caller: User, wish: AssetWish, platform: Platform) -> Asset:
    """Make an asset, in an account or as a part of another asset.

    Raises:
        NotAuthorized: the caller may not add to the account or the other asset.
        InvalidFields: a field has a value that it cannot have.
        DuplicateEntity: the account has an asset of this name.
    """
    parent_id, account_id = wish.fields.get("parent_id"), wish.fields.get("account_id")
    allowed = may_found(caller, account_id if isinstance(account_id, int) else None)
    if isinstance(parent_id, int):
        parent = _parent(parent_id, platform)
        allowed = may_update(caller, parent) and account_id in {None, parent.account_id}
        account_id = parent.account_id
    if not allowed:
        raise NotAuthorized(_FORBIDDEN)
    _check_account(account_id, platform)
    types = {kind.id: kind for kind in asset_types(platform)}
    if wish.type_id not in types:
        text = f"GenericAssetType with id {wish.type_id} doesn't exist."
        raise InvalidFields({"generic_asset_type_id": [text]})
    name = str(wish.fields["name"])
    made = Asset(0, name, in_words(name), types[wish.type_id])
    told = {**wish.fields, "account_id": account_id}
    kept = platform.store.assets.add_asset(replace(made, **told))  # type: ignore[arg-type]  # read by its schema
    _keep(kept, wish, platform)
    note_asset(
        acting(caller), kept, f"Created asset {kept.display_name} ({kept.type.display_name}).", platform
    )
    return kept


def edit(caller: User, asset: Asset, wish: AssetWish, platform: Platform) -> Asset:
    """Change an asset.

    Raises:
        NotAuthorized: the caller may not add to what it is to be part of.
        InvalidFields: a field has a value that it cannot have.
        DuplicateEntity: the account has another asset of this name.
    """
    parent_id = wish.fields.get("parent_id")
    if isinstance(parent_id, int):
        if not may_update(caller, _parent(parent_id, platform)):
            raise NotAuthorized(_FORBIDDEN)
        if parent_id in {one.id for one in platform.store.assets.branch(asset.id)}:
            raise InvalidFields({"parent_asset_id": ["An asset cannot be part of itself or of its parts."]})
    types = {kind.id: kind for kind in asset_types(platform)}
    kind = types.get(wish.type_id) if wish.type_id is not None else asset.type
    if kind is None:
        text = f"GenericAssetType with id {wish.type_id} doesn't exist."
        raise InvalidFields({"generic_asset_type_id": [text]})
    changed = replace(asset, type=kind, **wish.fields)  # type: ignore[arg-type]  # read by its schema
    kept = platform.store.assets.update_asset(changed)
    _keep(kept, wish, platform)
    note_asset_change(acting(caller), asset, kept, platform)
    if wish.documents:
        names = ", ".join(name.replace("_", " ") for name in sorted(wish.documents))
        note_asset(acting(caller), kept, f"Told {names}.", platform)
    return kept


def visible(caller: User, account_id: int | None, platform: Platform, *, public: bool) -> list[Asset]:
    """Return the assets of an account, or of all that the caller may see, in order of their ids.

    Raises:
        NotAuthorized: the caller may not see the account.
        UnknownEntity: there is no such account.
    """
    if account_id is not None:
        _check_known(account_id, platform)
        if not may_see_account(caller, account_id):
            raise NotAuthorized(_FORBIDDEN)
    found = platform.store.assets.assets(account_id=account_id, public=public)
    return sorted((asset for asset in found if may_read(caller, asset)), key=lambda asset: asset.id)


def _check_known(account_id: int, platform: Platform) -> None:
    if all(account.id != account_id for account in platform.store.accounts.accounts()):
        raise UnknownEntity(f"There is no account {account_id}.")


def _check_account(account_id: object, platform: Platform) -> None:
    known = {account.id for account in platform.store.accounts.accounts()}
    if account_id is not None and account_id not in known:
        raise InvalidFields({"account_id": [f"Account with Id {account_id} doesn't exist."]})


def _parent(parent_id: int, platform: Platform) -> Asset:
    try:
        return platform.store.assets.asset(parent_id)
    except UnknownEntity as error:
        raise InvalidFields({"parent_asset_id": [f"No asset found with ID {parent_id}."]}) from error


def _keep(asset: Asset, wish: AssetWish, platform: Platform) -> None:
    if wish.documents:
        known = platform.store.assets.documents([asset.id]).get(asset.id, Documents())
        changed = replace(known, **wish.documents)  # type: ignore[arg-type]  # read by its schema
        platform.store.assets.set_documents(asset.id, changed)
