"""All that the fakes keep, in one place, so that a transaction can be undone."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import datetime

from flexmeasures.domain.accounts import Account, Login, User
from flexmeasures.domain.annotations import Annotation, Subjects
from flexmeasures.domain.assets import Asset, AssetType, Documents, Sensor
from flexmeasures.domain.audit import Change
from flexmeasures.domain.beliefs import Source
from flexmeasures.domain.flexibility import UdiEvent
from flexmeasures.domain.jobs import Job


@dataclass(frozen=True, slots=True)
class BeliefKey:
    """What a belief is about, by whom, and when it was recorded.

    Attributes:
        event_start: In microseconds since 1970.
        belief_time: In microseconds since 1970.
    """

    sensor_id: int
    source_id: int
    event_start: int
    belief_time: int
    probability: float


@dataclass(slots=True)
class Tables:
    """What is kept, by identity."""

    accounts: dict[int, Account] = field(default_factory=dict)
    account_roles: dict[str, str] = field(default_factory=dict)
    users: dict[int, User] = field(default_factory=dict)
    passwords: dict[int, str] = field(default_factory=dict)
    logins: dict[int, Login] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    types: dict[int, AssetType] = field(default_factory=dict)
    assets: dict[int, Asset] = field(default_factory=dict)
    documents: dict[int, Documents] = field(default_factory=dict)
    sensors: dict[int, Sensor] = field(default_factory=dict)
    sources: dict[int, Source] = field(default_factory=dict)
    beliefs: dict[BeliefKey, float] = field(default_factory=dict)
    events: dict[tuple[int, int, str], UdiEvent] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    tasks: dict[str, tuple[datetime, bool]] = field(default_factory=dict)
    changes: dict[int, Change] = field(default_factory=dict)
    annotations: list[tuple[Annotation, Subjects]] = field(default_factory=list)
    learned: dict[tuple[int, str], tuple[datetime, bytes]] = field(default_factory=dict)
    last_id: int = 0
    depth: int = 0

    def next_id(self) -> int:
        """Return an identity that nothing has yet; it is not given twice, even when undone."""
        self.last_id += 1
        return self.last_id

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep what happens meanwhile, or undo it if something is raised. Joins an open transaction."""
        before = None if self.depth else self._copy()
        self.depth += 1
        try:
            yield
        except BaseException:
            if before is not None:
                self._restore(before)
            raise
        finally:
            self.depth -= 1

    def _copy(self) -> dict[str, object]:
        """Return what is kept; the values themselves never change."""
        return {
            part.name: copy.copy(getattr(self, part.name))
            for part in fields(self)
            if part.name not in {"last_id", "depth"}
        }

    def _restore(self, before: dict[str, object]) -> None:
        for name, value in before.items():
            setattr(self, name, value)
