"""Tokens in headers, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from flexmeasures.domain.accounts import Login
from flexmeasures.domain.errors import ServiceUnavailable
from flexmeasures.testing.factories import Factory
from flexmeasures.testing.memory.logins import MemoryLogins
from flexmeasures.testing.memory.tables import Tables
from flexmeasures.testing.web import Web, web_over
from flexmeasures.usecases.ports.platform import Platform


@dataclass(frozen=True, slots=True)
class Outage(MemoryLogins):
    """Logins that do not answer any more."""

    def by_uniquifier(self, uniquifier: str) -> Login | None:
        """Look nothing up.

        Raises:
            ServiceUnavailable: always.
        """
        raise ServiceUnavailable(f"Nobody can be asked about {uniquifier}.")


@pytest.mark.parametrize("path", ["v2_0/getConnection", "v2_0/assets"])
def test_an_outage_is_told_as_such(
    memory_web: Web, memory_platform: Platform, memory_tables: Tables, path: str
) -> None:
    user = Factory(memory_platform.store).user("Prosumer")
    token = memory_web.as_user(user).token
    broken = web_over(memory_platform, Outage(memory_tables)).app.test_client()

    response = broken.get(f"/api/{path}", headers={"Authorization": token})

    assert response.status_code == 503


@pytest.mark.parametrize("path", ["v2_0/getConnection", "v2_0/assets"])
def test_a_token_in_the_query_is_none(memory_web: Web, path: str) -> None:
    token = memory_web.as_user(Factory(memory_web.platform.store).user("Prosumer")).token

    assert memory_web.anonymous().get(path, {"auth_token": token}).code == 401
    assert (
        memory_web.app.test_client().get(f"/api/{path}", headers={"Authorization": token}).status_code == 200
    )
