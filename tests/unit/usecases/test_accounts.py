"""Accounts are found and made by name."""

from __future__ import annotations

import pytest

from flexmeasures.domain.errors import DuplicateEntity, InvalidField, UnknownEntity
from flexmeasures.usecases.accounts import account_with, add_account
from flexmeasures.usecases.ports.platform import Platform


def test_an_account_is_made_once(memory_platform: Platform) -> None:
    made = add_account("Estate", ("Prosumer",), memory_platform)
    assert account_with(made.id, memory_platform) == made
    with pytest.raises(DuplicateEntity, match="Account 'Estate' already exists"):
        add_account("Estate", (), memory_platform)


@pytest.mark.parametrize("name", ["", " ", "x" * 101])
def test_the_name_of_an_account_has_one_to_a_hundred_characters(memory_platform: Platform, name: str) -> None:
    with pytest.raises(InvalidField):
        add_account(name, (), memory_platform)


def test_an_account_that_is_not_there_is_named_in_the_error(memory_platform: Platform) -> None:
    with pytest.raises(UnknownEntity, match="No account with ID 9 found"):
        account_with(9, memory_platform)
