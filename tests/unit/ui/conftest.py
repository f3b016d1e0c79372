"""Pages over a platform in memory, called without a browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from tests.browser.scene import PASSWORD
from tests.browser.site import Site, site_over

from flexmeasures.testing.clock import FixedClock
from flexmeasures.testing.memory.logins import MemoryLogins
from flexmeasures.testing.memory.tables import Tables
from flexmeasures.usecases.ports.platform import Platform

Enter = Callable[[str], FlaskClient]


@pytest.fixture
def site(memory_platform: Platform, memory_tables: Tables, clock: FixedClock) -> Site:
    return site_over(memory_platform, MemoryLogins(memory_tables), clock, days=1)


@pytest.fixture
def enter(site: Site) -> Enter:
    """Log somebody in by the form."""

    def log_in(email: str) -> FlaskClient:
        client = site.app.test_client()
        form = {"email": email, "password": PASSWORD, "csrf_token": csrf_token(client, "/login")}
        assert client.post("/login", data=form).status_code == 302
        return client

    return log_in


def csrf_token(client: FlaskClient, path: str) -> str:
    """Return the token that a page gives for changes."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found, f"{path} gives no token"
    return found[1]
