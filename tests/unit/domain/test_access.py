"""Who may do what."""

from __future__ import annotations

import pytest

from flexmeasures.domain.access import may_read, may_update, owns, passes
from flexmeasures.domain.accounts import Account, User
from flexmeasures.domain.assets import Asset, AssetType

HOME, OTHER = Account(1, "Home"), Account(2, "Other")
BATTERY = AssetType(5, "battery", "stationary battery", is_consumer=True, is_producer=True)
SOLAR = AssetType(1, "solar", "solar panel", is_producer=True)
BUILDING = AssetType(6, "building", "building", is_consumer=True)


def user(number: int, account: Account, *roles: str) -> User:
    return User(number, f"u{number}@example.com", f"u{number}", account, frozenset(roles))


OWNED = Asset(1, "battery", "Battery", BATTERY, account_id=1, owner_id=10)
SHARED = Asset(2, "solar", "Solar", SOLAR, account_id=1)
PUBLIC = Asset(3, "market", "Market", BUILDING)

OWNER, COLLEAGUE, STRANGER = user(10, HOME), user(11, HOME), user(20, OTHER)
ADMIN, READER = user(30, OTHER, "Admin"), user(31, OTHER, "admin-reader")


@pytest.mark.parametrize(
    ("who", "asset", "reads", "changes", "counts_as_own"),
    [
        (OWNER, OWNED, True, True, True),
        (COLLEAGUE, OWNED, True, True, False),
        (STRANGER, OWNED, False, False, False),
        (READER, OWNED, True, False, False),
        (ADMIN, OWNED, True, True, True),
        (OWNER, SHARED, True, True, True),
        (STRANGER, SHARED, False, False, False),
        (STRANGER, PUBLIC, True, False, False),
        (ADMIN, PUBLIC, True, True, True),
    ],
)
def test_rights_follow_owner_account_and_role(
    who: User, asset: Asset, reads: bool, changes: bool, counts_as_own: bool
) -> None:
    assert (may_read(who, asset), may_update(who, asset), owns(who, asset)) == (reads, changes, counts_as_own)


def test_a_service_is_open_to_the_roles_of_user_and_account_in_any_case_of_letters() -> None:
    supplier = User(1, "s@example.com", "s", Account(1, "S", frozenset({"Supplier"})), frozenset({"mdc"}))
    assert passes(supplier, ("MDC",))
    assert passes(supplier, ("supplier",))
    assert not passes(supplier, ("Prosumer",))


def test_an_admin_may_call_every_service_unless_it_is_anonymous_too() -> None:
    assert passes(ADMIN, ("Prosumer",))
    assert not passes(user(1, HOME, "admin", "anonymous"), ("Prosumer",))


def test_kinds_of_assets_know_whether_they_only_consume_or_produce() -> None:
    assert SHARED.is_pure_producer
    assert PUBLIC.is_pure_consumer
    assert not OWNED.is_pure_consumer
    assert not OWNED.is_pure_producer
