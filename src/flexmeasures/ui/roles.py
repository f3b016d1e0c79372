"""Which pages need which roles."""

from __future__ import annotations

from flexmeasures.domain.accounts import ADMIN_READER, USEF_ROLES, User


def may_see_portfolio(user: User) -> bool:
    """Tell whether a user may see statements: admins, and whoever has a part in the market."""
    return user.is_admin or user.has_role(ADMIN_READER, *USEF_ROLES)
