"""Lines and trees together: the most accurate of all."""

from __future__ import annotations

from flexmeasures.forecasting.models.blend import Blend
from flexmeasures.forecasting.models.lines import LAD, RIDGE
from flexmeasures.forecasting.models.trees import FLOATING_TREES, TREES, TREES_ON_LAD

BLEND = Blend("blend", (LAD, RIDGE, TREES, FLOATING_TREES, TREES_ON_LAD))
