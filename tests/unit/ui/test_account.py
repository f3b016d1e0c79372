"""The own account: tokens that end, passwords that change, and the look of the pages."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from tests.browser.scene import ADMIN, PASSWORD, STRANGER
from tests.browser.site import Site
from tests.unit.ui.conftest import Enter, csrf_token


def send(client: FlaskClient, path: str, form: dict[str, str]) -> tuple[int, str]:
    token = csrf_token(client, "/account")
    answer = client.post(path, data={**form, "csrf_token": token}, follow_redirects=True)
    return answer.status_code, answer.text


def token_in(page: str) -> str:
    found = re.search(r'id="token" type="text" readonly value="([^"]+)"', page)
    assert found
    return found[1]


def opens(site: Site, token: str) -> bool:
    return site.app.test_client().get("/api/caller", headers={"Authorization": token}).status_code == 200


def test_a_renewed_token_ends_the_older_one_and_other_sessions(site: Site, enter: Enter) -> None:
    client, elsewhere = enter(STRANGER), enter(STRANGER)
    old = token_in(send(client, "/account/token", {})[1])
    assert opens(site, old)
    new = token_in(send(client, "/account/token/renew", {})[1])
    assert opens(site, new)
    assert not opens(site, old)
    assert client.get("/dashboard").status_code == 200
    assert elsewhere.get("/dashboard").status_code == 302


def test_a_password_is_changed_by_who_knows_it(site: Site, enter: Enter) -> None:
    client, elsewhere = enter(STRANGER), enter(STRANGER)
    fine = {"current": PASSWORD, "new": "battery staple", "again": "battery staple"}
    for change, problem in (
        ({"current": "wrong"}, "This is not your password."),
        ({"again": "other"}, "typed differently"),
        ({"new": "short", "again": "short"}, "at least 8 characters"),
        ({"new": PASSWORD, "again": PASSWORD}, "the one that you have"),
    ):
        code, page = send(client, "/account/password", fine | change)
        assert code == 422, change
        assert problem in page
    assert "Your password was changed." in send(client, "/account/password", fine)[1]
    assert elsewhere.get("/dashboard").status_code == 302
    form = {"email": STRANGER, "password": "battery staple", "csrf_token": csrf_token(elsewhere, "/login")}
    assert elsewhere.post("/login", data=form).status_code == 302


def test_an_account_gives_its_members_a_look(site: Site, enter: Enter) -> None:
    client = enter(ADMIN)
    look = {"logo": "https://example.com/logo.svg", "own": "y", "primary": "#ffee00", "secondary": "#0000ff"}
    assert send(client, "/account/look", look)[0] == 200
    answer = client.get("/dashboard")
    assert 'src="https://example.com/logo.svg"' in answer.text
    assert "img-src 'self' data: https://example.com;" in answer.headers["Content-Security-Policy"]
    assert 'href="/look.css"' in answer.text
    assert "--accent: light-dark(" in client.get("/look.css").text
    other = enter(STRANGER).get("/dashboard")
    assert "example.com" not in other.headers["Content-Security-Policy"]
    assert 'class="logo"' not in other.text
    assert send(client, "/account/look", {"logo": ""})[0] == 200
    assert client.get("/look.css").text == ""


def test_odd_looks_are_refused(enter: Enter) -> None:
    client = enter(ADMIN)
    for form in (
        {"logo": "javascript:alert(1)"},
        {"logo": "https://example.com; script-src 'unsafe-inline'/"},
        {"own": "y", "primary": "red"},
        {"own": "y", "primary": "#fff000", "secondary": "#ff}body{"},
    ):
        assert send(client, "/account/look", form)[0] == 422, form


def test_who_looks_after_an_account_sees_its_history(enter: Enter) -> None:
    client = enter(ADMIN)
    send(client, "/account/look", {"logo": "https://example.com/logo.svg"})
    assert "Changed the look of account Waterland Energy." in client.get("/account").text
    assert 'id="history-title"' not in enter(STRANGER).get("/account").text
