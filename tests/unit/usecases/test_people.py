"""Admins look after users."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flexmeasures.domain.accounts import ADMIN, User
from flexmeasures.domain.errors import NotAuthorized, UnknownEntity
from flexmeasures.testing.factories import Factory
from flexmeasures.testing.memory.logins import MemoryLogins
from flexmeasures.testing.memory.tables import Tables
from flexmeasures.usecases.manage_users import UserChange
from flexmeasures.usecases.people import edit, profile, renew_password
from flexmeasures.usecases.ports.platform import Platform


@pytest.fixture
def make(memory_platform: Platform) -> Factory:
    return Factory(memory_platform.store)


@pytest.fixture
def admin(make: Factory) -> User:
    return make.user(ADMIN)


@pytest.fixture
def logins(memory_tables: Tables) -> MemoryLogins:
    return MemoryLogins(memory_tables)


def test_only_changes_are_noted(
    memory_platform: Platform, make: Factory, admin: User, logins: MemoryLogins
) -> None:
    user = make.user(name="eve")
    assert edit(admin, user, UserChange(username="eve"), logins, memory_platform) == user
    assert profile(admin, user.id, memory_platform).history == ()
    edit(admin, user, UserChange(username="eva"), logins, memory_platform)
    (noted,) = profile(admin, user.id, memory_platform).history
    assert noted.text == "Changed name from eve to eva."


def test_the_last_active_admin_stays_even_when_asked_by_one_who_was_just_locked(
    memory_platform: Platform, make: Factory, admin: User, logins: MemoryLogins
) -> None:
    last = make.user(ADMIN)
    memory_platform.store.accounts.update_user(replace(admin, active=False))
    with pytest.raises(NotAuthorized, match="This is the last active admin"):
        edit(admin, last, UserChange(active=False), logins, memory_platform)
    assert memory_platform.store.accounts.user(last.id).active


def test_who_is_gone_gets_no_password(
    memory_platform: Platform, make: Factory, admin: User, logins: MemoryLogins
) -> None:
    user = make.user()
    memory_platform.store.accounts.delete_user(user.id)
    with pytest.raises(UnknownEntity, match=f"User {user.id} not found"):
        renew_password(admin, user, logins, lambda password: password, memory_platform)
