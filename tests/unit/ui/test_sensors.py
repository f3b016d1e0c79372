"""What the pages of sensors tell."""

from __future__ import annotations

import csv
import io

from tests.browser.scene import PROSUMER, STRANGER, UNRULY_NAME
from tests.browser.site import Site
from tests.unit.ui.conftest import Enter

from flexmeasures.domain.beliefs import MEASURED
from flexmeasures.usecases.forecast_tasks import CHOICE


def test_sensors_are_listed_with_what_they_measured_last(enter: Enter) -> None:
    client = enter(PROSUMER)
    page = client.get("/sensors?q=depot").text
    assert "9 h 5 min ago" in page
    assert "Harbour wind" not in page
    prices = client.get("/sensors?q=price").text
    assert "EUR/MWh" in prices
    assert "now, until 15:00" in prices
    assert "No sensors with “nowhere”" in client.get("/sensors?q=nowhere&sort=id").text


def test_a_sensor_tells_who_said_how_much(site: Site, enter: Enter) -> None:
    sensor = site.scene.power["Harbour wind"]
    page = enter(PROSUMER).get(f"/sensors/{sensor.id}?days=1").text
    for text in ("autoregression", "forecaster", "Paula", "Energy (MWh)", "Values kept"):
        assert text in page
    kept = site.platform.store.beliefs.count([sensor.id])
    assert f"<dd>{kept:,}, the first about" in page


def test_a_sensor_tells_by_which_model_it_is_forecast_and_why(site: Site, enter: Enter) -> None:
    sensor, client = site.scene.power["Town hall"], enter(PROSUMER)
    page = client.get(f"/sensors/{sensor.id}").text
    assert "By the model <b>linear-blend</b>: none was chosen yet" in page
    choice = {
        "model": "blend",
        "chosen": site.platform.now().isoformat(),
        "horizon": "PT24H",
        "tried": "P28D",
        "accuracy": {"seasonal-naive": 0.712, "blend": 0.934},
    }
    site.platform.store.assets.set_sensor_attributes(sensor.id, {CHOICE: choice})
    page = client.get(f"/sensors/{sensor.id}").text
    assert "By the model <b>blend</b>: it did best on the latest weeks" in page
    assert page.index("93.4") < page.index("71.2")
    assert "on the last 28 days, 1 d ahead" in page
    assert "seasonal-naive&#39;: 0.712" not in page


def test_a_sensor_without_values_offers_an_upload(site: Site, enter: Enter) -> None:
    sensor = site.scene.power[UNRULY_NAME]
    page = enter(PROSUMER).get(f"/sensors/{sensor.id}").text
    assert "Nothing is known here yet" in page
    assert f"/upload?sensor={sensor.id}" in page


def test_the_file_of_a_sensor_holds_its_values_alone(site: Site, enter: Enter) -> None:
    sensor = site.scene.power["Town hall"]
    answer = enter(PROSUMER).get(f"/sensors/{sensor.id}/values.csv")
    head, *rows = csv.reader(io.StringIO(answer.text))
    assert not any("price" in name for name in head)
    place = head.index("Power: Measured (MW)")
    last = site.platform.store.beliefs.last([sensor.id], MEASURED)[sensor.id]
    assert float([row[place] for row in rows if row[place]][-1]) == round(float(last.value[-1]), 10)


def test_the_chart_of_a_sensor_holds_nothing_else(site: Site, enter: Enter) -> None:
    sensor, client = site.scene.power["Harbour wind"], enter(PROSUMER)
    query = {"start": "2026-03-28T00:00:00Z", "end": "2026-03-28T06:00:00Z", "compare": "P1D"}
    told = client.get(f"/sensors/{sensor.id}/values", query_string=query).json
    assert told is not None
    assert [panel["key"] for panel in told["panels"]] == ["power"]
    assert {line["role"] for line in told["panels"][0]["series"]} == {"measured", "earlier"}
    replayed = client.get(f"/sensors/{sensor.id}/replay", query_string=query).json
    assert replayed is not None
    assert [panel["key"] for panel in replayed["panels"]] == ["power"]


def test_the_chart_of_a_sensor_is_for_those_who_may_see_it(site: Site, enter: Enter) -> None:
    client = enter(STRANGER)
    for what in ("values", "replay", "values.csv"):
        assert client.get(f"/sensors/{site.scene.power['Town hall'].id}/{what}").status_code == 403
