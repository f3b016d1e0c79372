"""Lines and trees together: the most accurate of all."""

from __future__ import annotations

from flexmeasures.forecasting.models.blend import Blend
from flexmeasures.forecasting.models.lines import LAD, RIDGE, ROOT_LAD
from flexmeasures.forecasting.models.trees import FLOATING_TREES, ROOT_TREES, TREES_ON_ROOT_LAD

BLEND = Blend("blend", (LAD, RIDGE, ROOT_LAD, ROOT_TREES, FLOATING_TREES, TREES_ON_ROOT_LAD))
