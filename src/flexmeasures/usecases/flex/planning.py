"""Make a schedule that was ordered, and keep it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flexmeasures.domain.assets import Asset, Sensor
from flexmeasures.domain.attributes import connection
from flexmeasures.domain.errors import InvalidField
from flexmeasures.domain.timing import TimeGrid, parse_datetime
from flexmeasures.usecases.flex.assembly import Label, assemble
from flexmeasures.usecases.flex.inheritance import PROCESS_TYPES
from flexmeasures.usecases.flex.knowledge import Knowledge, learn
from flexmeasures.usecases.flex.margins import with_doubt
from flexmeasures.usecases.flex.recording import Filled, filled, record
from flexmeasures.usecases.flex.references import currency_of, inputs
from flexmeasures.usecases.flex.report import Outcome, report
from flexmeasures.usecases.flex.schedulers import scheduler_of
from flexmeasures.usecases.flex.sequence import one_by_one
from flexmeasures.usecases.flex.wishes import CONTEXT_FIELD, MODEL_FIELD, DeviceWish, Wishes, read_wishes
from flexmeasures.usecases.ports.platform import Platform


@dataclass(frozen=True, slots=True)
class Task:
    """An order for a schedule, as a job keeps it.

    Attributes:
        asset: To be scheduled.
        grid: Steps of the schedule.
        prior: What was recorded later does not count.
        sequential: Whether devices are planned one after the other.
        wishes: What is asked.
    """

    asset: Asset
    grid: TimeGrid
    prior: datetime | None
    sequential: bool
    wishes: Wishes


@dataclass(frozen=True, slots=True)
class Plan:
    """A schedule, before it is kept.

    Attributes:
        filled: The sensors that it has something for.
        engine: Which method made it.
        told: What became of it, as JSON.
    """

    filled: list[Filled]
    engine: str
    told: dict[str, object]


def make_plan(arguments: Mapping[str, object], platform: Platform) -> Mapping[str, object]:
    """Make a schedule that was ordered, and keep it as beliefs of the scheduler.

    Args:
        arguments: Of the job, as ``order`` wrote them.
        platform: All that is needed.

    Returns:
        What became of it: window, costs, shortfalls and sentences for people.

    Raises:
        UnknownEntity: an asset or sensor is gone.
        UnknownPrices: a price is not known at any time.
        InfeasibleProblem: a limit that may not be relaxed cannot be kept.
        SolverFailure: a solver ended without an answer.
    """
    task = read_task(arguments, platform)
    return keep(plan_of(task, platform), task.prior, platform)


def keep(plan: Plan, prior: datetime | None, platform: Platform) -> Mapping[str, object]:
    """Keep a schedule, recorded now or when it is said to have been made, and return what became of it."""
    recorded = min(prior, platform.now()) if prior else platform.now()
    source_id = record(plan.filled, plan.engine, recorded, platform)
    return {
        **plan.told,
        "num-beliefs": sum(one.series.grid.size for one in plan.filled),
        "recorded": recorded.isoformat(),
        "source_id": source_id,
    }


def read_task(arguments: Mapping[str, object], platform: Platform) -> Task:
    """Read the arguments of a job.

    Raises:
        InvalidField: they are none.
        UnknownEntity: the asset is gone.
    """
    try:
        start, end = (parse_datetime(str(arguments[name])) for name in ("start", "end"))
        step = timedelta(seconds=int(str(arguments["resolution"])))
        asset_id = int(str(arguments["asset_id"]))
    except (KeyError, ValueError) as error:
        raise InvalidField(f"A schedule cannot be made without {error}.") from error
    prior = arguments.get("prior")
    return Task(
        platform.store.assets.asset(asset_id),
        TimeGrid.between(start, end, step),
        parse_datetime(str(prior)) if prior else None,
        bool(arguments.get("sequential")),
        read_wishes(arguments.get(MODEL_FIELD), arguments.get(CONTEXT_FIELD)),
    )


def plan_of(task: Task, platform: Platform) -> Plan:
    """Return a schedule, and keep nothing.

    Raises:
        UnknownEntity: a sensor is gone.
        UnknownPrices: a price is not known at any time.
        InfeasibleProblem: a limit that may not be relaxed cannot be kept.
        SolverFailure: a solver ended without an answer.
    """
    knowledge = learn(inputs(task.wishes), task.grid, task.prior, platform)
    made = assemble(task.wishes, labels_of(task, knowledge, platform), knowledge)
    problem = replace(made.problem, asset_type=scheduler_of(task.asset))
    doubtful = with_doubt(problem, task.wishes.sites[0], knowledge, task.prior, platform)
    made = replace(made, problem=doubtful.problem, notes=(*made.notes, *doubtful.notes))
    solve = one_by_one(platform.scheduler) if task.sequential else platform.scheduler
    solution = solve(made.problem)
    reasons = platform.explainer(made.problem, solution)
    told = report(task.wishes, made, Outcome(solution, reasons, currency_of(task.wishes, knowledge)))
    return Plan(filled(task.wishes, made, solution, knowledge), solution.engine, told)


def labels_of(task: Task, knowledge: Knowledge, platform: Platform) -> list[Label]:
    """Return what each device is called, and what is known of it elsewhere."""
    assets: dict[int, Asset] = {asset.id: asset for _, asset in knowledge.owners.values()}
    found: list[Label] = []
    taken: set[str] = set()
    for place, wish in enumerate(task.wishes.devices):
        sensor, asset = _of_device(wish, knowledge, assets, platform)
        name = asset.display_name if asset else f"device {place}"
        if name in taken and sensor is not None:
            name = f"{name}: {sensor.name}"
        while name in taken:
            name = f"{name} ({place})"
        taken.add(name)
        soc = connection(asset, sensor).storage.soc if asset and sensor else None
        runs = bool({"duration", "power"} & wish.told.names or wish.profile)
        is_process = runs and asset is not None and asset.type.name in PROCESS_TYPES
        found.append(Label(name, soc, is_process))
    return found


def _of_device(
    wish: DeviceWish, knowledge: Knowledge, assets: dict[int, Asset], platform: Platform
) -> tuple[Sensor | None, Asset | None]:
    """Return the sensor and the asset that a device is known by."""
    for name in ("sensor", "consumption", "production"):
        sensor_id = wish.told.sensor(name)
        if sensor_id is not None:
            sensor, asset = knowledge.owners[sensor_id]
            return sensor, asset
    if wish.asset_id is None:
        return None, None
    if wish.asset_id not in assets:
        assets[wish.asset_id] = platform.store.assets.asset(wish.asset_id)
    return None, assets[wish.asset_id]
