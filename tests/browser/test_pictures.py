"""Pictures of the pages for the documents; ``FLEXMEASURES_PICTURES=docs/images`` renews them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.browser.conftest import Start
from tests.browser.views import ACTS, View, path_of

LARGEST = 160 * 1024
PICTURES = {
    "dashboard-light": "/dashboard",
    "dashboard-dark": "/dashboard",
    "asset-light": "/assets/{Harbour wind}?compare=P1D",
    "asset-dark": "/assets/{Canal battery}",
    "replay-light": "/assets/{Harbour wind}?known=2026-03-27T12:00:00Z",
    "portfolio-light": "/portfolio",
    "portfolio-dark": "/portfolio?stack=1",
    "analytics-light": "/analytics?group=type:wind&horizon=PT6H",
    "analytics-dark": "/analytics?group=type:building&traces=power&compare=P1D",
    "tasks-light": "/tasks",
    "tasks-dark": "/tasks?state=failed",
    "assets-light": "/assets",
    "edit-asset-light": "/assets/{Canal battery}/edit",
    "sensors-light": "/sensors",
    "sensor-light": "/sensors/{power of Harbour wind}",
    "users-light": "/users?include_inactive=on",
    "user-light": "/users/{user Paula}",
    "upload-light": "/upload",
    "account-light": "/account",
}


@pytest.mark.full
@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_for_the_documents(start: Start, name: str, tmp_path: Path) -> None:
    visit = start(width=1280, theme=name.rsplit("-", maxsplit=1)[1])
    visit.log_in()
    visit.open(path_of(View(name, PICTURES[name]), visit.site))
    if name == "upload-light":
        ACTS["upload preview"](visit.page)
    visit.page.wait_for_load_state("load")
    folder = Path(os.environ.get("FLEXMEASURES_PICTURES") or tmp_path)
    picture = folder / f"{name}.png"
    visit.page.screenshot(path=picture, animations="disabled")
    assert 10_000 < picture.stat().st_size <= LARGEST
