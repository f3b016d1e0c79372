"""All that is known about a step when it is forecast, as a table.

Shapes: N steps of the frame, M rows, P features.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from flexmeasures.domain.errors import NotEnoughData
from flexmeasures.domain.series import Array
from flexmeasures.forecasting.calendar import REST, WORKDAY
from flexmeasures.forecasting.frame import Frame, Rows
from flexmeasures.forecasting.lags import Features, Trail, at, lagged
from flexmeasures.forecasting.linear import Design
from flexmeasures.forecasting.surroundings import sunshine, weather

LONGEST = 20_000
"""Rows to learn from at most, the latest: more than two years of hours."""
HELD_OUT_DAYS = 60
"""Latest days on which models are judged, and which then count as if they were not known yet."""
SEASONED = 300
"""Days that must be known before a series is taken to have seen the seasons."""
OFTEN_KNOWN = 0.7
"""Share of the rows in which a feature must be known for a line to use it."""
SLOPES = ("last_0", "day_0", "week_0", "week_mean")
"""Lags whose weight differs between kinds of days."""


@dataclass(frozen=True, slots=True)
class Table:
    """Features of M rows.

    Attributes:
        names: P names.
        values: (M, P) values, NaN where unknown.
    """

    names: tuple[str, ...]
    values: Array

    @staticmethod
    def of(features: Features) -> Table:
        """Return features as a table."""
        return Table(tuple(features), np.column_stack(list(features.values())))


@dataclass(frozen=True, slots=True)
class Lesson:
    """What linear models learn from.

    Attributes:
        design: Complete rows, standardised.
        chosen: Places of the features that are known often enough.
    """

    design: Design
    chosen: Rows


class FeatureMaker:
    """Makes features for any rows and leads of one frame."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self._trail = Trail.of(frame)
        known = np.flatnonzero(frame.trainable)
        newest = int(known[-1]) if known.size else 0
        self._first = max(0, newest + 1 - LONGEST - HELD_OUT_DAYS * frame.cadence.day)
        self._end = newest + 1
        self._lead = 0
        self._tables: dict[str, Table] = {}
        self._lessons: dict[tuple[str, int, int], Lesson] = {}

    def recent(self, rows: Rows) -> Rows:
        """Return the latest of the rows to learn from, no more than make a difference."""
        return rows[rows >= self._first][-LONGEST:]

    def past(self, kind: str, rows: Rows, lead: int) -> Table:
        """Return the features of recent rows to learn from, all at one lead.

        The features of all recent rows are kept until another lead is asked for: several models want them.

        Args:
            kind: ``lines``, ``trees`` or ``few``.
            rows: (M,) indices, none but recent ones.
            lead: Steps from the last value that may be used.
        """
        table = self._table(kind, lead)
        return Table(table.names, table.values[rows - self._first])

    def _table(self, kind: str, lead: int) -> Table:
        """Return the features of all recent rows."""
        if lead != self._lead:
            self._tables.clear()
            self._lessons.clear()
            self._lead = lead
        if kind not in self._tables:
            recent = np.arange(self._first, self._end)
            self._tables[kind] = self.at(kind, recent, np.full(recent.size, lead))
        return self._tables[kind]

    def lesson(self, kind: str, rows: Rows, lead: int) -> Lesson:
        """Return what there is to learn from complete rows, all at one lead; kept like tables are.

        Args:
            kind: ``lines`` or ``few``.
            rows: (M,) indices, none but recent ones, in order of time.
            lead: Steps from the last value that may be used.

        Raises:
            NotEnoughData: fewer than two days, or two weeks of daily values, are complete.
        """
        table = self._table(kind, lead)
        key = kind, int(rows.size), int(rows[-1]) if rows.size else 0
        if key not in self._lessons:
            shorter = [self._lessons[other] for other in self._lessons if other < key and other[0] == kind]
            self._lessons[key] = self._lesson(table, rows, shorter[-1].design if shorter else None)
        return self._lessons[key]

    def _lesson(self, table: Table, rows: Rows, earlier: Design | None) -> Lesson:
        """Leave out what is seldom known, then what is not complete."""
        target, place = self.frame.measured[rows], rows - self._first
        known = np.isfinite(table.values)[place]
        chosen = np.flatnonzero(known.mean(axis=0) >= OFTEN_KNOWN) if rows.size else rows
        columns = slice(None) if chosen.size == known.shape[1] else chosen
        complete = known[:, columns].all(axis=1) & np.isfinite(target)
        needed = max(2 * self.frame.cadence.day, 14)
        if complete.sum() < needed or chosen.size == 0:
            raise NotEnoughData(
                f"Only {int(complete.sum())} steps of the history are complete; "
                f"{needed} are needed to fit a line."
            )
        features = table.values[place[complete]][:, columns]
        return Lesson(Design(features, target[complete], earlier), chosen)

    def spread(self, rows: Rows, leads: Rows) -> Array:
        """Return (M,) how far values were off their weekly profile in the week before the issue.

        It is never less than a quarter of what is usual, and usual where it is unknown.
        """
        spread = self._trail.spread
        known = spread[self.frame.trainable & np.isfinite(spread)]
        usual = max(float(np.median(known)), 1e-9) if known.size else 1.0
        return np.maximum(np.nan_to_num(at(spread, rows - leads), nan=usual), usual / 4)

    @cached_property
    def of_roots(self) -> FeatureMaker:
        """The features of the same frame with square roots of all values."""
        return FeatureMaker(self.frame.of_roots())

    def names(self) -> tuple[str, ...]:
        """Return the names of all features of this frame."""
        first = np.zeros(1, np.int64)
        return self.at("lines", first, first + 1).names

    def at(self, kind: str, rows: Rows, leads: Rows) -> Table:
        """Return the features of some rows, each at its own lead."""
        makers = {"lines": self.for_lines, "trees": self.for_trees, "few": self.few}
        return makers[kind](rows, leads)

    def raw(self, rows: Rows, leads: Rows) -> Features:
        """Return lags, weather and sky, and the local calendar as numbers."""
        calendar = self.frame.calendar
        return {
            **lagged(self._trail, rows, leads),
            **weather(self.frame, rows, leads),
            **sunshine(self.frame, rows, leads),
            **self._season(rows),
            "year_end": calendar.year_end[rows].astype(float),
        }

    def _season(self, rows: Rows) -> Features:
        """Return the angle of the year, where most of a year is known: less of a wave looks like a trend."""
        known = np.flatnonzero(self.frame.trainable)
        if not known.size or known[-1] - known[0] < SEASONED * self.frame.cadence.steps(24):
            return {}
        season = self.frame.calendar.season[rows]
        return {"season_sine": np.sin(season), "season_cosine": np.cos(season)}

    def for_trees(self, rows: Rows, leads: Rows) -> Table:
        """Return the features that models of trees are fed."""
        calendar = self.frame.calendar
        numbers = {
            "hour": calendar.hour[rows],
            "weekday": calendar.weekday[rows].astype(float),
            "kind": calendar.kind[rows].astype(float),
        }
        return Table.of(self.raw(rows, leads) | numbers)

    def for_lines(self, rows: Rows, leads: Rows) -> Table:
        """Return the features that linear models are fed: with hours by kind of day and varying slopes."""
        features = self.raw(rows, leads)
        features |= self._hours(rows) | self._slopes(features, rows)
        if "season_sine" in features and not self.frame.weekly:
            features |= self._seasons(rows)
        if "sun" in features:
            features |= self._sun_by_hour(features, rows)
        return Table.of(features)

    def few(self, rows: Rows, leads: Rows) -> Table:
        """Return last value, same hour of the last day and week, weather, and two harmonics of the day."""
        features = self.raw(rows, leads)
        names = ("last_0", "day_0", "week_0", *(signal.name for signal in self.frame.signals if signal.ahead))
        turn = 2 * np.pi * self.frame.calendar.hour[rows] / 24
        waves = {f"{f.__name__}_{k}": f(k * turn) for k in (1, 2) for f in (np.sin, np.cos)}
        free = {"free": (self.frame.calendar.kind[rows] != WORKDAY).astype(float)}
        return Table.of({name: features[name] for name in names if name in features} | waves | free)

    def _seasons(self, rows: Rows) -> Features:
        """Return waves of the day that change with the season."""
        calendar = self.frame.calendar
        turn, season = 2 * np.pi * calendar.hour[rows] / 24, calendar.season[rows]
        return {
            f"wave_{day.__name__}_{year.__name__}_{k}": day(k * turn) * year(season)
            for k in (1, 2)
            for day in (np.sin, np.cos)
            for year in (np.sin, np.cos)
        }

    def _hours(self, rows: Rows) -> Features:
        """Return how near each row is to each hour, by kind of day, and its weekday where there are such."""
        calendar = self.frame.calendar
        if not self.frame.weekly:
            return {f"hour_{hour}": near for hour, near in enumerate(_near_hours(calendar.hour[rows]))}
        kinds, weekdays = calendar.kind[rows], calendar.weekday[rows]
        features = {f"weekday_{d}": (weekdays == d).astype(float) for d in range(7)}
        if self.frame.cadence.day == 1:
            return features
        for hour, near in enumerate(_near_hours(calendar.hour[rows])):
            for kind in (WORKDAY, 1, REST):
                features[f"hour_{hour}_{kind}"] = near * (kinds == kind)
        return features

    def _slopes(self, features: Features, rows: Rows) -> Features:
        """Return lags that count on some kinds of days only, where there are such."""
        if not self.frame.weekly:
            return {}
        calendar = self.frame.calendar
        free = (calendar.kind[rows] != WORKDAY).astype(float)
        slopes = {f"{name}_free": features[name] * free for name in SLOPES if name in features}
        if "day_0" in features:
            for day in (0, 5):
                slopes[f"day_0_on_{day}"] = features["day_0"] * (calendar.weekday[rows] == day)
        return slopes

    def _sun_by_hour(self, features: Features, rows: Rows) -> Features:
        """Return light times hour: a plant sees the sun under another angle each hour."""
        light = [n for n in features if n.startswith("sun") or ("irradi" in n and n.endswith("_ratio_hour"))]
        near = _near_hours(self.frame.calendar.hour[rows])
        return {f"{name}_at_{hour}": features[name] * near[hour] for name in light for hour in range(24)}


def _near_hours(hours: Array) -> Array:
    """Return (24, M) how near times of day are to the middle of each hour: 1 there, 0 an hour away."""
    distance = np.abs(hours[None, :] - (np.arange(24)[:, None] + 0.5))
    distance = np.minimum(distance, 24 - distance)
    near: Array = np.maximum(1.0 - distance, 0.0)
    return near
