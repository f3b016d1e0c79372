"""What the use cases need from outside, and the platform that holds it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from flexmeasures.domain.accounts import Account, Login, User
from flexmeasures.domain.assets import Asset, AssetType, Connection, Market, Quantity, Sensor, WeatherSensor
from flexmeasures.domain.beliefs import BeliefBlock, BeliefFilter, Beliefs, Source
from flexmeasures.domain.flexibility import UdiEvent
from flexmeasures.domain.jobs import Job, JobState
from flexmeasures.plugins.hookspecs import Forecaster, Scheduler


@dataclass(frozen=True, slots=True)
class Written:
    """What became of beliefs that were handed to the store.

    Attributes:
        new: How many were kept.
        known: How many were known already, or said nothing new.
    """

    new: int
    known: int


class BeliefStore(Protocol):
    """Where beliefs are kept. All queries are bounded in time."""

    def add(self, blocks: Sequence[BeliefBlock], *, replace: bool = False) -> Written:
        """Keep beliefs; what is known already is kept once.

        Raises:
            ConflictingBelief: another value is known for the same event, source and recording time, and
                ``replace`` is false. Nothing is kept then.
        """

    def latest(
        self, sensor_ids: Sequence[int], start: datetime, end: datetime, only: BeliefFilter | None = None
    ) -> dict[int, list[Beliefs]]:
        """Return, for each sensor, the most recent belief per event and source in ``[start, end)``."""

    def last(self, sensor_ids: Sequence[int], only: BeliefFilter | None = None) -> dict[int, Beliefs]:
        """Return, for each sensor that has any, what is believed last about its last event."""

    def first_event(self, sensor_id: int) -> datetime | None:
        """Return the start of the first event that anything is known of."""

    def count(self, sensor_ids: Sequence[int]) -> int:
        """Return how many beliefs there are of these sensors."""

    def delete(self, sensor_ids: Sequence[int], *, forecasts: bool, measurements: bool) -> int:
        """Remove beliefs recorded before the end of their event (forecasts) or after it; return how many."""


class SourceStore(Protocol):
    """Where data sources are kept."""

    def of_user(self, user: User) -> Source:
        """Return the source of what a user sends, made when it is missing."""

    def of_model(
        self, name: str, source_type: str, model: str | None = None, version: str | None = None
    ) -> Source:
        """Return the source of what a programme computes, made when it is missing."""

    def named(self, ids: Iterable[int]) -> dict[int, Source]:
        """Return sources by id."""

    def all(self) -> list[Source]:
        """Return all sources, in order of their ids."""

    def delete_unused(self) -> int:
        """Remove the sources of which no belief is left; return how many."""

    def of_users(self, user_ids: Iterable[int], roles: Iterable[str]) -> list[Source]:
        """Return the sources of these users, and of active users who (or whose accounts) hold such a role."""


class AssetStore(Protocol):
    """Where assets, their types and their sensors are kept."""

    def types(self) -> list[AssetType]:
        """Return all asset types, in order of their ids."""

    def add_type(self, asset_type: AssetType) -> AssetType:
        """Keep an asset type unless there is one of this name; return what is kept, with its own id."""

    def delete_unused_types(self) -> int:
        """Remove the asset types that no asset has; return how many."""

    def asset(self, asset_id: int) -> Asset:
        """Return an asset.

        Raises:
            UnknownEntity: there is none.
        """

    def assets(self, *, account_id: int | None = None, public: bool = True) -> list[Asset]:
        """Return all assets, or those of one account (and the public ones), newest id first."""

    def add_asset(self, asset: Asset) -> Asset:
        """Keep a new asset and return it with its id. The given id is ignored.

        Raises:
            DuplicateEntity: the account has an asset of this name.
        """

    def update_asset(self, asset: Asset) -> Asset:
        """Keep changes of an asset.

        Raises:
            DuplicateEntity: the account has another asset of this name.
            UnknownEntity: there is none.
        """

    def set_attributes(self, asset_id: int, attributes: Mapping[str, object]) -> None:
        """Set some attributes of an asset and leave its others as they are; None removes one."""

    def set_sensor_attributes(self, sensor_id: int, attributes: Mapping[str, object]) -> None:
        """Set some attributes of a sensor and leave its others as they are; None removes one.

        Raises:
            UnknownEntity: there is no such sensor.
        """

    def hold(self, asset_id: int) -> None:
        """Wait until no other transaction holds this asset, and hold it until this one ends."""

    def delete_asset(self, asset_id: int) -> None:
        """Remove an asset with its parts, sensors and all their data."""

    def sensor(self, sensor_id: int) -> Sensor:
        """Return a sensor.

        Raises:
            UnknownEntity: there is none.
        """

    def sensors(self, asset_ids: Sequence[int]) -> list[Sensor]:
        """Return the sensors of these assets, in order of their ids."""

    def add_sensor(self, sensor: Sensor) -> Sensor:
        """Keep a new sensor and return it with its id. The given id is ignored.

        Raises:
            DuplicateEntity: the asset has a sensor of this name.
        """

    def delete_sensor(self, sensor_id: int) -> None:
        """Remove a sensor with all its data."""

    def connections(self, asset_ids: Sequence[int] | None = None) -> list[Connection]:
        """Return assets that have a power sensor, all or some of them, newest id first."""

    def markets(self) -> list[Market]:
        """Return all markets."""

    def weather_sensors(self, quantity: Quantity | None = None) -> list[WeatherSensor]:
        """Return the weather sensors that have a place, all or those of one quantity."""


class AccountStore(Protocol):
    """Where accounts, users and roles are kept."""

    def account(self, name: str) -> Account | None:
        """Return the account of this name."""

    def accounts(self) -> list[Account]:
        """Return all accounts, in order of their ids."""

    def delete_account(self, account_id: int) -> None:
        """Remove an account with its users and assets, and all their data."""

    def add_account(self, name: str, roles: Iterable[str] = ()) -> Account:
        """Keep an account unless there is one of this name; give it these roles, made when missing."""

    def add_account_role(self, name: str, description: str = "") -> None:
        """Keep a role that accounts can have, unless there is one of this name."""

    def delete_account_role(self, name: str) -> None:
        """Take a role from all accounts that hold it, and forget it."""

    def add_role(self, name: str, description: str = "") -> None:
        """Keep a role that users can have, unless there is one of this name."""

    def delete_roles(self) -> int:
        """Remove all roles of users and accounts; return how many."""

    def account_roles(self) -> dict[str, str]:
        """Return the descriptions of the roles that accounts can have, by name."""

    def roles(self) -> dict[str, str]:
        """Return the descriptions of the roles that users can have, by name."""

    def role_ids(self) -> dict[str, int]:
        """Return the ids of the roles that users can have, by name."""

    def user(self, user_id: int) -> User:
        """Return a user.

        Raises:
            UnknownEntity: there is none.
        """

    def user_by_email(self, email: str) -> User | None:
        """Return the user with this email address."""

    def users(self) -> list[User]:
        """Return all users, in order of their ids."""

    def add_user(self, user: User, password_hash: str) -> User:
        """Keep a new user, roles made when they are missing, and return it under an id of its own.

        Raises:
            DuplicateEntity: the email address or the name is taken.
        """

    def update_user(self, user: User) -> User:
        """Keep changes of a user: email address, name, roles, time zone and activity.

        Raises:
            DuplicateEntity: the email address or the name is taken.
            UnknownEntity: there is no such user.
        """

    def delete_user(self, user_id: int) -> None:
        """Remove a user and the assets that it owns, with their data."""


class LoginStore(Protocol):
    """Where is kept what lets users in. The edge that lets them in has it; use cases do not."""

    def by_email(self, email: str) -> Login | None:
        """Return the login with this email address, in any case of letters."""

    def by_id(self, user_id: int) -> Login | None:
        """Return the login of a user."""

    def by_uniquifier(self, uniquifier: str) -> Login | None:
        """Return the login that tokens and cookies with this mark belong to."""

    def save(self, login: Login) -> None:
        """Keep password, mark, activity, time and count of a login."""


class EventStore(Protocol):
    """Where UDI events are kept."""

    def add(self, event: UdiEvent) -> None:
        """Keep a UDI event; the same id and type again takes the place of the earlier one."""

    def event(self, asset_id: int, event_id: int, event_type: str) -> UdiEvent | None:
        """Return a UDI event."""


class JobStore(Protocol):
    """The durable record of jobs."""

    def add(self, job: Job) -> None:
        """Keep a new job; a job of the same key is left as it is and loses its key."""

    def job(self, job_id: str) -> Job | None:
        """Return a job."""

    def by_key(self, key: str) -> Job | None:
        """Return the newest job that is known by this key."""

    def start(self, job_id: str, at: datetime) -> Job | None:
        """Mark an open job as started and count the attempt; return it, or None if it is not open."""

    def end(self, job_id: str, state: JobState, at: datetime, outcome: Mapping[str, object]) -> bool:
        """End an open job: finished (with its result), failed (``outcome["error"]`` says why) or cancelled.

        Returns:
            Whether the job was open. If not, nothing is changed: somebody else has ended it.
        """

    def requeue(self, job_id: str) -> Job | None:
        """Mark a job as queued again, as if nobody had tried it yet; return it, or None if there is none."""

    def jobs(
        self, *, queue: str | None = None, states: Iterable[JobState] = (), limit: int = 100
    ) -> list[Job]:
        """Return jobs, newest first."""

    def counts(self) -> dict[str, dict[JobState, int]]:
        """Return how many jobs there are by queue and state."""

    def clear(self, queue: str) -> int:
        """Cancel the queued jobs of a queue; return how many."""


class TaskStore(Protocol):
    """The latest run of each recurring task."""

    def report(self, name: str, at: datetime, *, succeeded: bool) -> None:
        """Keep the outcome of a run."""

    def latest(self, name: str) -> tuple[datetime, bool] | None:
        """Return when a task last ran and whether it succeeded."""


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


class Part(StrEnum):
    """What a backup can hold."""

    STRUCTURE = "structure"
    DATA = "data"


class Backups(Protocol):
    """Copies of what is kept."""

    def dump(self, folder: Path) -> Path:
        """Write all data into a new file in a folder, and return the file.

        Raises:
            BackupFailure: it could not be made.
        """

    def restore(self, file: Path) -> None:
        """Read all data from such a file into empty tables; all of it or nothing.

        Raises:
            BackupFailure: it could not be read, or the tables are not empty.
        """

    def save(self, folder: Path, parts: Collection[Part]) -> Iterator[str]:
        """Write the tables of some parts into a new folder, one file each; yield the name of each table.

        Raises:
            BackupFailure: the folder is there already, or a table could not be saved. No folder is left then.
        """

    def missing(self, folder: Path, parts: Collection[Part]) -> list[str]:
        """Return the names of the tables of these parts that a folder lacks."""

    def clear(self) -> None:
        """Empty all tables, jobs included."""

    def load(self, folder: Path, parts: Collection[Part]) -> Iterator[str]:
        """Merge the tables of some parts from such a folder into what is kept; yield the name of each table.

        A row takes the place of one with the same key. Tables without a file are left as they are.

        Raises:
            UnknownBackup: there is no such folder.
            BackupFailure: a table could not be loaded. Nothing is changed then.
        """


class Queue(Protocol):
    """Where work for later is put."""

    def put(
        self,
        queue: str,
        kind: str,
        arguments: Mapping[str, object],
        *,
        key: str | None = None,
        asset_id: int | None = None,
    ) -> Job:
        """Record a job in the current transaction; it is sent to the workers once that is committed."""

    def again(self, job: Job) -> None:
        """Send a recorded job to the workers (again) once the current transaction is committed."""

    def held(self, queue: str) -> frozenset[str]:
        """Return the ids of the jobs that wait for a worker or that a living worker is busy with.

        Raises:
            ServiceUnavailable: the queue does not answer.
        """

    def drop(self, queue: str) -> None:
        """Forget the jobs that wait for a worker; their records are left as they are.

        Raises:
            ServiceUnavailable: the queue does not answer.
        """


@dataclass(frozen=True, slots=True)
class Rules:
    """Settings that use cases depend on.

    Attributes:
        mode: Such as ``demo`` or ``play``; empty by default.
        timezone: In which the platform operates, an IANA name.
        planning_horizon: How far schedules look ahead.
        planning_ttl: How long a UDI event can be asked about; negative for ever.
        allow_overwrite: Whether another value may take the place of one recorded at the same time.
    """

    mode: str = ""
    timezone: str = "Asia/Seoul"
    planning_horizon: timedelta = timedelta(hours=48)
    planning_ttl: timedelta = timedelta(days=7)
    allow_overwrite: bool = False


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
    """

    store: Store
    queue: Queue
    now: Callable[[], datetime]
    transaction: Callable[[], AbstractContextManager[None]]
    scheduler: Scheduler
    forecaster: Forecaster
    rules: Rules = field(default_factory=Rules)
