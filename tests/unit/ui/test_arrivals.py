"""Who came when."""

from __future__ import annotations

from datetime import timedelta

from tests.browser.scene import ADMIN, NOW, PASSWORD, STRANGER
from tests.browser.site import Site
from tests.unit.ui.conftest import Enter

from flexmeasures.domain.accounts import User


def known(site: Site, email: str) -> User:
    return site.platform.store.accounts.user(site.scene.users[email].id)


def test_a_login_is_kept_with_its_time_on_the_platforms_clock(site: Site, enter: Enter) -> None:
    assert known(site, STRANGER).last_login is None
    enter(STRANGER)
    assert known(site, STRANGER).last_login == NOW
    site.clock.time = NOW + timedelta(hours=3)
    assert "3 h ago" in enter(ADMIN).get("/users").text


def test_a_token_for_a_programme_is_a_login_too_and_a_wrong_password_is_none(site: Site) -> None:
    client = site.app.test_client()
    for password, time in (("wrong", None), (PASSWORD, NOW)):
        client.post("/api/requestAuthToken", json={"email": STRANGER, "password": password})
        assert known(site, STRANGER).last_login == time
