"""A forecaster of a plug-in, from the command line and the job to the beliefs, beside the platform's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from click.testing import CliRunner
from tests.kept_logging import kept_logging

from flexmeasures.adapters.embedded.services import Embedded
from flexmeasures.app import Parts
from flexmeasures.cli.root import root
from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import BeliefFilter, SourceType
from flexmeasures.testing.factories import Factory, block
from flexmeasures.testing.servers import new_database
from flexmeasures.usecases.forecast_queue import News, queue_forecasts

pytestmark = pytest.mark.services

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PLUGIN = """\
import numpy as np

from flexmeasures.forecasting.task import Forecast
from flexmeasures.plugins.hookspecs import hookimpl

def oracle(task):
    \"\"\"Say 42, and a band that is as wide as it is asked for.\"\"\"
    values = np.full(task.window.size, 42.0)
    band = np.stack([values + level - 0.5 for level in task.quantiles])
    return Forecast(values, "oracle", "7", band, notes=("It knows.",))

@hookimpl
def register_forecasters():
    return {"oracle": oracle}
"""


@pytest.fixture
def parts(instance: Embedded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Parts]:
    """An instance with a plug-in that forecasts."""
    (tmp_path / "a_plugin_that_forecasts.py").write_text(PLUGIN)
    monkeypatch.syspath_prepend(tmp_path)
    environ = {
        "HOME": str(tmp_path),
        "FLEXMEASURES_ENV": "testing",
        "FLEXMEASURES_PLUGINS": "a_plugin_that_forecasts",
        "SQLALCHEMY_DATABASE_URI": new_database(instance, f"oracle_{uuid4().hex[:12]}"),
        "FLEXMEASURES_REDIS_URL": instance.redis_uri,
    }
    with kept_logging():
        made = Parts(environ, tmp_path)
        yield made
        made.close()


def now() -> datetime:
    """Return the start of the current hour."""
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


def metered(parts: Parts) -> Sensor:
    """Return a sensor that asks for the plug-in and measured for three days until now."""
    platform = parts.platform()
    make = Factory(platform.store)
    with platform.transaction():
        sensor = make.sensor(step=HOUR, attributes={"forecasting_model": "oracle"})
        told = block(sensor, make.source(SourceType.GATEWAY), now() - 3 * DAY, list(np.arange(72.0)))
        platform.store.beliefs.add([told])
    return sensor


def test_a_plug_in_forecasts_what_asks_for_it(parts: Parts) -> None:
    sensor, platform = metered(parts), parts.platform()
    with platform.transaction():
        jobs = queue_forecasts([News(sensor, now() - HOUR, now(), HOUR)], platform)
    for job in jobs:
        parts.do(job.id)
    done = [platform.store.jobs.job(job.id) for job in jobs]
    assert [one and one.error for one in done] == [None] * 5
    only = BeliefFilter(source_types=frozenset({SourceType.FORECASTER}), probability=0.9)
    (found,) = platform.store.beliefs.latest([sensor.id], now(), now() + 2 * DAY, only)[sensor.id]
    source = platform.store.sources.named([int(found.source_id[0])])[int(found.source_id[0])]
    assert (source.type, source.model, source.version) == ("forecaster", "oracle", "7")
    assert set(found.value.round(6)) == {42.4}
    assert done[-1] is not None
    assert done[-1].result["notes"] == ["It knows."]


def test_a_plug_in_is_tried_beside_the_models_of_the_platform(parts: Parts) -> None:
    sensor = metered(parts)
    window = ("--start", (now() - DAY).isoformat(), "--end", now().isoformat(), "--horizon", "6")
    asked = ("--sensor", str(sensor.id), "--model", "oracle", "--model", "naive")
    said = CliRunner().invoke(root, ["backtest", *asked, *window], obj=parts, catch_exceptions=False).output
    assert "oracle" in said
    assert "naive" in said
