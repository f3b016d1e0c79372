"""A browser on pages that are really served, watched for anything that should not happen."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright
from tests.browser.scene import ADMIN, PASSWORD
from tests.browser.serving import served
from tests.browser.site import Site

from flexmeasures.adapters.postgres.database import Database

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
Passes = dict[str, dict[str, str]]
"""Cookies by name of those who have logged in, by email address."""

FOREIGN_ZONE = "America/New_York"
"""Never the platform's."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder."""
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.services)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The chromium of this machine."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("No chromium is found (or named in CHROMIUM): pages are not tested.")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(scope="module")
def site(process_database: Database) -> Iterator[Site]:
    """The scene, served over HTTP from PostgreSQL."""
    with served(process_database, {"FLEXMEASURES_SHOW_CONTROL_UI": True}) as made:
        yield made


@dataclass
class Visit:
    """A tab of the browser, and all that happened in it.

    Attributes:
        page: The tab.
        site: What is visited.
        wrong: What should not have happened.
        passes: Cookies of those who have logged in at the site before, by email address.
    """

    page: Page
    site: Site
    wrong: list[str] = field(default_factory=list)
    passes: Passes = field(default_factory=dict)

    def log_in(self, email: str = ADMIN) -> None:
        """Log in: by the form at first, and with what came of that in later tabs."""
        if email in self.passes:
            self.page.context.add_cookies(
                [
                    {"name": name, "value": value, "url": self.site.url}
                    for name, value in self.passes[email].items()
                ]
            )
            return
        self.page.goto(f"{self.site.url}/login")
        self.page.fill("#email", email)
        self.page.fill("#password", PASSWORD)
        self.page.click("button.main-action")
        self.page.wait_for_url("**/dashboard")
        self.passes[email] = {each["name"]: each["value"] for each in self.page.context.cookies()}

    def open(self, path: str) -> None:
        """Open a page and wait until it is drawn."""
        self.page.goto(f"{self.site.url}{path}")
        if self.page.locator(".chart, .map").count():
            self.page.wait_for_selector("html[data-drawn]", state="attached")

    def asset(self, name: str, query: str = "") -> None:
        """Open the page of an asset."""
        self.open(f"/assets/{self.site.scene.assets[name].id}{query}")

    def watch(self) -> None:
        """Note what goes wrong."""
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.wrong.append(f"error in the page: {error}"))
        self.page.on("request", self._see)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.wrong.append(f"{message.type} on {self.page.url}: {message.text}")

    def _see(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https"} and not request.url.startswith(self.site.url):
            self.wrong.append(f"a request to {address.netloc}")


Start = Callable[..., Visit]


@pytest.fixture(scope="module")
def passes() -> Passes:
    """Cookies of those who have logged in at the site."""
    return {}


@pytest.fixture
def start(browser: Browser, site: Site, passes: Passes) -> Iterator[Start]:
    """Open tabs in any look; at the end nothing may have gone wrong in them."""
    opened: list[tuple[BrowserContext, Visit]] = []

    def open_tab(*, width: int = 1400, theme: str = "light", scripts: bool = True) -> Visit:
        phone = width < 500
        context = browser.new_context(
            viewport={"width": width, "height": 844 if phone else 1000},
            color_scheme="dark" if theme == "dark" else "light",
            timezone_id=FOREIGN_ZONE,
            locale="en-US",
            has_touch=phone,
            is_mobile=phone,
            java_script_enabled=scripts,
            reduced_motion="reduce",
            accept_downloads=True,
        )
        context.set_default_timeout(15_000)
        visit = Visit(context.new_page(), site, passes=passes)
        visit.watch()
        opened.append((context, visit))
        return visit

    yield open_tab
    for context, _ in opened:
        context.close()
    wrong = [each for _, visit in opened for each in visit.wrong]
    assert not wrong, wrong


@pytest.fixture
def visit(start: Start) -> Visit:
    """A tab of somebody who is logged in as admin."""
    tab = start()
    tab.log_in()
    return tab
