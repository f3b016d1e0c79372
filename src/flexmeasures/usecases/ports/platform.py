"""All that use cases may touch, in one value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flexmeasures.plugins.hookspecs import Forecaster, Scheduler
from flexmeasures.scheduling.binding import Binding
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.solution import Solution
from flexmeasures.usecases.ports.accounts import AccountStore
from flexmeasures.usecases.ports.annotations import AnnotationStore
from flexmeasures.usecases.ports.assets import AssetStore
from flexmeasures.usecases.ports.audit import AuditStore
from flexmeasures.usecases.ports.beliefs import BeliefStore, SourceStore
from flexmeasures.usecases.ports.events import EventStore
from flexmeasures.usecases.ports.jobs import JobStore, Queue, TaskStore
from flexmeasures.usecases.ports.learned import LearnedStore

Explainer = Callable[[Problem, Solution], Sequence[Binding]]


@dataclass(frozen=True, slots=True)
class Store:
    """Everything that is kept, by subject."""

    beliefs: BeliefStore
    sources: SourceStore
    assets: AssetStore
    accounts: AccountStore
    events: EventStore
    jobs: JobStore
    tasks: TaskStore
    audit: AuditStore
    annotations: AnnotationStore
    learned: LearnedStore


@dataclass(frozen=True, slots=True)
class Sunset:
    """What is told to clients of services that have successors.

    Attributes:
        active: Whether they are answered as newer clients expect.
        date: When such services end; None where that is not decided.
        link: Where that is explained; None for nowhere.
    """

    active: bool = False
    date: date | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """Settings that use cases depend on.

    Attributes:
        mode: Such as ``demo`` or ``play``; empty by default.
        timezone: In which the platform operates, an IANA name.
        planning_horizon: How far schedules look ahead.
        planning_ttl: How long a UDI event can be asked about; negative for ever.
        allow_overwrite: Whether another value may take the place of one recorded at the same time.
        answer_wait: For how long an answer about a job may wait for its end.
        longest_plan: How far one schedule looks ahead at most, in steps or as a duration; None for no limit.
        same_order_for: For how long an order that equals an earlier one is the same job.
        sunset: Of services that have successors.
    """

    mode: str = ""
    timezone: str = "Asia/Seoul"
    planning_horizon: timedelta = timedelta(hours=48)
    planning_ttl: timedelta = timedelta(days=7)
    allow_overwrite: bool = False
    answer_wait: timedelta = timedelta(0)
    longest_plan: int | timedelta | None = 2520
    same_order_for: timedelta = timedelta(hours=1)
    sunset: Sunset = field(default_factory=Sunset)


@dataclass(frozen=True, slots=True)
class Platform:
    """All that a use case may touch; made once, in ``app``.

    Attributes:
        store: What is kept.
        queue: Work for later.
        now: The platform's clock.
        transaction: Opened by the edges around each use case: commits at its end and then sends the jobs put
            meanwhile; rolls back if it raised.
        scheduler: Computes schedules; only workers and command lines have it.
        forecaster: Computes forecasts; only workers and command lines have it.
        rules: Settings that use cases depend on.
        explainer: Says which limits a schedule runs into, the dearest first; only workers and command lines
            have it.
        offers: Tells whether a plug-in offers a scheduler of this name.
    """

    store: Store
    queue: Queue
    now: Callable[[], datetime]
    transaction: Callable[[], AbstractContextManager[None]]
    scheduler: Scheduler
    forecaster: Forecaster
    rules: Rules = field(default_factory=Rules)
    explainer: Explainer = lambda problem, solution: ()  # noqa: ARG005 - nothing is said by default
    offers: Callable[[str], bool] = lambda name: False  # noqa: ARG005 - there are no plug-ins by default
