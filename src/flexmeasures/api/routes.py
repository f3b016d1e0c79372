"""Everything that machines can call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask

from flexmeasures.api import ops, root
from flexmeasures.api.messages import blueprint as messages
from flexmeasures.api.openapi import blueprint as openapi
from flexmeasures.api.resources import blueprint as resources
from flexmeasures.api.v3_0 import routes as v3_0
from flexmeasures.usecases.ports.accounts import LoginStore
from flexmeasures.usecases.ports.backups import Backups
from flexmeasures.usecases.ports.platform import Platform


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the routes need beside the platform.

    Attributes:
        version: Of the platform.
        logins: What lets users in.
        backups: Copies of what is kept.
        checks: By name: what must answer before the platform is ready, such as ``database_sql``.
    """

    version: str
    logins: LoginStore
    backups: Backups
    checks: Mapping[str, root.Check]


def add_routes(app: Flask, platform: Platform, around: Surroundings) -> None:
    """Add all routes for machines to a web application that has its login already."""
    root.register(app, around.version, around.checks)
    messages.register(app, platform)
    resources.register(app, platform, around.logins)
    openapi.register(app, around.version)
    v3_0.register(app, platform, around.logins, around.version)
    ops.register(app, platform, around.backups)
