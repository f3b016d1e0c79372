"""Charts look as they did: six states, pixel by pixel; ``FLEXMEASURES_PIXELS=1`` renews what is kept."""

from __future__ import annotations

import os
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.conftest import Start

KEPT = Path(__file__).parent / "pixels"
DRAWN_BY = KEPT / "chromium.txt"
"""Which chromium drew what is kept: others draw letters otherwise."""

MOST = 0.001
"""Share of the pixels that may differ."""

DIFFERING = """async ([one, other]) => {
  const read = async (picture) => {
    const image = new Image();
    image.src = `data:image/png;base64,${picture}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, image.width, image.height);
  };
  const [a, b] = [await read(one), await read(other)];
  if (a.width !== b.width || a.height !== b.height) return 1;
  let count = 0;
  for (let i = 0; i < a.data.length; i += 4)
    count += Math.max(...[0, 1, 2].map((k) => Math.abs(a.data[i + k] - b.data[i + k]))) > 32;
  return (4 * count) / a.data.length;
}"""
"""Share of the pixels of two pictures that differ by more than an eighth in any colour."""


@dataclass(frozen=True, slots=True)
class State:
    """A chart to be looked at.

    Attributes:
        asset: Whose.
        query: What of it.
        width: Of the screen.
        theme: Light or dark.
    """

    asset: str
    query: str = ""
    width: int = 1400
    theme: str = "light"


AROUND = "?start=2026-03-27T12:00:00Z&end=2026-03-29T12:00:00Z"
DAY = "?start=2026-03-27T12:00:00Z&end=2026-03-28T12:00:00Z"
STATES = {
    "forecast": State("Harbour wind", AROUND),
    "forecast-dark": State("Harbour wind", AROUND, theme="dark"),
    "schedule-phone": State("Canal battery", AROUND, width=390),
    "change-of-clocks": State("Dune solar", "?start=2026-03-28T23:00:00Z&end=2026-03-29T22:00:00Z"),
    "compared-and-known": State("Harbour wind", f"{DAY}&compare=P1D&known=2026-03-28T06:00:00Z"),
    "empty-phone-dark": State(
        "Old depot", "?start=2027-01-01T00:00:00Z&end=2027-01-02T00:00:00Z", width=390, theme="dark"
    ),
}


@pytest.mark.full
@pytest.mark.parametrize("name", STATES)
def test_a_chart_looks_as_it_did(start: Start, browser: Browser, name: str) -> None:
    state = STATES[name]
    visit = start(width=state.width, theme=state.theme)
    visit.log_in()
    visit.asset(state.asset, state.query)
    expect(visit.page.locator(".chart")).not_to_have_class("busy")
    picture = visit.page.locator(".plots").screenshot(animations="disabled")
    kept = KEPT / f"{name}.png"
    if os.environ.get("FLEXMEASURES_PIXELS"):
        kept.write_bytes(picture)
        DRAWN_BY.write_text(f"{_major(browser)}\n")
    if DRAWN_BY.read_text().strip() != _major(browser):
        pytest.skip(f"The kept pictures were drawn by chromium {DRAWN_BY.read_text().strip()}.")
    blank = visit.page.context.new_page()
    assert differing(blank, kept.read_bytes(), picture) <= MOST


@pytest.mark.full
def test_another_look_is_noticed(browser: Browser) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        pictures = [(KEPT / f"{name}.png").read_bytes() for name in ("forecast", "change-of-clocks")]
        assert differing(page, pictures[0], pictures[0]) == 0
        assert differing(page, *pictures) > MOST


def differing(page: Page, one: bytes, other: bytes) -> float:
    """Return the share of the pixels of two pictures that differ."""
    share: float = page.evaluate(DIFFERING, [b64encode(each).decode() for each in (one, other)])
    return share


def _major(browser: Browser) -> str:
    return browser.version.partition(".")[0]
