"""What it saves to schedule with quantiles rather than with the median, on a load that was measured.

A battery is scheduled every day behind a site that pays for what goes beyond its connection. Forecasts are
the quantiles of the same hour on the 28 days before; the schedule is then paid for with the load that came.

Run with ``python -m benchmarks.uncertainty SERIES.csv.gz``: hourly values with the columns time and value.
"""

from __future__ import annotations

import argparse
import gzip
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.contracts import Commitment, Site
from flexmeasures.scheduling.equipment import StorageDevice
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.schedule import schedule
from flexmeasures.scheduling.uncertainty import in_doubt
from flexmeasures.testing.problems import battery, problem, site, steady

LEVELS = np.arange(0.05, 0.96, 0.05)
HISTORY = 28
DAY = 24
BREACH = 1000.0  # [currency/MWh] beyond the connection


def load_of(path: Path) -> Array:
    """Return the whole (days, 24) of a series as shares of its largest value."""
    with gzip.open(path, "rt") as lines:
        next(lines)
        values = np.array([float(line.split(",")[1].strip() or "nan") for line in lines])
    known = np.flatnonzero(np.isfinite(values))
    values = np.interp(np.arange(values.size // DAY * DAY), known, values[known])
    shares: Array = values.reshape(-1, DAY) / np.abs(values).max()
    return shares


def connection(load: Array) -> Site:
    """Return a site with a tariff of two prices and a connection that the load alone exceeds at times."""
    hours = np.arange(DAY)
    buy = np.where((hours >= 7) & (hours < 22), 250.0, 120.0)
    most = steady(float(np.quantile(load, 0.97)), DAY)
    return replace(site(buy), sell_price=steady(50, DAY), consumption_max=most)


def planned(place: Site, history: Array, confidence: float, scenarios: int) -> Array:
    """Return the (24,) power of the battery for the next day, where the connection is exceeded at a price."""
    quantiles: Array = np.quantile(history, LEVELS, axis=0)
    doubtful = in_doubt(place, LEVELS, quantiles, confidence, scenarios)
    unsure = doubtful.uncertainty
    assert unsure is not None
    room = place.consumption_max - (unsure.high - doubtful.inflexible)
    soft = Commitment.soft_limit("connection", "site-consumption-capacity", room, BREACH)
    unlimited = steady(np.inf, DAY)
    asked: Problem = problem(replace(doubtful, consumption_max=unlimited), device(), step=timedelta(hours=1))
    power: Array = schedule(replace(asked, commitments=(replace(soft, up_peak_price=0.0),))).power[0]
    return power


def device() -> StorageDevice:
    """Return a battery of three hours that ends each day as it began."""
    return battery(DAY, power=0.15, soc=(0.05, 0.2, 0.5), efficiency=0.9, targets={DAY - 1: 0.2})


def paid(place: Site, power: Array, load: Array) -> float:
    """Return what a day costs with the load that came. [currency]"""
    net = power + load
    energy = np.where(net > 0, place.buy_price, place.sell_price) @ net
    return float(energy + BREACH * np.maximum(net - place.consumption_max, 0).sum())


def main() -> None:
    """Print the cost of each way of planning beside that of knowing the load."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("series", type=Path)
    arguments.add_argument("--days", type=int, default=120)
    given = arguments.parse_args()
    load = load_of(given.series)
    place = connection(load)
    days = range(HISTORY, min(len(load), HISTORY + given.days))
    ways = {"median": (0.5, 0), "margin of 80 %": (0.8, 0), "margin of 90 %": (0.9, 0)}
    ways |= {"scenarios": (0.5, 9), "margin of 80 % and scenarios": (0.8, 9)}
    costs = {"no battery": sum(paid(place, np.zeros(DAY), load[day]) for day in days)}
    for name, (confidence, scenarios) in ways.items():
        costs[name] = sum(
            paid(place, planned(place, load[day - HISTORY : day], confidence, scenarios), load[day])
            for day in days
        )
    costs["load known"] = sum(
        paid(place, planned(place, np.repeat(load[day : day + 1], 2, axis=0), 0.5, 0), load[day])
        for day in days
    )
    table = Table(
        "planned with", "cost", "saved against the median", title=f"{given.series.stem}, {len(days)} days"
    )
    for name, cost in costs.items():
        table.add_row(name, f"{cost:.1f}", f"{100 * (1 - cost / costs['median']):.2f} %")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
