"""Analytics: what is written for scripts, spreadsheets and people."""

from __future__ import annotations

import csv
import io

from numpy.testing import assert_allclose
from tests.browser.scene import PASSWORD, PLANS, PROSUMER, QUARTER, STRANGER, power_of, prices
from tests.browser.site import Site, site_over
from tests.unit.ui.conftest import Enter, csrf_token

from flexmeasures.domain.timing import TimeGrid, parse_datetime
from flexmeasures.testing.clock import FixedClock
from flexmeasures.testing.memory.logins import MemoryLogins
from flexmeasures.testing.memory.tables import Tables
from flexmeasures.usecases.ports.platform import Platform

START, END = "2026-03-28T00:00:00Z", "2026-03-28T12:00:00Z"
WINDOW = {"start": START, "end": END}
WIND = next(plan for plan in PLANS if plan.name == "Harbour wind")
GRID = TimeGrid(parse_datetime(START), QUARTER, 48)


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def wind_of(site: Site) -> dict[str, object]:
    return {**WINDOW, "group": f"asset:{site.scene.assets['Harbour wind'].id}"}


def test_the_file_of_a_plot_says_who_told_each_value_and_when(site: Site, enter: Enter) -> None:
    client = enter(PROSUMER)
    answer = client.get("/analytics/values.csv", query_string={**wind_of(site), "panel": "power"})
    assert answer.headers["Content-Disposition"] == "attachment; filename=power.csv"
    rows = rows_of(answer.text)
    assert rows[0]["Production: Measured recorded"] == "2026-03-28T01:17:00+01:00"
    assert rows[0]["Production: Measured source"] == site.scene.meter.name
    assert_allclose([float(row["Production: Measured (MW)"]) for row in rows], -power_of(WIND, GRID))
    assert not any("Price" in head for head in rows[0])
    assert client.get("/analytics/values.csv?panel=nothing").status_code == 404


def test_money_is_power_times_price(site: Site, enter: Enter) -> None:
    query = {**wind_of(site), "panel": "money"}
    rows = rows_of(enter(PROSUMER).get("/analytics/values.csv", query_string=query).text)
    hours = TimeGrid(GRID.start, 4 * QUARTER, 12)
    expected = -power_of(WIND, GRID) * prices(hours).repeat(4) / 4
    assert_allclose([float(row["Revenues: Realised (EUR)"]) for row in rows], expected)


def test_a_sum_names_its_sources(site: Site, enter: Enter) -> None:
    query = {**WINDOW, "panel": "power"}
    rows = rows_of(enter(PROSUMER).get("/analytics/values.csv", query_string=query).text)
    assert {row["Consumption: Measured of 6 of 7 assets source"] for row in rows} == {site.scene.meter.name}


def test_a_year_comes_in_means(site: Site, enter: Enter) -> None:
    query = {**wind_of(site), "start": "2025-03-28T00:00:00Z", "end": "2026-03-29T00:00:00Z", "width": 500}
    found = enter(PROSUMER).get("/analytics/values", query_string=query).json
    assert found is not None
    power = found["panels"][0]
    assert power["bucketed"]
    assert "means of" in power["note"]
    assert power["size"] <= 4 * 500
    measured = next(series for series in power["series"] if series["role"] == "measured")
    assert measured["band"] == "least to largest"


def test_a_replay_tells_when_each_value_was_known(site: Site, enter: Enter) -> None:
    client = enter(PROSUMER)
    found = client.get("/analytics/replay", query_string=wind_of(site)).json
    assert found is not None
    assert [panel["key"] for panel in found["panels"]] == ["power", "price", "money"]
    measured = next(track for track in found["panels"][0]["tracks"] if track["role"] == "measured")
    assert measured["event"] == list(range(48))
    assert_allclose(measured["value"], -power_of(WIND, GRID), atol=1e-5)
    assert client.get("/analytics/replay?start=2026-01-01T00:00:00Z").status_code == 400
    nothing = enter(STRANGER).get("/analytics/replay").json
    assert nothing is not None
    assert nothing["panels"][0]["tracks"] == []


def test_errors_that_say_nothing_are_not_told(site: Site, enter: Enter) -> None:
    query = {**WINDOW, "group": f"asset:{site.scene.assets['Old depot'].id}"}
    page = enter(PROSUMER).get("/analytics/metrics", query_string=query).text
    assert "not available: 0 % coverage" in page
    assert ">nan" not in page


def test_what_is_unknown_can_be_hidden(
    memory_platform: Platform, memory_tables: Tables, clock: FixedClock
) -> None:
    hidden = {"FLEXMEASURES_HIDE_NAN_IN_UI": True}
    site = site_over(memory_platform, MemoryLogins(memory_tables), clock, hidden, days=1)
    client = site.app.test_client()
    form = {"email": PROSUMER, "password": PASSWORD, "csrf_token": csrf_token(client, "/login")}
    client.post("/login", data=form)
    assert "not available:" not in client.get("/analytics/metrics", query_string=WINDOW).text


def test_traces_of_each_asset_have_colours_of_their_own(enter: Enter) -> None:
    query = {**WINDOW, "group": "type:building", "traces": "power"}
    found = enter(PROSUMER).get("/analytics/values", query_string=query).json
    assert found is not None
    series = found["panels"][0]["series"]
    assert [each["colour"] for each in series if each["role"] == "measured"] == ["trace1", "trace2"]
