"""What every model can do."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from flexmeasures.domain.series import Array
from flexmeasures.forecasting.features import FeatureMaker
from flexmeasures.forecasting.frame import Rows

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Errors:
    """How far a model was off at steps that it had not learned from.

    Attributes:
        hours: (M,) local time of day of the steps. [h]
        values: (M,) measured less expected value, in units of the spread then; NaN where one is unknown.
    """

    hours: Array
    values: Array

    @staticmethod
    def of(maker: FeatureMaker, rows: Rows, leads: Rows, expected: Array) -> Errors:
        """Return how far expected values of some steps were off.

        Args:
            maker: Of the frame's features.
            rows: (M,) indices of the steps.
            leads: (M,) steps from the last value that was used until each row.
            expected: (M,) what was expected, NaN where nothing was.
        """
        missed = maker.frame.measured[rows] - expected
        return Errors(maker.frame.calendar.hour[rows], missed / maker.spread(rows, leads))


class Fitted(Protocol):
    """A model that has learned."""

    @property
    @abstractmethod
    def errors(self) -> Errors | None:
        """How far it was off on held-out steps, None where it was not tried."""

    @property
    @abstractmethod
    def evidence(self) -> str:
        """What was chosen and why, in words; empty where there was no choice."""

    @abstractmethod
    def predict(self, maker: FeatureMaker, rows: Rows, leads: Rows) -> Array:
        """Return (M,) expected values, NaN where it has none.

        Args:
            maker: Of the frame's features.
            rows: (M,) indices of the steps to forecast.
            leads: (M,) steps from the last value that may be used until each row.
        """


class Model(Protocol):
    """A way to forecast."""

    @property
    @abstractmethod
    def name(self) -> str:
        """Unique, as in tasks and sources."""

    @property
    @abstractmethod
    def version(self) -> str:
        """Changes whenever forecasts do."""

    @property
    @abstractmethod
    def learns(self) -> bool:
        """Whether it needs rows to learn from."""

    @property
    @abstractmethod
    def lasts(self) -> timedelta:
        """How long a fit is good for."""

    @abstractmethod
    def fit(self, maker: FeatureMaker, rows: Rows, lead: int) -> Fitted:
        """Learn from rows whose values are known.

        Args:
            maker: Of the frame's features.
            rows: (M,) indices of steps to learn from, in order of time.
            lead: Steps from the last value that may be used until each row.

        Raises:
            NotEnoughData: too few of the rows have what the model needs.
        """
