"""Who may do what; pure rules over users and what they ask for."""

from __future__ import annotations

from flexmeasures.domain.accounts import ACCOUNT_ADMIN, ADMIN_READER, ANONYMOUS, User
from flexmeasures.domain.assets import Asset


def passes(user: User, access: tuple[str, ...]) -> bool:
    """Tell whether a user may call a service with this access list; an admin may call any."""
    return not user.has_role(ANONYMOUS) and (user.is_admin or user.has_role(*access))


def owns(user: User, asset: Asset) -> bool:
    """Tell whether an asset counts as the user's own, as the message services mean it."""
    return user.is_admin or (
        asset.owner_id == user.id if asset.owner_id is not None else _in_account(user, asset)
    )


def may_read(user: User, asset: Asset) -> bool:
    """Tell whether a user may see an asset and its data."""
    return (
        user.is_admin
        or user.has_role(ADMIN_READER)
        or asset.owner_id == user.id
        or asset.account_id is None
        or _in_account(user, asset)
    )


def may_update(user: User, asset: Asset) -> bool:
    """Tell whether a user may change an asset or add to its data; public assets are the admins'."""
    return user.is_admin or asset.owner_id == user.id or _in_account(user, asset)


def may_delete(user: User, asset: Asset) -> bool:
    """Tell whether a user may remove an asset: its owner, and admins of its account."""
    return (
        user.is_admin
        or asset.owner_id == user.id
        or (_in_account(user, asset) and user.has_role(ACCOUNT_ADMIN))
    )


def may_found(user: User, account_id: int | None) -> bool:
    """Tell whether a user may add assets to an account; public ones, of no account, are the admins'."""
    return user.is_admin or (account_id == user.account.id and user.has_role(ACCOUNT_ADMIN))


def may_see_account(user: User, account_id: int) -> bool:
    """Tell whether a user may see an account, its members and its assets."""
    return user.is_admin or user.has_role(ADMIN_READER) or user.account.id == account_id


def _in_account(user: User, asset: Asset) -> bool:
    return asset.account_id is not None and asset.account_id == user.account.id
