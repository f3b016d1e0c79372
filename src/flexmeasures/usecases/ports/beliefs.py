"""What the use cases need to keep and read beliefs and their sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from flexmeasures.domain.accounts import User
from flexmeasures.domain.beliefs import BeliefBlock, BeliefFilter, Beliefs, Source


@dataclass(frozen=True, slots=True)
class Written:
    """What became of beliefs that were handed to the store.

    Attributes:
        new: How many were kept.
        known: How many were known already, or said nothing new.
    """

    new: int
    known: int


class Rank(StrEnum):
    """Which of the selected beliefs are meant."""

    ALL = "all"
    UNCHANGED = "unchanged"
    NO_NUMBER = "no number"


@dataclass(frozen=True, slots=True)
class Selection:
    """Beliefs that somebody wants to be rid of.

    Attributes:
        sensor_ids: Of these sensors.
        source_ids: Only of these sources; None means of any.
        start: Only about events from this time on.
        end: Only about events that begin before this time.
        forecasts: Whether those recorded before the end of their event are meant.
        measurements: Whether those recorded when it was over are meant.
        rank: All of them; those that say what the one before said, which was of the same source and kind and
            about the same event (in series without quantiles); or those whose value is no number.
    """

    sensor_ids: tuple[int, ...]
    source_ids: tuple[int, ...] | None = None
    start: datetime | None = None
    end: datetime | None = None
    forecasts: bool = True
    measurements: bool = True
    rank: Rank = Rank.ALL


class BeliefStore(Protocol):
    """Where beliefs are kept. All queries are bounded in time."""

    def add(self, blocks: Sequence[BeliefBlock], *, replace: bool = False) -> Written:
        """Keep beliefs; what is known already is kept once.

        Each series has one writer at a time, until its transaction ends. What belongs to one transaction is
        handed over at once: of two that write the same series in several calls, in another order, one fails.

        Raises:
            ConflictingBelief: another value is known for the same event, source and recording time, and
                ``replace`` is false. Nothing is kept then.
            ServiceUnavailable: another transaction and this one wait for each other.
        """

    def latest(
        self, sensor_ids: Sequence[int], start: datetime, end: datetime, only: BeliefFilter | None = None
    ) -> dict[int, list[Beliefs]]:
        """Return, for each sensor, the most recent belief per event and source in ``[start, end)``.

        Of a sensor, each source that said something is there once; others are left out.
        """

    def history(
        self, sensor_ids: Sequence[int], start: datetime, end: datetime, most: int
    ) -> list[BeliefBlock]:
        """Return all medians about events in ``[start, end)``, by series, each in the order of recording.

        Of a series with more than ``most`` of them, those recorded last.
        """

    def last(self, sensor_ids: Sequence[int], only: BeliefFilter | None = None) -> dict[int, Beliefs]:
        """Return, for each sensor that has any, what is believed last about its last event."""

    def first_event(self, sensor_id: int) -> datetime | None:
        """Return the start of the first event that anything is known of."""

    def count(self, sensor_ids: Sequence[int]) -> int:
        """Return how many beliefs there are of these sensors."""

    def delete(self, sensor_ids: Sequence[int], *, forecasts: bool, measurements: bool) -> int:
        """Remove beliefs recorded before the end of their event (forecasts) or after it; return how many."""

    def prune(self, selection: Selection) -> int:
        """Remove the selected beliefs; return how many."""

    def withdraw(
        self, sensor_id: int, source_id: int, recorded: datetime, start: datetime, end: datetime
    ) -> int:
        """Remove what a source recorded at one time about the events in ``[start, end)``; return how many."""


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
