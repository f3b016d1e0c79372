"""Tiles of maps, for operators who have a token: asked for, drawn, and nothing else from there."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect
from tests.browser.conftest import Start
from tests.browser.serving import served
from tests.browser.site import Site

from flexmeasures.adapters.postgres.database import Database

ELSEWHERE = "a request to api.mapbox.com"
GREY = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mM4c+bMfwAIMQNjKZWaDgAAAABJRU5ErkJggg=="
)
"""A picture of one point."""


@pytest.fixture(scope="module")
def site(process_database: Database) -> Iterator[Site]:
    """The scene, of an operator with a token, whose pages look again twice a second."""
    settings = {"MAPBOX_ACCESS_TOKEN": "pk.token", "RQ_DASHBOARD_POLL_INTERVAL": 1000}
    with served(process_database, settings) as made:
        yield made


def answer_tiles(page: Page) -> list[str]:
    """Answer tiles as Mapbox would; return the addresses that are asked for."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=200, content_type="image/png", body=GREY)

    page.route("https://api.mapbox.com/**", answer)
    return asked


@pytest.mark.full
@pytest.mark.parametrize("path", ["/dashboard", "/assets/new"])
def test_tiles_are_drawn_under_the_policy(start: Start, path: str) -> None:
    visit = start()
    asked = answer_tiles(visit.page)
    visit.log_in()
    visit.open(path)
    expect(visit.page.locator(".leaflet-tile-loaded").first).to_be_attached()
    widths = visit.page.eval_on_selector_all(
        ".leaflet-tile-loaded", "tiles => tiles.map(tile => tile.naturalWidth)"
    )
    assert set(widths) == {1}
    assert asked
    for address in asked:
        assert urlsplit(address).path.startswith("/styles/v1/mapbox/")
        assert parse_qs(urlsplit(address).query) == {"access_token": ["pk.token"]}
    assert "Mapbox" in (visit.page.locator(".leaflet-control-attribution").text_content() or "")
    visit.page.goto("about:blank")
    visit.wrong[:] = [each for each in visit.wrong if each != ELSEWHERE]


@pytest.mark.full
def test_open_pages_look_again_by_themselves(start: Start) -> None:
    page = (visit := start()).page
    answer_tiles(page)
    visit.log_in()
    page.route("**/live**", lambda route: route.fulfill(status=204))
    visit.open("/tasks")
    for _ in range(2):
        with page.expect_response("**/tasks/list*", timeout=5000) as answer:
            pass
        assert answer.value.status == 200
    visit.wrong[:] = [each for each in visit.wrong if each != ELSEWHERE]
