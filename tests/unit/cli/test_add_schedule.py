"""``flexmeasures add schedule``."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import BeliefFilter, SourceType
from flexmeasures.domain.series import Array
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.solution import Solution
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.command_line import CommandLine
from flexmeasures.testing.factories import Factory, block

HOUR = timedelta(hours=1)
MODEL = {"power-capacity": "1 MW", "soc-max": "1 MWh"}
SCHEDULES = BeliefFilter(source_types=frozenset({SourceType.SCHEDULER}))


@dataclass(frozen=True, slots=True)
class Scene:
    """A battery with a price that rises."""

    line: CommandLine
    power: Sensor
    words: tuple[str, ...]

    def planned(self) -> Array:
        found = self.line.platform.store.beliefs.latest([self.power.id], NOON, NOON + 9 * HOUR, SCHEDULES)
        parts = found.get(self.power.id, [])
        return parts[0].value if parts else np.empty(0)


@pytest.fixture
def scene(flexmeasures: CommandLine) -> Scene:
    make = Factory(flexmeasures.platform.store)
    prices, power = make.market(), make.sensor(make.asset(), step=HOUR)
    flexmeasures.platform.store.beliefs.add([block(prices, make.source(), NOON, [1.0, 2.0], recorded=NOON)])
    context = json.dumps({"consumption-price": {"sensor": prices.id}})
    window = ("--start", NOON.isoformat(), "--duration", "PT2H", "--soc-at-start", "0 kWh")
    words = ("add", "schedule", "--sensor", str(power.id), *window, "--flex-context", context)
    return Scene(flexmeasures, power, words)


def test_a_schedule_is_made_shown_and_kept(scene: Scene) -> None:
    said = scene.line.says(*scene.words, "--flex-model", json.dumps(MODEL))
    assert "Recorded the schedule of 1 sensor(s)." in said
    assert "Cost: -1 (optimal" in said
    assert scene.planned().tolist() == [1.0, -1.0]


def test_a_dry_run_keeps_nothing(scene: Scene, tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    file.write_text(json.dumps(MODEL))
    said = scene.line.says(*scene.words, "--flex-model", str(file), "--dry-run")
    assert "Nothing was recorded." in said
    assert scene.planned().size == 0


def test_a_job_is_queued(scene: Scene) -> None:
    said = scene.line.says(*scene.words, "--flex-model", json.dumps(MODEL), "--as-job")
    job = said.split()[-1].rstrip(".")
    assert scene.line.platform.store.jobs.job(job) is not None
    assert scene.planned().size == 0


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("--flex-model", "{"), "no JSON"),
        (("--flex-model", "no such file"), "neither JSON nor a file"),
        (("--flex-model", '{"soc-max": "1 kg"}'), "soc-max"),
        (("--asset", "1"), "either --sensor or --asset"),
    ],
)
def test_what_is_wrong_is_said(scene: Scene, words: tuple[str, ...], text: str) -> None:
    assert text in scene.line.refusal(*scene.words, *words)
    assert scene.planned().size == 0


def test_the_scheduler_of_a_plug_in_is_called_by_its_name(scene: Scene) -> None:
    called: list[str] = []

    def idle(problem: Problem) -> Solution:
        called.append(problem.asset_type)
        nothing = np.zeros((1, problem.grid.size))
        return Solution(nothing, nothing, 0.0, 0.0, "optimal", "idle")

    platform = scene.line.platform
    asset = platform.store.assets.asset(scene.power.asset_id)
    told = {"custom-scheduler": {"module": "lazy", "class": "LazyScheduler"}}
    platform.store.assets.update_asset(replace(asset, attributes=told))
    line = CommandLine(
        replace(platform, scheduler=idle, explainer=lambda *_: (), offers={"LazyScheduler"}.__contains__)
    )
    line.says(*scene.words, "--flex-model", json.dumps(MODEL))
    assert called == ["LazyScheduler"]
    assert scene.planned().tolist() == [0.0, 0.0]


def test_a_strict_schedule_is_refused_where_it_cannot_be_met(scene: Scene) -> None:
    wish = {"value": "50 MWh", "datetime": (NOON + 2 * HOUR).isoformat()}
    words = (*scene.words, "--flex-model", json.dumps({**MODEL, "soc-max": "90 MWh", "soc-targets": [wish]}))
    assert "off its target" in scene.line.refusal(*words, "--strict")
    assert scene.planned().size == 0
    assert "--strict is of one flex-context" in scene.line.refusal(*words, "--strict", "--flex-context", "[]")
    assert "off its target" in scene.line.says(*words)
