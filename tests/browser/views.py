"""Every page of the platform in each of its states, and how it gets there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flask_security.recoverable import generate_reset_password_token
from playwright.sync_api import FilePayload, Page
from tests.browser.conftest import Visit
from tests.browser.scene import ADMIN, PASSWORD, PROSUMER, STRANGER, UNRULY_NAME
from tests.browser.site import Site

from flexmeasures.web.login import Visitors

FILE = b"start;power (kW)\n2026-03-26 10:00;410,5\n2026-03-26 10:15;oops\n2026-03-26 10:30;409\n"
NO_FILE = b"a,b\n1,2\n"


@dataclass(frozen=True, slots=True)
class View:
    """A page in a state.

    Attributes:
        name: For reports.
        path: Of the page; names in braces are those of assets.
        press: What is clicked once it is there.
        who: Whose session shows it; empty for nobody's.
    """

    name: str
    path: str
    press: str = ""
    who: str = ADMIN


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
    View("forbidden", "/users", who=PROSUMER),
    View("more", "/dashboard", ".more summary"),
    View("control", "/control"),
    View("forgotten", "/reset", who=""),
    View("login", "/login", who=""),
    View("help", "/tasks", '[data-open="#help"]'),
    View("keyboard", "/dashboard"),
    View("wrong asset", "/assets/new"),
    View("wrong name", "/assets/{Town hall}/delete"),
    View("wrong file", "/upload"),
    View("wrong password", "/account"),
    View("wrong login", "/login", who=""),
    View("reset sent", "/reset", who=""),
    View("new password", "/reset/{token}", who=""),
    View("values away", "/assets/{Town hall}"),
    View("broken", "/fails/500"),
    View("away", "/fails/503"),
    View("too large", "/fails/413"),
    View("foreign asset", "/assets/{Town hall}", who=STRANGER),
    View("empty dashboard", "/dashboard", who=STRANGER),
    View("empty portfolio", "/portfolio", who=STRANGER),
    View("empty analytics", "/analytics", who=STRANGER),
    View("empty assets", "/assets", who=STRANGER),
    View("empty sensors", "/sensors", who=STRANGER),
    View("nothing to upload to", "/upload", who=STRANGER),
    View("no assets", "/assets?q=zzz"),
    View("no sensors", "/sensors?q=zzz"),
)
"""Every page in every state."""


def path_of(view: View, site: Site) -> str:
    """Return the path of a view with the numbers of what it names."""
    scene, path = site.scene, view.path
    for name, asset in scene.assets.items():
        path = path.replace(f"{{{name}}}", str(asset.id))
        path = path.replace(f"{{power of {name}}}", str(scene.power[name].id))
    if "{token}" in path:
        path = path.replace("{token}", _reset_token(site))
    return path.replace("{user Paula}", str(scene.users[PROSUMER].id))


def _reset_token(site: Site) -> str:
    with site.app.test_request_context():
        visitors: Visitors = site.app.extensions["security"].datastore
        return str(generate_reset_password_token(visitors.find_user(email=STRANGER)))  # type: ignore[no-untyped-call]  # has no types


def show(visit: Visit, view: View) -> None:
    """Bring a page into a state."""
    if view.who:
        visit.log_in(view.who)
    visit.open(path_of(view, visit.site))
    if view.press:
        visit.page.locator(view.press).first.click()
    if view.name in ACTS:
        ACTS[view.name](visit.page)
    if view.name == "popup":
        visit.page.wait_for_selector(".spark path")


def _fill_in_wrong(page: Page) -> None:
    page.fill("#email", "nora@example.com")
    page.fill("#username", "Nora")
    page.fill("#password", "short")
    page.get_by_role("button", name="Create user").click()
    page.wait_for_selector("#password-problem")


def _send_file(page: Page, content: bytes) -> None:
    label = page.locator("#sensor option", has_text="Old depot").first.text_content() or ""
    page.select_option("#sensor", label=label)
    file = FilePayload(name="june.csv", mimeType="text/csv", buffer=content)
    page.set_input_files("#file", file)
    page.get_by_role("button", name="Check and show").click()


def _upload(page: Page) -> None:
    _send_file(page, FILE)
    page.wait_for_selector(".sketch")


def _upload_nothing(page: Page) -> None:
    _send_file(page, NO_FILE)
    page.wait_for_selector("#file-problem")


def _make_wrong_asset(page: Page) -> None:
    page.fill("#display_name", "Shed")
    page.fill("#capacity", "lots")
    page.fill("#latitude", "91")
    page.fill("#longitude", "5")
    page.get_by_role("button", name="Create asset").click()
    page.wait_for_selector("#capacity-problem")


def _type_wrong_name(page: Page) -> None:
    page.fill("#name", "Village hall")
    page.get_by_role("button", name="Delete it").click()
    page.wait_for_selector("#name-problem")


def _type_wrong_password(page: Page) -> None:
    page.fill("#current", "wrong")
    page.fill("#new", PASSWORD)
    page.fill("#again", PASSWORD)
    page.get_by_role("button", name="Change password").click()
    page.wait_for_selector("#current-problem")


def _log_in_wrong(page: Page) -> None:
    page.fill("#email", "nobody@example.com")
    page.fill("#password", "wrong")
    page.click("button.main-action")
    page.wait_for_selector("[role=alert]")


def _ask_for_reset(page: Page) -> None:
    page.fill("#email", "nobody@example.com")
    page.click("button.main-action")
    page.wait_for_load_state("load")


def _lose_values(page: Page) -> None:
    page.route("**/values?**", lambda route: route.fulfill(status=500, body="{}"))
    page.reload()
    page.wait_for_selector(".over-plot")


def _list_keys(page: Page) -> None:
    page.locator("h1").click()
    page.keyboard.press("?")
    page.wait_for_selector("#keys[open]")


def _import(page: Page) -> None:
    _upload(page)
    page.get_by_role("button", name="Import").click()
    page.wait_for_url("**/upload/done**")


ACTS: Mapping[str, Callable[[Page], None]] = MappingProxyType(
    {
        "wrong user": _fill_in_wrong,
        "upload preview": _upload,
        "uploaded": _import,
        "wrong file": _upload_nothing,
        "wrong asset": _make_wrong_asset,
        "wrong name": _type_wrong_name,
        "wrong password": _type_wrong_password,
        "wrong login": _log_in_wrong,
        "reset sent": _ask_for_reset,
        "values away": _lose_values,
        "keyboard": _list_keys,
    }
)
"""What is done on some pages before they are looked at."""

REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "nowhere": "404",
        "forbidden": "403",
        "wrong user": "422",
        "wrong asset": "422",
        "wrong name": "422",
        "wrong file": "422",
        "wrong password": "422",
        "values away": "500",
        "broken": "500",
        "away": "503",
        "too large": "413",
        "foreign asset": "403",
    }
)
"""Statuses that the browser tells as errors, where they are what is looked at."""
