"""``flexmeasures users`` and ``flexmeasures roles``."""

from __future__ import annotations

import pytest

from flexmeasures.domain.accounts import User
from flexmeasures.testing.command_line import CommandLine
from flexmeasures.testing.factories import Factory


@pytest.fixture
def eve(flexmeasures: CommandLine) -> User:
    """Return a user."""
    return Factory(flexmeasures.platform.store).user("admin", name="eve")


def test_users_are_kept_out_and_let_in(flexmeasures: CommandLine, eve: User) -> None:
    user = flexmeasures.platform.store.accounts.user
    assert (
        flexmeasures.says("users", "deactivate", eve.email) == "User eve <eve@example.com> is kept out now.\n"
    )
    assert not user(eve.id).active
    assert flexmeasures.says("users", "activate", eve.email) == "User eve <eve@example.com> is active now.\n"
    assert user(eve.id).active


def test_roles_are_made_given_and_taken_away(flexmeasures: CommandLine, eve: User) -> None:
    accounts = flexmeasures.platform.store.accounts
    flexmeasures.says("roles", "create", "fox", "--description", "Clever")
    assert accounts.roles()["fox"] == "Clever"
    flexmeasures.says("roles", "add", eve.email, "fox")
    assert accounts.user(eve.id).roles == frozenset({"admin", "fox"})
    flexmeasures.says("roles", "remove", eve.email, "fox")
    assert accounts.user(eve.id).roles == frozenset({"admin"})
    assert "does not have the role fox." in flexmeasures.refusal("roles", "remove", eve.email, "fox")


@pytest.mark.parametrize("words", [("users", "activate"), ("roles", "add"), ("roles", "remove")])
def test_unknown_users_are_named(words: tuple[str, ...], flexmeasures: CommandLine) -> None:
    role = () if words[0] == "users" else ("fox",)
    assert "Could not find user with email address" in flexmeasures.refusal(*words, "no@example.com", *role)
