"""``flexmeasures add forecasts``."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Connection
from flexmeasures.domain.beliefs import BeliefBlock, BeliefFilter
from flexmeasures.domain.jobs import FORECASTING
from flexmeasures.domain.places import Place
from flexmeasures.domain.timing import from_instant, instant
from flexmeasures.testing.command_line import CommandLine
from flexmeasures.usecases.registering.connections import NewConnection, add_connection

HOUR = timedelta(hours=1)
WINDOW = ("--from-date", "2015-03-08", "--to-date", "2015-03-09")


@pytest.fixture
def panel(founded: CommandLine) -> Connection:
    """Return a solar panel whose production of twelve days is known."""
    platform = founded.platform
    account = platform.store.accounts.add_account("Estate", ["Prosumer"])
    owner = platform.store.accounts.add_user(User(0, "eve@example.com", "eve", account), "hash")
    new = NewConnection("my-solar-panel", "solar", 1, HOUR, Place(52, 5), owner.id)
    made = add_connection(new, platform)
    starts = instant(datetime(2015, 2, 26, tzinfo=UTC)) + np.arange(12 * 24) * np.timedelta64(1, "h")
    values = -np.maximum(0, np.sin((np.arange(starts.size) % 24 - 6) / 12 * np.pi))
    source = platform.store.sources.of_user(owner)
    block = BeliefBlock(made.sensor.id, source.id, starts, starts + np.timedelta64(1, "h"), values)
    platform.store.beliefs.add([block])
    return made


def recorded_before(panel: Connection, line: CommandLine, horizon: timedelta) -> list[datetime]:
    """Return the events of which anything was recorded so long before their end."""
    start, end = (datetime(2015, month, 1, tzinfo=UTC) for month in (2, 5))
    beliefs = line.platform.store.beliefs
    found = beliefs.latest([panel.sensor.id], start, end, BeliefFilter(horizon_min=horizon))
    return [from_instant(time) for part in found.get(panel.sensor.id, []) for time in part.event_start]


@pytest.mark.parametrize("of", [("--asset", "my-solar-panel"), ("--asset-type", "Asset"), ("--sensor",)])
def test_forecasts_are_made_of_the_window_in_the_time_zone_of_the_platform(
    of: tuple[str, ...], founded: CommandLine, panel: Connection
) -> None:
    words = (*of, str(panel.sensor.id)) if of == ("--sensor",) else of
    said = founded.says("add", "forecasts", *words, *WINDOW, "--horizon", "6")
    assert "Recorded 24 forecast value(s) by 1 of 1 run(s)." in said
    events = recorded_before(panel, founded, 6 * HOUR)
    assert (min(events), len(events)) == (datetime(2015, 3, 7, 15, tzinfo=UTC), 24)
    assert recorded_before(panel, founded, 7 * HOUR) == []


def test_forecasts_are_made_at_all_horizons_by_default(founded: CommandLine, panel: Connection) -> None:
    said = founded.says("add", "forecasts", "--asset-id", str(panel.id), *WINDOW)
    assert "by 4 of 4 run(s)" in said
    assert len(recorded_before(panel, founded, 48 * HOUR)) == 24


def test_forecasts_can_be_left_to_jobs(founded: CommandLine, panel: Connection) -> None:
    said = founded.says("add", "forecasts", "--asset-type", "Asset", *WINDOW, "--as-job")
    assert said == "Queued 4 forecasting job(s).\n"
    jobs = founded.platform.store.jobs.jobs(queue=FORECASTING)
    assert sorted(int(str(job.arguments["horizon_minutes"])) for job in jobs) == [60, 360, 1440, 2880]


def test_what_cannot_be_forecast_is_skipped_with_a_reason(founded: CommandLine, panel: Connection) -> None:
    early = ("--from-date", "2014-01-01", "--to-date", "2014-01-02")
    said = founded.says("add", "forecasts", "--asset-id", str(panel.id), *early, "--horizon", "1")
    assert f"Skipping forecasts for asset power ({panel.sensor.id}), 1 h ahead: " in said
    assert "Recorded 0 forecast value(s) by 0 of 1 run(s)." in said


def test_nothing_is_forecast_where_there_is_nothing(founded: CommandLine) -> None:
    said = founded.says("add", "forecasts", "--asset-type", "WeatherSensor")
    assert said == "No such assets in db, so I will not add any forecasts.\n"


def test_forecasts_are_made_as_written(founded: CommandLine, panel: Connection, tmp_path: Path) -> None:
    what, how = tmp_path / "what.json", tmp_path / "how.json"
    wish = {"sensor": panel.sensor.id, "start": "2015-03-09T00:00+00:00", "duration": "PT12H"}
    what.write_text(json.dumps(wish))
    how.write_text('{"model": "naive", "upper": 0.0}')
    papers = ("--parameters", str(what), "--config", str(how), "--forecaster", "TrainPredictPipeline")
    said = founded.says("add", "forecasts", *papers)
    assert f"Recorded 12 forecast value(s) of sensor {panel.sensor.id} by naive." in said
    queued = founded.says("add", "forecasts", *papers, "--as-job")
    (job,) = founded.platform.store.jobs.jobs(queue=FORECASTING)
    assert f"Queued forecasting job {job.id} for sensor {panel.sensor.id}." in queued


def test_the_model_of_a_source_is_used_again(founded: CommandLine, panel: Connection, tmp_path: Path) -> None:
    what = tmp_path / "what.json"
    what.write_text('{"start": "2015-03-09T00:00+00:00"}')
    source = founded.platform.store.sources.of_model("FlexMeasures", "forecaster", "seasonal-naive", "1")
    words = ("--sensor", str(panel.sensor.id), "--parameters", str(what))
    assert "by seasonal-naive." in founded.says("add", "forecasts", *words, "--source", str(source.id))
    assert "no source 999" in founded.refusal("add", "forecasts", *words, "--source", "999")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[]", "Expected an object"),
        ("{", "no JSON"),
        ("{}", "State the sensor"),
    ],
)
def test_papers_that_cannot_be_read_are_refused(
    text: str, reason: str, founded: CommandLine, tmp_path: Path
) -> None:
    what = tmp_path / "what.json"
    what.write_text(text)
    assert reason in founded.refusal("add", "forecasts", "--parameters", str(what))


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--asset", "nobody's"), "There are 0 assets named 'nobody's'."),
        (("--asset-type", "Market", "--asset-id", "99"), "There is no Market with id 99."),
        (("--sensor", "99"), "There is no sensor 99."),
        (("--horizon", "5"), "'5' is not one of"),
        (("--asset-type", "Asset", "--from-date", "2016-01-01"), "Nothing lies from"),
    ],
)
def test_what_is_not_there_is_named(
    words: tuple[str, ...], reason: str, founded: CommandLine, panel: Connection
) -> None:
    assert reason in founded.refusal("add", "forecasts", *words)
