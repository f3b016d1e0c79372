"""Every page in every look: readable for all, within its budget, and nothing wider than the screen."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from _pytest.mark.structures import ParameterSet
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from tests.browser.conftest import Start, Visit
from tests.browser.scene import UNRULY_NAME

from flexmeasures.ui.bundle import BUILT, entry

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LARGEST = 300 * 1024
"""Bytes of a page that is seen for the first time."""

MOST_REQUESTS = 12
LARGEST_SCRIPTS = 100 * 1024


@dataclass(frozen=True, slots=True)
class View:
    """A page in a state.

    Attributes:
        name: For reports.
        path: Of the page; names in braces are those of assets.
        press: What is clicked once it is there.
    """

    name: str
    path: str
    press: str = ""


VIEWS = (
    View("dashboard", "/dashboard"),
    View("popup", "/dashboard", '.leaflet-marker-icon[title="Harbour wind"]'),
    View("account", "/dashboard", ".tools .person summary"),
    View("asset", "/assets/{Harbour wind}"),
    View("replay", "/assets/{Harbour wind}?known=2026-03-27T12:00:00Z"),
    View("compared", "/assets/{Harbour wind}?compare=P1D&horizon=PT6H"),
    View("reasons", "/assets/{Canal battery}"),
    View("table", "/assets/{Town hall}", "[data-table]"),
    View("typing", "/assets/{Town hall}", ".range"),
    View("late", "/assets/{Old depot}"),
    View("empty", "/assets/{Old depot}?start=2027-01-01T00:00:00Z&end=2027-01-02T00:00:00Z"),
    View("unruly", f"/assets/{{{UNRULY_NAME}}}"),
    View("portfolio", "/portfolio"),
    View("stacked", "/portfolio?side=consumption"),
    View("analytics", "/analytics"),
    View("traces", "/analytics?group=type:building&traces=power", "details.fold summary"),
    View("assets", "/assets"),
    View("account page", "/account"),
    View("token", "/account", "button.main-action"),
    View("tasks", "/tasks"),
    View("failure", "/tasks?state=failed", "details.fold summary"),
    View("retry all", "/tasks", '[data-open="#retry-failed"]'),
    View("no tasks", "/tasks?state=cancelled"),
    View("nowhere", "/nowhere"),
    View("login", "/login"),
)
QUICK = {
    ("asset", "light", 1400),
    ("portfolio", "light", 390),
    ("replay", "dark", 390),
    ("dashboard", "dark", 390),
    ("login", "light", 390),
    ("tasks", "dark", 1400),
}


def looks() -> Iterator[ParameterSet]:
    for view in VIEWS:
        for theme in ("light", "dark"):
            for width in (1400, 390):
                quick = (view.name, theme, width) in QUICK
                marks = () if quick else (pytest.mark.full,)
                yield pytest.param(view, theme, width, marks=marks, id=f"{view.name}-{theme}-{width}")


def show(visit: Visit, view: View) -> None:
    path = view.path
    for name, asset in visit.site.scene.assets.items():
        path = path.replace(f"{{{name}}}", str(asset.id))
    if view.name != "login":
        visit.log_in()
    visit.open(path)
    if view.press:
        visit.page.locator(view.press).first.click()
    visit.page.wait_for_load_state("networkidle")


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
    if view.name == "nowhere":
        visit.wrong[:] = [each for each in visit.wrong if "404" not in each]


@pytest.mark.full
@pytest.mark.parametrize("name", ["dashboard", "asset", "portfolio", "analytics", "tasks", "login"])
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
    asset = visit.site.scene.assets["Harbour wind"].id
    visit.open(view.path.replace("{Harbour wind}", str(asset)))
    visit.page.wait_for_load_state("networkidle")
    assert sum(sizes) <= LARGEST
    assert len(sizes) <= MOST_REQUESTS
    assert visit.page.evaluate("window.shift") <= 0.02


def test_scripts_of_a_page_stay_small() -> None:
    for name in ("dashboard", "asset", "portfolio", "analytics"):
        needed = entry(name)
        files = [BUILT / address.removeprefix("/static/dist/") for address in needed.scripts + needed.shared]
        assert sum(len(gzip.compress(file.read_bytes())) for file in files) <= LARGEST_SCRIPTS
