"""How fast schedules are made, beside the bare solver and Pyomo in the same run.

Bare simplex is HiGHS alone on the finished matrix, handed over already; schedules are timed whole: checks,
building, solving and reading back. All is time of the processor, so that a busy machine disturbs less. Run
with ``python -m benchmarks.scheduling``.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from statistics import median
from time import process_time

import numpy as np
from rich.console import Console
from rich.table import Table

from flexmeasures.scheduling.case import as_case
from flexmeasures.scheduling.exact import solve_exactly
from flexmeasures.scheduling.formulation import formulate
from flexmeasures.scheduling.linear import solve_linear
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.schedule import schedule
from flexmeasures.scheduling.solver import Model
from flexmeasures.scheduling.warm import WarmModels
from flexmeasures.testing.problems import battery, problem, site, steady
from flexmeasures.testing.referee import least_cost

QUARTER = timedelta(minutes=15)
TWO_DAYS = 192
TWELVE_DAYS = 1152
GENERAL = "exact programme, as for several storages"
SHORT = 50  # times that what takes some tenths of a millisecond is done in one measurement


def batteries(number: int, size: int, *, negative: float = 0.0, seed: int = 0) -> Problem:
    """Return batteries of all sizes on day-ahead prices, behind a capacity of 60 % of their power if several.

    Args:
        number: How many.
        size: Quarters of an hour.
        negative: Share of the hours with a negative price.
        seed: Of the random numbers.
    """
    rng = np.random.default_rng(seed)
    hours = np.arange(size // 4)
    hourly = 60 + 40 * np.sin(2 * np.pi * (hours - 8) / 24) + rng.normal(0, 12, hours.size)
    hourly = hourly - np.quantile(hourly, negative) * (negative > 0)
    place = site(np.repeat(hourly, 4))
    devices = []
    for number_of_device in range(number):
        capacity = rng.uniform(1, 4)
        devices.append(
            battery(
                size,
                name=f"battery {number_of_device}",
                power=capacity * rng.uniform(0.2, 0.6),
                soc=(0.1 * capacity, 0.5 * capacity, 0.95 * capacity),
                efficiency=rng.uniform(0.8, 0.95),
                targets={size - 1: 0.5 * capacity},
            )
        )
    if number > 1:
        limit = steady(0.6 * sum(float(device.power_max[0]) for device in devices), size)
        place = replace(place, consumption_max=limit, production_max=limit)
    return problem(place, *devices, step=QUARTER)


def bare_simplex(asked: Problem) -> Callable[[], float]:
    """Return a run of HiGHS alone, and its time in seconds."""
    case = as_case(asked)
    programme = formulate(case, np.zeros(case.fleet.floor.shape, bool)).programme

    def run() -> float:
        model = Model(programme)
        start = process_time()
        model.solve()
        return process_time() - start

    return run


def timed(work: Callable[[], object], times: int = 1) -> Callable[[], float]:
    """Return a run of something, some times in a row if it is short, and the time of one in seconds."""

    def run() -> float:
        start = process_time()
        for _ in range(times):
            work()
        return (process_time() - start) / times

    return run


def typical(run: Callable[[], float], times: int) -> float:
    """Return the median time of some runs in milliseconds, after one that does not count."""
    run()
    return 1e3 * median(run() for _ in range(times))


def linear_programmes(table: Table, *, peers: bool) -> None:
    """Compare schedules of coupled and single batteries with the bare solver."""
    cases = [(1, TWO_DAYS, 15), (1, TWELVE_DAYS, 5), (10, TWO_DAYS, 5), (50, TWO_DAYS, 1)]
    for number, size, times in cases:
        asked = batteries(number, size)
        case = as_case(asked)
        bare = typical(bare_simplex(asked), times)
        table.add_row("bare simplex", f"{number} x {size} steps", f"{bare:.2f}", "1.0")
        for name, work in (
            ("linear programme", partial(solve_linear, case)),
            (GENERAL, partial(solve_exactly, case)),
            (f"whole schedule, by {schedule(asked).engine}", partial(schedule, asked)),
        ):
            if name != GENERAL or number == 1:
                repeats = SHORT if number == 1 and "linear" not in name else 1
                ours = typical(timed(work, repeats), times)
                table.add_row(name, f"{number} x {size} steps", f"{ours:.3f}", f"{ours / bare:.3f}")
        if peers and number * size <= 10 * TWO_DAYS:
            pyomo = typical(timed(partial(least_cost, asked)), 1)
            table.add_row(
                "Pyomo, with switches", f"{number} x {size} steps", f"{pyomo:.1f}", f"{pyomo / bare:.0f}"
            )


def negative_prices(table: Table) -> None:
    """Time schedules with 17 % of negative prices, and the gap that is proven."""
    for number, times in ((1, 3), (10, 1)):
        asked = batteries(number, TWO_DAYS, negative=0.17)
        ours = typical(timed(partial(schedule, asked)), times)
        solution = schedule(asked)
        gap = (solution.cost - solution.bound) / abs(solution.cost)
        name = f"{number} x {TWO_DAYS} steps, 17 % negative prices, {solution.engine}, gap {gap:.1e}"
        table.add_row("schedule", name, f"{ours:.2f}", "")


def rolled(number: int, later: int) -> Problem:
    """Return batteries that are scheduled some hours later, with the prices and stocks of then."""
    whole, asked = batteries(1, TWO_DAYS + 4 * 48).site.buy_price, batteries(number, TWO_DAYS)
    prices = whole[4 * later : 4 * later + TWO_DAYS]
    rng = np.random.default_rng(later)
    moved = tuple(replace(s, soc_start=s.soc_start * rng.uniform(0.9, 1.1)) for s in asked.storages)
    grid = replace(asked.grid, start=asked.grid.start + timedelta(hours=later))
    place = replace(asked.site, buy_price=prices, sell_price=prices)
    return replace(asked, grid=grid, site=place, storages=moved)


def schedules_again(table: Table) -> None:
    """Time linear programmes of one site hour by hour, cold and from where the last one ended."""
    for number in (1, 10, 50):
        cases = [as_case(rolled(number, later)) for later in range(8)]
        models = WarmModels()
        solve_linear(cases[0], models)
        cold = 1e3 * median(timed(partial(solve_linear, case))() for case in cases[1:])
        warm = 1e3 * median(timed(partial(solve_linear, case, models))() for case in cases[1:])
        name = f"{number} x {TWO_DAYS} steps, an hour later, {cold / warm:.1f} times faster than cold"
        table.add_row("linear programme, warm", name, f"{warm:.2f}", "")


def portfolios(table: Table) -> None:
    """Time schedules of many batteries behind one capacity, and the gap that is proven."""
    for number in (1_000, 10_000):
        asked = batteries(number, TWO_DAYS)
        ours = typical(timed(partial(schedule, asked)), 1)
        solution = schedule(asked)
        gap = (solution.cost - solution.bound) / abs(solution.cost)
        name = f"{number} x {TWO_DAYS} steps, one capacity, {solution.engine}, gap {gap:.1e}"
        table.add_row("schedule", name, f"{ours:.0f}", "")


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--without-peers", action="store_true", help="leave out Pyomo")
    peers = not arguments.parse_args().without_peers
    table = Table("what", "case", "ms", "ratio to bare simplex", title="Scheduling")
    linear_programmes(table, peers=peers)
    schedules_again(table)
    negative_prices(table)
    portfolios(table)
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
