"""What no other chart of energy can: earlier knowledge and periods, exact clocks, news within two seconds."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from numpy.testing import assert_allclose
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visit
from tests.browser.scene import DAY, HOUR, NOW, PLANS, QUARTER, power_of

from flexmeasures.domain.beliefs import BeliefFilter, Beliefs, most_recent
from flexmeasures.domain.jobs import JobState
from flexmeasures.domain.timing import TimeGrid, from_instant
from flexmeasures.testing.factories import block

WIND = next(plan for plan in PLANS if plan.name == "Harbour wind")
TOLD = "slider.dispatchEvent(new Event('input'))"
WINDOW = "?start=2026-03-27T12:00:00Z&end=2026-03-28T12:00:00Z"
FROM = datetime(2026, 3, 27, 12, tzinfo=UTC)


def column(page: Page, head: str) -> list[float]:
    """Return a column of the table below the chart, NaN where it is empty."""
    heads = page.locator(".values thead th").all_text_contents()
    place = next(number for number, text in enumerate(heads) if head in text)
    cells = page.locator(f".values tbody td:nth-child({place + 1})").all_text_contents()
    return [np.nan if cell == "–" else float(cell.replace("−", "-").replace(",", "")) for cell in cells]


def address(page: Page, name: str) -> str:
    return parse_qs(urlsplit(page.url).query).get(name, [""])[0]


def known_of(visit: Visit, start: datetime, only: BeliefFilter) -> list[float]:
    """Return 24 hours of what the store says of the wind, production positive."""
    sensor = visit.site.scene.power["Harbour wind"].id
    grid = TimeGrid(start, QUARTER, 96)
    with visit.site.platform.transaction():
        parts = visit.site.platform.store.beliefs.latest([sensor], grid.start, grid.end, only)
    told: Beliefs = most_recent(parts[sensor])
    values: list[float] = (-told.on(grid).values).tolist()
    return values


def test_a_replay_shows_what_was_known_then(visit: Visit) -> None:
    page = visit.page
    visit.asset("Harbour wind", WINDOW)
    page.get_by_role("button", name="As known at …").click()
    slider = page.get_by_role("slider", name="As known at")
    expect(slider).to_be_enabled()
    slider.evaluate(f"slider => {{ slider.value = Math.round(slider.max / 2); {TOLD} }}")
    page.wait_for_url("**known=**")
    known = datetime.fromisoformat(address(page, "known"))
    assert FROM - 3 * DAY <= known <= NOW
    page.get_by_role("button", name="Table").click()
    measured = known_of(visit, FROM, BeliefFilter(prior=known, horizon_max=timedelta(0)))
    forecast = known_of(visit, FROM, BeliefFilter(prior=known, horizon_min=timedelta(microseconds=1)))
    assert 0 < np.isnan(forecast).sum() < 96
    assert_allclose(column(page, "Measured"), measured, atol=0.006)
    assert_allclose(column(page, "Forecast"), forecast, atol=0.006)
    page.reload()
    page.wait_for_selector("html[data-drawn]", state="attached")
    assert datetime.fromisoformat(address(page, "known")) == known
    page.get_by_role("button", name="Table").click()
    assert_allclose(column(page, "Forecast"), forecast, atol=0.006)
    page.get_by_role("button", name="Back to now").click()
    expect(page.locator(".replay")).to_be_hidden()
    assert not address(page, "known")


def test_a_step_of_the_replay_takes_no_time(visit: Visit) -> None:
    page = visit.page
    visit.asset("Harbour wind")
    page.get_by_role("button", name="As known at …").click()
    expect(page.get_by_role("slider", name="As known at")).to_be_enabled()
    took: float = page.evaluate(
        "async () => { const slider = document.querySelector('.replay input'); let least = Infinity;"
        " for (let place = 0; place < 20; place += 1) { const began = performance.now();"
        f" slider.value = place * 5; {TOLD}; await Promise.resolve();"
        " least = Math.min(least, performance.now() - began); await new Promise(requestAnimationFrame); }"
        " return least; }"
    )
    assert took < 50


def test_forecasts_are_shown_as_they_were_at_a_horizon(visit: Visit) -> None:
    page = visit.page
    visit.asset("Harbour wind", WINDOW)
    mae = page.locator('[data-sum="mae"]')
    expect(mae).not_to_have_text("–")
    page.select_option("#look-horizon", "PT24H")
    page.wait_for_url("**horizon=PT24H**")
    expect(mae).to_have_text("–")
    page.select_option("#look-horizon", "PT6H")
    page.wait_for_url("**horizon=PT6H**")
    expect(mae).not_to_have_text("–")
    measured = np.array(known_of(visit, FROM, BeliefFilter(horizon_max=timedelta(0))))
    forecast = np.array(known_of(visit, FROM, BeliefFilter(horizon_min=6 * HOUR)))
    error = np.abs(measured - forecast)
    expect(mae).to_have_text(f"{np.nanmean(error):.3f} MW")
    wape = 100 * np.nansum(error) / abs(np.nansum(measured[~np.isnan(forecast)]))
    expect(page.locator('[data-sum="wape"]')).to_have_text(f"{wape:.1f} %")


def test_an_earlier_day_stands_beside_a_later_one_on_the_clock(visit: Visit) -> None:
    page = visit.page
    visit.asset("Harbour wind", WINDOW)
    page.select_option("#look-compare", "P1D")
    page.wait_for_url("**compare=P1D**")
    page.get_by_role("button", name="Table").click()
    grid = TimeGrid(FROM - DAY, QUARTER, 96)
    expect(page.locator('[data-panel="power"] .legend')).to_contain_text("Day before")
    assert_allclose(column(page, "Power: Day before"), -power_of(WIND, grid), atol=0.006)
    total = -power_of(WIND, grid).sum() / 4
    expect(page.locator('[data-sum="earlier"]')).to_have_text(f"{total:.2f} MWh")


@pytest.mark.parametrize(
    ("begin", "end", "times", "steps"),
    [
        ("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", ["Sun 29 Mar, 01:45", "Sun 29 Mar, 03:00"], 92),
        (
            "2026-10-24T22:00:00Z",
            "2026-10-25T23:00:00Z",
            ["Sun 25 Oct, 02:45 +02:00", "Sun 25 Oct, 02:00 +01:00"],
            100,
        ),
    ],
    ids=["spring", "autumn"],
)
def test_both_changes_of_clocks_are_exact_in_a_browser_elsewhere(
    visit: Visit, begin: str, end: str, times: list[str], steps: int
) -> None:
    page = visit.page
    sensor = visit.site.scene.power["Dune solar"]
    first = datetime.fromisoformat(begin)
    if first > NOW:
        told = block(sensor, visit.site.scene.meter, first, [float(-n % 7) for n in range(100)], recorded=NOW)
        with visit.site.platform.transaction():
            visit.site.platform.store.beliefs.add([told])
    assert page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == "America/New_York"
    visit.asset("Dune solar", f"?start={begin}&end={end}")
    page.get_by_role("button", name="Table").click()
    shown = page.locator(".values tbody th").all_text_contents()
    assert len(shown) == steps
    place = shown.index(times[0])
    assert shown[place + 1] == times[1]
    page.select_option("#look-compare", "P1D")
    page.wait_for_url("**compare=P1D**")


def test_news_of_values_arrive_within_two_seconds_and_nothing_moves(visit: Visit) -> None:
    page, site = visit.page, visit.site
    visit.asset("Town hall", "?start=2026-03-28T06:00:00Z&end=2026-03-28T18:00:00Z")
    page.wait_for_selector('body[data-hears="stream"]')
    page.get_by_role("button", name="Table").click()
    shown, scrolled = page.locator(".range").text_content(), page.evaluate("scrollY")
    cell = page.locator(".values tbody tr").filter(has_text="14:15").locator("td").first
    expect(cell).to_have_text("–")
    told = block(site.scene.power["Town hall"], site.scene.meter, NOW.replace(minute=15), [0.321])
    began = time.monotonic()
    with site.platform.transaction():
        site.platform.store.beliefs.add([told])
    expect(cell).to_have_text("321.0", timeout=5000)
    took = time.monotonic() - began
    assert took < 2
    assert (page.locator(".range").text_content(), page.evaluate("scrollY")) == (shown, scrolled)


def test_news_of_jobs_arrive_within_two_seconds(visit: Visit) -> None:
    page, site = visit.page, visit.site
    visit.page.goto(f"{site.url}/tasks")
    page.wait_for_selector('body[data-hears="stream"]')
    queued = page.locator(".chip.queued")
    before = queued.count()
    began = time.monotonic()
    with site.platform.transaction():
        job = site.platform.queue.put("scheduling", "schedule", {})
    expect(queued).to_have_count(before + 1, timeout=5000)
    assert time.monotonic() - began < 2
    with site.platform.transaction():
        site.platform.store.jobs.end(job.id, JobState.CANCELLED, NOW, {})
    expect(queued).to_have_count(before, timeout=5000)


@pytest.mark.full
def test_a_page_that_cannot_hear_looks_by_itself(visit: Visit) -> None:
    page, site = visit.page, visit.site
    page.route("**/live*", lambda route: route.fulfill(status=503))
    visit.asset("Old depot")
    page.wait_for_selector('body[data-hears="poll"]')
    told = block(site.scene.power["Old depot"], site.scene.meter, NOW.replace(minute=0), [0.05])
    with site.platform.transaction():
        site.platform.store.beliefs.add([told])
    expect(page.locator("#status")).to_contain_text("consuming 50.0 kW at 14:15", timeout=15_000)
    visit.wrong[:] = [each for each in visit.wrong if "503" not in each]


def test_a_drawing_holds_the_lines_as_shapes_and_the_times_as_text(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    visit.asset("Harbour wind", WINDOW)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save SVG").click()
    download.value.save_as(tmp_path / "chart.svg")
    drawing = (tmp_path / "chart.svg").read_text()
    texts = re.findall(r"<text [^>]*>([^<]*)</text>", drawing)
    assert texts[0] == "Harbour wind"
    assert "Europe/Amsterdam" in texts[1]
    assert "00:00" in texts
    dashed = re.findall(r'<path d="([^"]*)"[^>]*stroke-dasharray="5 4"', drawing)
    assert max(each.count("L") for each in dashed) > 90


def test_the_earliest_known_time_is_no_mistake(visit: Visit) -> None:
    visit.asset("Harbour wind", f"{WINDOW}&known=2026-01-01T00:00:00Z")
    page = visit.page
    expect(page.locator(".replay")).to_be_visible()
    known = datetime.fromisoformat(address(page, "known"))
    assert known <= from_instant(np.datetime64("2026-03-27T12:00", "us"))
