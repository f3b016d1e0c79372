"""What fingers, links and switches do to a chart, and what becomes of it when nobody looks."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import orjson
import pytest
from numpy.testing import assert_allclose
from playwright.sync_api import CDPSession, Page, expect
from tests.browser.conftest import Start, Visit
from tests.browser.scene import NOW, PLANS, QUARTER, power_of, prices
from tests.browser.test_charts import FROM, WINDOW, column
from tests.browser.test_journeys import window

from flexmeasures.domain.assets import Quantity, Sensor
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.testing.factories import block
from flexmeasures.testing.waiting import eventually

WIND = next(plan for plan in PLANS if plan.name == "Harbour wind")
HOURS = timedelta(hours=1)


def fingers(devtools: CDPSession, kind: str, *places: tuple[float, float]) -> None:
    """Put fingers on the screen, move them, or lift them."""
    points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
    devtools.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})


STILL = """() => new Promise(resolve => {
  const look = before => setTimeout(() => (scrollY === before ? resolve(true) : look(scrollY)), 100);
  look(-1);
})"""
"""Comes true when the page has come to rest."""


def plot_of(page: Page) -> tuple[float, float]:
    """Return the middle of the plot of power, once it is in view and at rest."""
    plot = page.locator('[data-panel="power"] .u-over')
    plot.scroll_into_view_if_needed()
    page.wait_for_function(STILL)
    box = plot.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def swiped(devtools: CDPSession, place: tuple[float, float], page: Page) -> float:
    """Return how far the page is scrolled after a swipe; on a busy machine a finger may seem to rest."""
    x, y = place
    fingers(devtools, "Start", (x, y))
    for step in range(1, 9):
        fingers(devtools, "Move", (x, y - 20 * step))
    fingers(devtools, "End")
    page.wait_for_function(STILL)
    return float(page.evaluate("scrollY"))


def test_one_finger_scrolls_the_page_and_two_stretch_the_window(start: Start) -> None:
    visit = start(width=390)
    visit.log_in()
    visit.asset("Harbour wind", WINDOW)
    page = visit.page
    devtools = page.context.new_cdp_session(page)
    scrolled: float = page.evaluate("scrollY")
    eventually(lambda: swiped(devtools, plot_of(page), page) > scrolled + 40)
    assert window(page)[1] - window(page)[0] == 24 * HOURS
    x, y = plot_of(page)
    fingers(devtools, "Start", (x - 30, y), (x + 30, y))
    for apart in (35, 45, 60):
        fingers(devtools, "Move", (x - apart, y), (x + apart, y))
    fingers(devtools, "End")
    page.wait_for_function("() => !location.search.includes('T12:00:00Z&')")
    first, last = window(page)
    assert abs((last - first) - 12 * HOURS) < timedelta(minutes=20)
    assert abs(first + (last - first) / 2 - (FROM + 12 * HOURS)) < timedelta(minutes=20)


def test_a_finger_that_rests_draws_a_window(start: Start) -> None:
    visit = start(width=390)
    visit.log_in()
    visit.asset("Harbour wind", WINDOW)
    page = visit.page
    devtools = page.context.new_cdp_session(page)
    x, y = plot_of(page)
    fingers(devtools, "Start", (x - 60, y))
    page.wait_for_function(
        "() => document.querySelector('[data-panel=power] .u-cursor-x').style.transform !== ''"
    )
    page.wait_for_function(
        "left => Math.abs(document.querySelector('[data-panel=power] .u-cursor-x')"
        ".getBoundingClientRect().left - left) < 3",
        arg=x - 60,
    )
    for step in range(1, 7):
        fingers(devtools, "Move", (x - 60 + 20 * step, y))
    fingers(devtools, "End")
    page.wait_for_function("() => !location.search.includes('12:00:00Z')")
    first, last = window(page)
    width = page.locator('[data-panel="power"] .u-over').evaluate("plot => plot.clientWidth")
    assert abs((last - first) - 24 * HOURS * 120 / width) < timedelta(minutes=30)


def test_a_link_leads_to_the_same_times_or_goes_with_the_clock(visit: Visit, start: Start) -> None:
    page = visit.page
    visit.asset("Harbour wind", f"{WINDOW}&compare=P1D")
    shown = page.locator(".range").text_content() or ""
    page.get_by_role("button", name="Share").click()
    dialog = page.get_by_role("dialog", name="Share what is shown")
    very = dialog.get_by_label("These very times").input_value()
    going = dialog.get_by_label("Relative to now").input_value()
    assert parse_qs(urlsplit(very).query)["start"] == ["2026-03-27T13:00:00+01:00"]
    assert parse_qs(urlsplit(going).query)["end"] == ["now-75m"]
    other = start()
    other.log_in()
    for link in (very, going):
        other.page.goto(link)
        expect(other.page.locator(".range")).to_have_text(
            shown if link == very else re.compile("Fri 27 Mar, 13:0. – Sat 28 Mar, 13:0.")
        )
        expect(other.page.locator("#look-compare")).to_have_value("P1D")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_totals_are_told_as_energy_power_and_money(visit: Visit) -> None:
    page = visit.page
    visit.asset("Harbour wind", WINDOW)
    realised = page.locator('[data-sum="realised"]')
    power = -power_of(WIND, TimeGrid(FROM, QUARTER, 96))
    worth = np.repeat(prices(TimeGrid(FROM, HOURS, 24)), 4)
    expect(realised).to_have_text(f"{power.sum() / 4:.2f} MWh")
    page.get_by_role("button", name="Mean power").click()
    expect(realised).to_have_text(f"{power.mean():.3f} MW")
    page.get_by_role("button", name="Money").click()
    expect(realised).to_have_text(f"{(power * worth).sum() / 4:,.2f} EUR")
    assert "totals=money" in page.url
    page.reload()
    expect(realised).to_have_text(f"{(power * worth).sum() / 4:,.2f} EUR")


def test_totals_of_long_windows_are_those_of_all_values(start: Start) -> None:
    visit = start(width=390)
    visit.log_in()
    visit.asset("Harbour wind", "?start=2026-03-10T00:00:00Z&end=2026-03-28T00:00:00Z")
    sums = visit.page.locator(".sums")
    expect(visit.page.locator('[data-panel="power"] small')).to_contain_text("means of")
    grid = TimeGrid(NOW.replace(day=20, hour=0, minute=0), QUARTER, 8 * 96)
    power = -power_of(WIND, grid)
    worth = np.repeat(prices(TimeGrid(grid.start, HOURS, 8 * 24)), 4)
    expect(sums.locator('[data-sum="money"]')).to_have_text(f"{(power * worth).sum() / 4:,.2f} EUR")
    expect(sums.locator('[data-sum="realised"]')).to_have_text(f"{power.sum() / 4:.2f} MWh")


def test_errors_are_not_told_without_coverage(visit: Visit) -> None:
    visit.asset("Old depot", "?start=2026-03-27T12:00:00Z&end=2026-03-28T00:00:00Z")
    sums = visit.page.locator(".sums")
    expect(sums.locator('[data-sum="coverage"]')).to_have_text("not available: 0 % coverage")
    expect(sums.locator('[data-sum="mae"]')).to_have_text("–")


def test_instantaneous_values_are_points_at_their_moments(visit: Visit, tmp_path: Path) -> None:
    page, site = visit.page, visit.site
    asset = site.scene.assets["Canal battery"]
    moments = [NOW.replace(hour=9, minute=minute, second=30) for minute in (2, 9, 31)]
    with site.platform.transaction():
        store = site.platform.store
        sensor = store.assets.add_sensor(
            Sensor(0, "charge", asset.id, "MWh", "Europe/Amsterdam", timedelta(0), Quantity.STATE_OF_CHARGE)
        )
        told = [
            block(sensor, site.scene.meter, moment, [1.0 + place], recorded=moment)
            for place, moment in enumerate(moments)
        ]
        store.beliefs.add(told)
    visit.open(f"/sensors/{sensor.id}?start=2026-03-28T08:00:00Z&end=2026-03-28T11:00:00Z")
    page.get_by_role("button", name="Table").click()
    times = page.locator(".values tbody th").all_text_contents()
    assert times == [f"Sat 28 Mar, 10:{minute:02d}" for minute in (2, 9, 31)]
    assert_allclose(column(page, "Measured"), [1, 2, 3])
    with page.expect_download() as download:
        page.get_by_role("button", name="Save SVG").click()
    download.value.save_as(tmp_path / "points.svg")
    drawing = (tmp_path / "points.svg").read_text()
    assert drawing.count("<circle") == 3
    with page.expect_download() as download:
        page.get_by_role("link", name="Save CSV").click()
    download.value.save_as(tmp_path / "points.csv")
    rows = list(csv.DictReader((tmp_path / "points.csv").read_text().splitlines()))
    assert [row["start"] for row in rows] == [f"2026-03-28T10:{minute:02d}:30+01:00" for minute in (2, 9, 31)]


def test_a_gap_stays_a_gap_and_late_lines_end(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    visit.asset("Town hall", "?start=2026-03-28T00:00:00Z&end=2026-03-28T12:00:00Z")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save SVG").click()
    download.value.save_as(tmp_path / "gap.svg")
    lines = re.findall(
        r'<path d="([^"]*)" fill="none"[^>]*stroke-width="1.75"', (tmp_path / "gap.svg").read_text()
    )
    assert lines[0].count("M") == 2
    visit.asset("Old depot", "?start=2026-03-28T00:00:00Z&end=2026-03-28T12:00:00Z")
    expect(page.locator("#status .dot")).to_have_class(re.compile("late"))
    expect(page.locator("#status")).to_contain_text("9 h 5 min ago")
    page.get_by_role("button", name="Table").click()
    measured = column(page, "Measured")
    assert np.isnan(measured[17:]).all()
    assert not np.isnan(measured[:17]).any()


def test_the_other_theme_is_drawn_without_loading_anything(visit: Visit) -> None:
    page = visit.page
    visit.asset("Harbour wind", WINDOW)
    drawn = "document.querySelector('[data-panel=power] canvas').toDataURL()"
    before = page.evaluate(drawn)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("button", name="Switch between light and dark").click()
    page.wait_for_function(f"before => {drawn} !== before", arg=before)
    assert not asked
    expect(page.locator(".range")).to_have_text("Fri 27 Mar, 13:00 – Sat 28 Mar, 13:00")


def test_a_hidden_page_neither_hears_nor_asks_and_catches_up(visit: Visit) -> None:
    page, site = visit.page, visit.site
    visit.asset("Bus charging", "?start=2026-03-28T06:00:00Z&end=2026-03-28T18:00:00Z")
    page.wait_for_selector('body[data-hears="stream"]')
    page.get_by_role("button", name="Table").click()
    hide = (
        "hidden => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});"
        " document.dispatchEvent(new Event('visibilitychange')); }"
    )
    page.evaluate(hide, arg=True)
    page.wait_for_selector('body[data-hears="poll"]')
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    sensor = site.scene.power["Bus charging"]
    with site.platform.transaction():
        site.platform.store.beliefs.add([block(sensor, site.scene.meter, NOW.replace(minute=15), [0.123])])
    cell = page.locator(".values tbody tr").filter(has_text="14:15").locator("td").first
    page.wait_for_function("at => performance.now() > at + 1200", arg=page.evaluate("performance.now()"))
    expect(cell).to_have_text("–")
    assert not asked
    page.evaluate(hide, arg=False)
    page.wait_for_selector('body[data-hears="stream"]')
    expect(cell).to_have_text("123.0", timeout=5000)


@pytest.mark.full
def test_a_ghost_stays_beside_a_replay(visit: Visit) -> None:
    page = visit.page
    visit.asset("Harbour wind", f"{WINDOW}&compare=P1D&known=2026-03-28T06:00:00Z")
    expect(page.locator('[data-panel="power"] .legend')).to_contain_text("Day before")
    page.get_by_role("button", name="Table").click()
    grid = TimeGrid(FROM - 24 * HOURS, QUARTER, 96)
    assert_allclose(column(page, "Power: Day before"), -power_of(WIND, grid), atol=0.006)


def test_the_band_tells_its_probability(visit: Visit) -> None:
    visit.asset("Harbour wind")
    expect(visit.page.locator('[data-panel="power"] .legend')).to_contain_text("Forecast, 80 % of outcomes")


@pytest.mark.full
def test_a_year_of_four_lines_is_zoomed_at_once(
    visit: Visit, record_property: Callable[[str, object], None]
) -> None:
    page = visit.page
    visit.asset("Harbour wind")
    page.route("**/values?**", lambda route: route.fulfill(body=year(), content_type="application/json"))
    page.get_by_role("button", name="1 y").click()
    expect(page.locator('[data-panel="power"] .legend li')).to_have_count(5)
    page.locator(".plots").focus()
    took: list[float] = page.evaluate(
        "async () => { const plots = document.querySelector('.plots'); const took = [];"
        " for (let round = 0; round < 12; round += 1) { const began = performance.now();"
        " plots.dispatchEvent(new KeyboardEvent('keydown', {key: round % 2 ? '-' : '+'}));"
        " await Promise.resolve(); took.push(performance.now() - began);"
        " await new Promise(requestAnimationFrame); } return took; }"
    )
    record_property("milliseconds of a zoom", float(np.median(took)))
    assert min(took) < 150
    page.get_by_role("button", name="Table").click()
    expect(page.locator(".values caption")).to_contain_text("The first 400 of")


@cache
def year() -> bytes:
    """Return a year of four lines in quarters of an hour, as the server writes it."""
    size = 368 * 96
    hours = np.arange(size) / 4
    roles = ("measured", "forecast", "schedule", "earlier")
    lines = [
        {
            "key": role,
            "role": role,
            "name": role.title(),
            "values": np.round(np.sin(hours / 4 + n), 3).tolist(),
        }
        for n, role in enumerate(roles)
    ]
    start = (NOW - timedelta(days=184)).timestamp()
    words = {"key": "power", "title": "Power", "unit": "MW", "note": "15 min"}
    panel = {**words, "bucketed": False, "start": start, "step": 900.0, "size": size, "series": lines}
    return orjson.dumps({"start": start, "end": start + 900 * size, "last": None, "panels": [panel]})
