"""Boosted trees that correct what a fleet expects of one sensor: grown once a week, asked every hour.

One set of trees serves all leads: how far it is to the step is one of their features.
Shapes: N steps of history, M issues, P features, R rows of issues and leads, H leads.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

import lightgbm
import numpy as np

from flexmeasures.domain.errors import NotEnoughData
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.forecasting.calendar import Calendar
from flexmeasures.forecasting.corrections import Grown
from flexmeasures.forecasting.fleet_features import (
    WEEKS,
    History,
    Slim,
    features_at,
    phases_of,
    profile_of,
    residuals_of,
    targets_of,
)
from flexmeasures.forecasting.frame import Cadence, Rows, fill_from_the_past
from flexmeasures.forecasting.models.trees import Growth

GROWTH = Growth(rounds=80, leaves=15, rate=0.06, least=60)
STRIDE = 7
"""Hours between the issues to learn from: all times of day come in turn."""
TAUGHT = (1, 2, 3, 6, 9, 12, 18, 24, 25, 30, 36, 42, 48)
"""Leads to learn from. [h]"""
NEAR = 3
"""Leads up to which the correction has a share of its own. [h]"""
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""How much of a correction may count."""
WORTH = 0.002
"""A larger share has to be better by this share of the error."""
HELD_OUT_DAYS = 28
SHOWN = (0, 1, 2, 3, 5, 8, 11, 17, 23, 24, 25, 26, 27)
"""Which features of the fleet trees are shown: means of some hours of the day, longer ones, the last."""
PENALTY = 0.02


@dataclass(frozen=True, slots=True)
class Trees:
    """Trees, and how much of what they say counts.

    Attributes:
        booster: The trees.
        near: Share of their correction that counts up to three hours ahead. [-]
        far: The same beyond. [-]
        spread: Mean size of errors with the correction, as a share of that without. [-]
    """

    booster: lightgbm.Booster
    near: float
    far: float
    spread: float

    def ahead(self, history: History, residuals: Array) -> Array:
        """Return (H,) what to add to what a fleet expects after the last step of a history."""
        leads = np.arange(1, residuals.size + 1)
        view = View.of(history, residuals.size)
        last = np.full(leads.size, history.grid.size - 1)
        said = _said(self.booster, view.rows(last, leads, residuals))
        return np.where(leads <= view.cadence.steps(NEAR), self.near, self.far) * said

    def content(self) -> bytes:
        """Return the trees in a form that can be kept."""
        numbers = np.array([self.near, self.far, self.spread], "<f8").tobytes()
        return numbers + zlib.compress(self.booster.model_to_string().encode())


@dataclass(frozen=True, slots=True)
class View:
    """What is known of one sensor, on the steps of its history and H more.

    Attributes:
        values: (N + H,) with gaps filled from the past; nothing of the future.
        residuals: (N + H,) how far they are off the weekly profile.
        profile: (N + H,) the weekly profile.
        phases: (N + H, P') what the calendar says.
        calendar: Local days and hours.
        cadence: Steps of a day and a week.
    """

    values: Array
    residuals: Slim
    profile: Array
    phases: Slim
    calendar: Calendar
    cadence: Cadence

    @staticmethod
    def of(history: History, leads: int) -> View:
        """Return the view of the history of one sensor."""
        cadence, grid = Cadence.of(history.grid.step), history.grid
        longer = TimeGrid(grid.start, grid.step, grid.size + leads)
        values = np.append(fill_from_the_past(history.values[0], cadence), np.full(leads, np.nan))
        residuals = residuals_of(values, cadence)
        size = np.abs(residuals[WEEKS * cadence.week :]).mean() + 1e-9
        phases = size * phases_of(replace(history, grid=longer))
        calendar = Calendar.of(longer, history.timezone)
        return View(values, residuals, profile_of(values, cadence), phases, calendar, cadence)

    def known(self, issues: Rows) -> Slim:
        """Return (M, P) what fleets know at some issues."""
        return features_at(self.values, self.phases, issues, self.cadence)

    def rows(self, issues: Rows, leads: Rows, residuals: Array) -> Array:
        """Return (R, P) what trees are shown.

        Args:
            issues: (R,) last step that is known.
            leads: (R,) steps from there.
            residuals: (R,) what the fleet expects there.
        """
        steps, day, week = issues + leads, self.cadence.day, self.cadence.week
        days = -(-leads // day) * day
        distinct, place = np.unique(issues, return_inverse=True)
        return np.column_stack(
            [
                self.known(distinct)[place][:, SHOWN],
                leads,
                self.calendar.hour[steps],
                self.calendar.weekday[steps],
                self.profile[steps],
                residuals,
                self.residuals[steps - days],
                self.residuals[steps - days - day],
                self.residuals[steps - -(-leads // week) * week],
                self.values[steps - days],
            ]
        ).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What trees are taught: what a fleet misses.

    Attributes:
        shown: (R, P) features.
        missed: (R,) measured less expected.
        leads: (R,) steps ahead.
        sizes: (R,) sizes of what was measured.
    """

    shown: Array
    missed: Array
    leads: Rows
    sizes: Array

    @staticmethod
    def of(view: View, issues: Rows, line: Slim) -> Lesson:
        """Return what a line misses after some issues."""
        taught = np.unique([view.cadence.steps(hours) for hours in TAUGHT])
        taught = taught[taught <= line.shape[1]]
        known = view.known(issues)
        targets = targets_of(view.values, issues, int(taught[-1]), view.cadence)
        expected = np.asarray(known @ line, np.float64)
        rows, leads = np.repeat(issues, taught.size), np.tile(taught, issues.size)
        residuals = expected[:, taught - 1].ravel()
        missed = targets[:, taught - 1].ravel() - residuals
        usable = np.isfinite(view.values[rows + leads])
        shown = view.rows(rows[usable], leads[usable], residuals[usable])
        sizes = np.abs(view.values[rows + leads][usable])
        return Lesson(shown, missed[usable].astype(np.float64), leads[usable], sizes)


class FleetTrees:
    """Grows trees on what the line of a fleet misses."""

    def grow(self, history: History, leads: int) -> Grown:
        """Learn what a fleet does not see of one sensor, and try it on the latest weeks.

        Raises:
            NotEnoughData: too little is known.
        """
        view = View.of(history, leads)
        issues = np.arange(history.first, history.grid.size - leads)
        cut = issues.size - HELD_OUT_DAYS * view.cadence.day
        if cut < WEEKS * view.cadence.week:
            raise NotEnoughData(f"{history.grid.size} steps are too few to grow trees on.")
        stride = view.cadence.steps(STRIDE)
        line = _line(view, issues[:cut], leads)
        early, late = Lesson.of(view, issues[:cut:stride], line), Lesson.of(view, issues[cut::stride], line)
        trial = _tried(_trained(early), late, view.cadence)
        every = Lesson.of(view, issues[::stride], _line(view, issues, leads))
        day = late.leads == view.cadence.steps(24)
        return Grown(
            Trees(_trained(every), trial.near, trial.far, trial.spread),
            without=_accuracy(late.missed[day], late.sizes[day]),
            with_it=_accuracy(trial.left[day], late.sizes[day]),
        )

    def read(self, content: bytes) -> Trees:
        """Return trees that were kept."""
        near, far, spread = np.frombuffer(content[:24], "<f8").tolist()
        text = zlib.decompress(content[24:]).decode()
        return Trees(lightgbm.Booster(model_str=text), near, far, spread)


def _line(view: View, issues: Rows, leads: int) -> Slim:
    """Return (P, H) the line of a fleet, of one sensor alone."""
    known, targets = view.known(issues), targets_of(view.values, issues, leads, view.cadence)
    gram = known.T @ known
    penalty = PENALTY * float(np.trace(gram)) / gram.shape[0] + 1e-9 * issues.size
    line: Slim = np.linalg.solve(gram + penalty * np.eye(gram.shape[0], dtype=np.float32), known.T @ targets)
    return line


@dataclass(frozen=True, slots=True)
class _Trial:
    """How much of a correction counted for best, and the (R,) errors that it left over."""

    near: float
    far: float
    left: Array
    spread: float


def _trained(lesson: Lesson) -> lightgbm.Booster:
    return GROWTH.train(lesson.shown, lesson.missed)


def _said(booster: lightgbm.Booster, shown: Array) -> Array:
    """Return (R,) what trees say, asked in one thread: others would wait for each other."""
    return np.asarray(booster.predict(shown, num_threads=1), np.float64)


def _tried(booster: lightgbm.Booster, late: Lesson, cadence: Cadence) -> _Trial:
    """Try trees on weeks that they had not learned from."""
    said = _said(booster, late.shown)
    is_near = late.leads <= cadence.steps(NEAR)
    near, far = (_share(late.missed[part], said[part]) for part in (is_near, ~is_near))
    left = late.missed - np.where(is_near, near, far) * said
    before = float(np.abs(late.missed).sum())
    spread = float(np.abs(left).sum()) / before if before > 0 else 1.0
    return _Trial(near, far, left, min(1.0, spread))


def _share(missed: Array, said: Array) -> float:
    """Return how much of what trees said would have counted for best."""
    errors = np.array([np.abs(missed - share * said).sum() for share in SHARES])
    good = errors <= errors.min() * (1 + WORTH)
    return SHARES[int(np.flatnonzero(good)[0])]


def _accuracy(errors: Array, sizes: Array) -> float:
    return 1 - float(np.abs(errors).sum()) / max(float(sizes.sum()), 1e-12)


GROWER = FleetTrees()
