"""What people do on the pages."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from numpy.testing import assert_allclose
from playwright.sync_api import Page, expect
from tests.browser.conftest import Start, Visit
from tests.browser.scene import NOW, PASSWORD, PLANS, PROSUMER, QUARTER, STRANGER, UNRULY_NAME, power_of

from flexmeasures.domain.beliefs import MEASURED
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.testing.factories import block


def window(page: Page) -> tuple[datetime, datetime]:
    """Return the window that the address states."""
    query = parse_qs(urlsplit(page.url).query)
    start, end = (datetime.fromisoformat(query[name][0]) for name in ("start", "end"))
    return start, end


def test_logging_in_and_out(start: Start) -> None:
    page = (visit := start()).page
    page.goto(f"{visit.site.url}/tasks")
    page.fill("#email", PROSUMER)
    page.fill("#password", "wrong")
    page.click("button.main-action")
    expect(page.get_by_role("alert")).to_have_text("Email address and password do not fit together.")
    page.fill("#password", PASSWORD)
    page.click("button.main-action")
    page.wait_for_url("**/tasks")
    page.click(".tools .person summary")
    page.get_by_role("button", name="Log out").click()
    page.goto(f"{visit.site.url}/dashboard")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


@pytest.mark.full
def test_one_click_lets_visitors_into_a_demonstration(start: Start) -> None:
    page = (visit := start(width=390)).page
    page.goto(f"{visit.site.url}/login")
    page.get_by_role("button", name="Use the demo account").click()
    page.wait_for_url("**/dashboard")
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()


def test_from_the_map_to_the_asset(visit: Visit) -> None:
    page = visit.page
    visit.open("/dashboard")
    expect(page.locator(".tell.late")).to_contain_text(
        "1 asset without recent measurements: Old depot (9 h 5 min ago)"
    )
    page.locator('.leaflet-marker-icon[title="Harbour wind"]').click()
    popup = page.locator(".leaflet-popup")
    expect(popup).to_contain_text("producing")
    expect(page.locator(".spark path")).to_have_attribute("d", re.compile(".{100}"))
    popup.get_by_role("link", name="Open").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Harbour wind")


def test_the_list_says_what_the_map_says(visit: Visit) -> None:
    visit.open("/dashboard")
    page = visit.page
    page.get_by_role("link", name="Harbour wind").hover()
    expect(page.locator(".pin.lit")).to_have_attribute("title", "Harbour wind")
    expect(page.locator("#state")).to_contain_text("7 assets · 1 without a place on the map")


def test_zooming_links_panels_and_stays_in_the_address(visit: Visit) -> None:
    page = visit.page
    visit.asset("Harbour wind")
    box = page.locator('[data-panel="power"] .u-over').bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 300, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 500, box["y"] + 80, steps=4)
    page.mouse.up()
    page.wait_for_url("**start=**")
    start, end = window(page)
    assert abs((end - start) - timedelta(hours=72) * 200 / box["width"]) < timedelta(minutes=10)
    shown = page.locator(".range").text_content()
    page.reload()
    page.wait_for_selector("html[data-drawn]", state="attached")
    assert page.locator(".range").text_content() == shown
    page.get_by_role("button", name="7 d").click()
    assert page.locator(".range").text_content() != shown
    page.go_back()
    expect(page.locator(".range")).to_have_text(shown or "")


@pytest.mark.full
def test_cursors_of_all_panels_move_together(visit: Visit) -> None:
    page = visit.page
    visit.asset("Harbour wind")
    box = page.locator('[data-panel="power"] .u-over').bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 400, box["y"] + 100)
    page.wait_for_timeout(50)
    lefts = page.eval_on_selector_all(
        ".panel .u-cursor-x", "lines => lines.map(line => Math.round(line.getBoundingClientRect().left))"
    )
    assert len(lefts) == 2
    assert abs(lefts[0] - lefts[1]) <= 1


def test_times_are_those_of_the_asset_and_days_of_change_tick_right(visit: Visit) -> None:
    page = visit.page
    visit.asset("Harbour wind", "?start=2026-03-28T23:00:00Z&end=2026-03-29T22:00:00Z")
    expect(page.locator(".range")).to_have_text("Sun 29 Mar, 00:00 – Mon 30 Mar, 00:00")
    expect(page.locator("#status")).to_contain_text("Europe/Amsterdam · UTC+01:00")
    page.locator(".plots").focus()
    page.get_by_role("button", name="Table").click()
    times = page.locator(".values tbody th").all_text_contents()
    assert len(times) == 92
    assert times[7:9] == ["Sun 29 Mar, 01:45", "Sun 29 Mar, 03:00"]


@pytest.mark.full
def test_typed_times_are_read_in_the_zone_of_the_asset(visit: Visit) -> None:
    page = visit.page
    visit.asset("Harbour wind")
    page.locator(".range").click()
    page.fill("#window-start", "2026-03-27T06:00")
    page.fill("#window-end", "2026-03-27T05:00")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("The end should be after the start.")
    page.fill("#window-end", "2026-03-27T12:00")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".range")).to_have_text("Fri 27 Mar, 06:00 – Fri 27 Mar, 12:00")
    assert window(page)[0] == datetime(2026, 3, 27, 5, tzinfo=UTC)


def test_the_table_holds_the_stored_numbers(visit: Visit) -> None:
    page = visit.page
    visit.asset("Town hall", "?start=2026-03-27T12:00:00Z&end=2026-03-27T18:00:00Z")
    page.get_by_role("button", name="Table").click()
    told = [float(text) for text in page.locator(".values tbody td:nth-child(2)").all_text_contents()]
    sensor = visit.site.scene.power["Town hall"]
    grid = TimeGrid(datetime(2026, 3, 27, 12, tzinfo=UTC), QUARTER, 24)
    (stored,) = visit.site.platform.store.beliefs.latest([sensor.id], grid.start, grid.end, MEASURED)[
        sensor.id
    ]
    assert_allclose(told, 1000 * stored.on(grid).values, atol=0.05)
    realised = page.locator('[data-sum="realised"]').text_content() or ""
    assert_allclose(
        float(realised.removesuffix(" kWh").replace(",", "")), 250 * stored.value.sum(), atol=0.06
    )


def test_a_file_holds_the_visible_window(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    visit.asset("Harbour wind", "?start=2026-03-27T12:00:00Z&end=2026-03-27T18:00:00Z")
    with page.expect_download() as download:
        page.get_by_role("link", name="Save CSV").click()
    download.value.save_as(tmp_path / "values.csv")
    rows = list(csv.DictReader((tmp_path / "values.csv").read_text().splitlines()))
    assert rows[0]["start"] == "2026-03-27T13:00:00+01:00"
    measured = [float(row["Power: Measured (MW)"]) for row in rows]
    grid = TimeGrid(datetime(2026, 3, 27, 12, tzinfo=UTC), QUARTER, 24)
    assert_allclose(measured, -power_of(PLANS[0], grid))


@pytest.mark.full
def test_the_chart_is_saved_as_a_picture(visit: Visit, tmp_path: Path) -> None:
    visit.asset("Harbour wind")
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name="Save PNG").click()
    download.value.save_as(tmp_path / "chart.png")
    assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "chart.png").stat().st_size > 10_000


def test_the_keyboard_moves_tells_and_zooms(visit: Visit) -> None:
    page = visit.page
    visit.asset("Canal battery")
    page.locator(".plots").focus()
    page.keyboard.press("ArrowLeft")
    told = page.locator(".chart [aria-live]")
    expect(told).to_have_text("Sat 28 Mar, 13:45. Measured 0.500 MW, Price 41.5 EUR/MWh")
    page.keyboard.press("Shift+ArrowRight")
    expect(told).to_contain_text("14:45. Schedule 0.500 MW")
    page.keyboard.press("+")
    start, end = window(page)
    assert abs((end - start) - timedelta(hours=72) * 0.6) < timedelta(minutes=1)
    page.keyboard.press("PageDown")
    assert abs(window(page)[0] - start - timedelta(days=1)) < timedelta(minutes=1)
    page.keyboard.press("0")
    expect(page.get_by_role("button", name="3 d")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_hidden()


@pytest.mark.full
def test_the_strip_moves_the_window(visit: Visit) -> None:
    page = visit.page
    visit.asset("Harbour wind")
    before = page.locator(".range").text_content()
    box = page.locator(".window").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 - 150, box["y"] + 10, steps=3)
    page.mouse.up()
    assert page.locator(".range").text_content() != before
    start, end = window(page)
    assert abs((end - start) - timedelta(hours=72)) < timedelta(minutes=1)
    assert start < NOW - timedelta(hours=60)


@pytest.mark.full
def test_a_legend_hides_a_line(visit: Visit) -> None:
    page = visit.page
    visit.asset("Harbour wind")
    button = page.locator('[data-panel="power"] .legend button').filter(has_text="Forecast")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")


def test_new_values_appear_and_nothing_moves(visit: Visit) -> None:
    page, site = visit.page, visit.site
    visit.asset("Dune solar", "?start=2026-03-28T06:00:00Z&end=2026-03-28T18:00:00Z")
    shown = page.locator(".range").text_content()
    page.get_by_role("button", name="Table").click()
    row = page.locator(".values tbody tr").filter(has_text="14:15")
    expect(row.locator("td").first).to_have_text("–")
    sensor = site.scene.power["Dune solar"]
    told = block(sensor, site.scene.meter, NOW.replace(minute=15), [-1.23])
    with site.platform.transaction():
        site.platform.store.beliefs.add([told])
    expect(row.locator("td").first).to_have_text("1.23", timeout=12_000)
    assert page.locator(".range").text_content() == shown
    expect(page.locator("#status")).to_contain_text("producing 1.23 MW", timeout=15_000)


def test_reasons_stand_below_the_schedule(visit: Visit) -> None:
    visit.asset("Canal battery")
    expect(visit.page.locator(".why")).to_contain_text("It discharges 1.8 MWh")
    expect(visit.page.locator(".why")).to_contain_text(
        "soc-target at Sun 29 Mar, 05:00 is missed by 0.12 MWh"
    )


@pytest.mark.full
def test_an_asset_without_data_says_so_and_its_name_is_text(visit: Visit) -> None:
    visit.asset(UNRULY_NAME)
    expect(visit.page.get_by_role("heading", level=1)).to_have_text(UNRULY_NAME)
    expect(visit.page.locator(".over-plot")).to_have_count(0)
    visit.open("/dashboard")
    expect(visit.page.locator(".list-card")).to_contain_text(UNRULY_NAME)


def test_an_empty_window_leads_to_the_last_values(visit: Visit) -> None:
    page = visit.page
    visit.asset("Old depot", "?start=2027-01-01T00:00:00Z&end=2027-01-02T00:00:00Z")
    box = page.locator(".over-plot")
    expect(box).to_contain_text("No data in this window")
    box.get_by_role("button").click()
    expect(box).to_have_count(0)
    assert window(page)[1] < datetime(2026, 4, 1, tzinfo=UTC)


def test_values_that_cannot_be_loaded_can_be_tried_again(start: Start) -> None:
    visit = start()
    visit.log_in()
    page = visit.page
    page.route("**/values?**", lambda route: route.fulfill(status=500, body="{}"))
    visit.asset("Town hall")
    box = page.locator(".over-plot")
    expect(box).to_contain_text("The values could not be loaded")
    page.unroute("**/values?**")
    box.get_by_role("button", name="Try again").click()
    expect(box).to_have_count(0)
    visit.wrong[:] = [each for each in visit.wrong if "500" not in each]


def test_others_may_not_look(start: Start) -> None:
    visit = start()
    visit.log_in(STRANGER)
    visit.page.goto(f"{visit.site.url}/assets/{visit.site.scene.assets['Town hall'].id}")
    expect(visit.page.get_by_role("heading", name="You may not see this")).to_be_visible()
    visit.wrong[:] = [each for each in visit.wrong if "403" not in each]


@pytest.mark.full
def test_the_theme_is_kept(visit: Visit) -> None:
    page = visit.page
    visit.asset("Harbour wind")
    page.get_by_role("button", name="Switch between light and dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(12, 18, 20)"


@pytest.mark.parametrize("width", [390, pytest.param(1400, marks=pytest.mark.full)])
def test_pages_are_useful_without_scripts(start: Start, width: int) -> None:
    visit = start(width=width, scripts=False)
    visit.log_in()
    visit.page.goto(f"{visit.site.url}/dashboard")
    page = visit.page
    expect(page.locator(".list-card")).to_contain_text("producing")
    page.locator("#state").get_by_role("link", name="Canal battery").click()
    expect(page.locator(".kpis")).to_contain_text("1.10 MWh")
    expect(page.get_by_role("link", name="Save CSV")).to_be_visible()
    visit.page.goto(f"{visit.site.url}/tasks")
    page.select_option("#job-state", "failed")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("tbody tr")).to_have_count(1)


def test_statements_follow_the_window_of_the_chart(visit: Visit) -> None:
    page = visit.page
    visit.open("/portfolio")
    expect(page.locator("#statements")).to_contain_text("Sat 28 Mar, 14:15 – Sun 29 Mar, 15:30")
    before = page.locator("#figures").text_content() or ""
    page.get_by_role("button", name="Earlier").click()
    expect(page.locator("#statements")).to_contain_text("Sat 28 Mar, 02:15")
    assert page.locator("#figures").text_content() != before
    page.get_by_role("button", name="Generation").click()
    page.get_by_role("button", name="Stacked by type").click()
    expect(page.locator('[data-panel="power"] .legend')).to_contain_text("Wind turbine")
    page.reload()
    expect(page.locator('[data-panel="power"] .legend')).to_contain_text("Wind turbine")


def test_analytics_show_what_is_chosen(visit: Visit) -> None:
    page = visit.page
    visit.open("/analytics?start=2026-03-27T12:00:00Z&end=2026-03-28T12:00:00Z")
    page.select_option("#group", label="Renewables")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**group=renewables**")
    assert window(page)[0] == datetime(2026, 3, 27, 12, tzinfo=UTC)
    metrics = page.locator("#metrics")
    expect(metrics).to_contain_text("Production (MWh)")
    grid = TimeGrid(datetime(2026, 3, 27, 12, tzinfo=UTC), QUARTER, 96)
    total = -sum(power_of(plan, grid).sum() for plan in PLANS if plan.type in {"wind", "solar"}) / 4
    expect(metrics.locator("tbody tr").first).to_contain_text(f"{total:.3f}")
    expect(page.locator('[data-panel="power"] .legend')).to_contain_text("Forecast")
