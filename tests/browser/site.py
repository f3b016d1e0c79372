"""The web application with the scene in it, as tests call and visit it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Flask
from tests.browser.scene import NOW, PASSWORD, PROSUMER, ZONE, Scene, set_scene

from flexmeasures.settings.schema import Settings
from flexmeasures.testing.clock import FixedClock
from flexmeasures.testing.memory.changes import MemoryChanges
from flexmeasures.ui import pages
from flexmeasures.usecases.ports.accounts import LoginStore
from flexmeasures.usecases.ports.changes import Changes
from flexmeasures.usecases.ports.platform import Platform, Rules
from flexmeasures.web.application import make
from flexmeasures.web.auth import caller_by_token
from flexmeasures.web.passwords import hash_password

SECRET = "a secret of tests that is long enough for everybody"
QUICK = 4


@dataclass(frozen=True, slots=True)
class Site:
    """The web application with the scene in it.

    Attributes:
        app: The application.
        platform: What it works on.
        clock: Of the platform.
        scene: What is in it.
        url: Where it is served, if it is.
    """

    app: Flask
    platform: Platform
    clock: FixedClock
    scene: Scene
    url: str = ""


def site_over(
    platform: Platform,
    logins: LoginStore,
    clock: FixedClock,
    changes: Mapping[str, object] | None = None,
    days: int = 8,
    news: Changes | None = None,
) -> Site:
    """Make the web application over a platform, and fill it.

    Args:
        platform: Empty.
        logins: What lets users in.
        clock: Of the platform.
        changes: Settings that differ from those of a demonstration.
        days: How long measurements have been coming.
        news: Tells open pages of changes.
    """
    clock.time = NOW
    settings = Settings.model_validate(
        {
            "others": {},
            "SECRET_KEY": SECRET,
            "FLEXMEASURES_ENV": "testing",
            "FLEXMEASURES_TIMEZONE": ZONE,
            "FLEXMEASURES_MODE": "demo",
            "FLEXMEASURES_DEMO_YEAR": 2026,
            "FLEXMEASURES_PUBLIC_DEMO_CREDENTIALS": (PROSUMER, PASSWORD),
            **(changes or {}),
        }
    )
    rules = Rules(mode=settings.FLEXMEASURES_MODE, timezone=ZONE)
    platform = replace(platform, rules=rules)
    hashed = hash_password(PASSWORD, SECRET, QUICK)
    scene = set_scene(platform, hashed, days=days)
    config = settings.for_flask() | {"SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {"bcrypt__rounds": QUICK}}
    app = make(config, logins, "1.1.0", str(pages.TEMPLATES))
    app.add_url_rule("/api/caller", view_func=lambda: caller_by_token().email)
    pages.register(app, platform, settings, news or MemoryChanges(), logins)
    return Site(app, platform, clock, scene)
