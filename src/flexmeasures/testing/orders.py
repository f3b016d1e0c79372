"""Orders for schedules as pages of the documents tell them: run in memory, with what they come to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.timing import parse_datetime
from flexmeasures.forecasting.forecast import forecast
from flexmeasures.plugins.hookspecs import Scheduler
from flexmeasures.scheduling.explanation import explain
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.schedule import schedule
from flexmeasures.scheduling.solution import Solution
from flexmeasures.testing.clock import FixedClock
from flexmeasures.testing.factories import Factory
from flexmeasures.testing.memory.queue import MemoryQueue
from flexmeasures.testing.memory.store import memory_store
from flexmeasures.testing.memory.tables import Tables
from flexmeasures.usecases.flex.order import OPERATOR, Order, read_order
from flexmeasures.usecases.flex.planning import plan_of, read_task
from flexmeasures.usecases.ports.platform import Platform

_JSON = re.compile(r"^```json\n(.*?)^```$", re.DOTALL | re.MULTILINE)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Told:
    """An order on a page, and what the page says it comes to.

    Attributes:
        order: As it is sent; sensors are numbered from 1.
        values: By number of a sensor, in kW or kWh.
    """

    order: Mapping[str, object]
    values: Mapping[str, list[float]]


@dataclass(frozen=True, slots=True)
class Done:
    """What an order came to.

    Attributes:
        problem: As the scheduler took it.
        solution: As it answered.
        values: By number of a sensor, in kW or kWh.
        explanation: Sentences.
    """

    problem: Problem
    solution: Solution
    values: Mapping[str, list[float]]
    explanation: list[str]


def told_on(page: Path) -> Told:
    """Return the order on a page: its first two blocks of JSON."""
    order, values, *_ = (json.loads(block) for block in _JSON.findall(page.read_text(encoding="utf-8")))
    return Told(order, values)


def done(told: Told) -> Done:
    """Plan an order in memory: devices without anything behind them but what the page says."""
    seen: list[tuple[Problem, Solution]] = []

    def watched(problem: Problem) -> Solution:
        seen.append((problem, schedule(problem)))
        return seen[-1][1]

    platform = _platform(watched)
    make = Factory(platform.store)
    site = make.asset("building", name="site")
    sensors: dict[int, Sensor] = {}
    stocks = set(_numbers(told.order, "state-of-charge"))
    for number in sorted(set(_numbers(told.order, ""))):
        made = make.sensor(
            make.asset(name=f"device {number}"), step=timedelta(0) if number in stocks else HOUR
        )
        sensors[number] = replace(made, unit="kWh" if number in stocks else "kW")
        platform.store.assets.update_sensor(sensors[number])
    ours = _with_ids(told.order, {number: sensor.id for number, sensor in sensors.items()})
    length = len(next(iter(told.values.values()))) * HOUR
    order = Order(parse_datetime(str(ours["start"])), ours["flex-model"], ours["flex-context"], length)
    read = read_order(OPERATOR, site, order, platform)
    plan = plan_of(read_task(read.arguments, platform), platform)
    found = {one.sensor.id: one.series.values.round(2) + 0.0 for one in plan.filled}
    values = {
        str(number): found[sensor.id].tolist() for number, sensor in sensors.items() if sensor.id in found
    }
    sentences = plan.told["explanation"]
    return Done(*seen[0], values, sentences if isinstance(sentences, list) else [])


def _platform(scheduler: Scheduler) -> Platform:
    tables = Tables()
    store, clock = memory_store(tables), FixedClock()
    queue = MemoryQueue(store.jobs, clock)
    return Platform(
        store=store,
        queue=queue,
        now=clock,
        transaction=lambda: queue.transaction(tables.transaction()),
        scheduler=scheduler,
        forecaster=forecast,
        explainer=explain,
    )


def _numbers(message: object, within: str, field: str = "") -> Iterator[int]:
    """Yield the numbers of the sensors in a message, or of those that one field refers to."""
    if isinstance(message, Mapping):
        for name, told in message.items():
            if name == "sensor" and isinstance(told, int) and within in {"", field}:
                yield told
            else:
                yield from _numbers(told, within, str(name))
    elif isinstance(message, list):
        for told in message:
            yield from _numbers(told, within, field)


def _with_ids(message: Mapping[str, object], ids: Mapping[int, int]) -> Mapping[str, object]:
    text = re.sub(r'"sensor": (\d+)', lambda found: f'"sensor": {ids[int(found[1])]}', json.dumps(message))
    changed: Mapping[str, object] = json.loads(text)
    return changed
