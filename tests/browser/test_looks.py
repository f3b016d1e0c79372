"""Every page in every look: readable for all, within its budget, and nothing wider than the screen."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pytest
from _pytest.mark.structures import ParameterSet
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FilePayload, Page
from tests.browser.conftest import Start, Visit
from tests.browser.scene import ADMIN, PROSUMER, UNRULY_NAME
from tests.browser.site import Site

from flexmeasures.ui.bundle import BUILT, entry

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LARGEST = 300 * 1024
"""Bytes of a page that is seen for the first time."""

MOST_REQUESTS = 12
LARGEST_SCRIPTS = 100 * 1024
FILE = b"start;power (kW)\n2026-03-26 10:00;410,5\n2026-03-26 10:15;oops\n2026-03-26 10:30;409\n"


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
    View("stacked", "/portfolio?stack=1&unit=money"),
    View("analytics", "/analytics"),
    View("traces", "/analytics?group=type:building&traces=power", '[popovertarget="explain"]'),
    View("analytics replay", "/analytics?known=2026-03-28T06:00:00Z"),
    View("one type", "/portfolio?type=battery&side=generation"),
    View("dashboard of a type", "/dashboard?type=wind"),
    View("assets", "/assets"),
    View("account page", "/account"),
    View("token", "/account", "button.main-action"),
    View("tasks", "/tasks"),
    View("failure", "/tasks?state=failed", "details.fold summary"),
    View("retry all", "/tasks", '[data-open="#retry-failed"]'),
    View("no tasks", "/tasks?state=cancelled"),
    View("nowhere", "/nowhere"),
    View("new asset", "/assets/new"),
    View("edit asset", "/assets/{Canal battery}/edit", "details.fold summary"),
    View("delete asset", "/assets/{Town hall}/delete"),
    View("sensors", "/sensors"),
    View("sensor", "/sensors/{power of Harbour wind}"),
    View("silent sensor", f"/sensors/{{power of {UNRULY_NAME}}}"),
    View("users", "/users?include_inactive=on"),
    View("no users", "/users?q=nobody"),
    View("user", "/users/{user Paula}", "details.fold summary"),
    View("new user", "/users/new"),
    View("wrong user", "/users/new"),
    View("upload", "/upload", "details.fold summary"),
    View("upload preview", "/upload"),
    View("uploaded", "/upload"),
    View("forbidden", "/users"),
    View("more", "/dashboard", ".more summary"),
    View("control", "/control"),
    View("forgotten", "/reset"),
    View("login", "/login"),
)
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


def path_of(view: View, site: Site) -> str:
    """Return the path of a view with the numbers of what it names."""
    scene, path = site.scene, view.path
    for name, asset in scene.assets.items():
        path = path.replace(f"{{{name}}}", str(asset.id))
        path = path.replace(f"{{power of {name}}}", str(scene.power[name].id))
    return path.replace("{user Paula}", str(scene.users[PROSUMER].id))


def show(visit: Visit, view: View) -> None:
    if view.name not in {"login", "forgotten"}:
        visit.log_in(PROSUMER if view.name == "forbidden" else ADMIN)
    visit.open(path_of(view, visit.site))
    if view.press:
        visit.page.locator(view.press).first.click()
    if view.name in ACTS:
        ACTS[view.name](visit.page)
    visit.page.wait_for_load_state("networkidle")


def _fill_in_wrong(page: Page) -> None:
    page.fill("#email", "nora@example.com")
    page.fill("#username", "Nora")
    page.fill("#password", "short")
    page.get_by_role("button", name="Create user").click()
    page.wait_for_selector("#password-problem")


def _upload(page: Page) -> None:
    label = page.locator("#sensor option", has_text="Old depot").first.text_content() or ""
    page.select_option("#sensor", label=label)
    file = FilePayload(name="june.csv", mimeType="text/csv", buffer=FILE)
    page.set_input_files("#file", file)
    page.get_by_role("button", name="Check and show").click()
    page.wait_for_selector(".sketch")


def _import(page: Page) -> None:
    _upload(page)
    page.get_by_role("button", name="Import").click()
    page.wait_for_url("**/upload/done**")


ACTS: Mapping[str, Callable[[Page], None]] = MappingProxyType(
    {"wrong user": _fill_in_wrong, "upload preview": _upload, "uploaded": _import}
)
"""What is done on some pages before they are looked at."""

REFUSALS = {"nowhere": "404", "forbidden": "403", "wrong user": "422"}
"""Statuses that the browser tells as errors, where they are what is looked at."""


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
