"""The look that an account gives to the pages of its members: a style sheet and a logo."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, flash, redirect, request
from flask.typing import ResponseReturnValue

from flexmeasures.domain.accounts import Look
from flexmeasures.ui.colours import by_day, by_night
from flexmeasures.ui.face import Face
from flexmeasures.ui.gate import person
from flexmeasures.usecases.looks import change_look

SHEET = """:root {{
  --accent: light-dark({day.fill}, {night.fill});
  --accent-ink: light-dark({day.ink}, {night.ink});
  --accent-bg: light-dark({day.ground}, {night.ground});
}}
"""


def add_look(blueprint: Blueprint, face: Face) -> None:
    """Add the style sheet of the visitor's account, and the change of its look."""

    @blueprint.get("/look.css")
    def look() -> ResponseReturnValue:
        """Answer the colours of the visitor's account."""
        own = person().account.look
        text = SHEET.format(day=by_day(own), night=by_night(own)) if own.primary else ""
        return Response(text, mimetype="text/css")

    @blueprint.post("/account/look")
    def change() -> ResponseReturnValue:
        """Change the logo and the colours of the visitor's account."""
        told = request.form
        wanted = Look(*(told.get(name, "").strip() for name in ("logo", "primary", "secondary")))
        if "usual" in told:
            wanted = Look(wanted.logo)
        with face.platform.transaction():
            change_look(person(), wanted, face.platform)
        flash("The look of the pages was changed for all members of the account.")
        return redirect("/account", 303)


def logo_origin(look: Look) -> str:
    """Return the origin that a logo comes from, which the content policy must allow; empty if it has none.

    >>> logo_origin(Look("https://example.com/pictures/logo.svg"))
    'https://example.com'
    """
    address = urlsplit(look.logo)
    return f"{address.scheme}://{address.netloc}" if address.netloc else ""
