"""The visitor's own account: token, password and, for who looks after it, the look of the pages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from flexmeasures.domain.accounts import ANONYMOUS, Look
from flexmeasures.domain.assets import Asset
from flexmeasures.domain.errors import InvalidFields, NotAuthorized
from flexmeasures.ui.face import Face
from flexmeasures.ui.forms import Form
from flexmeasures.ui.gate import person
from flexmeasures.usecases.looks import change_look, may_change_look
from flexmeasures.web.auth import visitor
from flexmeasures.web.own_login import change_own_password, renew_own_token

REFUSED = 422

DAY = timedelta(days=1)

SHOWN = 50
"""Changes in the history of an account."""


EMBEDDING = """<script src="{host}api/v2_0/charts/bokeh/bokeh.min.js"></script>
<div id="chart"></div>
<script>
  const asked = new URLSearchParams({{
    resource: {resource}, resolution: "PT15M",
    start_time: "{start}", end_time: "{end}",
  }});
  fetch("{host}api/v2_0/charts/power?" + asked, {{headers: {{"{header}": "{token}"}}}})
    .then((response) => response.json())
    .then((item) => Bokeh.embed.embed_item(item, "chart"));
</script>"""
"""A page of somebody else, with the power of an asset."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows this time.

    Attributes:
        token: Fresh, shown once.
        password: The form of the password.
        look: The form of the look.
    """

    token: str = ""
    password: Form = field(default_factory=lambda: Form({}))
    look: Form | None = None


def add_account(blueprint: Blueprint, face: Face) -> None:
    """Add the page of the visitor's account, and what can be changed there."""
    _add_page(blueprint, face)
    _add_login_changes(blueprint, face)
    _add_look_change(blueprint, face)


def _add_page(blueprint: Blueprint, face: Face) -> None:
    @blueprint.get("/account", strict_slashes=False)
    def account() -> ResponseReturnValue:
        """Show who is logged in, without the token."""
        return _page(face, Shown())

    @blueprint.get("/logged-in-user", strict_slashes=False)
    def logged_in_user() -> ResponseReturnValue:
        """Lead to the page of the account, which had this address as well."""
        return redirect("/account")

    @blueprint.post("/account/token")
    def account_token() -> ResponseReturnValue:
        """Show a fresh token, once.

        Raises:
            NotAuthorized: guests of a demonstration get none.
        """
        if person().has_role(ANONYMOUS):
            raise NotAuthorized("Guests of a demonstration get no token.")
        return _page(face, Shown(str(visitor().get_auth_token())))


def _add_login_changes(blueprint: Blueprint, face: Face) -> None:
    @blueprint.post("/account/token/renew")
    def renew_token() -> ResponseReturnValue:
        """Make all tokens void, and show a fresh one, once."""
        _check_own(face)
        return _page(face, Shown(renew_own_token()))

    @blueprint.post("/account/password")
    def change_password() -> ResponseReturnValue:
        """Change the visitor's password."""
        _check_own(face)
        form = Form({})
        given = request.form
        if given.get("new") != given.get("again"):
            form.note("again", "The new password was typed differently.")
        else:
            for text in change_own_password(given.get("current", ""), given.get("new", "")):
                form.note("current" if "your password" in text else "new", text)
        if not form.is_fine:
            return _page(face, Shown(password=form)), REFUSED
        flash("Your password was changed. Other sessions and all tokens have ended.")
        return redirect("/account", 303)


def _add_look_change(blueprint: Blueprint, face: Face) -> None:
    @blueprint.post("/account/look")
    def change_account_look() -> ResponseReturnValue:
        """Change the logo and the colours of the visitor's account."""
        _check_own(face)
        form = Form(request.form)
        logo, colours = form.text("logo"), (form.text("primary"), form.text("secondary"))
        look = Look(logo, *colours) if "own" in request.form else Look(logo)
        try:
            with face.platform.transaction():
                change_look(person(), look, face.platform)
        except InvalidFields as error:
            form.take(error)
            return _page(face, Shown(look=form)), REFUSED
        flash("The look of the pages was changed for all members of the account.")
        return redirect("/account", 303)


def _is_shared(face: Face) -> bool:
    """Tell whether somebody else may use this login too: the one of a demonstration."""
    demo = face.demo_login
    return person().has_role(ANONYMOUS) or (
        demo is not None and demo[0].casefold() == person().email.casefold()
    )


def _check_own(face: Face) -> None:
    """Check that the visitor alone has this login.

    Raises:
        NotAuthorized: guests of a demonstration share it.
    """
    if _is_shared(face):
        raise NotAuthorized("Guests of a demonstration share one login, which they cannot change.")


def _page(face: Face, shown: Shown) -> str:
    you, config = person(), current_app.config
    looks_after = may_change_look(you)
    with face.platform.transaction():
        assets = face.platform.store.assets.assets(account_id=you.account.id, public=False)
        history = face.platform.store.audit.about_account(you.account.id, SHOWN) if looks_after else ()
    look = you.account.look
    header = config["SECURITY_TOKEN_AUTHENTICATION_HEADER"]
    lasting = timedelta(seconds=face.settings.SECURITY_TOKEN_MAX_AGE)
    return render_template(
        "account.html",
        token=shown.token,
        header=header,
        lasting=lasting,
        expires=datetime.now(UTC) + lasting,
        embedding=_embedding(header, shown.token, assets, face),
        owned=sum(asset.owner_id == you.id for asset in assets),
        is_guest=you.has_role(ANONYMOUS),
        is_shared=_is_shared(face),
        password=shown.password,
        look=shown.look or Form({"logo": look.logo, "primary": look.primary, "secondary": look.secondary}),
        may_change_look=looks_after,
        history=history,
    )


def _embedding(header: str, token: str, assets: Sequence[Asset], face: Face) -> str:
    """Return a page with the chart of the last day of an asset, one of the visitor's if there is any."""
    now = face.platform.now()
    return EMBEDDING.format(
        host=request.host_url,
        resource=json.dumps(next((asset.name for asset in assets), "my asset")).replace("<", "\\u003c"),
        start=(now - DAY).isoformat(timespec="minutes"),
        end=now.isoformat(timespec="minutes"),
        header=header,
        token=token,
    )
