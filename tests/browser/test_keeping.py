"""What people look after on the pages: assets, users, files and their own account."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import Page, expect
from tests.browser.conftest import Start, Visit
from tests.browser.scene import PASSWORD, PROSUMER, STRANGER

GOOD = "start;power (kW)\n2026-03-26 10:00;410,5\n2026-03-26 10:15;oops\n2026-03-26 10:30;409\n"


def choose(page: Page, file: Path, asset: str) -> None:
    """Choose a sensor and a file, and have it checked."""
    label = page.locator("#sensor option", has_text=asset).first.text_content() or ""
    page.select_option("#sensor", label=label)
    page.set_input_files("#file", file)
    page.get_by_role("button", name="Check and show").click()


def test_an_asset_is_made_by_clicks_changed_and_deleted(visit: Visit) -> None:
    page = visit.page
    visit.open("/assets")
    page.get_by_role("link", name="Create new asset").click()
    page.wait_for_selector("html[data-drawn]", state="attached")
    page.fill("#display_name", "Lock gate")
    page.select_option("#type", "process")
    page.fill("#capacity", "0.04")
    page.locator(".map").click(position={"x": 300, "y": 120})
    expect(page.locator(".pin.chosen")).to_be_visible()
    north, east = (float(page.input_value(f"#{name}")) for name in ("latitude", "longitude"))
    assert -90 < north < 90
    assert -180 < east < 180
    page.get_by_role("button", name="Create asset").click()
    expect(page.get_by_role("status").first).to_have_text("Creation was successful.")
    page.get_by_role("link", name="Edit", exact=True).click()
    page.wait_for_selector("html[data-drawn]", state="attached")
    page.fill("#latitude", "52.5")
    page.fill("#longitude", "5.0")
    page.fill("#capacity", "none")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#capacity-problem")).to_contain_text("Give a number")
    page.fill("#capacity", "0.06")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".kpis")).to_contain_text("60.0 kW")
    page.get_by_role("link", name="Edit", exact=True).click()
    expect(page.locator(".history")).to_contain_text("capacity_in_mw from 0.04 to 0.06")
    page.get_by_role("link", name="Delete this asset").click()
    page.fill("#name", "Lock gate")
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_role("status").first).to_contain_text("have been deleted.")
    expect(page.get_by_role("link", name="Lock gate")).to_have_count(0)
    visit.wrong[:] = [each for each in visit.wrong if "422" not in each]


@pytest.mark.full
def test_a_pin_is_dragged_and_typing_moves_it(visit: Visit) -> None:
    page = visit.page
    visit.open(f"/assets/{visit.site.scene.assets['Town hall'].id}/edit")
    pin = page.locator(".pin.chosen")
    box = pin.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 11, box["y"] + 11)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] - 40, steps=5)
    page.mouse.up()
    assert page.input_value("#latitude") != "52.3731"
    page.fill("#latitude", "-33.9")
    page.fill("#longitude", "151.2")
    expect(pin).to_be_in_viewport()


@pytest.mark.full
def test_forms_work_without_scripts(start: Start) -> None:
    page = (tab := start(scripts=False)).page
    tab.log_in()
    page.goto(f"{tab.site.url}/assets/{tab.site.scene.assets['Dune solar'].id}/edit")
    page.fill("#latitude", "52.38")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Editing was successful.")).to_be_visible()
    page.goto(f"{tab.site.url}/users?q=stan")
    expect(page.get_by_role("link", name="Stan")).to_be_visible()


def test_a_user_is_made_and_logs_in(visit: Visit, start: Start) -> None:
    page = visit.page
    visit.open("/users")
    page.get_by_role("link", name="Create new user").click()
    page.fill("#email", "nora@example.com")
    page.fill("#username", "Nora")
    page.select_option("#account", label="Elsewhere (Prosumer)")
    page.fill("#password", "short")
    page.get_by_role("button", name="Create user").click()
    expect(page.locator("#password-problem")).to_contain_text("at least 8 characters")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Create user").click()
    expect(page.get_by_role("status").first).to_have_text("User Nora was created.")
    nora = start(width=390, theme="dark")
    nora.log_in("nora@example.com")
    nora.open("/users")
    expect(nora.page.get_by_role("heading", name="You may not see this")).to_be_visible()
    page.get_by_role("button", name="Deactivate").click()
    expect(page.get_by_role("status").first).to_contain_text("is now False")
    nora.open("/dashboard")
    expect(nora.page.get_by_role("heading", name="Log in")).to_be_visible()
    page.get_by_text("Delete this user").click()
    page.fill("#name", "Nora")
    page.get_by_role("button", name="Delete Nora").click()
    expect(page.get_by_role("status").first).to_have_text("User Nora was deleted.")
    for tab in (visit, nora):
        tab.wrong[:] = [each for each in tab.wrong if "422" not in each and "403" not in each]


def test_files_are_checked_imported_and_taken_back(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    bad, good = tmp_path / "bad.csv", tmp_path / "good.csv"
    bad.write_text("a,b\n1,2\n")
    good.write_text(GOOD)
    visit.open("/upload")
    choose(page, bad, "Old depot")
    expect(page.locator("#file-problem")).to_contain_text("No column holds dates")
    page.get_by_text("How it is to be read").click()
    page.fill("#unit", "kW")
    choose(page, good, "Old depot")
    expect(page.locator(".findings")).to_contain_text("Row without a number in column 2: 3.")
    expect(page.locator(".sketch .told")).to_have_attribute("d", re.compile("^M"))
    page.get_by_role("button", name="Import 2 values, leave out 1 row").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 values written")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("status").first).to_contain_text("2 values from good.csv were taken back")
    expect(page.locator(".history")).to_contain_text("Took back 2 uploaded values.")
    visit.wrong[:] = [each for each in visit.wrong if "422" not in each]


@pytest.mark.full
def test_a_workbook_is_dropped(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    book, file = Workbook(), tmp_path / "values.xlsx"
    sheet = book.active
    assert sheet is not None
    for row in (["start", "value"], ["2026-03-26 10:00", 0.2], ["2026-03-26 10:15", 0.3]):
        sheet.append(row)
    book.save(file)
    visit.open("/upload")
    choose(page, file, "Bus charging")
    expect(page.locator(".kpis")).to_contain_text("Values to write2")


@pytest.mark.full
def test_a_token_is_revealed_renewed_and_works(start: Start) -> None:
    page = (tab := start()).page
    tab.log_in(STRANGER)
    tab.open("/account")
    page.get_by_role("button", name="Show a token").click()
    first = page.input_value("#token")
    tab.open("/account")
    page.get_by_role("button", name="Revoke all and renew").click()
    second = page.input_value("#token")
    codes = [
        page.request.get(f"{tab.site.url}/api/caller", headers={"Authorization": token}).status
        for token in (first, second)
    ]
    assert codes == [401, 200]


@pytest.mark.full
def test_the_menu_of_a_phone_holds_all_pages(start: Start) -> None:
    page = (tab := start(width=390)).page
    tab.log_in(PROSUMER)
    tab.open("/dashboard")
    page.locator(".more summary").click()
    page.locator(".more .sheet").get_by_role("link", name="Upload").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Upload")


@pytest.mark.full
def test_a_sensor_is_found_and_its_chart_drawn(visit: Visit) -> None:
    page = visit.page
    visit.open("/sensors?q=harbour")
    page.get_by_role("link", name="Power").click()
    page.wait_for_selector("html[data-drawn]", state="attached")
    page.get_by_role("button", name="Table").click()
    assert page.locator(".values tbody tr").count() > 50
