"""Assets are made, changed and removed by forms; what is wrong stands beside its field."""

from __future__ import annotations

import csv
import io

import pytest
from flask.testing import FlaskClient
from tests.browser.scene import ADMIN, PROSUMER
from tests.browser.site import Site
from tests.unit.ui.conftest import Enter, csrf_token


def filled(site: Site, **changes: str) -> dict[str, str]:
    """Return a form in which all is well, but for some changes."""
    return {
        "display_name": "Church roof",
        "type": "solar",
        "capacity": "0.2",
        "resolution": "15",
        "timezone": "Europe/Amsterdam",
        "market": str(site.scene.market.id),
        "owner": str(site.scene.users[ADMIN].id),
        "latitude": "52.1",
        "longitude": "4.9",
        **changes,
    }


def send(client: FlaskClient, path: str, form: dict[str, str]) -> tuple[int, str]:
    token = csrf_token(client, "/account")
    answer = client.post(path, data={**form, "csrf_token": token}, follow_redirects=True)
    return answer.status_code, answer.text


def test_an_asset_is_made_and_noted(site: Site, enter: Enter) -> None:
    code, page = send(enter(ADMIN), "/assets/new", filled(site))
    assert code == 200
    assert "Creation was successful." in page
    made = next(each for each in site.platform.store.assets.connections() if each.asset.name == "Church roof")
    assert (made.capacity, made.asset.latitude, made.market_id) == (0.2, 52.1, site.scene.market.id)
    history = site.platform.store.audit.about_asset(made.id)
    assert [change.text for change in history] == ["Created asset Church roof (solar panel)."]
    assert history[0].by_name == "Ada"


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("display_name", "abc", "Give 4 to 80 characters."),
        ("display_name", "Town hall", "already exists"),
        ("capacity", "", "This is needed."),
        ("capacity", "lots", "Give a number from 0.0001"),
        ("resolution", "1.5", "Give a whole number from 1"),
        ("latitude", "91", "Give a number from -90 to 90."),
        ("market", "", "This is needed."),
        ("timezone", "Mars/Olympus", "Timezone Mars/Olympus doesn&#39;t exist."),
        ("type", "unicorn", "Asset type unicorn doesn&#39;t exist."),
        ("soc_min", "-1", "Give a number from 0"),
        ("soc_time", "yesterday", "Give date, time and offset"),
        ("attributes", "{odd", "This is no JSON"),
        ("attributes", '{"x": NaN}', "NaN is no number"),
        ("attributes", '{"capacity_in_mw": 1}', "without the fields above"),
        ("attributes", "[1]", "Give a JSON object"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    site: Site, enter: Enter, name: str, text: str, problem: str
) -> None:
    before = len(site.platform.store.assets.assets())
    code, page = send(enter(ADMIN), "/assets/new", filled(site, **{name: text}))
    assert code == 422
    assert problem in page
    assert 'role="alert"' in page
    assert len(site.platform.store.assets.assets()) == before


def test_an_owner_changes_an_asset(site: Site, enter: Enter) -> None:
    client, battery = enter(PROSUMER), site.scene.assets["Canal battery"]
    path = f"/assets/{battery.id}/edit"
    page = client.get(path).text
    assert 'name="owner"' not in page
    form = {
        "display_name": "Canal battery",
        "type": "battery",
        "capacity": "1,5",
        "resolution": "15",
        "market": str(site.scene.market.id),
        "latitude": "52.36",
        "longitude": "4.95",
        "soc_min": "0.2",
        "soc_max": "",
        "attributes": '{"roundtrip_efficiency": 0.9}',
    }
    code, page = send(client, path, form)
    assert code == 200
    assert "Editing was successful." in page
    changed = site.platform.store.assets.connections([battery.id])[0]
    assert (changed.capacity, changed.storage.soc_max, changed.storage.efficiency) == (1.5, None, 0.9)
    assert changed.storage.soc is None
    text = site.platform.store.audit.about_asset(battery.id)[0].text
    assert "capacity_in_mw from 1.0 to 1.5" in text
    assert "max_soc_in_mwh from 2.0 to nothing" in text


def test_steps_are_fixed_once_there_are_data(site: Site, enter: Enter) -> None:
    client, hall = enter(ADMIN), site.scene.assets["Town hall"]
    form = filled(site, display_name="Town hall", type="building", resolution="5")
    code, page = send(client, f"/assets/{hall.id}/edit", form)
    assert code == 422
    assert "cannot be changed any more" in page


def test_an_asset_without_power_can_be_named_and_placed(site: Site, enter: Enter) -> None:
    exchange = next(each for each in site.platform.store.assets.assets() if each.name == "exchange")
    client = enter(ADMIN)
    assert 'name="capacity"' not in client.get(f"/assets/{exchange.id}/edit").text
    form = {"display_name": "Power exchange", "latitude": "", "longitude": ""}
    assert send(client, f"/assets/{exchange.id}/edit", form)[0] == 200
    assert site.platform.store.assets.asset(exchange.id).display_name == "Power exchange"


def test_deleting_needs_the_name_and_says_what_is_lost(site: Site, enter: Enter) -> None:
    client, depot = enter(PROSUMER), site.scene.assets["Old depot"]
    path = f"/assets/{depot.id}/delete"
    sensor = site.scene.power["Old depot"]
    count = site.platform.store.beliefs.count([sensor.id])
    assert f"{count} values" in client.get(path).text
    code, page = send(client, path, {"name": "Old barn"})
    assert code == 422
    assert "This is not the name of the asset." in page
    code, page = send(client, path, {"name": "Old depot"})
    assert f"Asset {depot.id} and assorted meter readings / forecasts have been deleted." in page
    assert client.get(f"/assets/{depot.id}").status_code == 404


def test_the_list_is_a_file_too(site: Site, enter: Enter) -> None:
    answer = enter(PROSUMER).get("/assets.csv?q=battery")
    head, row = csv.reader(io.StringIO(answer.text))
    assert head[4] == "capacity (MW)"
    assert row[:6] == ["Canal battery", "battery", "52.36", "4.95", "1.0", "15.0"]
    owner = site.scene.users[PROSUMER].id
    assert enter(ADMIN).get(f"/assets?owner={owner + 99}").text.count("Analyse") == 0
