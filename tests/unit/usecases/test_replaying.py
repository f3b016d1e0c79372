"""Replays of real prices and loads: what plans would have saved."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from flexmeasures.adapters.demo.archive import recordings
from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import BeliefBlock
from flexmeasures.domain.errors import InvalidField
from flexmeasures.domain.timing import TimeGrid, from_instant, instant
from flexmeasures.testing.command_line import CommandLine
from flexmeasures.testing.factories import Factory
from flexmeasures.usecases.flex.order import OPERATOR, Order, read_for_sensor
from flexmeasures.usecases.flex.replaying import Balance, Replay, Replayer
from flexmeasures.usecases.ports.platform import Platform

HOUR, DAYS = timedelta(hours=1), 4
MODEL = {
    "power-capacity": "1 MW",
    "soc-max": "2 MWh",
    "soc-at-start": "1 MWh",
    "roundtrip-efficiency": "90 %",
}


@dataclass(frozen=True, slots=True)
class Scene:
    """A battery with four days of real prices, each published at noon of the day before."""

    platform: Platform
    power: Sensor
    context: dict[str, object]
    grid: TimeGrid

    def order(self) -> Order:
        return Order(self.grid.start, MODEL, self.context, 24 * HOUR)

    def balance(self, horizon: timedelta = 36 * HOUR) -> tuple[Replayer, Balance]:
        read = read_for_sensor(OPERATOR, self.power, self.order(), self.platform)
        replay = Replay(self.grid.start, self.grid.end, HOUR, horizon)
        replayer = Replayer(read, replay, self.platform)
        assert len(list(replayer.run())) == DAYS * 24
        return replayer, replayer.balance()


@pytest.fixture
def scene(memory_platform: Platform) -> Scene:
    recording = next(one for one in recordings().values() if "/MWh" in one.unit)
    series, make = recording.series, Factory(memory_platform.store)
    start = from_instant(instant(series.grid.start) + np.timedelta64(30 * 24, "h"))
    start = start.replace(hour=0)
    offset = (start - series.grid.start) // HOUR
    values = np.nan_to_num(series.values[offset : offset + DAYS * 24])
    grid = TimeGrid(start, HOUR, DAYS * 24)
    noons = [instant(from_instant(time).replace(hour=0) - 12 * HOUR) for time in grid.starts()]
    market, power = make.market(), make.sensor(make.asset(), step=HOUR)
    block = BeliefBlock(market.id, make.source().id, grid.starts(), np.array(noons), values)
    memory_platform.store.beliefs.add([block])
    return Scene(memory_platform, power, {"consumption-price": {"sensor": market.id}}, grid)


def test_plans_save_most_of_what_foresight_would(scene: Scene) -> None:
    replayer, balance = scene.balance()
    assert balance.nothing == 0.0
    assert balance.foresight <= balance.realised < balance.nothing
    assert balance.realised < 0.6 * balance.foresight
    assert (replayer.course.plans, replayer.course.idle) == (DAYS * 24, 0)
    power, stock = replayer.course.power[0], 1.0
    for value in power:
        stock += max(value, 0.0) * np.sqrt(0.9) + min(value, 0.0) / np.sqrt(0.9)
        assert -1e-6 <= stock <= 2 + 1e-6
    assert stock == pytest.approx(balance.stock, abs=1e-6)


def test_nothing_that_was_not_known_yet_counts(scene: Scene) -> None:
    _, before = scene.balance()
    late = scene.grid.start + timedelta(days=DAYS + 1)
    market = _market(scene)
    told = scene.platform.store.beliefs.latest([market], scene.grid.start, scene.grid.end)[market][0]
    times = np.full(told.value.size, instant(late))
    source = Factory(scene.platform.store).source()
    scene.platform.store.beliefs.add(
        [BeliefBlock(market, source.id, told.event_start, times, told.value[::-1].copy())]
    )
    replayer, _ = scene.balance()
    assert before.throughput == pytest.approx(float(np.abs(replayer.course.power).sum()))


def _market(scene: Scene) -> int:
    context = scene.context["consumption-price"]
    assert isinstance(context, dict)
    return int(context["sensor"])


def test_the_command_tells_what_was_saved(scene: Scene, tmp_path: Path) -> None:
    line, file = CommandLine(scene.platform), tmp_path / "power.csv"
    window = ("--start", scene.grid.start.isoformat(), "--end", (scene.grid.start + 48 * HOUR).isoformat())
    flex = ("--flex-model", json.dumps(MODEL), "--flex-context", json.dumps(scene.context))
    words = ("--sensor", str(scene.power.id), *window, *flex, "--every", "PT6H", "--out", str(file))
    said = line.says("simulate", *words)
    assert "perfect foresight" in said
    assert "Made 8 plans: 0 had no prices" in said
    assert len(file.read_text().splitlines()) == 49
    assert scene.platform.store.beliefs.count([scene.power.id]) == 0


def test_a_replay_without_time_is_refused() -> None:
    start = from_instant(np.datetime64("2015-01-01T00:00", "us"))
    with pytest.raises(InvalidField):
        Replay(start, start, HOUR, HOUR)
