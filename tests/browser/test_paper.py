"""Pages on paper: white, whole, and without what can only be clicked."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from tests.browser.conftest import Start
from tests.browser.views import View, path_of

PATHS = (
    "/dashboard",
    "/portfolio",
    "/analytics",
    "/assets",
    "/assets/{Harbour wind}",
    "/assets/{Harbour wind}/edit",
    "/sensors",
    "/sensors/{power of Harbour wind}",
    "/users",
    "/users/{user Paula}",
    "/upload",
    "/tasks",
    "/account",
)
PAPER = 700
"""Width of what is printed on A4. [px]"""

SHOWN = "getComputedStyle(document.querySelector('{0}')).display != 'none'"
LIGHTNESS = """() => {
  const canvas = document.querySelector('.u-wrap canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let dark = 0, light = 0;
  for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 200) {
    const bright = data[at] + data[at + 1] + data[at + 2];
    if (bright < 110) dark += 1; else if (bright > 720) light += 1;
  }
  return [dark, light];
}"""


@pytest.mark.full
@pytest.mark.parametrize("path", PATHS)
def test_a_page_fits_on_paper(start: Start, path: str) -> None:
    visit = start(theme="dark")
    visit.log_in()
    visit.open(path_of(View("printed", path), visit.site))
    page = visit.page
    page.set_viewport_size({"width": PAPER, "height": 1000})
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not page.evaluate(SHOWN.format(".top"))
    assert page.locator("main button:not(.legend button):visible, main .button:visible").count() == 0
    assert page.pdf().startswith(b"%PDF")


def became(page: Page, *, is_dark: bool) -> bool:
    """Wait for the chart to be drawn mostly dark, or light."""
    for _ in range(100):
        dark, light = page.evaluate(LIGHTNESS)
        if (dark > light) == is_dark:
            return True
        page.wait_for_timeout(50)
    return False


@pytest.mark.full
def test_charts_are_printed_in_ink_and_go_back_to_the_dark(start: Start) -> None:
    visit = start(theme="dark")
    visit.log_in()
    visit.asset("Harbour wind")
    page = visit.page
    dark, light = page.evaluate(LIGHTNESS)
    assert light > dark
    page.emulate_media(media="print")
    assert became(page, is_dark=True)
    page.emulate_media(media="screen")
    assert became(page, is_dark=False)
    assert page.evaluate("document.documentElement.dataset.theme") is None
    visit.wrong[:] = [each for each in visit.wrong if "willReadFrequently" not in each]
