"""What people do on dashboard, portfolio and analytics."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from numpy.testing import assert_allclose
from playwright.sync_api import Page, expect
from tests.browser.conftest import Start, Visit
from tests.browser.scene import NOW, PROSUMER, STRANGER

from flexmeasures.testing.factories import block

DAY = "start=2026-03-27T12:00:00Z&end=2026-03-28T12:00:00Z"


def address(page: Page, name: str) -> str:
    return parse_qs(urlsplit(page.url).query).get(name, [""])[0]


def test_what_lies_ahead_is_the_first_thing_that_is_told(visit: Visit) -> None:
    visit.open("/dashboard")
    told = visit.page.locator(".tell.coming")
    expect(told).to_contain_text("opportunities in the next 24 hours, worth")
    expect(told).to_contain_text("the best is Canal battery at")
    expect(visit.page.locator(".pin.coming")).to_have_attribute("title", "Canal battery")
    told.get_by_role("link", name="All in the portfolio").click()
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("Portfolio")


def test_a_pin_leads_to_its_analytics_and_stays_in_the_address(visit: Visit) -> None:
    page = visit.page
    visit.open("/dashboard?type=wind")
    expect(page.locator(".list-card .rows li")).to_have_count(1)
    page.locator('.leaflet-marker-icon[title="Harbour wind"]').click()
    wind = visit.site.scene.assets["Harbour wind"].id
    page.wait_for_url(f"**asset={wind}**")
    page.reload()
    expect(page.locator(".leaflet-popup")).to_contain_text("Harbour wind")
    page.locator(".leaflet-popup").get_by_role("link", name="Analyse").click()
    expect(page.locator("#group")).to_have_value(f"asset:{wind}")


@pytest.mark.full
def test_the_part_of_the_map_stays_in_the_address(visit: Visit) -> None:
    page = visit.page
    visit.open("/dashboard")
    page.get_by_role("button", name="Zoom in").click()
    page.wait_for_url("**bbox=**")
    shown = address(page, "bbox")
    page.reload()
    page.wait_for_selector("html[data-drawn]", state="attached")
    page.get_by_role("button", name="Show all").click()
    page.wait_for_url(lambda url: "bbox" not in url)
    assert len(shown.split(",")) == 4


def test_totals_turn_from_energy_to_power_to_money(visit: Visit) -> None:
    page = visit.page
    visit.open(f"/portfolio?{DAY}")
    units = page.get_by_role("navigation", name="Unit of totals")
    tile = page.locator("#figures .kpi").filter(has_text="Consumption").locator("dd").first
    energy = tile.text_content() or ""
    assert energy.endswith("MWh")
    units.get_by_role("link", name="MW", exact=True).click()
    expect(tile).to_contain_text(re.compile("MW$"))
    power = tile.text_content() or ""
    assert_allclose(float(energy.split(" ")[0]) / 24, float(power.split(" ")[0]), atol=0.006)
    units.get_by_role("link", name="Money").click()
    expect(tile).to_contain_text("EUR")
    assert address(page, "unit") == "money"


def test_a_row_shows_its_type_alone_and_again_all(visit: Visit) -> None:
    page = visit.page
    visit.open(f"/portfolio?{DAY}")
    legend = page.locator('[data-panel="power"]')
    page.get_by_role("link", name="Wind turbine").click()
    expect(legend).to_contain_text("of type wind turbine")
    expect(page.locator("tr.isolated")).to_contain_text("Wind turbine")
    assert address(page, "type") == "wind"
    page.get_by_role("link", name="Wind turbine").click()
    expect(legend).to_contain_text("of all assets")
    expect(page.locator("tr.isolated")).to_have_count(0)


def test_highlights_and_their_list_lead_to_each_other(visit: Visit) -> None:
    page = visit.page
    visit.open("/portfolio")
    row = page.locator("tr[data-from]").nth(1)
    start, end = (float(row.get_attribute(name) or "") for name in ("data-from", "data-until"))
    row.get_by_role("link").click()
    page.wait_for_url("**start=**")
    window = [datetime.fromisoformat(address(page, name)).timestamp() for name in ("start", "end")]
    assert_allclose(window, [start - 3600, end + 3600], atol=1)
    box = page.locator('[data-panel="power"] .u-over').bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 60)
    expect(page.locator("tr.lit")).to_have_count(1)
    assert float(page.locator("tr.lit").get_attribute("data-from") or "") == start


def test_the_error_of_forecasts_stands_beside_the_figures(visit: Visit) -> None:
    visit.open("/portfolio")
    expect(visit.page.locator("#accuracy")).to_contain_text(re.compile(r"\d+\.\d %"))
    visit.page.locator("#accuracy").get_by_role("link").click()
    expect(visit.page.locator("#horizon")).to_have_value("PT6H")


def test_an_analysis_is_shown_as_it_was_known(visit: Visit) -> None:
    page = visit.page
    wind = visit.site.scene.assets["Harbour wind"].id
    visit.open(f"/analytics?group=asset:{wind}&{DAY}")
    count = page.locator("#metrics tr").filter(has_text="n, steps").locator("td").first
    expect(count).to_have_text("96")
    page.get_by_role("button", name="As known at …").click()
    slider = page.get_by_role("slider", name="As known at")
    expect(slider).to_be_enabled()
    slider.evaluate("it => { it.value = Math.round(it.max / 2); it.dispatchEvent(new Event('input')); }")
    page.wait_for_url("**known=**")
    known = datetime.fromisoformat(address(page, "known"))
    start = datetime(2026, 3, 27, 12, tzinfo=UTC)
    expected = max(0, (known - start).total_seconds() // 900 - (known.minute % 15 < 2))
    expect(page.locator("#metrics")).to_contain_text("as known at")
    assert abs(int(count.text_content() or "") - expected) <= 1
    page.get_by_role("button", name="Back to now").click()
    expect(count).to_have_text("96")


def test_formulas_are_a_click_away(visit: Visit) -> None:
    visit.open("/analytics")
    visit.page.get_by_role("button", name="Explain").click()
    expect(visit.page.get_by_role("dialog", name="How metrics are computed")).to_be_visible()


def test_a_plot_is_saved_with_its_sources(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    visit.open(f"/analytics?group=type:wind&{DAY}")
    with page.expect_download() as download:
        page.get_by_role("link", name="Save Production as CSV").click()
    download.value.save_as(tmp_path / "power.csv")
    rows = list(csv.DictReader((tmp_path / "power.csv").read_text().splitlines()))
    assert len(rows) == 96
    assert rows[0]["start"] == "2026-03-27T13:00:00+01:00"
    assert {row["Production: Measured source"] for row in rows} == {"Paula"}
    assert rows[0]["Production: Forecast recorded"] < rows[0]["start"]


def test_four_plots_stand_two_by_two_where_there_is_room(start: Start) -> None:
    for width, columns in ((1400, 2), (390, 1)):
        visit = start(width=width)
        visit.log_in()
        visit.open(f"/analytics?group=type:wind&{DAY}")
        lefts = visit.page.locator(".plots .panel").evaluate_all(
            "panels => panels.map(panel => Math.round(panel.getBoundingClientRect().left))"
        )
        assert len(lefts) == 3
        assert len(set(lefts)) == columns


def test_lines_of_each_asset_can_be_compared(visit: Visit) -> None:
    visit.open(f"/analytics?group=type:building&traces=power&{DAY}")
    legend = visit.page.locator('[data-panel="power"] .legend')
    for name in ("Town hall", "Old depot"):
        expect(legend).to_contain_text(name)


def test_new_measurements_reach_statements_and_metrics(visit: Visit) -> None:
    page, site = visit.page, visit.site
    depot = site.scene.assets["Old depot"].id
    late = NOW.replace(minute=0)
    visit.open(f"/analytics?group=asset:{depot}&start=2026-03-28T12:00:00Z&end=2026-03-28T14:00:00Z")
    realised = page.locator("#metrics tbody tr").first.locator("td").first
    expect(realised).to_have_text("–")
    told = block(site.scene.power["Old depot"], site.scene.meter, late, [0.08])
    with site.platform.transaction():
        site.platform.store.beliefs.add([told])
    expect(realised).to_have_text("0.020", timeout=12_000)


@pytest.mark.parametrize("path", ["/portfolio", "/analytics"])
def test_plots_that_cannot_be_loaded_say_so(start: Start, path: str) -> None:
    visit = start()
    visit.log_in()
    visit.page.route("**/values?**", lambda route: route.fulfill(status=500, body="{}"))
    visit.open(path)
    expect(visit.page.locator(".over-plot")).to_contain_text("The values could not be loaded")
    expect(visit.page.locator("#figures")).to_be_visible()
    visit.wrong[:] = [each for each in visit.wrong if "500" not in each]


@pytest.mark.full
@pytest.mark.parametrize("width", [390, 1400])
def test_without_scripts_totals_choices_and_files_are_there(start: Start, width: int) -> None:
    visit = start(width=width, scripts=False)
    visit.log_in(PROSUMER)
    page = visit.page
    page.goto(f"{visit.site.url}/dashboard")
    expect(page.locator("#calls")).to_contain_text("opportunities in the next 24 hours")
    page.goto(f"{visit.site.url}/portfolio")
    page.get_by_role("link", name="Money").click()
    expect(page.locator("thead").first).to_contain_text("Consumption (EUR)")
    page.get_by_role("link", name="WAPE of the last 24 h").click()
    page.select_option("#group", label="Renewables")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("#metrics")).to_contain_text("Production (MWh)")
    page.get_by_role("button", name="Explain").click()
    expect(page.locator("#explain")).to_be_visible()
    expect(page.get_by_role("link", name="Save CSV")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    page.get_by_role("link", name="a table has the same values").click()
    expect(page.locator("tbody tr")).to_have_count(97)
    page.get_by_role("link", name="Back to analytics").click()
    expect(page.locator("#group")).to_have_value("renewables")


@pytest.mark.parametrize("path", ["/portfolio", "/analytics"])
def test_an_empty_window_leads_to_the_last_values(visit: Visit, path: str) -> None:
    visit.open(f"{path}?start=2027-01-01T00:00:00Z&end=2027-01-02T00:00:00Z")
    box = visit.page.locator(".over-plot")
    expect(box).to_contain_text("No data in this window")
    box.get_by_role("button").click()
    expect(box).to_have_count(0)
    assert address(visit.page, "end") < "2026-04-02"


@pytest.mark.full
def test_strangers_see_empty_pages_that_say_why(start: Start) -> None:
    visit = start()
    visit.log_in(STRANGER)
    expect(visit.page.locator(".void")).to_contain_text("Ask your administrator")
    visit.open("/portfolio")
    expect(visit.page.locator(".void").first).to_contain_text("There is nothing to account for yet")
    visit.open("/analytics")
    expect(visit.page.locator(".void").first).to_contain_text("There is no power to analyse yet")
