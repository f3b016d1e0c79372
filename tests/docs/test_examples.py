"""The examples of the reference get the answers that stand beside them, in each version that they are for."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from flexmeasures.api.messages.dialects import DIALECTS
from flexmeasures.api.messages.services import services_of
from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Asset, Quantity
from flexmeasures.domain.jobs import SCHEDULING
from flexmeasures.testing.factories import QUARTER, Factory
from flexmeasures.testing.memory.logins import MemoryLogins
from flexmeasures.testing.memory.queue import MemoryQueue
from flexmeasures.testing.memory.tables import Tables
from flexmeasures.testing.web import Web, web_over
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.worker.kinds import KINDS
from flexmeasures.worker.run import Runner

FILE = Path(__file__).parents[2] / "docs" / "reference" / "examples.json"
EXAMPLES = json.loads(FILE.read_text(encoding="utf-8"))
VERSIONS = [dialect.version for dialect in DIALECTS]
HOST = "company.flexmeasures.io"
AUTHORITY = "ea1.2021-02.io.flexmeasures.company"
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class World:
    """What the examples speak of: user 1, who owns connections 1 to 3 and battery 4, and a thermometer.

    Attributes:
        web: How it is called.
        owner: User 1.
        assets: Connections 1 to 4.
    """

    web: Web
    owner: User
    assets: tuple[Asset, ...]

    def answer(self, version: str, service: str, message: object) -> object:
        """Send a message as a programme of user 1, and return the answer."""
        caller = self.web.as_user(self.owner)
        headers = {"Authorization": caller.token}
        path, ours = f"/api/{version}/{service}", json.loads(self._ours(json.dumps(message)))
        if service.startswith("get"):
            reply = caller.client.get(path, query_string=ours, headers=headers, base_url=f"https://{HOST}")
        else:
            reply = caller.client.post(path, json=ours, headers=headers, base_url=f"https://{HOST}")
        found: object = json.loads(self._theirs(reply.get_data(as_text=True)))
        return found

    def work(self) -> None:
        """Do the scheduling jobs that wait, as workers do."""
        queue = self.web.platform.queue
        assert isinstance(queue, MemoryQueue)
        waiting = [job.id for job in queue.sent if job.queue == SCHEDULING]
        queue.sent.clear()
        for job_id in waiting:
            Runner(self.web.platform, KINDS).run(job_id)

    def _ours(self, text: str) -> str:
        """Return a text of the documents with our ids in it."""
        for number, asset in enumerate(self.assets, 1):
            for end in ('"', ":"):
                text = text.replace(f"{AUTHORITY}:1:{number}{end}", f"OUR:{self.owner.id}:{asset.id}{end}")
        return text.replace("OUR", AUTHORITY)

    def _theirs(self, text: str) -> str:
        """Return an answer with the ids of the documents in it."""
        for number, asset in enumerate(self.assets, 1):
            for end in ('"', ":"):
                text = text.replace(f"{AUTHORITY}:{self.owner.id}:{asset.id}{end}", f"THEIR:1:{number}{end}")
        return text.replace("THEIR", AUTHORITY)


@pytest.fixture
def world(memory_platform: Platform, memory_tables: Tables) -> World:
    """Return what the examples speak of."""
    platform = replace(memory_platform, rules=replace(memory_platform.rules, planning_horizon=12 * HOUR))
    make = Factory(platform.store)
    owner = make.user(account=make.account("Prosumer"), name="prosumer")
    market = make.market("epex_da")
    limits = {
        "capacity_in_mw": 0.05,
        "min_soc_in_mwh": 0.0,
        "max_soc_in_mwh": 0.04,
        "market_id": market.id,
    }
    stations = [make.asset("one-way_evse", owner=owner, name=f"CS {number}") for number in (1, 2, 3)]
    assets = (*stations, make.asset("battery", owner=owner, name="Battery", attributes=limits))
    for asset in assets:
        make.sensor(asset)
    place = make.asset("weather station", place=(33.4843866, 126.477859))
    thermometer = make.sensor(place, Quantity.TEMPERATURE, step=QUARTER)
    platform.store.assets.delete_sensor(thermometer.id)
    platform.store.assets.add_sensor(replace(thermometer, unit="°C"))
    hosts = {"FLEXMEASURES_HOSTS_AND_AUTH_START": {"flexmeasures.io": "2021-02"}}
    return World(web_over(platform, MemoryLogins(memory_tables), hosts), owner, assets)


@pytest.mark.parametrize("version", VERSIONS)
def test_each_example_is_answered_as_documented(
    version: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = "flexmeasures.api.messages.services.time.sleep"  # version 1.2 waits for a worker
    monkeypatch.setattr(waiting, lambda _: world.work())
    examples = [example for example in EXAMPLES if version in example["versions"]]
    answers = []
    for example in examples:
        answers.append(world.answer(version, example["service"], example["request"]))
        world.work()
    assert answers == [example["answer"] for example in examples]


def test_each_service_of_each_version_has_an_example() -> None:
    shown = {(version, example["service"]) for example in EXAMPLES for version in example["versions"]}
    served = {(dialect.version, service.name) for dialect in DIALECTS for service in services_of(dialect)}
    assert served <= shown
    assert {service for _, service in shown - served} == {"getService"}
