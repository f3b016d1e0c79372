"""Ping, readiness, versions, and runs of tasks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from flexmeasures.api import root
from flexmeasures.domain.errors import ServiceUnavailable
from flexmeasures.testing.factories import Factory
from flexmeasures.testing.memory.logins import MemoryLogins
from flexmeasures.testing.memory.tables import Tables
from flexmeasures.testing.web import Web, web_over
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.web.application import make

TOKEN = "token of operators"


@pytest.fixture
def watched(memory_platform: Platform, memory_tables: Tables) -> Web:
    """A platform whose operators have a token, in play mode."""
    play = replace(memory_platform, rules=replace(memory_platform.rules, mode="play"))
    config = {
        "FLEXMEASURES_TASK_CHECK_AUTH_TOKEN": TOKEN,
        "FLEXMEASURES_MODE": "play",
        "MONITOR_FREQUENCY_IMPORT": 60,
    }
    return web_over(play, MemoryLogins(memory_tables), config)


def test_versions_are_listed_to_anybody(memory_web: Web) -> None:
    reply = memory_web.anonymous().get("")

    assert reply.body == {
        "flexmeasures_version": "1.1.0",
        "message": "For these API versions endpoints are available. An authentication token can be"
        " requested at: /api/requestAuthToken. For a list of services, see"
        " https://flexmeasures.readthedocs.io",
        "status": 200,
        "versions": ["v1", "v1_1", "v1_2", "v1_3", "v2_0", "v3_0"],
    }
    assert memory_web.app.test_client().get("/api").status_code == 308
    assert reply.headers["FlexMeasures-Version"] == "1.1.0"


def test_ping_and_readiness(memory_web: Web) -> None:
    assert memory_web.anonymous().get("ops/ping").body == {"message": "ok", "status": 200}
    assert memory_web.anonymous().get("v3_0/health/ready").body == {"database_sql": True}


def test_a_platform_without_its_queue_is_not_ready() -> None:
    def fail() -> None:
        raise ServiceUnavailable("The queue does not answer.")

    app = make({"SECRET_KEY": "secret"}, MemoryLogins(Tables()), "1.1.0")
    root.register(app, "1.1.0", {"database_sql": lambda: None, "database_redis": fail})

    response = app.test_client().get("/api/v3_0/health/ready")

    assert response.status_code == 503
    assert response.json == {"database_sql": True, "database_redis": False}


@pytest.mark.parametrize(
    ("header", "query", "code", "reason"),
    [
        (None, "name=import", 401, "Not authenticated to check task status."),
        ("wrong", "name=import", 403, "Not authorized to check task status."),
        (TOKEN, "", 400, "No task name given."),
        (TOKEN, "name=import", 404, "Task import has no last run time."),
        (TOKEN, "name=%00", 404, "Task  has no last run time."),
    ],
)
def test_what_is_not_known_of_tasks_is_told(
    watched: Web, header: str | None, query: str, code: int, reason: str
) -> None:
    response = _latest(watched, header, query)

    assert response.status_code == code
    assert response.json == {
        "status": "ERROR",
        "reason": reason,
        "lastrun": "1970-01-01T00:00:00",
        "frequency": 60 if "import" in query else 10,
        "process": "FlexMeasures",
        "server": "play",
    }


@pytest.mark.parametrize(("told", "status"), [("True", "OK"), ("False", "ERROR"), ("yes", "ERROR")])
def test_a_run_is_told_by_a_task_runner_and_read_back(watched: Web, told: str, status: str) -> None:
    runner = watched.as_user(Factory(watched.platform.store).user("task-runner"))
    form = {"name": "import", "status": told, "datetime": "2026-03-01T00:00:00+00:00"}

    posted = watched.app.test_client().post(
        "/api/ops/postLatestTaskRun", data=form, headers={"Authorization": runner.token}
    )
    latest = _latest(watched, TOKEN, "name=import")

    assert (posted.status_code, posted.json) == (200, {"status": "OK"})
    assert latest.status_code == 200
    assert latest.json is not None
    assert (latest.json["status"], latest.json["lastrun"]) == (status, "2026-03-01T00:00:00+00:00")


def test_a_run_needs_a_name_a_form_and_a_runner(watched: Web) -> None:
    make_one = Factory(watched.platform.store)
    runner, admin = make_one.user("task-runner"), make_one.user("admin")

    as_json = watched.as_user(runner).post("ops/postLatestTaskRun", {"name": "import"})

    assert (as_json.code, as_json.body) == (400, {"status": "ERROR", "reason": "No task name given."})
    assert watched.as_user(admin).post("ops/postLatestTaskRun", {}).code == 403
    assert watched.anonymous().post("ops/postLatestTaskRun", {}).code == 401


def test_data_are_restored_in_play_mode_only_and_by_admins(memory_web: Web, watched: Web) -> None:
    make_one = Factory(watched.platform.store)
    admin, user = watched.as_user(make_one.user("admin")), watched.as_user(make_one.user("Prosumer"))

    assert memory_web.app.test_client().put("/api/restoreData").status_code == 404
    assert _restore(watched, user.token, {"backup": "x"}).status_code == 403
    nothing = _restore(watched, admin.token, {})
    unknown = [_restore(watched, admin.token, {"backup": name}) for name in ("demo", "..", "a/b", "\x00")]

    assert nothing.json == {
        "result": "Rejected",
        "status": "NO_BACKUP",
        "message": "Request message should include 'backup'.",
    }
    assert {(one.status_code, one.text) for one in unknown} == {
        (
            400,
            '{"result":"Rejected","status":"UNRECOGNIZED_BACKUP",'
            '"message":"The requested backup is not known."}',
        )
    }


def _restore(web: Web, token: str, message: object) -> TestResponse:
    return web.app.test_client().put("/api/v2_0/restoreData", json=message, headers={"Authorization": token})


def _latest(web: Web, token: str | None, query: str) -> TestResponse:
    headers = {"Authorization": token} if token else {}
    return web.app.test_client().get(f"/api/ops/getLatestTaskRun?{query}", headers=headers)
