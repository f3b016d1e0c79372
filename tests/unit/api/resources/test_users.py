"""Users of version 2.0: who may read and change whom, and what is refused."""

from __future__ import annotations

import pytest
from tests.unit.api.resources.conftest import Office, ids_of


def test_users_are_listed_to_admins(office: Office) -> None:
    office.call(office.admin, "PATCH", f"user/{office.other.id}", {"active": False})

    active = office.call(office.admin, "GET", "users")
    every = office.call(office.admin, "GET", "users?include_inactive=true")

    assert ids_of(active) == [office.admin.id, office.owner.id]
    assert ids_of(every) == [office.admin.id, office.owner.id, office.other.id]
    assert office.call(office.owner, "GET", "users").code == 403
    assert office.call(office.admin, "GET", "users?include_inactive=perhaps").code == 422


def test_a_user_reads_itself_and_admins_read_anybody(office: Office) -> None:
    reply = office.call(office.owner, "GET", f"user/{office.owner.id}")

    assert reply.body == {
        "id": office.owner.id,
        "email": office.owner.email,
        "username": office.owner.username,
        "active": True,
        "timezone": "UTC",
        "flexmeasures_roles": [office.make.store.accounts.role_ids()["Prosumer"]],
        "account_id": office.owner.account.id,
        "last_login_at": None,
        "status": 200,
    }
    assert office.call(office.admin, "GET", f"user/{office.owner.id}").body == reply.body
    assert office.call(office.other, "GET", f"user/{office.owner.id}").code == 403
    assert office.call(office.admin, "GET", "user/999").body == {
        "message": "User 999 not found",
        "status": 404,
    }


def test_a_user_changes_a_few_things_of_itself(office: Office) -> None:
    change = {"timezone": "Europe/Amsterdam", "username": "renamed", "email": "renamed@example.com"}

    reply = office.call(office.owner, "PATCH", f"user/{office.owner.id}", change)

    assert reply.body.items() >= change.items()
    for forbidden in ({"active": True}, {"flexmeasures_roles": [1]}):
        for user in (office.owner, office.admin):
            assert office.call(user, "PATCH", f"user/{user.id}", forbidden).code == 403


@pytest.mark.parametrize(
    "change",
    [
        {"timezone": "Mars/Olympus"},
        {"email": "nobody"},
        {"flexmeasures_roles": [999]},
        {"password": "secret"},
        {"account_id": 1},
        {"username": ""},
    ],
)
def test_what_a_user_cannot_be_is_told(office: Office, change: dict[str, object]) -> None:
    reply = office.call(office.admin, "PATCH", f"user/{office.owner.id}", change)

    assert reply.code == 422
    message = reply.body["message"]
    assert isinstance(message, dict)
    assert list(message["json"]) == list(change)


def test_emails_are_had_once(office: Office) -> None:
    reply = office.call(office.owner, "PATCH", f"user/{office.owner.id}", {"email": office.other.email})

    assert reply.code == 400
    assert reply.body["message"] == "Duplicate user already exists"


def test_a_user_who_may_not_log_in_any_more_is_out_at_once(office: Office) -> None:
    caller = office.web.as_user(office.owner)
    office.call(office.admin, "PATCH", f"user/{office.owner.id}", {"active": False})

    assert caller.get("v2_0/assets").code == 401

    office.call(office.admin, "PATCH", f"user/{office.owner.id}", {"active": True})
    assert caller.get("v2_0/assets").code == 401


def test_a_reset_password_is_told_by_mail_and_logs_out(office: Office) -> None:
    caller = office.web.as_user(office.owner)

    reply = office.call(office.admin, "PATCH", f"user/{office.owner.id}/password-reset")

    assert reply.body == {"status": 200}
    assert caller.get("v2_0/assets").code == 401
    assert office.call(office.owner, "PATCH", f"user/{office.other.id}/password-reset").code == 403
    mail = office.web.app.extensions["mailman"]
    subjects = [message.subject for message in mail.outbox]
    assert subjects == [
        "Your FlexMeasures password has been reset.",
        "Password reset instructions for your FlexMeasures account.",
    ]
    assert "/reset/" in mail.outbox[1].body
