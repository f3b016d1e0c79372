"""The portfolio: energy and money by asset type, the power of all assets, and what schedules change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from flexmeasures.domain.accounts import USEF_ROLES, User
from flexmeasures.domain.errors import InvalidPeriod, NotAuthorized
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.ui.asked import given, time_of
from flexmeasures.ui.face import Face
from flexmeasures.ui.gate import person
from flexmeasures.ui.portfolio_columns import Look, write_portfolio
from flexmeasures.ui.roles import may_see_portfolio
from flexmeasures.ui.statements_file import write_statements
from flexmeasures.ui.value_table import portfolio_table
from flexmeasures.usecases.analytics import Chosen, analyse
from flexmeasures.usecases.charting import ChartQuery, last_known
from flexmeasures.usecases.effects import adjustments
from flexmeasures.usecases.holdings import Holding, holdings, net_at, prices_of, steps_of
from flexmeasures.usecases.overview import visible_connections
from flexmeasures.usecases.portfolio import portfolio
from flexmeasures.usecases.ports.platform import Platform

USUAL = timedelta(hours=24)
"""After now, as documented."""

LONGEST = timedelta(days=3 * 366)
AROUND = timedelta(hours=1)
"""Shown before and after an adjustment that is looked at."""

HORIZON = "PT6H"
"""Of the forecasts whose error is told."""

UNITS = (("", "MWh"), ("mw", "MW"), ("money", "Money"))
"""In which totals can be told, with a name for each."""


def add_portfolio(blueprint: Blueprint, face: Face) -> None:
    """Add the portfolio, the parts of it that follow its window, and its values."""
    _add_pages(blueprint, face)
    _add_values(blueprint, face)


def _add_pages(blueprint: Blueprint, face: Face) -> None:
    platform = face.platform

    def content() -> dict[str, object]:
        grid, held = _held(face)
        now = platform.now()
        return {
            "given": given(),
            "portfolio": portfolio(person(), held, grid),
            "adjustments": adjustments(_isolated(held), grid, now),
            "prices": prices_of(held),
            "net": net_at(held, grid, now),
            "grid": grid,
            "held": held,
            "isolated": _isolated_type(),
            "unit": request.args.get("unit", ""),
            "units": UNITS,
            "around": AROUND,
            "errors_of": {"start": now - USUAL, "end": now, "horizon": HORIZON},
        }

    @blueprint.get("/portfolio")
    def portfolio_page() -> ResponseReturnValue:
        """Show the whole page."""
        return render_template("portfolio.html", **content())

    @blueprint.get("/portfolio/statements")
    def statements() -> ResponseReturnValue:
        """Show what follows the window."""
        return render_template("parts/following.html", **content())

    @blueprint.get("/portfolio/table")
    def portfolio_values_table() -> ResponseReturnValue:
        """Show the values of a window as a table."""
        grid, held = _held(face)
        table = portfolio_table(_isolated(held), grid, face.zone)
        back = {"back": "pages.portfolio_page", "given": given()}
        return render_template("value_table.html", name="Portfolio", table=table, **back)

    @blueprint.get("/portfolio/accuracy")
    def accuracy() -> ResponseReturnValue:
        """Show how good the forecasts of the last day were, which takes as long as all else together."""
        now = platform.now()
        query = ChartQuery(now - USUAL, now, horizon=timedelta(hours=6))
        with platform.transaction():
            mine = visible_connections(_reader(), platform)
            found = analyse(person(), mine, Chosen(), query, platform)
        times = {"start": query.start, "end": query.end, "horizon": HORIZON}
        return render_template("parts/accuracy.html", metrics=found.quantities[0].metrics, errors_of=times)


def _add_values(blueprint: Blueprint, face: Face) -> None:
    @blueprint.get("/portfolio/statements.csv")
    def statements_file() -> ResponseReturnValue:
        """Answer the statements for spreadsheets."""
        grid, held = _held(face)
        response = Response(write_statements(portfolio(person(), held, grid)), mimetype="text/csv")
        response.headers.set("Content-Disposition", "attachment", filename="statements.csv")
        return response

    @blueprint.get("/portfolio/values")
    def portfolio_values() -> ResponseReturnValue:
        """Answer the values of a window for the chart."""
        grid, held = _held(face)
        asked = request.args
        look = Look(
            face.platform.now(), asked.get("side", ""), asked.get("stack") == "1", _last(held, face.platform)
        )
        return Response(write_portfolio(_isolated(held), grid, look), mimetype="application/json")


def _held(face: Face) -> tuple[TimeGrid, list[Holding]]:
    """Return the window that is asked for, and what the visitor holds in it."""
    platform = face.platform
    grid = _window(platform.now())
    with platform.transaction():
        return grid, holdings(_reader(), grid, platform)


def _last(held: Sequence[Holding], platform: Platform) -> datetime | None:
    """Return when the last known event began, if nothing is known of what is held."""
    if any(not np.isnan(each.power).all() for each in held):
        return None
    with platform.transaction():
        sensors = [each.sensor.id for each in visible_connections(person(), platform)]
        return last_known(sensors, platform)


def _isolated_type() -> str:
    return request.args.get("type", "")


def _isolated(held: Sequence[Holding]) -> Sequence[Holding]:
    """Return the assets of the type that is looked at alone, if there is one."""
    kind = _isolated_type()
    return [each for each in held if each.asset.type.name == kind] if kind else held


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
    given = request.args
    start = time_of(given["start"], now) if given.get("start") else now
    end = time_of(given["end"], now) if given.get("end") else start + USUAL
    if not timedelta(0) < end - start <= LONGEST:
        raise InvalidPeriod(f"There are no statements about {start.isoformat()} until {end.isoformat()}.")
    return steps_of(start, end)
