"""Names that would break pages or spreadsheets if they were read as anything but names."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import pytest
from tests.browser.scene import ADMIN, PROSUMER
from tests.browser.site import Site
from tests.unit.ui.conftest import Enter

from flexmeasures.domain.jobs import Job

MARK = "<script>alert('1')</script>\"onmouseover=\"x {{ 7*7 }} "
NAMES = {
    "markup": MARK,
    "formula": "=cmd|' /C calc'!A0",
    "long": "Ж" * 255,
    "arabic": "محطة الرياح \u202e gnp.exe",
    "emoji": "🔋⚡️ 👩‍👩‍👧",
    "lines": "first\r\nSet-Cookie: x=1",
}
PAGES = (
    "/dashboard",
    "/dashboard/state",
    "/portfolio",
    "/portfolio/statements",
    "/analytics",
    "/analytics/metrics",
    "/assets?per=100",
    "/sensors?per=100",
    "/users?per=100",
    "/users/{user}",
    "/users/{user}/edit",
    "/upload",
    "/tasks",
    "/account",
    "/assets/{asset}",
    "/assets/{asset}/edit",
    "/assets/{asset}/delete",
    "/sensors/{sensor}",
    "/nowhere/{asset}",
)
FILES = (
    "/assets.csv",
    "/assets/{asset}/values.csv",
    "/sensors/{sensor}/values.csv",
    "/portfolio/statements.csv",
    "/analytics/values.csv",
    "/analytics/metrics.csv",
    "/upload/template.csv?sensor={sensor}",
)


@pytest.fixture(params=NAMES)
def named(request: pytest.FixtureRequest, site: Site) -> Site:
    """The scene, in which somebody gave one name to everything."""
    name, store, scene = NAMES[request.param], site.platform.store, site.scene
    asset, sensor, user = (
        scene.assets["Town hall"],
        scene.power["Town hall"],
        scene.users[PROSUMER],
    )
    attributes = {**asset.attributes, name: name, "description": name, "display_name": name}
    store.assets.update_asset(replace(asset, name=name, display_name=name, attributes=attributes))
    store.assets.update_sensor(replace(sensor, name=name, attributes={"display_name": name, name: name}))
    store.accounts.update_user(replace(user, username=name))
    job = store.jobs.jobs()[0]
    store.jobs.add(
        Job("x", job.queue, name, {name: name}, job.state, job.created, asset_id=asset.id, error=name)
    )
    return site


def paths(site: Site, patterns: tuple[str, ...]) -> list[str]:
    scene = site.scene
    asset, sensor = scene.assets["Town hall"].id, scene.power["Town hall"].id
    return [each.format(asset=asset, sensor=sensor, user=scene.users[PROSUMER].id) for each in patterns]


def test_pages_show_names_as_text(named: Site, enter: Enter) -> None:
    client = enter(ADMIN)
    for path in paths(named, PAGES):
        answer = client.get(path)
        assert answer.status_code in {200, 404}, path
        assert "<script>alert" not in answer.text, path
        assert '"onmouseover="' not in answer.text, path
        assert re.search(r"\b49\b(?=\s*&lt;|\s*<)", answer.text) is None or "{{ 7*7 }}" in answer.text, path
        assert "Set-Cookie: x" not in str(answer.headers), path


def test_files_hold_names_that_no_spreadsheet_computes(named: Site, enter: Enter) -> None:
    client = enter(ADMIN)
    for path in paths(named, FILES):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "\n" not in answer.headers["Content-Disposition"]
        for row in csv.reader(io.StringIO(answer.text)):
            for cell in row:
                assert not cell.startswith(("=", "@", "\t", "\r")), (path, cell)
                assert not re.match(r"[+-][^0-9.ei]", cell), (path, cell)
