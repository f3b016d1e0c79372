"""The scheduler on the page of schedulers is found, asked for by an asset, and plans its orders."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from tests.docs.pages import Page
from tests.kept_logging import kept_logging

from flexmeasures.adapters.embedded.services import Embedded
from flexmeasures.app import Parts
from flexmeasures.domain.assets import Sensor
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory
from flexmeasures.testing.servers import new_database
from flexmeasures.testing.web import SALT, Caller, Web

pytestmark = pytest.mark.services

PAGE = Page("how-to/write-a-scheduler.md")
HOUR = timedelta(hours=1)


@pytest.fixture
def parts(instance: Embedded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Parts]:
    """An installation with the package of the page."""
    (module,), (project,) = PAGE.blocks("python"), PAGE.blocks("toml")
    site = tmp_path / "site-packages"
    info = site / "flexmeasures_reserve-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "reserve.py").write_text(module)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: flexmeasures-reserve\nVersion: 1.0\n")
    entry = project.split("[project.entry-points.flexmeasures]\n")[1].replace('"', "")
    (info / "entry_points.txt").write_text(f"[flexmeasures]\n{entry}")
    monkeypatch.syspath_prepend(site)
    environ = {
        "HOME": str(tmp_path),
        "FLEXMEASURES_ENV": "testing",
        "SQLALCHEMY_DATABASE_URI": new_database(instance, f"plugin_{uuid4().hex[:12]}"),
        "FLEXMEASURES_REDIS_URL": instance.redis_uri,
        "SECURITY_PASSWORD_SALT": SALT,
    }
    with kept_logging():
        made = Parts(environ, tmp_path)
        yield made
        made.close()
    sys.modules.pop("reserve", None)


@pytest.fixture
def power(parts: Parts) -> Sensor:
    """The power of a battery."""
    platform = parts.platform()
    with platform.transaction():
        make = Factory(platform.store)
        return make.sensor(make.asset(owner=make.user()), step=HOUR)


def caller(parts: Parts, sensor: Sensor) -> Caller:
    """Return the owner of a sensor, as a client of the API."""
    platform = parts.platform()
    with platform.transaction():
        asset = platform.store.assets.asset(sensor.asset_id)
        owner = platform.store.accounts.user(asset.owner_id or 0)
        return Web(parts.web(), platform, parts.database.logins).as_user(owner)


def test_an_asset_is_scheduled_by_the_plugin_that_it_asks_for(parts: Parts, power: Sensor) -> None:
    client = caller(parts, power)
    (attributes,) = PAGE.blocks("json")
    asked = client.client.patch(
        f"/api/v3_0/assets/{power.asset_id}",
        data=attributes,
        content_type="application/json",
        headers={"Authorization": client.token},
    )
    assert asked.status_code == 200, asked.text
    hours = [NOON + hour * HOUR for hour in range(2)]
    prices = [
        {"value": f"{price} EUR/MWh", "start": hour.isoformat(), "duration": "PT1H"}
        for hour, price in zip(hours, (10, 90), strict=True)
    ]
    order = {
        "start": NOON.isoformat(),
        "duration": "PT2H",
        "flex-model": {"power-capacity": "1 MW", "soc-at-start": "0 MWh", "soc-max": "1 MWh"},
        "flex-context": {"consumption-price": prices},
    }
    reply = client.post(f"v3_0/sensors/{power.id}/schedules/trigger", order)
    assert reply.code == 200, reply.body
    parts.do(str(reply.body["schedule"]))
    found = client.get(f"v3_0/sensors/{power.id}/schedules/{reply.body['schedule']}")
    assert found.code == 200, found.body
    assert found.body["values"] == pytest.approx([1.0, -0.8])
    info = found.body["scheduler_info"]
    assert isinstance(info, dict)
    assert info["scheduler"] == "reserve 1.0"
    assert found.body["explanation"] == ["20% of each storage are kept for blackouts."]


def test_a_plugin_that_is_not_there_is_refused(parts: Parts, power: Sensor) -> None:
    platform = parts.platform()
    with platform.transaction():
        asset = platform.store.assets.asset(power.asset_id)
        platform.store.assets.update_asset(replace(asset, attributes={"custom-scheduler": "Nobody"}))
    order = {
        "start": NOON.isoformat(),
        "flex-model": {"power-capacity": "1 MW"},
        "flex-context": {"consumption-price": "1 EUR/MWh"},
    }
    reply = caller(parts, power).post(f"v3_0/sensors/{power.id}/schedules/trigger", order)
    assert reply.code == 422
    assert "'Nobody', which no plug-in offers" in str(reply.body["message"])
