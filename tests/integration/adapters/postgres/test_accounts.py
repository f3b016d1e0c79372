from __future__ import annotations

from dataclasses import replace

import pytest

from flexmeasures.domain.accounts import Look, User
from flexmeasures.domain.beliefs import SourceType
from flexmeasures.domain.errors import DuplicateEntity, UnknownEntity
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.usecases.ports.platform import Store


def test_an_account_is_made_once_and_gathers_its_roles(any_store: Store) -> None:
    accounts = any_store.accounts
    first = accounts.add_account("Grid", ["DSO"])
    again = accounts.add_account("Grid", ["MDC"])
    assert again.id == first.id
    assert accounts.account("Grid") == again
    assert again.roles == {"DSO", "MDC"}
    assert accounts.account("Nobody") is None
    assert accounts.accounts() == [again]
    assert list(accounts.account_roles()) == ["DSO", "MDC"]


def test_a_role_keeps_its_first_description(any_store: Store) -> None:
    accounts = any_store.accounts
    for text in ("Super user", "Something else"):
        accounts.add_role("admin", text)
        accounts.add_account_role("MDC", text)
    assert accounts.roles() == {"admin": "Super user"}
    assert accounts.account_roles() == {"MDC": "Super user"}


def test_a_forgotten_account_role_is_held_by_nobody(any_store: Store) -> None:
    make = Factory(any_store)
    user = make.user(account=make.account("MDC", "DSO"))
    any_store.accounts.delete_account_role("MDC")
    assert any_store.accounts.user(user.id).account.roles == {"DSO"}
    assert any_store.accounts.account_roles() == {"DSO": ""}


def test_a_user_is_found_as_it_was_added(any_store: Store) -> None:
    home = any_store.accounts.add_account("Home", ["Prosumer"])
    given = User(0, "Ada@Example.com", "ada", home, frozenset({"admin"}), "Asia/Seoul", last_login=NOON)
    kept = any_store.accounts.add_user(given, "hash")
    assert kept == replace(given, id=kept.id)
    assert any_store.accounts.user(kept.id) == kept
    assert any_store.accounts.user_by_email("ada@example.COM") == kept
    assert any_store.accounts.user_by_email("nobody@example.com") is None
    assert any_store.accounts.users() == [kept]
    assert any_store.accounts.roles() == {"admin": ""}


@pytest.mark.parametrize(("email", "username"), [("ADA@example.com", "other"), ("other@example.com", "ada")])
def test_an_email_or_name_can_be_had_once(any_store: Store, email: str, username: str) -> None:
    make = Factory(any_store)
    ada = make.user(name="ada")
    with pytest.raises(DuplicateEntity, match=email):
        any_store.accounts.add_user(User(0, email, username, ada.account), "hash")
    assert any_store.accounts.users() == [ada]


def test_an_unknown_user_cannot_be_had(any_store: Store) -> None:
    with pytest.raises(UnknownEntity):
        any_store.accounts.user(4711)


def test_what_a_user_owns_goes_with_it_and_what_it_told_of_others_stays(any_store: Store) -> None:
    make = Factory(any_store)
    user, neighbour = make.user(), make.user()
    own, others = make.sensor(make.asset(owner=user)), make.sensor(make.asset(owner=neighbour))
    source = any_store.sources.of_user(user)
    any_store.beliefs.add([block(sensor, source, NOON, [1.0]) for sensor in (own, others)])
    any_store.accounts.delete_user(user.id)
    assert [asset.owner_id for asset in any_store.assets.assets()] == [neighbour.id]
    assert any_store.beliefs.count([own.id, others.id]) == 1
    assert any_store.sources.named([source.id])[source.id] == replace(source, user_id=None)


def test_a_name_can_be_used_again_and_again(any_store: Store) -> None:
    make = Factory(any_store)
    home = make.account()
    for _ in range(3):
        user = make.user(account=home, name="ada")
        any_store.sources.of_user(user)
        any_store.accounts.delete_user(user.id)
    assert any_store.accounts.users() == []


def test_an_account_goes_with_all_that_is_its_own(any_store: Store) -> None:
    make = Factory(any_store)
    user = make.user()
    sensor = make.sensor(make.asset(owner=user))
    any_store.beliefs.add([block(sensor, any_store.sources.of_user(user), NOON, [1.0])])
    public = make.asset()
    any_store.accounts.delete_account(user.account.id)
    assert any_store.accounts.users() == []
    assert any_store.assets.assets() == [public]
    assert any_store.beliefs.count([sensor.id]) == 0


def test_a_source_is_made_once(any_store: Store) -> None:
    make, sources = Factory(any_store), any_store.sources
    user = make.user(name="ada")
    of_user = sources.of_user(user)
    assert sources.of_user(user) == of_user
    assert (of_user.name, of_user.type, of_user.user_id) == ("ada", SourceType.USER, user.id)
    plain = sources.of_model("Forecasts", SourceType.FORECASTER)
    versions = [sources.of_model("Forecasts", SourceType.FORECASTER, "linear", text) for text in ("1", "2")]
    assert sources.of_model("Forecasts", SourceType.FORECASTER) == plain
    assert sources.of_model("Forecasts", SourceType.FORECASTER, "linear", "2") == versions[1]
    assert len({of_user.id, plain.id, *(each.id for each in versions)}) == 4
    assert sources.named([plain.id, 10**6]) == {plain.id: plain}


def test_sources_are_found_by_users_and_by_their_roles(any_store: Store) -> None:
    make = Factory(any_store)
    by_role, by_account, neither = make.user("mdc"), make.user(account=make.account("MDC")), make.user()
    of_role, of_account, of_neither = (
        any_store.sources.of_user(user) for user in (by_role, by_account, neither)
    )
    assert any_store.sources.of_users([], ["MDC"]) == [of_role, of_account]
    assert any_store.sources.of_users([neither.id], ["MDC"]) == [of_role, of_account, of_neither]
    assert any_store.sources.of_users([neither.id], []) == [of_neither]
    assert any_store.sources.of_users([], []) == []


def test_sources_of_inactive_users_are_found_by_id_only(any_store: Store) -> None:
    make = Factory(any_store)
    gone = User(0, "gone@example.com", "gone", make.account("MDC"), active=False)
    user = any_store.accounts.add_user(gone, "hash")
    source = any_store.sources.of_user(user)
    assert any_store.sources.of_users([], ["MDC"]) == []
    assert any_store.sources.of_users([user.id], []) == [source]


def test_a_user_is_changed_as_told(any_store: Store) -> None:
    make = Factory(any_store)
    user, other = make.user("Prosumer"), make.user("admin")
    changed = replace(
        user, email="new@example.com", username="new", roles=frozenset({"admin"}), timezone="Asia/Seoul"
    )

    any_store.accounts.update_user(changed)

    assert any_store.accounts.user(user.id) == changed
    assert any_store.accounts.role_ids().keys() == {"Prosumer", "admin"}
    with pytest.raises(DuplicateEntity):
        any_store.accounts.update_user(replace(changed, email=other.email))
    with pytest.raises(UnknownEntity):
        any_store.accounts.update_user(replace(changed, id=999))
    assert any_store.accounts.user(user.id) == changed


def test_an_account_has_a_look_of_its_own(any_store: Store) -> None:
    make = Factory(any_store)
    user = make.user()
    look = Look("https://example.com/logo.svg", "#123456", "#abcdef")
    any_store.accounts.set_look(user.account.id, look)
    assert any_store.accounts.user(user.id).account.look == look
    any_store.accounts.set_look(user.account.id, Look())
    assert any_store.accounts.user(user.id).account.look == Look()
    with pytest.raises(UnknownEntity):
        any_store.accounts.set_look(user.account.id + 999, look)
