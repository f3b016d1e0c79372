"""Assets, sensors and their values by version 3.0."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import pytest

from flexmeasures.domain.accounts import ACCOUNT_ADMIN, User
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory
from flexmeasures.testing.web import Caller, Reply, Web

START = NOON.isoformat()


@dataclass(frozen=True, slots=True)
class Scene:
    """An admin of an account, a member of it, and a stranger."""

    web: Web
    make: Factory
    chief: User
    member: User
    stranger: User

    def call(self, user: User, method: str, path: str, message: object = None) -> Reply:
        """Call by any method."""
        caller: Caller = self.web.as_user(user)
        return caller.send_by(method, f"v3_0/{path}", message)


@pytest.fixture
def scene(memory_web: Web) -> Scene:
    make = Factory(memory_web.platform.store)
    chief = make.user(ACCOUNT_ADMIN)
    member, stranger = make.user(account=chief.account), make.user(ACCOUNT_ADMIN)
    return Scene(memory_web, make, chief, member, stranger)


def new_asset(scene: Scene, **more: object) -> Reply:
    told: dict[str, object] = {
        "name": "Home",
        "generic_asset_type_id": scene.make.type("building").id,
        "account_id": scene.chief.account.id,
        "latitude": 52.1,
        "longitude": 4.9,
    }
    return scene.call(scene.chief, "POST", "assets", {**told, **more})


def new_sensor(scene: Scene, asset_id: object, **more: object) -> Reply:
    told = {"name": "power", "unit": "kW", "event_resolution": "PT15M", "generic_asset_id": asset_id}
    return scene.call(scene.chief, "POST", "sensors", {**told, **more})


def test_an_asset_is_told_as_it_was_made(scene: Scene) -> None:
    context = {"site-power-capacity": "17 kVA"}
    made = new_asset(scene, flex_context=json.dumps(context), attributes={"a": 1})
    assert made.code == 201
    assert made.headers["Content-Type"] == "application/json"
    shown = scene.call(scene.member, "GET", f"assets/{made.body['id']}")
    assert shown.body == {**made.body, "status": 200}
    assert json.loads(str(shown.body["flex_context"])) == context
    assert json.loads(str(shown.body["attributes"])) == {"a": 1}
    assert shown.body["owner"] == {"id": scene.chief.account.id, "name": scene.chief.account.name}
    assert [one["id"] for one in scene.call(scene.chief, "GET", "assets").rows] == [made.body["id"]]


def test_assets_are_made_by_admins_of_the_account(scene: Scene) -> None:
    told = {"name": "x", "generic_asset_type_id": scene.make.type("building").id}
    account = {"account_id": scene.chief.account.id}
    for user in (scene.member, scene.stranger):
        assert scene.call(user, "POST", "assets", {**told, **account}).code == 403
    assert scene.call(scene.chief, "POST", "assets", told).code == 403
    assert new_asset(scene).code == 201
    again = new_asset(scene)
    assert (again.code, again.status) == (422, "UNPROCESSABLE_ENTITY")


def test_wrong_flexibility_is_not_kept(scene: Scene) -> None:
    reply = new_asset(scene, flex_model={"soc-max": "5 kg"}, flex_context={"nothing": 1})
    assert reply.code == 422
    message = reply.body["message"]
    assert isinstance(message, dict)
    assert message["json"].keys() == {"flex_model", "flex_context"}
    assert not scene.web.platform.store.assets.assets(account_id=scene.chief.account.id)


def test_an_asset_is_changed_and_removed_by_those_who_may(scene: Scene) -> None:
    made = new_asset(scene)
    path = f"assets/{made.body['id']}"
    assert scene.call(scene.member, "PATCH", path, {"name": "House"}).body["name"] == "House"
    assert scene.call(scene.stranger, "PATCH", path, {"name": "Mine"}).code == 403
    assert scene.call(scene.member, "PATCH", path, {"parent_asset_id": made.body["id"]}).code == 422
    assert scene.call(scene.member, "PATCH", path, {"id": 3}).code == 422
    assert scene.call(scene.member, "DELETE", path).code == 403
    gone = scene.call(scene.chief, "DELETE", path)
    assert gone.code == 204
    assert gone.headers["Content-Type"] == "application/json"
    assert scene.call(scene.chief, "GET", path).code == 404


def test_parts_are_found_below_their_site(scene: Scene) -> None:
    site = new_asset(scene)
    part = new_asset(scene, name="Battery", parent_asset_id=site.body["id"])
    assert part.code == 201
    below = scene.call(scene.chief, "GET", f"assets?root={site.body['id']}&depth=1&fields=id|name")
    assert below.rows == [{"id": one.body["id"], "name": one.body["name"]} for one in (site, part)]
    shown = scene.call(scene.chief, "GET", f"assets/{site.body['id']}")
    children = shown.body["child_assets"]
    assert isinstance(children, list)
    assert children[0]["id"] == part.body["id"]


def test_a_sensor_is_told_as_it_was_made(scene: Scene) -> None:
    asset = new_asset(scene).body["id"]
    made = new_sensor(scene, asset, attributes='{"b": 2}')
    assert made.code == 201
    assert made.body["event_resolution"] == "PT15M"
    assert str(made.body["entity_address"]).endswith(f":fm1.{made.body['id']}")
    path = f"sensors/{made.body['id']}"
    assert scene.call(scene.member, "GET", path).body == {**made.body, "status": 200}
    changed = scene.call(scene.member, "PATCH", path, {"name": "load", "attributes": {"c": 3}})
    assert (changed.body["name"], json.loads(str(changed.body["attributes"]))) == ("load", {"c": 3})
    assert len(scene.call(scene.chief, "GET", "sensors").rows) == 1
    page = scene.call(scene.chief, "GET", f"sensors?page=1&asset={asset}").body
    assert (page["num-records"], page["filtered-records"]) == (1, 1)
    assert scene.call(scene.stranger, "GET", path).code == 403
    assert scene.call(scene.stranger, "DELETE", path).code == 403
    assert scene.call(scene.chief, "DELETE", path).code == 204


@pytest.mark.parametrize(
    "wrong",
    [
        {"unit": "parsec"},
        {"event_resolution": "1h"},
        {"timezone": "Mars"},
        {"name": ""},
        {"generic_asset_id": 10**30},
        {"extra": 1},
        {"attributes": "{"},
    ],
    ids=str,
)
def test_a_sensor_that_makes_no_sense_is_refused(scene: Scene, wrong: Mapping[str, object]) -> None:
    asset = new_asset(scene).body["id"]
    reply = new_sensor(scene, asset, **wrong)
    assert (reply.code, reply.status) == (422, "UNPROCESSABLE_ENTITY")
    assert next(iter(wrong)) in str(reply.body["message"])


def values(scene: Scene, sensor: object, told: Mapping[str, object]) -> Reply:
    message = {"start": START, "duration": "PT1H", "values": [1, 2, None, 4], "unit": "kW", **told}
    return scene.call(scene.member, "POST", f"sensors/{sensor}/data", message)


def read(scene: Scene, sensor: object, **more: object) -> object:
    query = {"start": START, "duration": "PT1H", "unit": "kW", **more}
    reply = scene.web.as_user(scene.member).get(f"v3_0/sensors/{sensor}/data", query)
    assert reply.code == 200, reply.body
    return reply.body["values"]


def test_values_come_back_as_they_were_sent(scene: Scene) -> None:
    sensor = new_sensor(scene, new_asset(scene).body["id"]).body["id"]
    assert values(scene, sensor, {}).body["status"] == "PROCESSED"
    assert read(scene, sensor) == [1, 2, None, 4]
    assert read(scene, sensor, unit="W") == [1000, 2000, None, 4000]
    assert read(scene, sensor, resolution="PT30M") == [1.5, 4]
    again = values(scene, sensor, {})
    assert again.body["status"] == "ALREADY_RECEIVED_AND_SUCCESSFULLY_PROCESSED"
    other = values(scene, sensor, {"values": [7, 8, 9, 10]})
    assert (other.code, other.status) == (403, "INVALID_REPLACEMENT")


def test_energy_is_power_and_coarse_values_are_repeated(scene: Scene) -> None:
    sensor = new_sensor(scene, new_asset(scene).body["id"]).body["id"]
    assert values(scene, sensor, {"values": 6, "unit": "kWh"}).code == 200
    assert read(scene, sensor) == [6, 6, 6, 6]
    fine = {"values": list(range(12)), "start": (NOON + timedelta(hours=1)).isoformat()}
    assert values(scene, sensor, fine).code == 200
    assert read(scene, sensor, start=fine["start"]) == [1, 4, 7, 10]


def test_states_are_told_at_points_in_time(scene: Scene) -> None:
    asset = new_asset(scene).body["id"]
    sensor = new_sensor(scene, asset, name="soc", unit="kWh", event_resolution="PT0S").body["id"]
    told = {"values": [3.5], "unit": "kWh", "duration": "P0DT0H0M0S"}
    assert values(scene, sensor, told).code == 200
    assert read(scene, sensor, unit="kWh", duration="PT15M") == [3.5]


@pytest.mark.parametrize(
    "wrong",
    [
        {"unit": "EUR"},
        {"values": []},
        {"values": ["a"]},
        {"values": [True]},
        {"values": [1, 2, 3]},
        {"duration": "PT0S"},
        {"start": "now"},
        {"horizon": "P1000Y"},
        {"prior": "2015-01-01"},
        {"more": 1},
    ],
    ids=str,
)
def test_values_that_make_no_sense_are_refused(scene: Scene, wrong: Mapping[str, object]) -> None:
    sensor = new_sensor(scene, new_asset(scene).body["id"], event_resolution="PT1H").body["id"]
    reply = values(scene, sensor, {"duration": "PT5H" if "values" in wrong else "PT4H", **wrong})
    assert reply.code == 422, reply.body
    message = reply.body["message"]
    assert isinstance(message, dict)
    assert message.keys() == {"combined_sensor_data_description"}
    assert set(read(scene, sensor, duration="PT4H")) == {None}  # type: ignore[call-overload]  # a list


def test_values_are_sent_and_read_by_address_as_older_clients_do(scene: Scene) -> None:
    sensor = new_sensor(scene, new_asset(scene).body["id"]).body["id"]
    address = f"ea1.1000-01.required-but-unused-field:fm1.{sensor}"
    told = {"sensor": address, "start": START, "duration": "PT30M", "values": [1, 2], "unit": "kW"}
    assert scene.call(scene.member, "POST", "sensors/data", told).code == 200
    query = {"sensor": address, "start": START, "duration": "PT30M", "unit": "kW"}
    assert scene.web.as_user(scene.member).get("v3_0/sensors/data", query).body["values"] == [1, 2]
    assert scene.call(scene.member, "POST", "sensors/data", {**told, "sensor": "fm0"}).code == 422


def test_the_values_of_others_are_their_own(scene: Scene) -> None:
    sensor = new_sensor(scene, new_asset(scene).body["id"]).body["id"]
    told = {"start": START, "duration": "PT1H", "values": [1], "unit": "kW"}
    assert scene.call(scene.stranger, "POST", f"sensors/{sensor}/data", told).code == 403
    query = {"start": START, "duration": "PT1H", "unit": "kW"}
    assert scene.web.as_user(scene.stranger).get(f"v3_0/sensors/{sensor}/data", query).code == 403
