"""Files are shown before anything is written, and can be taken back."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from tests.browser.scene import NOW, PROSUMER, QUARTER, STRANGER
from tests.browser.site import Site
from tests.unit.ui.conftest import Enter, csrf_token

from flexmeasures.domain.assets import Quantity

GOOD = "start;power (kW)\n2026-03-26 10:00;410,5\n2026-03-26 10:15;oops\n2026-03-26 10:30;409\n"


def show(client: FlaskClient, number: int, content: str, **more: str) -> tuple[int, str]:
    form = {
        "sensor": str(number),
        "unit": "kW",
        "csrf_token": csrf_token(client, "/account"),
        "file": (io.BytesIO(content.encode()), "june.csv"),
        **more,
    }
    answer = client.post("/upload", data=form, content_type="multipart/form-data")
    return answer.status_code, answer.text


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found, f"The page lacks {name}."
    return found[1]


def send(client: FlaskClient, path: str, **form: str) -> tuple[int, str]:
    token = csrf_token(client, "/account")
    answer = client.post(path, data={**form, "csrf_token": token}, follow_redirects=True)
    return answer.status_code, answer.text


def test_nothing_is_written_until_it_is_confirmed_and_it_can_be_undone(site: Site, enter: Enter) -> None:
    client, sensor = enter(PROSUMER), site.scene.power["Old depot"].id
    beliefs = site.platform.store.beliefs
    before = beliefs.count([sensor])
    code, page = show(client, sensor, GOOD)
    assert code == 200
    assert "Row without a number in column 2: 3." in page
    assert "Import 2 values, leave out 1 row" in page
    assert 'class="told" d="M' in page
    assert beliefs.count([sensor]) == before
    code, done = send(client, "/upload/import", values=hidden(page, "values"))
    assert "2 values written" in done
    assert beliefs.count([sensor]) == before + 2
    history = client.get(f"/sensors/{sensor}").text
    assert "Uploaded 2 values from june.csv" in history
    code, page = send(client, "/upload/undo", upload=hidden(done, "upload"))
    assert "2 values from june.csv were taken back" in page
    assert beliefs.count([sensor]) == before


@pytest.mark.parametrize(
    ("content", "more", "problem"),
    [
        ("a,b\n1,2\n", {}, "No column holds dates"),
        (GOOD, {"unit": "EUR"}, "EUR is no unit of this sensor"),
        (GOOD, {"zone": "Mars/Olympus"}, "unknown"),
        (GOOD, {"column": "missing"}, "no column of numbers called missing"),
        (GOOD, {"sensor": ""}, "This is needed."),
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    site: Site, enter: Enter, content: str, more: dict[str, str], problem: str
) -> None:
    code, page = show(enter(PROSUMER), site.scene.power["Old depot"].id, content, **more)
    assert code == 422
    assert problem in page


def test_what_was_shown_to_one_is_no_use_to_others(site: Site, enter: Enter) -> None:
    sensor = site.scene.power["Old depot"].id
    values = hidden(show(enter(PROSUMER), sensor, GOOD)[1], "values")
    stranger = enter(STRANGER)
    assert send(stranger, "/upload/import", values=values)[0] == 400
    assert send(stranger, "/upload/import", values=values[:-2])[0] == 400
    assert show(stranger, sensor, GOOD)[0] == 403


def test_months_of_values_come_back_from_the_page(site: Site, enter: Enter) -> None:
    client, sensor = enter(PROSUMER), site.scene.power["Old depot"].id
    start = NOW.replace(hour=0, minute=0) - timedelta(days=90)
    rows = "".join(f"{start + place * QUARTER},{place % 1013 * 1.7}\n" for place in range(9_000))
    code, page = show(client, sensor, "start,power\n" + rows)
    assert code == 200
    assert send(client, "/upload/import", values="x" * 900_000)[0] == 400
    assert "9,000 values written" in send(client, "/upload/import", values=hidden(page, "values"))[1]


def test_a_file_that_is_too_large_gets_a_page(enter: Enter) -> None:
    large, kind = b"x" * (9 * 1024 * 1024), "multipart/form-data; boundary=x"
    answer = enter(PROSUMER).post("/upload", data=large, content_type=kind)
    assert answer.status_code == 413
    assert "This is too large" in answer.text


def test_a_template_has_the_steps_of_its_sensor(site: Site, enter: Enter) -> None:
    client, sensor = enter(PROSUMER), site.scene.power["Old depot"].id
    lines = client.get(f"/upload/template.csv?sensor={sensor}").text.splitlines()
    assert lines[0] == "start,value (MW)"
    assert lines[1:3] == ["2026-03-28T00:00:00+01:00,", "2026-03-28T00:15:00+01:00,"]


def test_moments_are_uploaded_and_drawn_as_such(site: Site, enter: Enter) -> None:
    store = site.platform.store
    tank = replace(
        site.scene.power["Canal battery"],
        name="fill",
        step=timedelta(0),
        unit="MWh",
        quantity=Quantity.STATE_OF_CHARGE,
    )
    number = store.assets.add_sensor(tank).id
    client = enter(PROSUMER)
    assert "instantaneous" in client.get("/upload").text
    content = "start,value\n2026-03-26 10:00:07,0.5\n2026-03-26 10:03:21,0.7\n"
    code, page = show(client, number, content, unit="MWh")
    assert code == 200
    assert "each at a moment" in page
    assert re.search(r'class="told" d="M0.0 [0-9.]+h4M[0-9.]+ [0-9.]+h4"', page)
    code, done = send(client, "/upload/import", values=hidden(page, "values"))
    assert "2 values written" in done
    assert client.get(f"/upload/template.csv?sensor={number}").status_code == 200
    assert client.get(f"/sensors/{number}").status_code == 200
    again = show(client, number, content, unit="MWh")[1]
    assert "2 as known already" in again
