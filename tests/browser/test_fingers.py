"""Pages under fingers and keys: nothing too small to touch, nothing that only a mouse can reach."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Start
from tests.browser.scene import PASSWORD, STRANGER
from tests.browser.views import View, path_of

PATHS = (
    "/assets",
    "/assets/new",
    "/assets/{Canal battery}/edit",
    "/assets/{Canal battery}/delete",
    "/sensors",
    "/users?include_inactive=on",
    "/users/{user Paula}",
    "/users/{user Paula}/edit",
    "/upload",
    "/tasks",
    "/account",
    "/nowhere",
)
SMALL = """() => [...document.querySelectorAll('a, button, input, select, summary, textarea')]
  .filter((each) => each.type !== 'hidden' && !each.closest('.skip, .quietly, dialog'))
  .map((each) => (['checkbox', 'radio'].includes(each.type) && each.closest('label')) || each)
  .map((each) => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && box.height > 0 && (box.height < 43.5 || box.width < 43.5))
  .map(([text]) => text)"""


@pytest.mark.full
@pytest.mark.parametrize("path", PATHS)
def test_everything_can_be_touched(start: Start, path: str) -> None:
    visit = start(width=390)
    visit.log_in()
    visit.open(path_of(View("touched", path), visit.site))
    assert visit.page.evaluate(SMALL) == []
    visit.wrong[:] = [each for each in visit.wrong if "404" not in each]


@pytest.mark.full
def test_a_user_is_found_and_changed_by_the_keyboard_alone(start: Start) -> None:
    page = (visit := start()).page
    page.goto(f"{visit.site.url}/login")
    page.keyboard.type("ada@example.com")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/dashboard")
    page.goto(f"{visit.site.url}/users")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to content")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Create new user")
    page.keyboard.press("Tab")
    page.keyboard.type("stan")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=stan**")
    link = page.get_by_role("link", name="Stan")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/users/\d+$"))
    page.get_by_role("link", name="Edit").focus()
    page.keyboard.press("Enter")
    page.locator("#username").focus()
    page.keyboard.press("End")
    page.keyboard.type(" the second")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_have_text("User Stan the second was changed.")
    store = visit.site.platform.store.accounts
    user = visit.site.scene.users[STRANGER]
    assert store.user(user.id).username == "Stan the second"
    store.update_user(user)


@pytest.mark.full
def test_what_was_not_saved_is_asked_about(start: Start) -> None:
    visit = start()
    visit.log_in()
    visit.open(f"/assets/{visit.site.scene.assets['Town hall'].id}/edit")
    page = visit.page
    asked: list[str] = []

    def stay(dialog: object) -> None:
        asked.append(str(getattr(dialog, "type", "")))
        getattr(dialog, "dismiss", lambda: None)()

    page.on("dialog", stay)
    page.locator("#display_name").press("End")
    page.keyboard.type("!")
    page.get_by_role("link", name="Cancel").click(no_wait_after=True)
    expect(page.locator("#display_name")).to_have_value("Town hall!")
    assert asked == ["beforeunload"]
    page.remove_listener("dialog", stay)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name="Cancel").click()
    page.wait_for_url(re.compile(r"/assets/\d+$"))
