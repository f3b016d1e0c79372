"""What the pages of sensors tell."""

from __future__ import annotations

import csv
import io

from tests.browser.scene import PROSUMER, UNRULY_NAME
from tests.browser.site import Site
from tests.unit.ui.conftest import Enter

from flexmeasures.domain.beliefs import MEASURED


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
