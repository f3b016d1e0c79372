"""Who sees which page, and what comes with it."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from structlog.testing import capture_logs
from tests.browser.scene import ADMIN, PASSWORD, PROSUMER, STRANGER, UNRULY_NAME
from tests.browser.site import Site, site_over
from tests.unit.ui.conftest import Enter, csrf_token

from flexmeasures.domain.errors import ServiceUnavailable
from flexmeasures.domain.jobs import JobState
from flexmeasures.testing.clock import FixedClock
from flexmeasures.testing.memory.logins import MemoryLogins
from flexmeasures.testing.memory.queue import MemoryQueue
from flexmeasures.testing.memory.tables import Tables
from flexmeasures.usecases.ports.platform import Platform

PAGES = (
    "/dashboard",
    "/dashboard/state",
    "/portfolio",
    "/portfolio/statements",
    "/portfolio/values",
    "/analytics",
    "/assets",
    "/account",
    "/analytics/metrics",
    "/analytics/values",
    "/tasks",
    "/tasks/list",
    "/assets/{id}",
    "/assets/{id}/values",
)


def path_of(page: str, site: Site, name: str = "Town hall") -> str:
    return page.format(id=site.scene.assets[name].id)


def test_strangers_are_sent_to_the_login_and_back(site: Site) -> None:
    client = site.app.test_client()
    for page in PAGES:
        path = path_of(page, site)
        answer = client.get(path)
        assert answer.status_code == 302, page
        assert answer.location.startswith("/login?next="), page
    form = {
        "email": PROSUMER,
        "password": PASSWORD,
        "csrf_token": csrf_token(client, "/login"),
        "next": "/tasks",
    }
    assert client.post("/login", data=form).location == "/tasks"


@pytest.mark.parametrize("email", [PROSUMER, "nobody@example.com"])
def test_a_wrong_password_and_an_unknown_user_get_the_same_answer(site: Site, email: str) -> None:
    client = site.app.test_client()
    form = {"email": email, "password": "wrong", "csrf_token": csrf_token(client, "/login")}
    answer = client.post("/login", data=form)
    assert "Email address and password do not fit together." in answer.text


def test_the_login_needs_its_token(site: Site) -> None:
    client = site.app.test_client()
    client.post("/login", data={"email": PROSUMER, "password": PASSWORD})
    assert client.get("/dashboard").status_code == 302


def test_every_role_sees_what_it_may(site: Site, enter: Enter) -> None:
    expected = {ADMIN: 200, PROSUMER: 200, STRANGER: 403}
    for email, code in expected.items():
        client = enter(email)
        for page in PAGES:
            wanted = code if "{id}" in page else 200
            assert client.get(path_of(page, site)).status_code == wanted, (email, page)
        assert ("Town hall" in client.get("/dashboard").text) == (code == 200)


def test_jobs_are_for_admins_outside_demonstrations(
    memory_platform: Platform, memory_tables: Tables, clock: FixedClock
) -> None:
    site = site_over(memory_platform, MemoryLogins(memory_tables), clock, {"FLEXMEASURES_MODE": ""}, days=1)
    codes = {}
    for email in (ADMIN, PROSUMER):
        client = site.app.test_client()
        page = client.get("/login").text
        assert "demo account" not in page
        form = {"email": email, "password": PASSWORD, "csrf_token": csrf_token(client, "/login")}
        client.post("/login", data=form)
        codes[email] = client.get("/tasks").status_code
        assert ('href="/tasks"' in client.get("/dashboard").text) == (email == ADMIN)
    assert codes == {ADMIN: 200, PROSUMER: 403}


def test_a_demonstration_says_so_and_offers_its_account(site: Site, enter: Enter) -> None:
    page = site.app.test_client().get("/login").text
    assert "demo account" in page
    assert "runs in 2026" in page
    assert "runs in 2026" in enter(PROSUMER).get("/dashboard").text


def test_names_are_text_and_never_markup(site: Site, enter: Enter) -> None:
    client = enter(PROSUMER)
    for path in ("/dashboard", path_of("/assets/{id}", site, UNRULY_NAME)):
        page = client.get(path).text
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert" not in page


def test_pages_are_protected_and_private(enter: Enter) -> None:
    headers = enter(PROSUMER).get("/dashboard").headers
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert headers["Cache-Control"] == "private, no-cache"
    assert headers["Permissions-Policy"] == "geolocation=()"


def test_pages_come_small(enter: Enter) -> None:
    answer = enter(PROSUMER).get("/dashboard", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"


def test_errors_are_pages_with_their_code(site: Site, enter: Enter) -> None:
    client = enter(PROSUMER)
    for path, code in (("/nowhere", 404), ("/assets/999999", 404), ("/dashboard/state", 405)):
        answer = client.get(path) if code == 404 else client.delete(path)
        assert answer.status_code in {code, 400}, path
        assert f"Error {answer.status_code}" in answer.text
    assert client.get("/api/nowhere").is_json


def test_a_service_that_is_away_is_told(site: Site, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    client = enter(PROSUMER)

    def refuse(**_: object) -> None:
        raise ServiceUnavailable("The database does not answer.")

    monkeypatch.setattr("flexmeasures.testing.memory.assets.MemoryAssets.assets", refuse_method(refuse))
    answer = client.get("/dashboard")
    assert answer.status_code == 503
    assert "Nothing is lost" in answer.text


def refuse_method(refuse: object) -> object:
    """Return a method that raises whatever it is called with."""

    def method(*_: object, **__: object) -> None:
        assert callable(refuse)
        refuse()

    return method


def test_what_nobody_thought_of_is_a_page_without_details(
    enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = enter(PROSUMER)

    def fail() -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr("flexmeasures.testing.memory.assets.MemoryAssets.assets", refuse_method(fail))
    with capture_logs() as logs:
        answer = client.get("/dashboard")
    assert answer.status_code == 500
    assert "a secret detail" not in answer.text
    assert [entry["event"] for entry in logs] == ["A page failed unexpectedly."]


def retry(client: FlaskClient, job: str, token: str) -> int:
    return client.post(f"/tasks/{job}/retry", data={"csrf_token": token}).status_code


def test_jobs_are_retried_and_cancelled_by_admins_with_a_token(site: Site, enter: Enter) -> None:
    failed, waiting = (f"0000000{number}-0000-4000-8000-000000000000" for number in (3, 4))
    jobs = site.platform.store.jobs
    admin, prosumer = enter(ADMIN), enter(PROSUMER)
    token = csrf_token(admin, "/tasks")
    assert retry(admin, failed, "") == 400
    assert retry(prosumer, failed, csrf_token(prosumer, "/dashboard")) == 403
    assert retry(admin, failed, token) == 303
    again = jobs.job(failed)
    assert again is not None
    assert again.state == "queued"
    assert admin.post(f"/tasks/{waiting}/cancel", data={"csrf_token": token}).status_code == 303
    cancelled = jobs.job(waiting)
    assert cancelled is not None
    assert cancelled.state == "cancelled"


def test_a_queue_that_nobody_listens_to_is_told(site: Site, enter: Enter) -> None:
    queue = site.platform.queue
    assert isinstance(queue, MemoryQueue)
    queue.listening = {"scheduling": 2}
    page = enter(ADMIN).get("/tasks").text
    assert "No worker is listening to" in page
    assert "--queue forecasting" in page
    assert "--queue scheduling" not in page
    assert "2 workers" in page


def test_jobs_can_be_filtered(enter: Enter) -> None:
    page = enter(ADMIN).get("/tasks?queue=forecasting&state=failed").text
    assert "NotEnoughData" in page
    assert page.count('id="job-0') == 1


def test_reasons_of_a_schedule_are_told(site: Site, enter: Enter) -> None:
    page = enter(PROSUMER).get(path_of("/assets/{id}", site, "Canal battery")).text
    assert "It charges 2.0 MWh" in page
    assert "soc-target at Sun 29 Mar, 05:00 is missed by 0.12 MWh" in page
    assert "cost −38.42 EUR" in page


def test_assets_are_searched_sorted_and_paged(site: Site, enter: Enter) -> None:
    client = enter(PROSUMER)
    page = client.get("/assets?q=BATTERY").text
    assert "Canal battery" in page
    assert "Harbour wind" not in page
    assert (
        f"ea1.2026-04.localhost:{site.scene.users[PROSUMER].id}:{site.scene.assets['Canal battery'].id}"
        in page
    )
    by_capacity = client.get("/assets?sort=capacity").text
    assert by_capacity.index("Harbour wind") < by_capacity.index("Old depot")
    assert "No assets with “nowhere”" in client.get("/assets?q=nowhere").text
    assert client.get("/assets?page=99&per=3&sort=odd").status_code == 200
    assert "Town hall" not in enter(STRANGER).get("/assets").text


def test_a_token_is_shown_on_demand_and_opens_the_api(site: Site, enter: Enter) -> None:
    client = enter(PROSUMER)
    before = client.get("/account").text
    assert "token, shown once" not in before
    assert client.post("/account/token").status_code == 400
    page = client.post("/account/token", data={"csrf_token": csrf_token(client, "/account")}).text
    found = re.search(r'id="token" type="text" readonly value="([^"]+)"', page)
    assert found
    header = site.app.config["SECURITY_TOKEN_AUTHENTICATION_HEADER"]
    answer = site.app.test_client().get("/api/caller", headers={header: found[1]})
    assert answer.text == PROSUMER
    assert client.get("/logged-in-user").location == "/account"


def test_all_failed_jobs_are_retried_at_once(site: Site, enter: Enter) -> None:
    client = enter(ADMIN)
    token = csrf_token(client, "/tasks")
    assert client.post("/tasks/retry-failed", data={"csrf_token": token}).status_code == 303
    assert site.platform.store.jobs.jobs(states=(JobState.FAILED,)) == []
