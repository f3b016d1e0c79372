"""The front end as it was built."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.browser.site import Site

from flexmeasures.ui.bundle import BASEMAP, BUILT, entry

FRONTEND = Path(__file__).parents[3] / "frontend"


def test_every_entry_names_files_that_are_there() -> None:
    for name in ("frame", "dashboard", "asset", "portfolio", "analytics"):
        needed = entry(name)
        assert needed.scripts
        assert needed.styles
        for address in needed.scripts + needed.shared + needed.styles:
            assert (BUILT / address.removeprefix("/static/dist/")).is_file()


def test_files_of_the_build_last_and_come_small(site: Site) -> None:
    client = site.app.test_client()
    address = entry("asset").scripts[-1]
    answer = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.mimetype == "text/javascript"
    assert gzip.decompress(answer.data) == client.get(address).data


@pytest.mark.parametrize(
    "name", ["../bundle.py", "%2e%2e/bundle.py", "assets/../../../bundle.py", "nothing.js"]
)
def test_nothing_else_is_served(site: Site, name: str) -> None:
    assert site.app.test_client().get(f"/static/dist/{name}").status_code == 404


def test_the_map_has_land_and_says_nothing_about_the_sea(site: Site) -> None:
    client = site.app.test_client()
    land = client.get("/static/basemap/0_50.json")
    assert json.loads(gzip.decompress(land.data))
    assert client.get("/static/basemap/-40_-50.json").status_code == 204
    assert len(list(BASEMAP.iterdir())) == 475


@pytest.mark.skipif(
    shutil.which("npm") is None or not (FRONTEND / "node_modules").is_dir(),
    reason="tests of the front end need npm and its packages",
)
def test_the_tests_of_the_front_end_pass() -> None:
    run = subprocess.run(
        ["npm", "test"], cwd=FRONTEND, capture_output=True, text=True, timeout=100, check=False
    )
    assert run.returncode == 0, run.stdout[-3000:]


@pytest.mark.full
@pytest.mark.skipif(
    shutil.which("npm") is None or not (FRONTEND / "node_modules").is_dir(),
    reason="the front end is built by npm and its packages",
)
def test_the_build_is_that_of_its_sources(tmp_path: Path) -> None:
    command = ["npx", "vite", "build", "--outDir", str(tmp_path), "--logLevel", "error"]
    subprocess.run(command, cwd=FRONTEND, check=True, timeout=100)
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    kept = {path.relative_to(BUILT): path.read_bytes() for path in BUILT.rglob("*") if path.is_file()}
    assert made == kept
