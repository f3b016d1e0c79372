"""All pages for people, as one part of the web application."""

from __future__ import annotations

import gzip
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, redirect, request
from flask.typing import ResponseReturnValue
from flask_security import current_user

from flexmeasures.settings.schema import Settings
from flexmeasures.ui import bundle
from flexmeasures.ui.account import add_account
from flexmeasures.ui.analytics import add_analytics
from flexmeasures.ui.arrivals import note_arrivals
from flexmeasures.ui.asset import add_asset_pages
from flexmeasures.ui.asset_forms import add_asset_forms
from flexmeasures.ui.control import add_control
from flexmeasures.ui.dashboard import add_dashboard
from flexmeasures.ui.errors import show_errors
from flexmeasures.ui.face import Face, show_face
from flexmeasures.ui.gate import open_to_visitors, person
from flexmeasures.ui.listing import add_listing
from flexmeasures.ui.live import add_live
from flexmeasures.ui.look import add_look, logo_origin
from flexmeasures.ui.menu import first_page
from flexmeasures.ui.portfolio import add_portfolio
from flexmeasures.ui.sensors import add_sensors
from flexmeasures.ui.tasks import add_tasks
from flexmeasures.ui.upload import add_upload, allow_drafts
from flexmeasures.ui.user_forms import add_user_forms
from flexmeasures.ui.users import add_users
from flexmeasures.usecases.ports.accounts import LoginStore
from flexmeasures.usecases.ports.changes import Changes
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.web.headers import MAPBOX, content_policy
from flexmeasures.web.streams import Streams

TEMPLATES = Path(__file__).parent / "templates"
"""Also those of the login form and of errors: the application is made with this folder."""

WORTH_COMPRESSING = 1000
"""Bytes."""


def register(
    app: Flask, platform: Platform, settings: Settings, changes: Changes, logins: LoginStore
) -> None:
    """Add all pages to the web application.

    Args:
        app: Made with ``TEMPLATES`` as its folder of templates.
        platform: What the pages tell of.
        settings: Names, modes and intervals.
        changes: Tells open pages what there is to look at again.
        logins: What lets users in.
    """
    face = Face(platform, settings)
    show_face(app, face)
    note_arrivals(app, platform, logins)
    pages = Blueprint("pages", __name__)
    pages.before_request(allow_drafts)
    pages.before_request(open_to_visitors)
    pages.after_request(_finish)

    @pages.get("/")
    def home() -> ResponseReturnValue:
        """Lead to the first page."""
        return redirect(first_page(person(), settings))

    add_dashboard(pages, face)
    add_listing(pages, face)
    add_asset_pages(pages, face)
    add_asset_forms(pages, face)
    add_sensors(pages, face)
    add_portfolio(pages, face)
    add_analytics(pages, face)
    add_tasks(pages, face)
    add_live(pages, face, Streams(changes))
    add_control(pages, face)
    add_upload(pages, face)
    add_users(pages, face, logins)
    add_user_forms(pages, face, logins)
    add_account(pages, face)
    add_look(pages)
    show_errors(app, pages)
    app.register_blueprint(pages)
    app.register_blueprint(bundle.blueprint)


def _finish(response: Response) -> Response:
    """Keep pages out of shared caches, and send them small, or not at all if they are known already."""
    response.headers.setdefault("Cache-Control", "private, no-cache")
    response.headers.setdefault("Permissions-Policy", "geolocation=()")
    origin = logo_origin(person().account.look) if current_user.is_authenticated else ""
    if origin:
        tiles = [MAPBOX] if current_app.config.get("MAPBOX_ACCESS_TOKEN") else []
        response.headers["Content-Security-Policy"] = content_policy(origin, *tiles)
    if request.method == "GET" and response.status_code == 200 and not response.is_streamed:
        response.add_etag()
        response.make_conditional(request)
    if (
        request.accept_encodings["gzip"] > 0
        and "Content-Encoding" not in response.headers
        and response.status_code == 200
        and len(response.data) > WORTH_COMPRESSING
    ):
        response.data = gzip.compress(response.data, 5, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
    response.headers.add("Vary", "Accept-Encoding")
    return response
