"""Replay the past of a site: plan every hour from what was known by then, follow each plan until the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from flexmeasures.domain.errors import InfeasibleProblem, InvalidField, UnknownPrices
from flexmeasures.domain.quantities import ENERGY
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.scheduling.contracts import Site
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.solution import Solution
from flexmeasures.usecases.flex.assembly import Assembled, Label, assemble, signed
from flexmeasures.usecases.flex.knowledge import Knowledge, learn, learn_again
from flexmeasures.usecases.flex.margins import with_doubt
from flexmeasures.usecases.flex.order import Read
from flexmeasures.usecases.flex.planning import Task, labels_of, read_task
from flexmeasures.usecases.flex.references import inputs
from flexmeasures.usecases.flex.schedulers import scheduler_of
from flexmeasures.usecases.flex.values import Fixed
from flexmeasures.usecases.flex.wishes import ELECTRICITY, DeviceWish, Wishes
from flexmeasures.usecases.ports.platform import Platform


@dataclass(frozen=True, slots=True)
class Replay:
    """What is to be replayed.

    Attributes:
        start: Of the first plan.
        end: Of what is followed of the last plan.
        every: How often a plan is made.
        horizon: How far each plan looks ahead.
    """

    start: datetime
    end: datetime
    every: timedelta
    horizon: timedelta

    def __post_init__(self) -> None:
        if self.every <= timedelta(0) or self.horizon < self.every or self.end - self.start < self.every:
            raise InvalidField(
                "A replay lasts as long as plans are apart at least, and plans look as far ahead at least."
            )

    @property
    def count(self) -> int:
        """How many plans are made."""
        return (self.end - self.start) // self.every


@dataclass(slots=True)
class Course:
    """What happened, as far as the replay is.

    Attributes:
        power: (D, T) of the devices, in the order of the wishes. [MW]
        socs: (D) state of charge now. [MWh]
        plans: How many were made.
        idle: How many could not be made, so that the devices did nothing.
        relaxed: How many could not keep all limits.
    """

    power: Array
    socs: dict[int, float]
    plans: int = 0
    idle: int = 0
    relaxed: int = 0


@dataclass(frozen=True, slots=True)
class Balance:
    """What it cost, by prices and loads as they turned out. [currency]

    Attributes:
        realised: As it was planned and followed.
        nothing: Had the devices done nothing.
        foresight: Had everything been known ahead.
        throughput: Of the devices, both ways. [MWh]
        stock: Left at the end. [MWh]
    """

    realised: float
    nothing: float
    foresight: float
    throughput: float
    stock: float


class Replayer:
    """Replays the past of a site.

    Attributes:
        course: What happened until now.
    """

    def __init__(self, read: Read, replay: Replay, platform: Platform) -> None:
        """Get ready to replay.

        Args:
            read: What is asked of each plan.
            replay: Which time, and how.
            platform: What was known when.

        Raises:
            InvalidField: plans are not whole steps apart.
            UnknownPrices: prices are not known at any time.
        """
        self._platform, self._replay = platform, replay
        self._task: Task = read_task(read.arguments, platform)
        self._step = read.grid.step
        if replay.every % self._step:
            raise InvalidField(f"Plans are whole steps of {self._step} apart.")
        whole = TimeGrid(replay.start, self._step, replay.count * (replay.every // self._step))
        self._truth = learn(inputs(self._task.wishes), whole, None, platform)
        self._labels: list[Label] = labels_of(self._task, self._truth, platform)
        self._made = self._assembled(self._task.wishes, self._truth)
        self.course = Course(
            np.zeros((len(self._labels), whole.size)),
            dict(self._first_socs()),
        )

    def run(self) -> Iterator[Course]:
        """Make one plan after the other; yield what happened after each."""
        size = self._replay.every // self._step
        for number in range(self._replay.count):
            begin = number * size
            self._follow(self._replay.start + number * self._replay.every, slice(begin, begin + size))
            yield self.course

    def balance(self) -> Balance:
        """Return what it cost, against doing nothing and against perfect foresight."""
        problem, sign = self._made.problem, self._made.sign
        priced = replace(problem, site=signed(problem.site, sign))
        devices = zip(self._task.wishes.devices, self._made.names, strict=True)
        rows = {
            place: problem.names.index(name)
            for place, (wish, name) in enumerate(devices)
            if name and wish.commodity == ELECTRICITY
        }
        following = list(rows.values())
        return Balance(
            cost_of(priced, self.course.power[list(rows)]),
            cost_of(priced, self._idle(problem)[following]),
            cost_of(priced, self._solve(problem).power[following]),
            float(np.abs(self.course.power).sum()) * (self._step / timedelta(hours=1)),
            sum(self.course.socs.values()),
        )

    def _follow(self, now: datetime, steps: slice) -> None:
        """Make a plan and follow it until the next one."""
        size = steps.stop - steps.start
        grid = TimeGrid(now, self._step, self._replay.horizon // self._step)
        self.course.plans += 1
        try:
            knowledge = learn_again(self._truth, grid, now, self._platform)
            made = self._assembled(self._at(self.course.socs), knowledge)
            electricity = self._task.wishes.sites[0]
            doubtful = with_doubt(made.problem, electricity, knowledge, now, self._platform)
            solution = self._solve(doubtful.problem)
        except (UnknownPrices, InfeasibleProblem):
            self.course.idle += 1
            return
        self.course.relaxed += bool(solution.shortfalls)
        storages = [storage.name for storage in made.problem.storages]
        for place, name in enumerate(made.names):
            if name:
                row = made.problem.names.index(name)
                self.course.power[place, steps] = solution.power[row, :size]
            if name in storages:
                self.course.socs[place] = float(solution.stock[storages.index(name), size - 1])

    def _solve(self, problem: Problem) -> Solution:
        named = replace(problem, asset_type=scheduler_of(self._task.asset))
        return self._platform.scheduler(named)

    def _assembled(self, wishes: Wishes, knowledge: Knowledge) -> Assembled:
        return assemble(wishes, self._labels, knowledge)

    def _first_socs(self) -> Iterator[tuple[int, float]]:
        """Yield the state of charge of each storage at the start."""
        storages = {storage.name: storage.soc_start for storage in self._made.problem.storages}
        for place, name in enumerate(self._made.names):
            if name in storages:
                yield place, storages[name]

    def _at(self, socs: Mapping[int, float]) -> Wishes:
        """Return the wishes with states of charge as they are now."""
        devices = tuple(
            _with_soc(wish, socs[place]) if place in socs else wish
            for place, wish in enumerate(self._task.wishes.devices)
        )
        return replace(self._task.wishes, devices=devices)

    def _idle(self, problem: Problem) -> Array:
        """Return the (D, T) power of devices that do nothing: what can be curtailed produces all it can."""
        power = np.zeros((len(problem.names), problem.grid.size))
        for device in problem.curtailables:
            power[problem.names.index(device.name)] = -device.potential
        for load in problem.adjustables:
            fixed = np.array_equal(load.power_min, load.power_max)
            power[problem.names.index(load.name)] = load.power_min if fixed else 0.0
        return power


def _with_soc(wish: DeviceWish, soc: float) -> DeviceWish:
    values = {**wish.told.values, "soc-at-start": Fixed(soc, ENERGY)}
    return replace(wish, told=replace(wish.told, values=values))


def cost_of(problem: Problem, power: Array) -> float:
    """Return what energy and peaks at the meter of electricity cost. [currency]

    Args:
        problem: With prices and loads as they turned out.
        power: (D, T) of the devices of electricity. [MW]
    """
    site: Site = problem.site
    hours = problem.grid.step / timedelta(hours=1)
    net = power.sum(axis=0) + site.inflexible
    total = float(np.where(net > 0, site.buy_price, site.sell_price) @ net) * hours
    for one in problem.commitments:
        holds = np.isfinite(one.quantity)
        if one.members or one.commodity != ELECTRICITY or not holds.any():
            continue
        off = net[holds] - one.quantity[holds]
        above, below = np.maximum(off, 0.0), np.maximum(-off, 0.0)
        total += float(one.up_price[holds] @ above - one.down_price[holds] @ below) * hours
        total += one.up_peak_price * float(above.max()) + one.down_peak_price * float(below.max())
    return total
