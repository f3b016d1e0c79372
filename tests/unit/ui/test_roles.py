"""Every page and every change, as everybody: the table must name each route that there is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.browser.scene import ADMIN, GUEST, PROSUMER, STRANGER, UNRULY_NAME
from tests.browser.site import Site, site_over
from tests.unit.ui.conftest import Enter, csrf_token
from werkzeug.routing import Rule

from flexmeasures.testing.clock import FixedClock
from flexmeasures.testing.memory.logins import MemoryLogins
from flexmeasures.testing.memory.tables import Tables
from flexmeasures.usecases.ports.platform import Platform

WHO = (ADMIN, PROSUMER, GUEST, STRANGER)
ALL, OWN, ADMINS = (200, 200, 200, 200), (200, 200, 200, 403), (200, 403, 403, 403)
KEEPERS = (200, 200, 403, 403)
"""Who owns it, and admins."""

READ = {
    "/": (302, 302, 302, 302),
    "/account": ALL,
    "/analytics": ALL,
    "/analytics/metrics": ALL,
    "/analytics/metrics.csv": ALL,
    "/analytics/replay": ALL,
    "/analytics/table": ALL,
    "/analytics/values": ALL,
    "/analytics/values.csv": ALL,
    "/assets": ALL,
    "/assets.csv": ALL,
    "/assets/<int:asset_id>": OWN,
    "/assets/<int:asset_id>/delete": KEEPERS,
    "/assets/<int:asset_id>/edit": KEEPERS,
    "/assets/<int:asset_id>/replay": OWN,
    "/assets/<int:asset_id>/values": OWN,
    "/assets/<int:asset_id>/values.csv": OWN,
    "/assets/new": ADMINS,
    "/assets/owned_by/<int:owner_id>": (302, 302, 302, 302),
    "/control": ALL,
    "/dashboard": ALL,
    "/dashboard/state": ALL,
    "/logged-in-user": (302, 302, 302, 302),
    "/look.css": ALL,
    "/portfolio": ALL,
    "/portfolio/accuracy": ALL,
    "/portfolio/statements": ALL,
    "/portfolio/statements.csv": ALL,
    "/portfolio/table": ALL,
    "/portfolio/values": ALL,
    "/sensors": ALL,
    "/sensors/<int:sensor_id>": OWN,
    "/sensors/<int:sensor_id>/replay": OWN,
    "/sensors/<int:sensor_id>/values": OWN,
    "/sensors/<int:sensor_id>/values.csv": OWN,
    "/tasks": ALL,
    "/tasks/list": ALL,
    "/upload": (200, 200, 403, 200),
    "/upload/done": (400, 400, 403, 400),
    "/upload/template.csv": (200, 200, 403, 200),
    "/users": ADMINS,
    "/users/<int:user_id>": ADMINS,
    "/users/<int:user_id>/edit": ADMINS,
    "/users/new": ADMINS,
}
"""What everybody gets of each page, in the order of ``WHO``."""

OTHERS = {"/live", "/live/<name>"}
"""Routes that answer by streams, which have tests of their own."""

REFUSED_TO = {
    "/account/look": (PROSUMER, GUEST, STRANGER),
    "/account/password": (PROSUMER,),
    "/account/token": (GUEST,),
    "/account/token/renew": (PROSUMER,),
    "/assets/<int:asset_id>/": (GUEST, STRANGER),
    "/assets/<int:asset_id>/delete": (GUEST, STRANGER),
    "/assets/<int:asset_id>/edit": (GUEST, STRANGER),
    "/assets/create/": (PROSUMER, GUEST, STRANGER),
    "/assets/delete_with_data/<int:asset_id>/": (GUEST, STRANGER),
    "/assets/new": (PROSUMER, GUEST, STRANGER),
    "/tasks/<uuid:job_id>/cancel": (PROSUMER, GUEST, STRANGER),
    "/tasks/<uuid:job_id>/retry": (PROSUMER, GUEST, STRANGER),
    "/tasks/retry-failed": (PROSUMER, GUEST, STRANGER),
    "/upload": (GUEST,),
    "/upload/import": (GUEST,),
    "/upload/undo": (GUEST,),
    "/users/<int:user_id>/delete": (PROSUMER, GUEST, STRANGER),
    "/users/<int:user_id>/edit": (PROSUMER, GUEST, STRANGER),
    "/users/new": (PROSUMER, GUEST, STRANGER),
    "/users/reset_password_for/<int:user_id>": (PROSUMER, GUEST, STRANGER),
    "/users/toggle_active/<int:user_id>": (PROSUMER, GUEST, STRANGER),
}
"""To whom each change is refused. Paula's login is the one of the demonstration, which nobody may change."""


@pytest.fixture
def site(memory_platform: Platform, memory_tables: Tables, clock: FixedClock) -> Site:
    """The scene, with the place of flexibility opportunities."""
    shown = {"FLEXMEASURES_SHOW_CONTROL_UI": True}
    return site_over(memory_platform, MemoryLogins(memory_tables), clock, shown, days=1)


def rules(site: Site, method: str) -> Iterator[Rule]:
    for rule in site.app.url_map.iter_rules():
        ours = rule.endpoint.startswith("pages.") and rule.rule not in OTHERS
        if ours and method in (rule.methods or ()):
            yield rule


def path_of(rule: str, site: Site) -> str:
    scene = site.scene
    numbers = {
        "<int:asset_id>": scene.assets["Town hall"].id,
        "<int:sensor_id>": scene.power["Town hall"].id,
        "<int:owner_id>": scene.users[PROSUMER].id,
        "<int:user_id>": scene.users[PROSUMER].id,
        "<uuid:job_id>": "00000003-0000-4000-8000-000000000000",
    }
    for word, number in numbers.items():
        rule = rule.replace(word, str(number))
    return rule


def test_the_tables_name_each_route(site: Site) -> None:
    assert {rule.rule for rule in rules(site, "GET")} == READ.keys()
    assert {rule.rule for rule in rules(site, "POST")} == REFUSED_TO.keys()


def test_strangers_are_sent_to_the_login(site: Site) -> None:
    client = site.app.test_client()
    for rule in READ:
        answer = client.get(path_of(rule, site))
        assert answer.status_code == 302, rule
        assert answer.location.startswith("/login?next="), rule
    for rule in REFUSED_TO:
        assert client.post(path_of(rule, site)).location.startswith("/login"), rule


@pytest.mark.parametrize("place", range(len(WHO)), ids=WHO)
def test_everybody_sees_what_they_may(site: Site, enter: Enter, place: int) -> None:
    client = enter(WHO[place])
    for rule, codes in READ.items():
        answer = client.get(path_of(rule, site))
        assert answer.status_code == codes[place], rule
        if WHO[place] == STRANGER:
            assert "Town hall" not in answer.text, rule
        if answer.mimetype == "text/html":
            assert "<script>alert" not in answer.text, rule


@pytest.mark.parametrize("email", WHO)
def test_changes_need_the_token_and_the_right(site: Site, enter: Enter, email: str) -> None:
    client = enter(email)
    token = csrf_token(client, "/account")
    for rule, refused in REFUSED_TO.items():
        assert client.post(path_of(rule, site)).status_code == 400, rule
        if email in refused:
            assert client.post(path_of(rule, site), data={"csrf_token": token}).status_code == 403, rule


def test_the_menu_names_what_can_be_opened(enter: Enter) -> None:
    for email in WHO:
        client = enter(email)
        menu = client.get("/dashboard").text.split("</nav>")[0]
        for path in ("/users", "/upload", "/tasks", "/control", "/portfolio"):
            assert (f'href="{path}"' in menu) == (client.get(path).status_code == 200), (email, path)


def test_an_unruly_name_is_text_on_each_page(site: Site, enter: Enter) -> None:
    client = enter(ADMIN)
    asset, sensor = site.scene.assets[UNRULY_NAME].id, site.scene.power[UNRULY_NAME].id
    for path in (
        f"/assets/{asset}/edit",
        f"/assets/{asset}/delete",
        f"/sensors/{sensor}",
        "/sensors",
        "/assets",
        "/upload",
    ):
        page = client.get(path).text
        assert "&lt;script&gt;alert(1)" in page, path
        assert "<script>alert" not in page, path
