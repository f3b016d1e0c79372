"""Everything that machines can call."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask

from flexmeasures.api import root
from flexmeasures.api.messages import blueprint as messages
from flexmeasures.api.resources import blueprint as resources
from flexmeasures.usecases.ports import LoginStore, Platform


def add_routes(
    app: Flask, platform: Platform, logins: LoginStore, version: str, checks: Mapping[str, root.Check]
) -> None:
    """Add all routes for machines to a web application.

    Args:
        app: The application, with its login.
        platform: All that the use cases need.
        logins: What lets users in.
        version: Of the platform.
        checks: By name: what must answer before the platform is ready, such as ``database_sql``.
    """
    root.register(app, version, checks)
    messages.register(app, platform)
    resources.register(app, platform, logins)
