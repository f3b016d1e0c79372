"""The visitor's own account, with the token that programmes call the API with."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template
from flask.typing import ResponseReturnValue

from flexmeasures.domain.accounts import ANONYMOUS
from flexmeasures.domain.errors import NotAuthorized
from flexmeasures.ui.face import Face
from flexmeasures.ui.gate import person
from flexmeasures.web.auth import visitor


def add_account(blueprint: Blueprint, face: Face) -> None:
    """Add the page of the visitor's account, and its token on demand."""
    platform = face.platform

    def content(token: str) -> str:
        with platform.transaction():
            assets = platform.store.assets.assets(account_id=person().account.id, public=False)
        return render_template(
            "account.html",
            token=token,
            header=current_app.config["SECURITY_TOKEN_AUTHENTICATION_HEADER"],
            owned=sum(asset.owner_id == person().id for asset in assets),
            may_have_token=not person().has_role(ANONYMOUS),
        )

    @blueprint.get("/account")
    def account() -> ResponseReturnValue:
        """Show who is logged in, without the token."""
        return content("")

    @blueprint.get("/logged-in-user")
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
        return content(str(visitor().get_auth_token()))
