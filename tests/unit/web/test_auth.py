import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from flexmeasures.domain.accounts import User
from flexmeasures.testing.factories import Factory
from flexmeasures.testing.memory.logins import MemoryLogins
from flexmeasures.testing.memory.tables import Tables
from flexmeasures.testing.web import PASSWORD, Web, web_over
from flexmeasures.usecases.ports.platform import Platform

TOKEN = "requestAuthToken"
NEITHER = ["User with this email and password does not exist."]


@pytest.fixture
def user(memory_web: Web) -> User:
    """A user with the password of everybody."""
    made = Factory(memory_web.platform.store).user("Prosumer")
    memory_web.as_user(made)
    return made


def test_a_token_is_given_for_email_and_password(memory_web: Web, user: User) -> None:
    reply = memory_web.anonymous().post(TOKEN, {"email": user.email, "password": PASSWORD})

    assert reply.code == 200
    assert reply.body["user_id"] == user.id
    assert reply.body["status"] == 200
    assert isinstance(reply.body["auth_token"], str)


@pytest.mark.parametrize(
    ("message", "code", "errors"),
    [
        ({"email": "user1@example.com", "password": "wrong"}, 401, NEITHER),
        ({"email": "nobody@example.com", "password": "wrong"}, 401, NEITHER),
        ({"email": "USER1@example.com", "password": PASSWORD}, 401, NEITHER),
        ({"password": "wrong"}, 400, ["Please provide the 'email' parameter."]),
        ({"email": "user1@example.com"}, 400, ["Please provide the 'password' parameter."]),
        ({"email": 5, "password": "wrong"}, 400, ["Please provide the 'email' parameter."]),
        ({"email": "\x00", "password": "wrong"}, 401, NEITHER),
        ({"email": "\ud800", "password": "wrong"}, 400, ["Please provide the 'email' parameter."]),
        (
            {"email": "user1@example.com", "password": "\ud800"},
            400,
            ["Please provide the 'password' parameter."],
        ),
        ([], 400, ["The body of the request must be a JSON object."]),
    ],
)
def test_without_them_there_is_none(
    memory_web: Web, user: User, message: object, code: int, errors: list[str]
) -> None:
    reply = memory_web.anonymous().post(TOKEN, message)

    assert reply.body == {"errors": errors, "status": code}
    assert reply.code == code


def test_a_body_that_is_no_json_gets_no_token(memory_web: Web) -> None:
    assert memory_web.anonymous().send(TOKEN, b"{").body == {
        "errors": ["The body of the request is no valid JSON."],
        "status": 400,
    }


def test_a_form_gets_no_token(memory_web: Web) -> None:
    response = memory_web.app.test_client().post(f"/api/{TOKEN}", data={"email": "a@example.com"})

    assert response.status_code == 400
    assert response.json == {
        "errors": ["Content-type of request must be application/json"],
        "status": 400,
    }


def test_an_inactive_user_gets_no_token(memory_web: Web, memory_tables: Tables, user: User) -> None:
    memory_tables.users[user.id] = replace(user, active=False)

    reply = memory_web.anonymous().post(TOKEN, {"email": user.email, "password": PASSWORD})

    assert (reply.code, reply.body["errors"]) == (401, NEITHER)


def test_a_token_opens_and_another_mark_closes(memory_web: Web, user: User) -> None:
    caller = memory_web.as_user(user)
    assert caller.get("v2_0/getConnection").code == 200

    login = memory_web.logins.by_id(user.id)
    assert login is not None
    memory_web.logins.save(replace(login, uniquifier="another"))

    assert caller.get("v2_0/getConnection").code == 401


def test_an_inactive_user_is_kept_out_in_spite_of_a_token(
    memory_web: Web, memory_tables: Tables, user: User
) -> None:
    caller = memory_web.as_user(user)
    memory_tables.users[user.id] = replace(user, active=False)

    assert caller.get("v2_0/getConnection").code == 401


def test_an_old_token_is_void(memory_platform: Platform, memory_tables: Tables) -> None:
    web = web_over(memory_platform, MemoryLogins(memory_tables), {"SECURITY_TOKEN_MAX_AGE": -1})
    caller = web.as_user(Factory(memory_platform.store).user("Prosumer"))

    assert caller.get("v2_0/getConnection").code == 401


def test_the_header_of_tokens_is_a_setting(memory_platform: Platform, memory_tables: Tables) -> None:
    settings = {"SECURITY_TOKEN_AUTHENTICATION_HEADER": "X-Token"}
    web = web_over(memory_platform, MemoryLogins(memory_tables), settings)
    token = web.as_user(Factory(memory_platform.store).user("Prosumer")).token

    response = web.app.test_client().get("/api/v2_0/getConnection", headers={"X-Token": token})

    assert response.status_code == 200


def test_people_log_in_by_form_and_need_no_password_for_a_token(memory_web: Web, user: User) -> None:
    browser = memory_web.app.test_client()

    answer = _log_in(browser, user.email, PASSWORD)
    token = browser.post(f"/api/{TOKEN}", json={"email": user.email})

    assert answer == 302
    assert token.status_code == 200
    cookie = browser.get_cookie("session")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site) == (True, "Lax")


def test_a_session_alone_opens_no_message_service(memory_web: Web, user: User) -> None:
    browser = memory_web.app.test_client()
    _log_in(browser, user.email, PASSWORD)

    assert browser.get("/api/v2_0/getConnection").status_code == 401


@pytest.mark.parametrize("email", ["user1@example.com", "nobody@example.com"])
def test_the_form_does_not_tell_who_is_known(memory_web: Web, user: User, email: str) -> None:
    browser = memory_web.app.test_client()
    page = browser.post(
        "/login", data={"email": email, "password": "wrong", "csrf_token": _csrf_token(browser)}
    )

    assert page.status_code == 200
    assert "Authentication failed - identity or password/passcode invalid" in page.text


def test_the_form_wants_its_own_token(memory_web: Web, user: User) -> None:
    browser = memory_web.app.test_client()

    page = browser.post("/login", data={"email": user.email, "password": PASSWORD})

    assert page.status_code == 200
    assert browser.post(f"/api/{TOKEN}", json={"email": user.email}).status_code == 400


def test_production_keeps_cookies_to_tls(memory_platform: Platform, memory_tables: Tables) -> None:
    web = web_over(memory_platform, MemoryLogins(memory_tables), {"FLEXMEASURES_ENV": "production"})

    assert web.app.config["SESSION_COOKIE_SECURE"] is True
    assert web.app.test_client().get("/login").status_code == 308
    assert web.app.test_client().get("/api/ops/ping").status_code == 200


def _log_in(browser: FlaskClient, email: str, password: str) -> int:
    form = {"email": email, "password": password, "csrf_token": _csrf_token(browser)}
    return browser.post("/login", data=form).status_code


def _csrf_token(browser: FlaskClient) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/login").text)
    assert found is not None
    return found[1]
