"""A simulation is set back to a backup."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from flexmeasures.adapters.postgres.address import address
from flexmeasures.adapters.postgres.backups.backups import DatabaseBackups
from flexmeasures.adapters.postgres.database import Database
from flexmeasures.domain.jobs import JobState
from flexmeasures.testing.clock import FixedClock
from flexmeasures.testing.factories import Factory
from flexmeasures.testing.web import web_over
from flexmeasures.usecases.ports.backups import Part
from flexmeasures.usecases.ports.platform import Platform

pytestmark = pytest.mark.services


@pytest.mark.parametrize("version", ["", "v1/", "v2_0/"])
def test_a_simulation_begins_anew(
    platform: Platform, database: Database, clock: FixedClock, tmp_path: Path, version: str
) -> None:
    play = replace(platform, rules=replace(platform.rules, mode="play"))
    url = database.engine.url.render_as_string(hide_password=False)
    backups = DatabaseBackups(address(url), database.joined, clock)
    web = web_over(play, database.logins, {"FLEXMEASURES_DB_BACKUP_PATH": str(tmp_path)}, backups)
    make = Factory(play.store)
    admin = make.user("admin")
    battery = make.asset(owner=admin)
    sensor = make.sensor(battery)
    caller = web.as_user(admin)
    saved = list(backups.save(tmp_path / "demo_v0", [Part.STRUCTURE]))
    message = {
        "type": "PostMeterDataRequest",
        "connection": f"ea1.2018-06.localhost:{battery.id}",
        "value": 220,
        "start": "2015-01-01T00:00:00+00:00",
        "duration": "PT0H15M",
        "horizon": "-PT5M",
        "unit": "MW",
    }
    assert caller.post("v2_0/postMeterData", message).status == "PROCESSED"

    response = caller.client.put(
        f"/api/{version}restoreData",
        json={"backup": "demo_v0"},
        headers={"Authorization": caller.token},
    )

    assert saved
    assert response.json == {
        "status": "PROCESSED",
        "message": "Request has been processed. Database restored to demo_v0.",
    }
    assert play.store.beliefs.count([sensor.id]) == 0
    assert play.store.jobs.jobs(states=[JobState.QUEUED]) == []
    assert play.store.assets.sensor(sensor.id) == sensor
    assert caller.post("v2_0/postMeterData", message).status == "PROCESSED"
