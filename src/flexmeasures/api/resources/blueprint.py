"""The resources of version 2.0, beside its messages."""

from __future__ import annotations

from flask import Blueprint, Flask

from flexmeasures.api.resources.assets import add_asset_routes
from flexmeasures.api.resources.charts import add_chart_routes
from flexmeasures.api.resources.users import add_user_routes
from flexmeasures.usecases.ports.accounts import LoginStore
from flexmeasures.usecases.ports.platform import Platform


def register(app: Flask, platform: Platform, logins: LoginStore) -> None:
    """Add the resources of version 2.0 to a web application."""
    blueprint = Blueprint("resources", __name__, url_prefix="/api/v2_0")
    add_asset_routes(blueprint, platform)
    add_user_routes(blueprint, platform, logins)
    add_chart_routes(blueprint, platform)
    app.register_blueprint(blueprint)
