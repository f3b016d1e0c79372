"""Which pages need which roles."""

from __future__ import annotations

from flexmeasures.domain.access import may_update, owns
from flexmeasures.domain.accounts import ADMIN_READER, ANONYMOUS, USEF_ROLES, User
from flexmeasures.domain.assets import Asset


def may_see_portfolio(user: User) -> bool:
    """Tell whether a user may see statements: admins, and whoever has a part in the market."""
    return user.is_admin or user.has_role(ADMIN_READER, *USEF_ROLES)


def may_see_users(user: User) -> bool:
    """Tell whether a user may see and change all users."""
    return user.is_admin


def may_upload(user: User) -> bool:
    """Tell whether a user may send values: everybody but guests of a demonstration."""
    return not user.has_role(ANONYMOUS)


def may_create_assets(user: User) -> bool:
    """Tell whether a user may make assets, and choose whose they are."""
    return user.is_admin


def may_edit(user: User, asset: Asset) -> bool:
    """Tell whether a user may change or remove an asset: who owns it, unless they are a guest."""
    return owns(user, asset) and not user.has_role(ANONYMOUS)


def may_add_values(user: User, asset: Asset) -> bool:
    """Tell whether a user may upload values of an asset."""
    return may_upload(user) and may_update(user, asset)
