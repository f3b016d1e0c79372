"""Every route states who may call it, and is tried by everyone else."""

from __future__ import annotations

import re

import pytest

from flexmeasures.api.v3_0.route import Access, Route
from flexmeasures.api.v3_0.routes import ROUTES
from flexmeasures.domain.accounts import ACCOUNT_ADMIN, ADMIN_READER, ANONYMOUS, User
from flexmeasures.testing.factories import Factory
from flexmeasures.testing.web import Caller, Web

NAMED = [route for route in ROUTES if "<int:" in route.path]
OF_USERS = {Access.USERS, Access.ANYBODY}


def path_of(route: Route, ids: dict[str, int]) -> str:
    """Return the path of a route with identities filled in."""
    path = re.sub(r"<int:(\w+)>", lambda found: str(ids[found[1]]), route.path)
    return "v3_0" + re.sub(r"<(\w+)>", "nothing", path)


@pytest.fixture
def theirs(memory_web: Web) -> dict[str, int]:
    """Identities of what belongs to somebody."""
    make = Factory(memory_web.platform.store)
    owner = make.user()
    sensor = make.sensor(make.asset(owner=owner))
    asset_id, account_id = sensor.asset_id, owner.account.id
    return {"sensor_id": sensor.id, "asset_id": asset_id, "account_id": account_id, "user_id": owner.id}


def callers(web: Web) -> dict[str, User]:
    make = Factory(web.platform.store)
    return {
        "a stranger": make.user(),
        "an admin of another account": make.user(ACCOUNT_ADMIN),
        "a guest": make.user(ANONYMOUS),
    }


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_nobody_calls_a_route_without_a_token(memory_web: Web, theirs: dict[str, int], route: Route) -> None:
    reply = memory_web.anonymous().send_by(route.method, path_of(route, theirs), {})
    assert (reply.code, reply.status) == (401, "UNAUTHORIZED")


@pytest.mark.parametrize("route", NAMED, ids=lambda route: route.name)
def test_strangers_neither_see_nor_change_what_is_not_theirs(
    memory_web: Web, theirs: dict[str, int], route: Route
) -> None:
    for who, user in callers(memory_web).items():
        caller: Caller = memory_web.as_user(user)
        reply = caller.send_by(route.method, path_of(route, theirs), _message(route))
        assert (reply.code, reply.status) == (403, "INVALID_SENDER"), who


@pytest.mark.parametrize(
    "route",
    [one for one in NAMED if one.access not in {Access.READ, *OF_USERS}],
    ids=lambda route: route.name,
)
def test_a_reader_of_everything_changes_nothing(
    memory_web: Web, theirs: dict[str, int], route: Route
) -> None:
    reader = Factory(memory_web.platform.store).user(ADMIN_READER)
    reply = memory_web.as_user(reader).send_by(route.method, path_of(route, theirs), _message(route))
    assert (reply.code, reply.status) == (403, "INVALID_SENDER")


def _message(route: Route) -> object:
    return None if route.method == "GET" else {}
