"""What a whole scheduling job costs beside the solver: order, prices, record, end.

``python -m benchmarks.schedule_jobs``. One battery, 48 hours of quarters, on a database and queue of its own,
all in this process: the share of each part is told by its own clock.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter
from typing import TypeVar

import numpy as np
from benchmarks.jobs import stage
from rich.console import Console
from rich.table import Table

from flexmeasures.domain.beliefs import BeliefBlock
from flexmeasures.domain.timing import instant
from flexmeasures.scheduling.binding import Binding
from flexmeasures.scheduling.explanation import explain
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.schedule import get_ready, schedule
from flexmeasures.scheduling.solution import Solution
from flexmeasures.testing.factories import Factory
from flexmeasures.usecases.flex.order import OPERATOR, Order, order_for_sensor
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.worker.kinds import KINDS
from flexmeasures.worker.run import Runner

ROUNDS = 60
TARGET = 25.0
"""Of a job beside the solver. [ms]"""

START = datetime(2026, 1, 1, tzinfo=UTC)
MODEL = {
    "power-capacity": "1 MW",
    "soc-max": "2 MWh",
    "soc-at-start": "1 MWh",
    "roundtrip-efficiency": "90 %",
}
Found = TypeVar("Found")


@dataclass(slots=True)
class Watch:
    """Adds up what the solver takes.

    Attributes:
        seconds: Until now.
    """

    seconds: float = field(default=0.0)

    def schedule(self, problem: Problem) -> Solution:
        """Schedule."""
        return self._timed(lambda: schedule(problem))

    def explain(self, problem: Problem, solution: Solution) -> Sequence[Binding]:
        """Explain."""
        return self._timed(lambda: explain(problem, solution))

    def _timed(self, work: Callable[[], Found]) -> Found:
        began = perf_counter()
        found = work()
        self.seconds += perf_counter() - began
        return found


@dataclass(frozen=True, slots=True)
class Spent:
    """What one job took. [ms]"""

    order: float
    job: float
    solver: float


def measure(platform: Platform, watch: Watch) -> list[Spent]:
    """Do some jobs and return what each took."""
    make = Factory(platform.store)
    with platform.transaction():
        market, power = make.market(), make.sensor(make.asset())
        starts = instant(START) + np.arange(60) * np.timedelta64(1, "h")
        prices = 60 + 40 * np.sin(2 * np.pi * np.arange(60) / 24)
        recorded = np.full(60, instant(START))
        platform.store.beliefs.add([BeliefBlock(market.id, make.source().id, starts, recorded, prices)])
    context = {"consumption-price": {"sensor": market.id}}
    runner, spent = Runner(platform, KINDS), []
    for number in range(ROUNDS):
        order = Order(START, {**MODEL, "soc-min": f"{number} kWh"}, context, timedelta(hours=48))
        began = perf_counter()
        with platform.transaction():
            job = order_for_sensor(OPERATOR, power, order, platform)
        ordered, watch.seconds = perf_counter(), 0.0
        runner.run(job.id)
        ended = perf_counter()
        spent.append(Spent(1e3 * (ordered - began), 1e3 * (ended - ordered), 1e3 * watch.seconds))
    return spent


def main() -> None:
    """Print the table."""
    get_ready()
    watch = Watch()
    with stage() as on:
        spent = measure(replace(on.platform, scheduler=watch.schedule, explainer=watch.explain), watch)
    table = Table(
        "part", "median [ms]", "target [ms]", title=f"A scheduling job of 192 steps, {ROUNDS} times"
    )
    table.add_row("taking the order", f"{median(one.order for one in spent):.1f}", "")
    table.add_row("solving and explaining", f"{median(one.solver for one in spent):.1f}", "")
    beside = median(one.job - one.solver for one in spent)
    table.add_row("the job beside it", f"{beside:.1f}", f"{TARGET:.0f}")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
