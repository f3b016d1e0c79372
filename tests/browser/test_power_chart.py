"""The chart of version 2.0 of the API, embedded as its documents say, draws itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.testing.web import Web

PAGE = """<!doctype html>
<title>Embedded</title>
<script src="/api/v2_0/charts/bokeh/bokeh.min.js"></script>
<div id="chart" style="width: 600px"></div>
<script>
  const asked = new URLSearchParams({
    resource: "my-battery", resolution: "PT15M",
    start_time: "2026-03-02T12:00:00Z", end_time: "2026-03-02T14:00:00Z",
  });
  fetch("/api/v2_0/charts/power?" + asked, {headers: {"Authorization": "TOKEN"}})
    .then((response) => response.json())
    .then((item) => Bokeh.embed.embed_item(item, "chart"))
    .then(() => { document.documentElement.dataset.drawn = "yes"; });
</script>"""
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src data:"
)


@dataclass(frozen=True, slots=True)
class Served:
    """A page of somebody else that embeds a chart."""

    address: str


@pytest.fixture
def served(memory_web: Web) -> Iterator[Served]:
    """The page, with a chart of measured power."""
    shown: list[str] = []
    headers = {"Content-Type": "text/html", "Content-Security-Policy": POLICY}
    memory_web.app.add_url_rule("/embedded", "embedded", lambda: (shown[0], headers))
    make = Factory(memory_web.platform.store)
    owner = make.user("Prosumer")
    battery = make.asset("battery", owner=owner, name="my-battery")
    known = block(make.sensor(battery), make.source("gateway"), NOON, [1.0, -2.0, 3.0, 1.0])
    make.store.beliefs.add([known])
    shown.append(PAGE.replace("TOKEN", memory_web.as_user(owner).token))
    server = make_server("127.0.0.1", 0, memory_web.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Served(f"http://127.0.0.1:{server.port}/embedded")
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_embedded_chart_is_drawn(browser: Browser, served: Served) -> None:
    page = browser.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))

    page.goto(served.address)
    page.wait_for_selector("html[data-drawn=yes]", state="attached")

    glyphs = page.evaluate(
        "Bokeh.documents[0].roots()[0].renderers.map((one) => [one.name, one.data_source.get_length()])"
    )
    page.close()
    assert problems == []
    assert glyphs == [["Power", 9]]
