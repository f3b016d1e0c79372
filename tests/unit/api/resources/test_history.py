"""What version 2.0 changes is noted, with who did it."""

from __future__ import annotations

from tests.unit.api.resources.conftest import Office


def test_each_change_of_an_asset_is_noted(office: Office) -> None:
    asset_id = int(str(office.posted()["id"]))
    audit = office.web.platform.store.audit
    office.call(office.owner, "PATCH", f"asset/{asset_id}", {"latitude": 11.1})
    assert [(change.text, change.by_id) for change in reversed(audit.about_asset(asset_id))] == [
        ("Created asset Test battery (battery).", office.admin.id),
        ("Changed latitude from 40.0 to 11.1.", office.owner.id),
    ]
    office.call(office.owner, "DELETE", f"asset/{asset_id}")
    told = audit.about_account(office.owner.account.id)[0]
    assert (told.text, told.by_id) == (f"Deleted asset {asset_id}, Test battery.", office.owner.id)


def test_a_refused_change_is_not_noted(office: Office) -> None:
    asset_id = int(str(office.posted()["id"]))
    audit = office.web.platform.store.audit
    office.call(office.owner, "PATCH", f"asset/{asset_id}", {"latitude": 91})
    office.call(office.other, "PATCH", f"asset/{asset_id}", {"latitude": 11})
    assert len(audit.about_asset(asset_id)) == 1


def test_each_change_of_a_user_is_noted(office: Office) -> None:
    audit = office.web.platform.store.audit
    office.call(office.admin, "PATCH", f"user/{office.owner.id}", {"timezone": "Asia/Seoul"})
    office.call(office.admin, "PATCH", f"user/{office.owner.id}/password-reset")
    noted = {(change.text, change.by_id) for change in audit.about_user(office.owner.id)}
    assert noted == {
        ("Changed time zone from UTC to Asia/Seoul.", office.admin.id),
        ("Reset the password.", office.admin.id),
    }
