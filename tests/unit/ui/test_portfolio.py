"""The portfolio: looks of its chart, totals in each unit, and what is said where money is unknown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from numpy.testing import assert_allclose
from tests.browser.scene import NOW, PROSUMER
from tests.browser.site import Site
from tests.unit.ui.conftest import Enter

WINDOW = {"start": "2026-03-28T00:00:00Z", "end": "2026-03-28T12:00:00Z"}
Columns = dict[str, dict[str, list[float]]]


def power_of(enter: Enter, **look: str) -> Columns:
    """Return the columns of each line of power by its name."""
    answer = enter(PROSUMER).get("/portfolio/values", query_string=WINDOW | look).json
    assert answer is not None
    return {each["name"]: each for each in answer["panels"][0]["series"]}


def test_one_side_can_be_shown_alone(enter: Enter) -> None:
    assert list(power_of(enter, side="consumption")) == ["Consumption"]


def test_consumption_hangs_below_zero_where_both_sides_are_stacked(enter: Enter) -> None:
    areas = power_of(enter, stack="1")
    both = power_of(enter)
    top = max(max(each["high"]) for each in areas.values())
    bottom = min(min(each["low"]) for each in areas.values())
    tops = [max(value for value in each["values"]) for each in both.values()]
    assert_allclose([top, -bottom], tops, atol=2e-4)


def test_a_type_can_be_looked_at_alone(site: Site, enter: Enter) -> None:
    client = enter(PROSUMER)
    alone = client.get("/portfolio/values", query_string=WINDOW | {"type": "solar"}).json
    assert alone is not None
    assert "type solar panel" in alone["panels"][0]["note"]
    page = client.get("/portfolio", query_string=WINDOW | {"type": "solar"}).text
    assert '<tr class="isolated">' in page
    assert page.count("Show this type alone in the chart") == 5


@pytest.mark.parametrize(("unit", "head"), [("", "MWh"), ("mw", "mean MW"), ("money", "EUR")])
def test_totals_are_told_in_each_unit(enter: Enter, unit: str, head: str) -> None:
    page = enter(PROSUMER).get("/portfolio", query_string=WINDOW | {"unit": unit}).text
    assert f"Consumption ({head})" in page


def test_markets_without_prices_are_told_and_never_zero(site: Site, enter: Enter) -> None:
    query = {"start": "2026-03-10T00:00:00Z", "end": "2026-03-27T23:00:00Z"}
    assert "known of 6 % of the window" in enter(PROSUMER).get("/portfolio", query_string=query).text
    beliefs = site.platform.store.beliefs
    beliefs.delete([site.scene.market.id], forecasts=True, measurements=True)
    page = enter(PROSUMER).get("/portfolio", query_string=WINDOW | {"unit": "money"}).text
    assert "no market data for Day-ahead price" in page
    assert "No market data for Day-ahead price in this window." in page


def test_the_error_of_forecasts_comes_after_the_page(site: Site, enter: Enter) -> None:
    client = enter(PROSUMER)
    assert 'hx-get="/portfolio/accuracy"' in client.get("/portfolio").text
    part = client.get("/portfolio/accuracy").text
    assert "not available: 0 % coverage" in part


@pytest.mark.parametrize("page", ["portfolio", "analytics"])
def test_an_empty_window_leads_to_the_last_values(enter: Enter, page: str) -> None:
    later = {"start": "2027-01-01T00:00:00Z", "end": "2027-01-02T00:00:00Z"}
    client = enter(PROSUMER)
    empty = client.get(f"/{page}/values", query_string=later).json
    assert empty is not None
    last = datetime.fromtimestamp(empty["last"], UTC)
    assert NOW < last < NOW + timedelta(days=3)
    full = client.get(f"/{page}/values", query_string=WINDOW).json
    assert full is not None
    assert full["last"] is None


@pytest.mark.parametrize("page", ["portfolio", "analytics"])
def test_values_stand_in_a_table_for_browsers_without_scripts(enter: Enter, page: str) -> None:
    client = enter(PROSUMER)
    shown = client.get(f"/{page}/table", query_string=WINDOW | {"unit": "mw"}).text
    assert shown.count("<tr><th") == 1 + 48
    assert f'href="/{page}?start=2026-03-28T00:00:00Z&amp;end=2026-03-28T12:00:00Z&amp;unit=mw"' in shown
    later = {"start": "2027-01-01T00:00:00Z", "end": "2027-01-02T00:00:00Z"}
    assert "Nothing is known of this window" in client.get(f"/{page}/table", query_string=later).text


def test_long_tables_say_what_they_leave_out(enter: Enter) -> None:
    query = {"start": "2025-03-28T00:00:00Z", "end": "2026-03-28T12:00:00Z"}
    assert "The first 3,000 rows of 8,7" in enter(PROSUMER).get("/portfolio/table", query_string=query).text


@pytest.mark.parametrize("page", ["portfolio", "analytics", "portfolio/table", "analytics/table"])
def test_addresses_cannot_change_where_links_lead(enter: Enter, page: str) -> None:
    strange = {
        "endpoint": "x",
        "_scheme": "javascript",
        "_external": "1",
        "_anchor": "\nalert(1)",
        "values": "1",
    }
    answer = enter(PROSUMER).get(f"/{page}", query_string=WINDOW | strange)
    assert answer.status_code == 200
    assert "javascript:" not in answer.text
