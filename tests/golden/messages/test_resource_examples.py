"""Chapter 16 of the documents: the examples of assets, users and charts."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from tests.golden.messages.conftest import World

from flexmeasures.domain.accounts import User
from flexmeasures.testing.factories import Factory

POSTED: dict[str, object] = {
    "name": "Test battery",
    "asset_type": "battery",
    "unit": "kW",
    "event_resolution": 5,
    "capacity_in_mw": 4.2,
    "latitude": 40,
    "longitude": 170.3,
    "max_soc_in_mwh": 5,
    "min_soc_in_mwh": 0,
}
ANSWERED = {
    **POSTED,
    "display_name": "Test battery",
    **dict.fromkeys(("soc_datetime", "soc_in_mwh", "soc_udi_event_id")),
}


@pytest.fixture
def admin(world: World) -> User:
    """Somebody who creates assets."""
    return Factory(world.platform.store).user("admin", name="root")


@pytest.fixture
def asset(world: World, admin: User) -> Mapping[str, object]:
    """The asset of the examples, as it was answered when it was posted."""
    return _call(world, admin, "POST", "assets", {**POSTED, **_ours(world)}, 201)


def test_a_posted_asset_is_returned_with_all_its_fields(world: World, asset: Mapping[str, object]) -> None:
    assert asset.items() >= {**ANSWERED, **_ours(world)}.items()


def test_an_asset_is_got_as_it_was_posted(world: World, asset: Mapping[str, object]) -> None:
    got = _call(world, world.prosumer, "GET", f"asset/{asset['id']}")

    assert got == {**asset, "status": 200}


def test_a_patched_asset_is_returned_whole(world: World, asset: Mapping[str, object]) -> None:
    change = {"latitude": 11.1, "longitude": 99.9}

    patched = _call(world, world.prosumer, "PATCH", f"asset/{asset['id']}", change)

    assert patched == {**asset, **change, "status": 200}


def test_assets_are_listed(world: World, asset: Mapping[str, object]) -> None:
    listed = _call(world, world.prosumer, "GET", "assets")["list"]

    assert isinstance(listed, list)
    assert listed[0] == {key: value for key, value in asset.items() if key != "status"}


def test_an_asset_is_deleted(world: World, asset: Mapping[str, object]) -> None:
    _call(world, world.prosumer, "DELETE", f"asset/{asset['id']}", code=204)

    assert _call(world, world.prosumer, "GET", f"asset/{asset['id']}", code=404)["status"] == 404


def test_users_are_shown_and_patched(world: World, admin: User) -> None:
    user = world.prosumer
    shown = _call(world, user, "GET", f"user/{user.id}")
    listed = _call(world, admin, "GET", "users")["list"]
    patched = _call(world, admin, "PATCH", f"user/{user.id}", {"active": False})

    expected = {"active": True, "email": user.email, "id": user.id, "username": user.username}
    assert shown.items() >= expected.items()
    assert {"flexmeasures_roles", "timezone"} <= shown.keys()
    assert isinstance(listed, list)
    assert {**listed[0], "status": 200} == shown
    assert patched == {**shown, "active": False}


def test_a_password_is_reset(world: World, admin: User) -> None:
    assert _call(world, admin, "PATCH", f"user/{world.prosumer.id}/password-reset") == {"status": 200}


def test_a_chart_can_be_embedded(world: World) -> None:
    query = {
        "resource": world.battery.name,
        "start_time": "2020-02-20:10:00:00UTC",
        "end_time": "2020-02-20:11:00:00UTC",
        "resolution": "PT15M",
        "consumption_as_positive": "true",
        "show_individual_traces_for": "none",
    }

    reply = world.caller.get("v2_0/charts/power", query)

    assert reply.code == 200
    assert reply.body.keys() >= {"doc", "root_id", "target_id"}


def _ours(world: World) -> dict[str, object]:
    return {"owner": world.prosumer.id, "market": world.platform.store.assets.markets()[0].sensor.id}


def _call(
    world: World, user: User, method: str, path: str, message: object = None, code: int = 200
) -> Mapping[str, object]:
    """Call a resource and return what was answered; a list by that name."""
    caller = world.web.as_user(user)
    response = caller.client.open(
        f"/api/v2_0/{path}", method=method, json=message, headers={"Authorization": caller.token}
    )
    assert response.status_code == code, response.text
    body = json.loads(response.data) if response.data else {}
    return body if isinstance(body, dict) else {"list": body}
