"""Every page in every look: readable for all, within its budget, and nothing wider than the screen."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest
from _pytest.mark.structures import ParameterSet
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from tests.browser.conftest import Start
from tests.browser.views import REFUSALS, VIEWS, View, path_of, show

from flexmeasures.ui.bundle import BUILT, entry

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LARGEST = 300 * 1024
"""Bytes of a page that is seen for the first time."""

MOST_REQUESTS = 12
LARGEST_SCRIPTS = 100 * 1024


QUICK = {
    ("asset", "light", 1400),
    ("portfolio", "light", 390),
    ("replay", "dark", 390),
    ("dashboard", "dark", 390),
    ("login", "light", 390),
    ("tasks", "dark", 1400),
    ("edit asset", "light", 390),
    ("upload preview", "dark", 390),
    ("user", "light", 1400),
}


def looks() -> Iterator[ParameterSet]:
    for view in VIEWS:
        for theme in ("light", "dark"):
            for width in (1400, 390):
                if view.name == "more" and width > 1080:
                    continue
                quick = (view.name, theme, width) in QUICK
                marks = () if quick else (pytest.mark.full,)
                yield pytest.param(view, theme, width, marks=marks, id=f"{view.name}-{theme}-{width}")


def violations(page: Page) -> list[str]:
    answer = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response
    return [
        f"{found['id']}: {node['target']} {node['failureSummary']}"
        for found in answer["violations"]
        for node in found["nodes"]
    ]


@pytest.mark.parametrize(("view", "theme", "width"), list(looks()))
def test_a_page_is_readable_for_all_and_fits(start: Start, view: View, theme: str, width: int) -> None:
    visit = start(theme=theme, width=width)
    show(visit, view)
    assert violations(visit.page) == []
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if view.name in REFUSALS:
        visit.wrong[:] = [each for each in visit.wrong if REFUSALS[view.name] not in each]


@pytest.mark.full
@pytest.mark.parametrize(
    "name",
    ["dashboard", "asset", "portfolio", "analytics", "tasks", "login", "edit asset", "sensor", "upload"],
)
def test_a_page_keeps_its_budget(start: Start, name: str) -> None:
    visit = start()
    view = next(view for view in VIEWS if view.name == name)
    if name != "login":
        visit.log_in()
    devtools = visit.page.context.new_cdp_session(visit.page)
    devtools.send("Network.enable")
    devtools.send("Network.clearBrowserCache")
    sizes: list[int] = []
    devtools.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    visit.page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(entry =>"
        " { if (!entry.hadRecentInput) window.shift += entry.value; }))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    visit.open(path_of(view, visit.site))
    visit.page.wait_for_load_state("networkidle")
    assert sum(sizes) <= LARGEST
    assert len(sizes) <= MOST_REQUESTS
    assert visit.page.evaluate("window.shift") <= 0.02


def test_scripts_of_a_page_stay_small() -> None:
    for name in ("dashboard", "asset", "portfolio", "analytics", "place", "upload"):
        needed = entry(name)
        files = [BUILT / address.removeprefix("/static/dist/") for address in needed.scripts + needed.shared]
        assert sum(len(gzip.compress(file.read_bytes())) for file in files) <= LARGEST_SCRIPTS
