"""Fitted models, kept for a day or a week, so that a forecast after each post costs no new fit.

A model fitted earlier knows less, never more: keeping it leaks nothing, as long as it is used for later
issues only. Its features are the same if their names are.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from flexmeasures.forecasting.conformal import errors_of
from flexmeasures.forecasting.features import FeatureMaker
from flexmeasures.forecasting.models.model import Errors, Fitted, Model

MOST = 5_000
"""Fitted models to keep: of lines, about 10 kB each."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted model with its errors on held-out steps.

    Attributes:
        fitted: The model.
        errors: None unless quantiles were wanted.
        issued: When it was fitted.
        features: Names of the features that it was fitted on.
    """

    fitted: Fitted
    errors: Errors | None
    issued: datetime
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where fits are kept: one in each process that forecasts.

    Attributes:
        fits: By subject, model and lead; those used last at the end.
    """

    fits: OrderedDict[tuple[str, str, int], Fit] = field(default_factory=OrderedDict)

    def put(self, key: tuple[str, str, int], fit: Fit) -> None:
        """Keep a fit; the one that was not used for longest makes room."""
        self.fits[key] = fit
        self.fits.move_to_end(key)
        if len(self.fits) > MOST:
            self.fits.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Fitter:
    """Fits models of one subject, or takes them from the shelf.

    Attributes:
        maker: Of the frame's features.
        issued: When the forecast is made.
        subject: What is forecast; empty where nothing is to be kept.
        with_errors: Whether errors on held-out steps are wanted.
        shelf: Where fits are kept.
    """

    maker: FeatureMaker
    issued: datetime
    subject: str
    with_errors: bool
    shelf: Shelf

    def fit(self, model: Model, lead: int) -> Fit:
        """Return a fitted model, no older than fits of this model are good for.

        Raises:
            NotEnoughData: too little is known to fit it.
        """
        names = self.maker.names()
        key = (self.subject, model.name, lead)
        kept = self.shelf.fits.get(key)
        if kept is not None and self._serves(kept, names, model.lasts):
            self.shelf.fits.move_to_end(key)
            return kept
        training = np.flatnonzero(self.maker.frame.trainable)
        fitted = model.fit(self.maker, training, lead)
        errors = errors_of(model, fitted, self.maker, training, lead) if self.with_errors else None
        fit = Fit(fitted, errors, self.issued, names)
        if self.subject and model.learns:
            self.shelf.put(key, fit)
        return fit

    def _serves(self, kept: Fit, names: tuple[str, ...], lasts: timedelta) -> bool:
        """Return whether a kept fit is young enough, not younger than the issue, and of the same features."""
        age = self.issued - kept.issued
        has_errors = kept.errors is not None or not self.with_errors
        return timedelta(0) <= age < lasts and kept.features == names and has_errors
