"""Users are made, changed, locked and removed by admins; nobody locks themselves out."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from flask_mailman import EmailMessage
from tests.browser.scene import ADMIN, PASSWORD, PROSUMER, STRANGER
from tests.browser.site import Site
from tests.unit.ui.conftest import Enter, csrf_token

NEW = {
    "email": "nora@example.com",
    "username": "Nora",
    "timezone": "Europe/Amsterdam",
    "password": "correct horse",
    "roles": "admin",
}


def send(client: FlaskClient, path: str, form: dict[str, str]) -> tuple[int, str]:
    token = csrf_token(client, "/account")
    answer = client.post(path, data={**form, "csrf_token": token}, follow_redirects=True)
    return answer.status_code, answer.text


def log_in(site: Site, email: str, password: str) -> bool:
    client = site.app.test_client()
    form = {"email": email, "password": password, "csrf_token": csrf_token(client, "/login")}
    return client.post("/login", data=form).status_code == 302


def test_users_are_listed_searched_and_shown_when_inactive(site: Site, enter: Enter) -> None:
    client = enter(ADMIN)
    assert "Paula" in client.get("/users?q=paula").text
    assert "Stan" not in client.get("/users?q=paula").text
    send(client, f"/users/toggle_active/{site.scene.users[STRANGER].id}", {})
    assert "Stan" not in client.get("/users").text
    assert "Stan" in client.get("/users?include_inactive=on&sort=email").text


def test_a_user_is_made_and_can_log_in(site: Site, enter: Enter) -> None:
    code, page = send(enter(ADMIN), "/users/new", NEW)
    assert code == 200
    assert "User Nora was created." in page
    assert log_in(site, "nora@example.com", "correct horse")
    made = site.platform.store.accounts.user_by_email("nora@example.com")
    assert made is not None
    assert made.is_admin
    assert site.platform.store.audit.about_user(made.id)[0].text == "Created user Nora in Nora, with admin."


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("email", "nobody", "not a valid email address"),
        ("email", PROSUMER, "already exists"),
        ("username", "Paula", "already exists"),
        ("timezone", "Mars/Olympus", "unknown"),
        ("password", "short", "at least 8 characters"),
        ("account", "99999", "No account with ID 99999 found!"),
    ],
)
def test_what_is_wrong_with_a_new_user_is_told(enter: Enter, name: str, text: str, problem: str) -> None:
    code, page = send(enter(ADMIN), "/users/new", NEW | {name: text})
    assert code == 422
    assert problem in page


def test_nobody_makes_up_roles(site: Site, enter: Enter) -> None:
    send(enter(ADMIN), "/users/new", NEW | {"roles": "emperor"})
    made = site.platform.store.accounts.user_by_email("nora@example.com")
    assert made is not None
    assert made.roles == frozenset()


def test_a_user_without_password_gets_a_link(
    site: Site, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[EmailMessage] = []
    monkeypatch.setattr(EmailMessage, "send", lambda mail, **_: sent.append(mail))
    send(enter(ADMIN), "/users/new", NEW | {"password": ""})
    assert sent[0].to == ["nora@example.com"]
    link = re.search(r"/reset/\S+", str(sent[0].body))
    assert link is not None
    client = site.app.test_client()
    page = client.get(link[0])
    assert "Choose a new password" in page.text
    form = {"password": "a new password", "password_confirm": "a new password"}
    token = csrf_token(client, link[0])
    assert client.post(link[0], data={**form, "csrf_token": token}).status_code == 302
    assert log_in(site, "nora@example.com", "a new password")


def test_without_a_mail_server_nothing_is_changed(
    site: Site, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: EmailMessage) -> None:
        raise ConnectionRefusedError("no mail server")

    monkeypatch.setattr(EmailMessage, "send", refuse)
    client = enter(ADMIN)
    assert send(client, "/users/new", NEW | {"password": ""})[0] == 503
    assert site.platform.store.accounts.user_by_email("nora@example.com") is None
    assert send(client, f"/users/reset_password_for/{site.scene.users[STRANGER].id}", {})[0] == 503


def test_roles_and_names_are_changed(site: Site, enter: Enter) -> None:
    paula = site.scene.users[PROSUMER]
    form = {"email": "p@example.com", "username": "Paula", "timezone": "Asia/Seoul", "roles": "admin"}
    code, page = send(enter(ADMIN), f"/users/{paula.id}/edit", form)
    assert code == 200
    assert "User Paula was changed." in page
    changed = site.platform.store.accounts.user(paula.id)
    assert (changed.email, set(changed.roles)) == ("p@example.com", {"admin"})
    text = site.platform.store.audit.about_user(paula.id)[0].text
    assert "roles from none to admin" in text
    assert send(enter(ADMIN), f"/users/{paula.id}/edit", form | {"email": "odd"})[0] == 422


def test_a_locked_user_is_out_at_once(site: Site, enter: Enter) -> None:
    stan, client = site.scene.users[STRANGER], enter(STRANGER)
    code, page = send(enter(ADMIN), f"/users/toggle_active/{stan.id}", {})
    assert code == 200
    assert "activation status is now False." in page
    assert client.get("/dashboard").status_code == 302
    assert not log_in(site, STRANGER, PASSWORD)
    send(enter(ADMIN), f"/users/toggle_active/{stan.id}", {})
    assert log_in(site, STRANGER, PASSWORD)


def test_no_admin_locks_demotes_or_removes_themselves(site: Site, enter: Enter) -> None:
    client, ada = enter(ADMIN), site.scene.users[ADMIN]
    for path, form in (
        (f"/users/toggle_active/{ada.id}", {}),
        (f"/users/{ada.id}/delete", {"name": "Ada"}),
        (f"/users/{ada.id}/edit", {"email": ADMIN, "username": "Ada"}),
    ):
        code, page = send(client, path, form)
        assert code == 403, path
        assert "Ask another admin." in page
    assert "Nobody can lock, demote or remove themselves." in client.get(f"/users/{ada.id}").text


def test_deleting_needs_the_name(site: Site, enter: Enter) -> None:
    client, paula = enter(ADMIN), site.scene.users[PROSUMER]
    assert "7 assets with all data" in client.get(f"/users/{paula.id}").text
    assert send(client, f"/users/{paula.id}/delete", {"name": "Paul"})[0] == 422
    assert "User Paula was deleted." in send(client, f"/users/{paula.id}/delete", {"name": "Paula"})[1]
    assert client.get(f"/users/{paula.id}").status_code == 404
