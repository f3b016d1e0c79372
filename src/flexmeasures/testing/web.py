"""Call the platform over HTTP, in process: fixtures ``memory_web`` and ``web``.

Each is a ``Web`` over the platform of the same kind: ``web.as_user(user).post("v2_0/postMeterData", {…})``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from flexmeasures.adapters.postgres.database import Database
from flexmeasures.api.routes import Surroundings, add_routes
from flexmeasures.domain.accounts import Login, User
from flexmeasures.testing.memory.backups import MemoryBackups
from flexmeasures.testing.memory.logins import MemoryLogins
from flexmeasures.testing.memory.tables import Tables
from flexmeasures.usecases.ports.accounts import LoginStore
from flexmeasures.usecases.ports.backups import Backups
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.web.application import make
from flexmeasures.web.passwords import hash_password

VERSION = "1.1.0"
SALT = "salt of the tests"
PASSWORD = "the password of everybody"  # noqa: S105 - of tests
QUICK = 4


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered.

    Attributes:
        code: Of HTTP.
        body: The JSON.
        headers: By name.
    """

    code: int
    body: Mapping[str, object]
    headers: Mapping[str, str]

    @property
    def rows(self) -> list[dict[str, object]]:
        """The JSON, where it is a list."""
        found = self.body["list"]
        return found if isinstance(found, list) else []

    @property
    def status(self) -> object:
        """The status word."""
        return self.body.get("status")


@dataclass(frozen=True, slots=True)
class Caller:
    """A programme that calls with a token, or without one.

    Attributes:
        client: Carries the calls.
        token: Of a user; empty for nobody.
    """

    client: FlaskClient
    token: str = ""

    def get(self, path: str, message: Mapping[str, object] | None = None) -> Reply:
        """Send a message in the query, lists as JSON."""
        query = {
            key: json.dumps(value) if isinstance(value, (list, dict)) else str(value)
            for key, value in (message or {}).items()
        }
        return _reply(self.client.get(f"/api/{path}", query_string=query, headers=self._headers()))

    def post(self, path: str, message: object) -> Reply:
        """Send a message as JSON."""
        return _reply(self.client.post(f"/api/{path}", json=message, headers=self._headers()))

    def send(self, path: str, body: bytes) -> Reply:
        """Send any bytes as JSON."""
        headers = {**self._headers(), "Content-Type": "application/json"}
        return _reply(self.client.post(f"/api/{path}", data=body, headers=headers))

    def send_by(self, method: str, path: str, message: object = None) -> Reply:
        """Send a message as JSON by any method."""
        body = {} if message is None else {"json": message}
        return _reply(self.client.open(f"/api/{path}", method=method, headers=self._headers(), **body))  # type: ignore[arg-type]  # options of werkzeug

    def _headers(self) -> dict[str, str]:
        return {"Authorization": self.token} if self.token else {}


@dataclass(frozen=True, slots=True)
class Web:
    """The web application of a platform.

    Attributes:
        app: The application.
        platform: What it works on.
        logins: What lets users in.
    """

    app: Flask
    platform: Platform
    logins: LoginStore

    def anonymous(self) -> Caller:
        """Return a caller without a token."""
        return Caller(self.app.test_client())

    def as_user(self, user: User) -> Caller:
        """Return a caller with a token of a user."""
        found = self.logins.by_id(user.id)
        if found is None:
            raise LookupError(f"There is no user {user.id}.")
        self.logins.save(
            Login(found.user, hash_password(PASSWORD, SALT, QUICK), found.uniquifier, found.count)
        )
        reply = self.anonymous().post("requestAuthToken", {"email": found.user.email, "password": PASSWORD})
        return Caller(self.app.test_client(), str(reply.body["auth_token"]))


def web_over(
    platform: Platform,
    logins: LoginStore,
    config: Mapping[str, object] | None = None,
    backups: Backups | None = None,
) -> Web:
    """Return the web application of a platform, with quick hashes of passwords."""
    settings: dict[str, object] = {
        "TESTING": True,
        "FLEXMEASURES_ENV": "testing",
        "SECRET_KEY": "secret of the tests",
        "SECURITY_PASSWORD_SALT": SALT,
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {"bcrypt__rounds": QUICK},
        "SECURITY_TOKEN_AUTHENTICATION_HEADER": "Authorization",
        "SECURITY_TOKEN_MAX_AGE": 21600,
        "MAIL_BACKEND": "locmem",
        "FLEXMEASURES_DB_BACKUP_PATH": "no backups",
        **(config or {}),
    }
    app = make(settings, logins, VERSION)
    around = Surroundings(VERSION, logins, backups or MemoryBackups(), {"database_sql": lambda: None})
    add_routes(app, platform, around)
    return Web(app, platform, logins)


@pytest.fixture
def memory_web(memory_platform: Platform, memory_tables: Tables) -> Web:
    """The web application of a platform in memory."""
    return web_over(memory_platform, MemoryLogins(memory_tables))


@pytest.fixture
def web(platform: Platform, database: Database) -> Web:
    """The web application of a platform over PostgreSQL."""
    return web_over(platform, database.logins)


def _reply(response: TestResponse) -> Reply:
    body = json.loads(response.data) if response.is_json and response.data else {}
    return Reply(
        response.status_code, body if isinstance(body, dict) else {"list": body}, dict(response.headers)
    )
