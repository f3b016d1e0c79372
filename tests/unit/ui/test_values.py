"""The values behind charts, as JSON and as files."""

from __future__ import annotations

import csv
import io

import numpy as np
from numpy.testing import assert_allclose
from tests.browser.scene import HOUR, NOW, PLANS, PROSUMER, QUARTER, power_of, prices
from tests.browser.site import Site
from tests.unit.ui.conftest import Enter

from flexmeasures.domain.timing import TimeGrid, instant, parse_datetime

START, END = "2026-03-28T00:00:00Z", "2026-03-28T12:00:00Z"
WINDOW = {"start": START, "end": END, "width": "500"}


def path(site: Site, name: str, ending: str = "") -> str:
    return f"/assets/{site.scene.assets[name].id}/values{ending}"


def test_columns_hold_what_is_stored(site: Site, enter: Enter) -> None:
    answer = enter(PROSUMER).get(path(site, "Town hall"), query_string=WINDOW).json
    assert answer is not None
    power, price = answer["panels"]
    plan = next(plan for plan in PLANS if plan.name == "Town hall")
    grid = TimeGrid(parse_datetime(START), QUARTER, 48)
    measured = next(series for series in power["series"] if series["role"] == "measured")
    told = [value for value in measured["values"] if value is not None]
    gap = [i for i, value in enumerate(measured["values"]) if value is None]
    assert len(gap) == 8
    expected = [value for i, value in enumerate(power_of(plan, grid)) if i not in gap]
    assert_allclose(np.array(told) / 1000, expected, atol=1e-5)
    assert (power["unit"], power["step"], power["size"]) == ("kW", 900, 48)
    assert_allclose(price["series"][0]["values"], prices(TimeGrid(grid.start, 4 * QUARTER, 12)))


def test_the_same_values_are_not_sent_twice(site: Site, enter: Enter) -> None:
    client = enter(PROSUMER)
    address = path(site, "Town hall")
    tag = client.get(address, query_string=WINDOW).headers["ETag"]
    again = client.get(address, query_string=WINDOW, headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert not again.data


def test_a_file_holds_times_with_offset_values_and_recording_times(site: Site, enter: Enter) -> None:
    query = {"start": "2026-03-29T00:00:00Z", "end": "2026-03-29T02:00:00Z"}
    answer = enter(PROSUMER).get(path(site, "Canal battery", ".csv"), query_string=query)
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    starts = [row["start"] for row in rows]
    assert starts[3:5] == ["2026-03-29T01:45:00+01:00", "2026-03-29T03:00:00+02:00"]
    assert [parse_datetime(start) for start in starts] == sorted(map(parse_datetime, starts))
    schedule = next(name for name in rows[0] if "Schedule (MW)" in name)
    plan = next(plan for plan in PLANS if plan.name == "Canal battery")
    grid = TimeGrid(parse_datetime(query["start"]), QUARTER, 8)
    assert_allclose([float(row[schedule]) for row in rows], power_of(plan, grid))
    recorded = parse_datetime(rows[0][schedule.replace(" (MW)", " recorded")])
    assert instant(recorded) < instant(NOW)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Canal battery.csv"'


def test_impossible_windows_are_told(site: Site, enter: Enter) -> None:
    client = enter(PROSUMER)
    for query in ({"start": "yesterday"}, {"start": END, "end": START}, {"horizon": "often"}):
        answer = client.get(
            path(site, "Town hall"), query_string=query, headers={"Accept": "application/json"}
        )
        assert answer.status_code == 400, query
        assert answer.is_json


def test_the_portfolio_adds_up_in_total_and_by_type(site: Site, enter: Enter) -> None:
    client = enter(PROSUMER)
    total = client.get("/portfolio/values", query_string=WINDOW).json
    stacked = client.get("/portfolio/values", query_string=WINDOW | {"side": "generation", "stack": "1"}).json
    assert total is not None
    assert stacked is not None
    consumed = next(each for each in total["panels"][0]["series"] if each["name"] == "Production")
    areas = stacked["panels"][0]["series"]
    assert all(each["area"] for each in areas)
    tops = [0.0 if value is None else value for value in areas[-1]["high"]]
    assert_allclose(tops, [0.0 if value is None else value for value in consumed["values"]], atol=2e-4)
    assert [panel["key"] for panel in total["panels"]] == ["power", "effect", "price"]


def test_statements_follow_their_window_and_the_roles(site: Site, enter: Enter) -> None:
    page = enter(PROSUMER).get("/portfolio/statements", query_string=WINDOW).text
    assert 'id="figures"' in page
    assert "Sat 28 Mar, 01:00 – Sat 28 Mar, 13:00" in page
    assert "money in EUR" in page
    assert (
        enter(PROSUMER).get("/portfolio?start=2026-03-28T00:00:00Z&end=2020-01-01T00:00:00Z").status_code
        == 400
    )


def test_analytics_answer_what_is_chosen(site: Site, enter: Enter) -> None:
    client = enter(PROSUMER)
    query = WINDOW | {"group": "type:building", "traces": "power"}
    panels = client.get("/analytics/values", query_string=query).json
    assert panels is not None
    names = [series["name"] for series in panels["panels"][0]["series"]]
    assert {"Town hall", "Old depot"} <= set(names)
    page = client.get("/analytics/metrics", query_string=WINDOW | {"group": "renewables"}).text
    assert "Production (MWh)" in page
    assert client.get("/analytics?group=asset:999999").status_code == 404


def test_files_of_analytics_hold_what_the_formulas_say(site: Site, enter: Enter) -> None:
    hall = site.scene.assets["Harbour wind"].id
    query = {"start": START, "end": END, "group": f"asset:{hall}", "market": site.scene.market.id}
    client = enter(PROSUMER)
    rows = list(csv.DictReader(io.StringIO(client.get("/analytics/values.csv", query_string=query).text)))
    plan = next(plan for plan in PLANS if plan.name == "Harbour wind")
    expected = -power_of(plan, TimeGrid(parse_datetime(START), QUARTER, 48))
    assert rows[0]["start"] == "2026-03-28T01:00:00+01:00"
    assert_allclose([float(row["Production: Measured (MW)"]) for row in rows], expected)
    text = client.get("/analytics/metrics.csv", query_string=query).text
    metrics = {row["metric"]: row for row in csv.DictReader(io.StringIO(text))}
    assert_allclose(float(metrics["realised"]["Production (MWh)"]), expected.sum() / 4)


def test_the_file_of_statements_adds_up(site: Site, enter: Enter) -> None:
    answer = enter(PROSUMER).get("/portfolio/statements.csv", query_string={"start": START, "end": END})
    *types, total = csv.DictReader(io.StringIO(answer.text))
    for name in ("consumption (MWh)", "production (MWh)", "costs (EUR)", "revenues (EUR)"):
        assert_allclose(sum(float(row[name]) for row in types), float(total[name]))
    assert total["asset type"] == "All"


def test_a_comparison_that_does_not_exist_is_refused(site: Site, enter: Enter) -> None:
    answer = enter(PROSUMER).get(path(site, "Town hall"), query_string={**WINDOW, "compare": "P3D"})
    assert answer.status_code == 400


def test_windows_are_told_relative_to_now(site: Site, enter: Enter) -> None:
    client = enter(PROSUMER)
    for relative, plain in (("now-12h", NOW - 12 * HOUR), ("now", NOW), ("now-30m", NOW - 2 * QUARTER)):
        told = client.get(path(site, "Town hall"), query_string={"start": relative, "end": "now+1d"}).json
        assert told is not None
        assert (told["start"], told["end"]) == (plain.timestamp(), (NOW + 24 * HOUR).timestamp())
    sensor = f"/sensors/{site.scene.power['Town hall'].id}/values.csv"
    for address in ("/portfolio", "/portfolio/statements.csv", "/analytics/metrics", sensor):
        assert client.get(address, query_string={"start": "now-6h", "end": "now"}).status_code == 200
    assert client.get(path(site, "Town hall"), query_string={"start": "now-12x"}).status_code == 400


def test_the_address_chooses_the_zone_of_what_is_shown_and_no_other(site: Site, enter: Enter) -> None:
    client = enter(PROSUMER)
    asset = f"/assets/{site.scene.assets['Town hall'].id}"
    assert 'data-zone="Asia/Seoul"' in client.get(f"{asset}?tz=Asia/Seoul").text
    assert 'data-zone="Europe/Amsterdam"' in client.get(f"{asset}?tz=../etc/passwd").text
    file = client.get(f"{asset}/values.csv", query_string=WINDOW | {"tz": "Asia/Kathmandu"}).text
    assert next(csv.DictReader(io.StringIO(file)))["start"] == "2026-03-28T05:45:00+05:45"


def test_an_asset_is_compared_on_its_own_clock(site: Site, enter: Enter) -> None:
    asset = site.scene.assets["Harbour wind"]
    with site.platform.transaction():
        site.platform.store.assets.set_attributes(asset.id, {"timezone": "America/New_York"})
    query = {"start": "2026-03-28T00:00:00Z", "end": "2026-03-28T06:00:00Z", "compare": "P1D"}
    client = enter(PROSUMER)
    assert 'data-zone="America/New_York"' in client.get(f"/assets/{asset.id}").text
    panels = client.get(path(site, "Harbour wind"), query_string=query).json
    assert panels is not None
    earlier = next(each for each in panels["panels"][0]["series"] if each["role"] == "earlier")
    plan = next(plan for plan in PLANS if plan.name == "Harbour wind")
    grid = TimeGrid(parse_datetime("2026-03-27T00:00:00Z"), QUARTER, 24)
    assert_allclose(earlier["values"], -power_of(plan, grid), atol=1e-5)
