"""The look that an account gives to the pages of its members: a style sheet and a logo."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from flexmeasures.domain.accounts import Look
from flexmeasures.ui.colours import by_day, by_night
from flexmeasures.ui.gate import person

SHEET = """:root {{
  --accent: light-dark({day.fill}, {night.fill});
  --accent-ink: light-dark({day.ink}, {night.ink});
  --accent-bg: light-dark({day.ground}, {night.ground});
}}
"""


def add_look(blueprint: Blueprint) -> None:
    """Add the style sheet of the visitor's account."""

    @blueprint.get("/look.css")
    def look() -> ResponseReturnValue:
        """Answer the colours of the visitor's account."""
        own = person().account.look
        text = SHEET.format(day=by_day(own), night=by_night(own)) if own.primary else ""
        return Response(text, mimetype="text/css")


def logo_origin(look: Look) -> str:
    """Return the origin that a logo comes from, which the content policy must allow; empty if it has none.

    >>> logo_origin(Look("https://example.com/pictures/logo.svg"))
    'https://example.com'
    """
    address = urlsplit(look.logo)
    return f"{address.scheme}://{address.netloc}" if address.netloc else ""
