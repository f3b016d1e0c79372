"""What each setting of the pages changes on them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from tests.browser.scene import ADMIN, PASSWORD, PROSUMER
from tests.browser.site import Site, site_over
from tests.unit.ui.conftest import csrf_token

from flexmeasures.domain.accounts import Look
from flexmeasures.testing.clock import FixedClock
from flexmeasures.testing.memory.logins import MemoryLogins
from flexmeasures.testing.memory.tables import Tables
from flexmeasures.usecases.ports.platform import Platform

Make = Callable[..., Site]


@pytest.fixture
def make(memory_platform: Platform, memory_tables: Tables, clock: FixedClock) -> Make:
    """Make the scene with other settings."""

    def made(**settings: object) -> Site:
        return site_over(memory_platform, MemoryLogins(memory_tables), clock, settings, days=1)

    return made


def enter(site: Site, email: str = ADMIN) -> FlaskClient:
    client = site.app.test_client()
    form = {"email": email, "password": PASSWORD, "csrf_token": csrf_token(client, "/login")}
    assert client.post("/login", data=form).status_code == 302
    return client


def test_the_platforms_name_is_in_title_and_brand(make: Make) -> None:
    site = make(FLEXMEASURES_PLATFORM_NAME="Wattpool <1>")
    for page in (site.app.test_client().get("/login").text, enter(site).get("/tasks").text):
        assert "· Wattpool &lt;1&gt;</title>" in page
        assert "<span>Wattpool &lt;1&gt;</span>" in page or "</svg>Wattpool &lt;1&gt;" in page
        assert "FlexMeasures</span>" not in page


def test_the_first_page_and_the_menu_are_as_wished(make: Make) -> None:
    site = make(
        FLEXMEASURES_ROOT_VIEW=["portfolio"],
        FLEXMEASURES_MENU_LISTED_VIEWS=["portfolio", "assets"],
        FLEXMEASURES_MENU_LISTED_VIEW_TITLES={"assets": "Devices"},
    )
    client = enter(site)
    assert client.get("/").location == "/portfolio"
    menu = client.get("/assets").text.split("</nav>")[0]
    assert "Devices</a>" in menu
    assert 'href="/tasks"' not in menu


@pytest.mark.parametrize(("is_shown", "code"), [(True, 200), (False, 404)])
def test_the_place_of_flexibility_is_there_if_it_is_wished(make: Make, is_shown: bool, code: int) -> None:
    client = enter(make(FLEXMEASURES_SHOW_CONTROL_UI=is_shown))
    assert client.get("/control").status_code == code
    assert ('href="/control"' in client.get("/assets").text) == is_shown


def test_a_demonstration_names_its_year_and_lets_anybody_in(make: Make) -> None:
    site = make(FLEXMEASURES_DEMO_YEAR=2015, FLEXMEASURES_PUBLIC_DEMO_CREDENTIALS=(PROSUMER, "the word"))
    page = site.app.test_client().get("/login").text
    assert "The platform’s clock runs in 2015." in page
    assert f'name="email" value="{PROSUMER}"' in page
    assert 'name="password" value="the word"' in page


def test_outside_a_demonstration_its_settings_show_nothing(make: Make) -> None:
    site = make(FLEXMEASURES_MODE="")
    page = site.app.test_client().get("/login").text
    assert 'class="banner"' not in page
    assert PROSUMER not in page
    assert PASSWORD not in page


def test_a_game_says_so_and_offers_no_account(make: Make) -> None:
    site = make(FLEXMEASURES_MODE="play")
    page = site.app.test_client().get("/login").text
    assert "This is a game" in page
    assert "demo account" not in page
    assert "This is a game" in enter(site).get("/dashboard").text


@pytest.mark.parametrize("path", ["/dashboard", "/assets/new"])
@pytest.mark.parametrize("token", ["", "pk.a b"])
def test_tiles_are_allowed_and_asked_for_with_a_token_alone(make: Make, path: str, token: str) -> None:
    answer = enter(make(**({"MAPBOX_ACCESS_TOKEN": token} if token else {}))).get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert ("https://api.mapbox.com" in policy) == bool(token)
    assert ("access_token=pk.a%20b" in answer.text) == bool(token)
    assert "connect-src 'self';" in policy


def test_open_pages_look_again_as_often_as_is_wished(make: Make) -> None:
    page = enter(make(RQ_DASHBOARD_POLL_INTERVAL=7000)).get("/tasks").text
    assert 'data-poll="7000"' in page


def test_times_are_those_of_the_platform(make: Make) -> None:
    assert "Europe/Amsterdam · UTC+01:00" in enter(make()).get("/tasks").text


def test_an_account_has_its_own_logo_and_colours(make: Make) -> None:
    site = make()
    store, user = site.platform.store, site.scene.users[PROSUMER]
    store.accounts.set_look(user.account.id, Look("https://logos.example/water.svg", "#aa3300", "#ffeecc"))
    client = enter(site, PROSUMER)
    answer = client.get("/tasks")
    assert '<img class="logo" src="https://logos.example/water.svg"' in answer.text
    assert "img-src 'self' data: https://logos.example;" in answer.headers["Content-Security-Policy"]
    assert "--accent: light-dark(#aa3300" in client.get("/look.css").text
    assert "logos.example" not in enter(site, "stan@example.com").get("/tasks").text
