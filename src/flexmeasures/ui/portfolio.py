"""The portfolio: energy and money by asset type, the power of all assets, and what schedules change."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from flexmeasures.domain.accounts import USEF_ROLES, User
from flexmeasures.domain.errors import InvalidPeriod, NotAuthorized
from flexmeasures.domain.timing import TimeGrid, parse_datetime
from flexmeasures.ui.face import Face
from flexmeasures.ui.gate import person
from flexmeasures.ui.portfolio_columns import Look, write_portfolio
from flexmeasures.ui.roles import may_see_portfolio
from flexmeasures.ui.statements_file import write_statements
from flexmeasures.usecases.effects import adjustments
from flexmeasures.usecases.holdings import holdings, net_at, prices_of, steps_of
from flexmeasures.usecases.portfolio import portfolio

USUAL = timedelta(hours=24)
"""After now, as documented."""

LONGEST = timedelta(days=3 * 366)


def add_portfolio(blueprint: Blueprint, face: Face) -> None:
    """Add the portfolio, the part of it that follows its window, and its values."""
    platform = face.platform

    def content() -> dict[str, object]:
        grid = _window(platform.now())
        with platform.transaction():
            held = holdings(_reader(), grid, platform)
        return {
            "portfolio": portfolio(person(), held, grid),
            "adjustments": adjustments(held, grid, platform.now()),
            "prices": prices_of(held),
            "net": net_at(held, grid, platform.now()),
            "grid": grid,
            "held": held,
        }

    @blueprint.get("/portfolio")
    def portfolio_page() -> ResponseReturnValue:
        """Show the whole page."""
        return render_template("portfolio.html", **content())

    @blueprint.get("/portfolio/statements")
    def statements() -> ResponseReturnValue:
        """Show what follows the window."""
        return render_template("parts/following.html", **content())

    @blueprint.get("/portfolio/statements.csv")
    def statements_file() -> ResponseReturnValue:
        """Answer the statements for spreadsheets."""
        grid = _window(platform.now())
        with platform.transaction():
            held = holdings(_reader(), grid, platform)
        response = Response(write_statements(portfolio(person(), held, grid)), mimetype="text/csv")
        response.headers.set("Content-Disposition", "attachment", filename="statements.csv")
        return response

    @blueprint.get("/portfolio/values")
    def portfolio_values() -> ResponseReturnValue:
        """Answer the values of a window for the chart."""
        grid = _window(platform.now())
        with platform.transaction():
            held = holdings(_reader(), grid, platform)
        body = write_portfolio(held, grid, Look(platform.now(), request.args.get("side", "")))
        return Response(body, mimetype="application/json")


def _reader() -> User:
    """Return the user, who may see statements.

    Raises:
        NotAuthorized: the user may not.
    """
    user = person()
    if not may_see_portfolio(user):
        raise NotAuthorized(f"The portfolio needs one of the roles admin, {', '.join(USEF_ROLES)}.")
    return user


def _window(now: datetime) -> TimeGrid:
    """Read the window that is asked for.

    Raises:
        InvalidPeriod: a time is none, or the window ends before it starts or is too long.
        InvalidTimezone: a time lacks its offset.
    """
    start = parse_datetime(request.args["start"]) if "start" in request.args else now
    end = parse_datetime(request.args["end"]) if "end" in request.args else start + USUAL
    if not timedelta(0) < end - start <= LONGEST:
        raise InvalidPeriod(f"There are no statements about {start.isoformat()} until {end.isoformat()}.")
    return steps_of(start, end)
