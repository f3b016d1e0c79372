"""Assets of version 2.0: the documents' example, who may what, and what is refused."""

from __future__ import annotations

import pytest
from tests.unit.api.resources.conftest import Office, ids_of

from flexmeasures.testing.factories import block


def test_the_example_is_created_as_documented(office: Office) -> None:
    made = office.posted()

    assert made == {
        **office.example,
        "id": made["id"],
        "status": 201,
        "display_name": "Test battery",
        "timezone": "Asia/Seoul",
        "soc_datetime": None,
        "soc_in_mwh": None,
        "soc_udi_event_id": None,
        "asset_type_name": "battery",
        "owner_id": office.owner.id,
        "market_id": office.market,
    }


def test_the_originals_names_are_taken_as_well(office: Office) -> None:
    message = {
        **{k: v for k, v in office.example.items() if k not in {"asset_type", "owner", "market"}},
        "asset_type_name": "battery",
        "owner_id": office.owner.id,
        "market_id": office.market,
        "name": "named_by_the_original (MW)",
        "soc_in_mwh": 2.5,
        "soc_datetime": "2015-01-01T00:00:00+00:00",
        "soc_udi_event_id": 203,
    }

    made = office.call(office.admin, "POST", "assets", message).body

    assert (made["name"], made["display_name"]) == (
        "named_by_the_original",
        "Named by the original",
    )
    assert (made["soc_in_mwh"], made["soc_datetime"], made["soc_udi_event_id"]) == (
        2.5,
        "2015-01-01T00:00:00+00:00",
        203,
    )


def test_assets_are_listed_from_newest_to_oldest(office: Office) -> None:
    first, second = office.posted()["id"], office.posted(name="second", owner=office.other.id)["id"]

    assert ids_of(office.call(office.admin, "GET", "assets")) == [second, first]
    assert ids_of(office.call(office.owner, "GET", "assets")) == [first]
    assert ids_of(office.call(office.admin, "GET", f"assets?owner_id={office.other.id}")) == [second]
    assert office.call(office.owner, "GET", f"assets?owner_id={office.other.id}").code == 403
    assert office.call(office.owner, "GET", "assets?owner_id=me").body["message"] == {
        "query": {"owner_id": ["Not a valid integer."]}
    }


def test_the_owner_changes_an_asset_and_gets_it_back(office: Office) -> None:
    asset = office.posted()

    reply = office.call(
        office.owner, "PATCH", f"asset/{asset['id']}", {"latitude": 11.1, "longitude": 99.9, "id": 5}
    )

    assert reply.body == {**asset, "latitude": 11.1, "longitude": 99.9, "status": 200}
    assert office.call(office.owner, "GET", f"asset/{asset['id']}").body == reply.body


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"latitude": None}, "latitude"),
        ({"latitude": 91}, "latitude"),
        ({"capacity_in_mw": 0}, "capacity_in_mw"),
        ({"capacity_in_mw": "1e999"}, "capacity_in_mw"),
        ({"min_soc_in_mwh": 6}, "max_soc_in_mwh"),
        ({"unit": "EUR"}, "unit"),
        ({"name": "Test battery"}, "name"),
        ({"name": " (MW)"}, "name"),
        ({"name": "zero\x00"}, "name"),
        ({"display_name": "abc"}, "display_name"),
        ({"event_resolution": 0}, "event_resolution"),
        ({"asset_type": "spaceship"}, "asset_type_name"),
        ({"asset_type": "battery", "asset_type_name": "solar"}, "asset_type"),
        ({"owner": 999}, "owner_id"),
        ({"owner": 10**30}, "owner_id"),
        ({"market": 999}, "market_id"),
        ({"soc_datetime": "2015-01-01T00:00:00"}, "soc_datetime"),
        ({"soc_datetime": "9999-12-31T23:59:59-12:00"}, "soc_datetime"),
        ({"soc_datetime": 5}, "soc_datetime"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": "../../secret"}, "timezone"),
        ({"name": "\ud800"}, "name"),
        ([], "_schema"),
    ],
)
def test_what_cannot_be_is_told_by_field(office: Office, change: object, field: str) -> None:
    asset = office.posted()

    reply = office.call(office.admin, "PATCH", f"asset/{asset['id']}", change)

    assert (reply.code, reply.status, reply.body["result"]) == (422, "UNPROCESSABLE_ENTITY", "Rejected")
    message = reply.body["message"]
    assert isinstance(message, dict)
    assert list(message["json"]) == [field]
    assert office.call(office.owner, "GET", f"asset/{asset['id']}").body == {**asset, "status": 200}


def test_what_is_needed_must_be_told(office: Office) -> None:
    reply = office.call(office.admin, "POST", "assets", {"name": "only a name"})

    message = reply.body["message"]
    assert isinstance(message, dict)
    assert set(message["json"]) == {
        *("unit", "event_resolution", "capacity_in_mw", "latitude", "longitude"),
        *("asset_type_name", "owner_id", "market_id"),
    }


def test_an_owner_needs_the_right_role(office: Office) -> None:
    supplier = office.make.user("Supplier")

    reply = office.call(office.admin, "POST", "assets", {**office.example, "owner": supplier.id})

    text = f"Asset owner must have role 'Prosumer'. User {supplier.id} has roles ['Supplier']."
    assert reply.body["message"] == {"json": {"owner_id": [text]}}


def test_steps_can_be_changed_until_there_are_data(office: Office) -> None:
    asset_id = office.posted()["id"]
    assert office.call(office.owner, "PATCH", f"asset/{asset_id}", {"event_resolution": 15}).code == 200
    store = office.make.store
    sensor = store.assets.sensors([int(str(asset_id))])[0]
    store.beliefs.add([block(sensor, office.make.source(), office.web.platform.now(), [1.0])])

    reply = office.call(office.owner, "PATCH", f"asset/{asset_id}", {"event_resolution": 5})

    assert reply.code == 422
    assert store.assets.sensors([int(str(asset_id))]) == [sensor]


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_unknown_and_foreign_assets_are_told_apart(office: Office, method: str) -> None:
    asset = office.posted()["id"]

    assert office.call(office.other, method, f"asset/{asset}", {}).body == {
        "result": "Rejected",
        "status": "INVALID_SENDER",
        "message": "You cannot be authorized for this content or functionality.",
    }
    for unknown in (999, 10**17):
        reply = office.call(office.owner, method, f"asset/{unknown}", {})
        assert reply.body == {"message": f"Asset {unknown} not found", "status": 404}
    assert office.call(office.owner, method, "asset/abc", {}).body == {
        "results": "Rejected",
        "status": "REQUIRED_INFO_MISSING",
        "message": "Missing fields: Some of the required information is missing from the request."
        " ['id'] Cannot parse ID arg as int. - ",
    }


@pytest.mark.parametrize("path", ["asset", "user"])
def test_nothing_is_expected_beside_an_id(office: Office, path: str) -> None:
    reply = office.call(office.admin, "GET", f"{path}/1?colour=red")

    assert reply.body == {
        "result": "Rejected",
        "status": "UNEXPECTED_PARAMS",
        "message": "Only expected one parameter (id).",
    }
    assert reply.code == 400


def test_only_admins_create_and_nobody_anonymous(office: Office) -> None:
    nobody = office.make.user("anonymous", "admin")

    assert office.call(office.owner, "POST", "assets", {}).code == 403
    assert office.call(nobody, "POST", "assets", office.example).code == 403
    for path in ("assets", "asset/1", "users", "user/1"):
        reply = office.web.anonymous().get(f"v2_0/{path}")
        assert (reply.code, reply.status) == (401, "UNAUTHORIZED")


@pytest.mark.parametrize("role", ["owner", "admin"])
def test_an_asset_is_deleted_with_its_data(office: Office, role: str) -> None:
    asset = office.posted()["id"]

    assert office.call(getattr(office, role), "DELETE", f"asset/{asset}").code == 204
    assert office.call(office.admin, "GET", f"asset/{asset}").code == 404


def test_an_owner_gives_an_asset_within_the_account_only(office: Office) -> None:
    asset = office.posted()["id"]
    colleague = office.make.user("Prosumer", account=office.owner.account)

    away = office.call(office.owner, "PATCH", f"asset/{asset}", {"owner": office.other.id})
    within = office.call(office.owner, "PATCH", f"asset/{asset}", {"owner": colleague.id})

    assert away.body == {
        "message": f"New owner {office.other.id} not allowed,"
        " belongs to different account than current owner.",
        "status": 400,
    }
    assert within.body["owner"] == colleague.id
