"""Change how the pages look for members of an account."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flexmeasures.domain.accounts import ACCOUNT_ADMIN, Look, User
from flexmeasures.domain.errors import InvalidFields, NotAuthorized
from flexmeasures.usecases.noting import acting, note_account
from flexmeasures.usecases.ports.platform import Platform

LONGEST_ADDRESS = 255
_COLOUR = re.compile(r"(#[0-9a-fA-F]{6})?")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?/[\x21-\x7e]*")


def may_change_look(user: User) -> bool:
    """Tell whether a user may change how the pages look for the members of their account."""
    return user.is_admin or user.has_role(ACCOUNT_ADMIN)


def change_look(caller: User, look: Look, platform: Platform) -> None:
    """Change the look of the caller's account.

    Raises:
        NotAuthorized: the caller looks after no account.
        InvalidFields: a colour or the address of the logo cannot be used.
    """
    if not may_change_look(caller):
        raise NotAuthorized("To change the look of an account needs the role account-admin.")
    _check(look)
    platform.store.accounts.set_look(caller.account.id, look)
    text = f"Changed the look of account {caller.account.name}."
    note_account(acting(caller), caller.account.id, text, platform)


def _check(look: Look) -> None:
    problems: dict[str, list[str]] = {}
    for name, colour in (("primary", look.primary), ("secondary", look.secondary)):
        if not _COLOUR.fullmatch(colour):
            problems[name] = [f"{colour!r} is no colour; expected a form like #0f6e6e."]
    told = look.logo
    if told and (len(told) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(told) or not urlsplit(told).netloc):
        problems["logo"] = [f"Expected an address like https://example.com/logo.svg, not {told!r}."]
    if problems:
        raise InvalidFields(problems)
