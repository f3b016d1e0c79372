"""Analytics: data of one asset or many together, and how good their forecasts were."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from flexmeasures.domain.errors import NotAuthorized, UnknownEntity
from flexmeasures.ui.analysis_asked import TRACES, chosen_of, window_of
from flexmeasures.ui.analysis_columns import write_analysis, write_analysis_replay
from flexmeasures.ui.analysis_files import sources_behind, write_metrics, write_values
from flexmeasures.ui.asked import HORIZONS, PERIODS, given, pixels
from flexmeasures.ui.face import Face
from flexmeasures.ui.gate import person
from flexmeasures.ui.roles import may_see_portfolio
from flexmeasures.ui.value_table import analysis_table
from flexmeasures.usecases.analysis import Analysis
from flexmeasures.usecases.analysis_choices import Choices, choices, members_of
from flexmeasures.usecases.analysis_power import TRACES_AT_MOST
from flexmeasures.usecases.analysis_replay import MEMBERS_AT_MOST, replay_analysis
from flexmeasures.usecases.analytics import Chosen, analyse
from flexmeasures.usecases.overview import visible_connections


@dataclass(frozen=True, slots=True)
class _Found:
    """What can be chosen, what is, and what comes of it."""

    choices: Choices
    chosen: Chosen
    members: int
    analysis: Analysis


def add_analytics(blueprint: Blueprint, face: Face) -> None:
    """Add the analytics page, its metrics, its values and its files."""
    _add_pages(blueprint, face)
    _add_values(blueprint, face)


def _add_pages(blueprint: Blueprint, face: Face) -> None:
    def content() -> dict[str, object]:
        found = _find(face)
        return {
            "given": given(),
            "choices": found.choices,
            "chosen": found.chosen,
            "analysis": found.analysis,
            "members": found.members,
            "replayed": found.members <= MEMBERS_AT_MOST,
            "horizons": HORIZONS,
            "periods": PERIODS,
            "traces": TRACES,
            "most_traces": TRACES_AT_MOST,
            "hide_nan": face.settings.FLEXMEASURES_HIDE_NAN_IN_UI,
        }

    @blueprint.get("/analytics")
    def analytics() -> ResponseReturnValue:
        """Show the whole page."""
        return render_template("analytics.html", **content())

    @blueprint.get("/analytics/metrics")
    def analytics_metrics() -> ResponseReturnValue:
        """Show what follows the window."""
        return render_template("parts/analysis_following.html", **content())

    @blueprint.get("/analytics/table")
    def analytics_table() -> ResponseReturnValue:
        """Show the values of a window as a table."""
        table = analysis_table(_find(face).analysis, face.zone)
        back = {"back": "pages.analytics", "given": given()}
        return render_template("value_table.html", name="Analytics", table=table, **back)


def _add_values(blueprint: Blueprint, face: Face) -> None:
    platform = face.platform

    @blueprint.get("/analytics/values")
    def analytics_values() -> ResponseReturnValue:
        """Answer the values of a window for the chart."""
        return Response(write_analysis(_find(face).analysis, pixels()), mimetype="application/json")

    @blueprint.get("/analytics/replay")
    def analytics_replay() -> ResponseReturnValue:
        """Answer how the values of a window became known."""
        _check()
        with platform.transaction():
            mine = visible_connections(person(), platform)
            chosen = chosen_of(choices(mine, platform))
            query = window_of(platform.now(), face.zone)
            found = replay_analysis(person(), mine, chosen, query, platform)
        return Response(write_analysis_replay(found), mimetype="application/json")

    @blueprint.get("/analytics/values.csv")
    def analytics_file() -> ResponseReturnValue:
        """Answer the values of a window for spreadsheets, of all plots or of one."""
        analysis = _find(face).analysis
        panel = request.args.get("panel")
        one = analysis.quantity(panel) if panel else None
        if panel and one is None:
            raise UnknownEntity(f"There is no plot {panel!r} here.")
        quantities = [one] if one else list(analysis.quantities)
        with platform.transaction():
            by = platform.store.sources.named(sources_behind(quantities))
        return _file(write_values(analysis, quantities, face.zone, by), f"{panel or 'values'}.csv")

    @blueprint.get("/analytics/metrics.csv")
    def metrics_file() -> ResponseReturnValue:
        """Answer the metrics of a window for spreadsheets."""
        return _file(write_metrics(_find(face).analysis), "metrics.csv")


def _find(face: Face) -> _Found:
    """Find what is asked for."""
    _check()
    platform = face.platform
    with platform.transaction():
        mine = visible_connections(person(), platform)
        offered = choices(mine, platform)
        chosen = chosen_of(offered)
        found = analyse(person(), mine, chosen, window_of(platform.now(), face.zone), platform)
    return _Found(offered, chosen, len(members_of(mine, chosen.group)), found)


def _file(text: str, name: str) -> Response:
    response = Response(text, mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _check() -> None:
    if not may_see_portfolio(person()):
        raise NotAuthorized("Analytics need the role admin, or one in the market such as Prosumer.")
