"""Lines and trees together: the most accurate of all."""

from __future__ import annotations

from flexmeasures.forecasting.models.blend import Blend
from flexmeasures.forecasting.models.lines import LAD, RIDGE
from flexmeasures.forecasting.models.trees import TREES, TREES_ON_RIDGE

BLEND = Blend("blend", (LAD, RIDGE, TREES, TREES_ON_RIDGE))
