"""The parts of the platform, put together as an operator's settings say."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from click.testing import CliRunner, Result
from tests.kept_logging import kept_logging

from flexmeasures.adapters.embedded.services import Embedded
from flexmeasures.app import Parts
from flexmeasures.cli.root import root
from flexmeasures.domain.errors import InvalidSetting, ServiceUnavailable
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.scheduling.contracts import Site
from flexmeasures.scheduling.problem import Problem
from flexmeasures.testing.factories import Factory
from flexmeasures.testing.servers import new_database
from flexmeasures.usecases.flex.order import OPERATOR, Order, order_for_asset

pytestmark = pytest.mark.services

PLUGIN = """\
from flexmeasures.plugins.hookspecs import hookimpl
from flexmeasures.scheduling.schedule import schedule

asked = []

def of_pumps(problem):
    asked.append(problem.asset_type)
    return schedule(problem)

@hookimpl
def register_schedulers():
    return {"heat pump": of_pumps}

@hookimpl
def register_forecasters():
    return {"oracle": lambda task: task}
"""


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    with kept_logging():
        yield


@pytest.fixture
def environ(instance: Embedded, tmp_path: Path) -> dict[str, str]:
    """An environment with a database of its own."""
    return {
        "HOME": str(tmp_path),
        "FLEXMEASURES_ENV": "testing",
        "SQLALCHEMY_DATABASE_URI": new_database(instance, f"app_{uuid4().hex[:12]}"),
        "FLEXMEASURES_REDIS_URL": instance.redis_uri,
    }


@pytest.fixture
def parts(environ: dict[str, str], tmp_path: Path) -> Iterator[Parts]:
    made = Parts(environ, tmp_path)
    yield made
    made.close()


def run(parts: Parts, *arguments: str) -> Result:
    return CliRunner().invoke(root, arguments, obj=parts, catch_exceptions=False)


def without_work(asset_type: str) -> Problem:
    grid = TimeGrid(datetime(2026, 3, 2, tzinfo=UTC), timedelta(minutes=15), 4)
    return Problem(grid, Site.at_price(np.full(4, 50.0)), asset_type=asset_type)


def test_the_structure_goes_back_and_forth(parts: Parts) -> None:
    latest = run(parts, "db", "heads").output.strip()
    assert run(parts, "db", "current").output == f"{latest} (latest)\n"
    assert "none" in run(parts, "db", "downgrade", "base").output
    assert "Run: flexmeasures db upgrade" in run(parts, "db", "current").output
    assert run(parts, "db", "upgrade").output == f"The database is at version {latest}.\n"
    assert run(parts, "db", "stamp", latest).exit_code == 0
    assert latest in run(parts, "db", "history").output


def test_the_model_is_shown_without_a_database(tmp_path: Path) -> None:
    shown = run(Parts({"HOME": str(tmp_path)}, tmp_path), "db", "show-model").output
    assert "belief\n    sensor_id " in shown
    assert "-> " in shown


def test_a_foreign_database_that_is_behind_is_left_alone(parts: Parts) -> None:
    parts.schema().downgrade("base")
    with pytest.raises(ServiceUnavailable, match=r"is empty and FlexMeasures needs version .* db upgrade"):
        run(parts, "run", "--port", "0")
    assert parts.schema().current() is None


def test_the_web_application_has_the_documented_routes(parts: Parts) -> None:
    shown = run(parts, "routes").output
    for path in ("/api/requestAuthToken", "/api/v2_0/postMeterData", "/api/ops/ping", "/dashboard", "/login"):
        assert f" {path} " in shown


def test_requests_are_timed_where_that_is_asked_for(environ: dict[str, str], tmp_path: Path) -> None:
    parts = Parts({**environ, "FLEXMEASURES_PROFILE_REQUESTS": "true"}, tmp_path)
    assert "Server-Timing" in parts.web().test_client().get("/api/ops/ping").headers
    parts.close()


@pytest.mark.parametrize(("path", "status"), [("/login", 308), ("/api/ops/ping", 200)])
def test_production_sends_visitors_to_https(
    path: str, status: int, environ: dict[str, str], tmp_path: Path
) -> None:
    parts = Parts({**environ, "FLEXMEASURES_ENV": "production", "SECRET_KEY": "given"}, tmp_path)
    visitor = parts.web().test_client()
    assert visitor.get(path, base_url="http://localhost").status_code == status
    behind_proxy = {"X-Forwarded-Proto": "https"}
    assert visitor.get(path, base_url="http://localhost", headers=behind_proxy).status_code == 200
    parts.close()


def test_plugins_schedule_the_types_that_they_know(
    environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a_plugin_of_an_operator.py").write_text(PLUGIN)
    monkeypatch.syspath_prepend(tmp_path)
    parts = Parts({**environ, "FLEXMEASURES_PLUGINS": "a_plugin_of_an_operator"}, tmp_path)
    scheduler = parts.platform().scheduler
    assert scheduler(without_work("battery")).power.shape == scheduler(without_work("heat pump")).power.shape
    assert sys.modules["a_plugin_of_an_operator"].asked == ["heat pump"]
    parts.close()


def test_a_worker_begins_its_searches_where_the_last_ones_ended(parts: Parts) -> None:
    platform, power = parts.platform(), []
    with platform.transaction():
        make = Factory(platform.store)
        site = make.asset("building", owner=make.user())
        power = [make.sensor(site, step=timedelta(hours=1)).id for _ in range(2)]
    device = {"power-capacity": "1 MW", "soc-at-start": "0 MWh", "soc-max": "1 MWh"}
    prices = {"consumption-price": "50 EUR/MWh", "site-power-capacity": "1.5 MW"}
    for hour in range(3):
        begin = datetime(2026, 3, 2, hour, tzinfo=UTC)
        models = [{"sensor": one, **device, "end-value": f"{60 + hour} EUR/MWh"} for one in power]
        order = Order(begin, models, prices, timedelta(hours=6))
        with platform.transaction():
            job = order_for_asset(OPERATOR, site, order, platform)
        parts.do(job.id)
        done = platform.store.jobs.job(job.id)
        assert done is not None
        assert done.result["engine"] == "linear programme", done.error
    assert parts.models.lent_again == 2


def test_a_missing_plugin_is_told_at_once(environ: dict[str, str], tmp_path: Path) -> None:
    parts = Parts({**environ, "FLEXMEASURES_PLUGINS": "no_such_plugin"}, tmp_path)
    with pytest.raises(InvalidSetting, match="no_such_plugin"):
        parts.platform()
    parts.close()


def test_the_clock_of_a_demonstration_runs_in_its_year(environ: dict[str, str], tmp_path: Path) -> None:
    demo = {"FLEXMEASURES_MODE": "demo", "FLEXMEASURES_DEMO_YEAR": "2015"}
    assert Parts({**environ, **demo}, tmp_path).clock().year in {2014, 2015, 2016}
    assert Parts({**environ, "FLEXMEASURES_DEMO_YEAR": "2015"}, tmp_path).clock().year >= 2026
