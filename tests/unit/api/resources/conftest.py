"""Who asks for assets and users of version 2.0, and about what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import AssetType
from flexmeasures.testing.factories import Factory
from flexmeasures.testing.memory.tables import Tables
from flexmeasures.testing.web import Caller, Reply, Web

EXAMPLE: dict[str, object] = {
    "name": "Test battery",
    "asset_type": "battery",
    "unit": "kW",
    "event_resolution": 5,
    "capacity_in_mw": 4.2,
    "latitude": 40,
    "longitude": 170.3,
    "max_soc_in_mwh": 5,
    "min_soc_in_mwh": 0,
}


@dataclass(frozen=True, slots=True)
class Office:
    """Who calls about what.

    Attributes:
        web: The platform over HTTP.
        make: Makes things.
        admin: May everything.
        owner: A prosumer.
        other: Another one.
        market: Id of a market.
    """

    web: Web
    make: Factory
    admin: User
    owner: User
    other: User
    market: int

    @property
    def example(self) -> dict[str, object]:
        """The documents' example with our ids."""
        return {**EXAMPLE, "owner": self.owner.id, "market": self.market}

    def call(self, user: User, method: str, path: str, message: object = None) -> Reply:
        """Call a resource."""
        return call_as(self.web.as_user(user), method, path, message)

    def posted(self, **change: object) -> Mapping[str, object]:
        """Post the example and return the asset."""
        reply = self.call(self.admin, "POST", "assets", {**self.example, **change})
        assert reply.code == 201, reply.body
        return reply.body


@pytest.fixture
def office(memory_web: Web, memory_tables: Tables) -> Office:
    """An admin and two prosumers."""
    make = Factory(memory_web.platform.store)
    make.store.assets.add_type(
        AssetType(0, "battery", "battery", is_consumer=True, is_producer=True, can_shift=True)
    )
    make.market("other")
    market = make.market("epex_da").id
    admin, owner, other = make.user("admin"), make.user("Prosumer"), make.user("Prosumer")
    return Office(memory_web, make, admin, owner, other, market)


def ids_of(reply: Reply) -> list[object]:
    listed = reply.body["list"]
    assert isinstance(listed, list)
    return [one["id"] for one in listed]


def call_as(caller: Caller, method: str, path: str, message: object) -> Reply:
    headers = {"Authorization": caller.token}
    response = caller.client.open(f"/api/v2_0/{path}", method=method, json=message, headers=headers)
    body = response.json if response.is_json else {}
    return Reply(
        response.status_code, body if isinstance(body, dict) else {"list": body}, dict(response.headers)
    )
