"""``flexmeasures show accuracy`` and ``backtest``."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import SourceType
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.command_line import CommandLine
from flexmeasures.testing.factories import Factory, block
from flexmeasures.usecases.forecast_tasks import CHOICE
from flexmeasures.usecases.forecasts import make_forecast

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def metered(flexmeasures: CommandLine) -> Sensor:
    """Return a sensor whose 25 days were uploaded at their end, but for the last two."""
    factory = Factory(flexmeasures.platform.store)
    sensor = factory.sensor(factory.asset("building", name="Hall"), step=HOUR)
    hours = np.arange(25 * 24)
    values = 2 + np.sin(2 * np.pi * hours / 24) + np.random.default_rng(0).normal(0, 0.05, hours.size)
    source, start = factory.source(SourceType.GATEWAY), NOON - 25 * DAY
    uploaded = block(sensor, source, start, values[: 23 * 24].tolist(), recorded=NOON - 2 * DAY)
    live = block(sensor, source, NOON - 2 * DAY, values[23 * 24 :].tolist())
    flexmeasures.platform.store.beliefs.add([uploaded, live])
    return sensor


def test_accuracy_is_shown_by_sensor_and_by_type(flexmeasures: CommandLine, metered: Sensor) -> None:
    make_forecast(metered.id, NOON - DAY, NOON, 6 * HOUR, flexmeasures.platform)
    choice = {
        "model": "blend",
        "chosen": NOON.isoformat(),
        "horizon": "P1D",
        "tried": "P28D",
        "accuracy": {"linear-blend": 0.8, "blend": 0.9},
    }
    flexmeasures.platform.store.assets.set_sensor_attributes(metered.id, {CHOICE: choice})
    lines = flexmeasures.says("show", "accuracy").splitlines()
    told = f"Sensor {metered.id} gets blend, tried 2026-03-02: blend 90.0 %, linear-blend 80.0 %."
    assert told in lines
    by_sensor = [line.split() for line in lines if line.startswith(f"{metered.id} ")]
    by_type = [line.split() for line in lines if line.startswith("building ")]
    assert [line[2:5] for line in by_sensor] == [["1", "h", "24"], ["6", "h", "24"]]
    assert [line[1:5] for line in by_type] == [["1", "h", "1", "24"], ["6", "h", "1", "24"]]
    assert all(float(line[-3]) > 90 for line in by_sensor + by_type)
    assert all(0 < float(line[-2]) < 0.1 for line in by_sensor + by_type)
    assert all(50 <= float(line[-1]) <= 100 for line in by_sensor + by_type)


def test_without_forecasts_there_is_nothing_to_show(flexmeasures: CommandLine, metered: Sensor) -> None:
    assert flexmeasures.says("show", "accuracy") == "There are no forecasts to compare with measurements.\n"


def test_models_are_tried_side_by_side(flexmeasures: CommandLine, metered: Sensor, tmp_path: Path) -> None:
    out, drawing = tmp_path / "trials.csv", tmp_path / "trials.svg"
    window = ("--start", (NOON - 4 * DAY).isoformat(), "--end", NOON.isoformat(), "--horizon", "24")
    models = ("--model", "naive", "--model", "ridge")
    text = flexmeasures.says(
        "backtest", "--sensor", str(metered.id), *window, *models, "--out", str(out), "--plot", str(drawing)
    )
    rows = [line.split() for line in text.splitlines() if line.startswith("24 h")]
    assert [row[2:4] for row in rows] == [["naive", "96"], ["ridge", "96"]]
    assert float(rows[1][5]) > 95
    with out.open() as file:
        table = list(csv.DictReader(file))
    assert len(table) == 2 * 96
    svg = drawing.read_text()
    assert svg.count("<polyline") == 2
    assert ">ridge</text>" in svg
    assert all(float(row["q10"]) <= float(row["q90"]) for row in table)


def test_a_window_without_events_is_refused(flexmeasures: CommandLine, metered: Sensor) -> None:
    window = ("--start", NOON.isoformat(), "--end", NOON.isoformat())
    assert "There is no event" in flexmeasures.refusal("backtest", "--sensor", str(metered.id), *window)


def test_choices_of_models_are_shown(flexmeasures: CommandLine, metered: Sensor) -> None:
    choice = {
        "model": "blend",
        "chosen": NOON.isoformat(),
        "horizon": "PT24H",
        "tried": "P28D",
        "accuracy": {"linear-blend": 0.8, "blend": 0.9},
    }
    other = Factory(flexmeasures.platform.store).sensor(step=HOUR)
    flexmeasures.platform.store.assets.set_sensor_attributes(metered.id, {CHOICE: choice})
    told = flexmeasures.says("show", "forecast-choices")
    assert "it did best on the latest weeks" in told
    assert "blend 90.0, linear-blend 80.0" in told
    assert "none was chosen yet" in told
    assert "blend 90.0" not in flexmeasures.says("show", "forecast-choices", "--sensor", str(other.id))


def test_without_sensors_there_are_no_choices(flexmeasures: CommandLine) -> None:
    assert "There are no sensors" in flexmeasures.says("show", "forecast-choices")


def test_models_are_tried_now_or_by_jobs(flexmeasures: CommandLine, metered: Sensor) -> None:
    young = ("--sensor", str(metered.id))
    assert f"Skipping sensor {metered.id}: Models are tried" in flexmeasures.says(
        "add", "forecast-choices", *young
    )
    assert "Queued 1 job(s)." in flexmeasures.says("add", "forecast-choices", *young, "--as-job")
    factory = Factory(flexmeasures.platform.store)
    days = factory.sensor(step=DAY)
    told = block(
        days, factory.source(SourceType.GATEWAY), NOON - 90 * DAY, [float(day % 7) for day in range(90)]
    )
    flexmeasures.platform.store.beliefs.add([told])
    said = flexmeasures.says("add", "forecast-choices", "--sensor", str(days.id))
    assert f"Sensor {days.id} gets seasonal-naive." in said
