"""The dashboard: what calls, what the map is told, and what stands where there is nothing."""

from __future__ import annotations

import html
import json
import re

from tests.browser.scene import ADMIN, PROSUMER, STRANGER
from tests.browser.site import Site
from tests.unit.ui.conftest import Enter


def places(page: str) -> list[dict[str, object]]:
    """Return what the map is told."""
    found = re.search(r'data-places="([^"]*)"', page)
    assert found
    told: list[dict[str, object]] = json.loads(html.unescape(found[1]))
    return told


def test_opportunities_are_told_with_the_best_of_them(enter: Enter) -> None:
    page = enter(PROSUMER).get("/dashboard").text
    assert "opportunities in the next 24 hours" in page
    assert "the best is" in page
    assert "1 with opportunities" in page
    coming = [place["name"] for place in places(page) if place["coming"]]
    assert coming == ["Canal battery"]


def test_a_type_filters_map_and_list(enter: Enter) -> None:
    client = enter(PROSUMER)
    page = client.get("/dashboard?type=wind").text
    assert [place["name"] for place in places(page)] == ["Harbour wind"]
    assert "1 asset of this type" in page
    assert "No asset of yours is of this type" in client.get("/dashboard?type=dragon").text


def test_assets_without_a_place_are_counted(enter: Enter) -> None:
    assert "1 not on the map" in enter(PROSUMER).get("/dashboard").text


def test_what_changes_comes_with_what_calls(enter: Enter) -> None:
    part = enter(PROSUMER).get("/dashboard/state").text
    assert 'id="state"' in part
    assert 'id="calls" hx-swap-oob="true"' in part


def test_an_empty_dashboard_offers_the_next_step(site: Site, enter: Enter) -> None:
    assert "Ask your administrator" in enter(STRANGER).get("/dashboard").text
    assets = site.platform.store.assets
    for asset in assets.assets():
        assets.delete_asset(asset.id)
    page = enter(ADMIN).get("/dashboard").text
    assert "Create your first asset" in page
    assert 'href="/assets/new' in page
